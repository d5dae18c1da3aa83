// What a file is known by: SHA-256 of all of it and of its first MiB, read in pieces so that any size will do.
// Browsers' own digest takes a file whole, and only over HTTPS.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

export const HEAD_BYTES = 1024 * 1024;
const PIECE = 4 * HEAD_BYTES;

export interface FileHash {
  readonly sha256: string;
  /** Of the first MiB, of all of a shorter file. */
  readonly headSha256: string;
  readonly size: number;
}

/** `progress` is told of the bytes read so far. Throws what reading throws, and AbortError. */
export async function hashFile(file: Blob, progress: (done: number) => void = () => {}, signal?: AbortSignal): Promise<FileHash> {
  const whole = sha256.create();
  const head = bytesToHex(sha256(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())));
  for (let at = 0; at < file.size; at += PIECE) {
    signal?.throwIfAborted();
    const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    whole.update(piece);
    progress(at + piece.length);
    await new Promise((resolve) => setTimeout(resolve)); // so that the page stays alive
  }
  return { sha256: bytesToHex(whole.digest()), headSha256: head, size: file.size };
}
