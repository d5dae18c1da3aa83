// Files that were picked while the server was not reached: kept in the browser until the comment that they belong to goes out.
import { sizeText } from "../core/wording.ts";
import { t } from "../language/translate.ts";
import { ApiError, newKey } from "../net/api.ts";
import type { Attachment } from "../net/types.ts";

export interface KeptFile {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: ArrayBuffer;
  /** When it was picked. */
  readonly at: string;
}

/** Where their bytes lie; any method may throw where the browser keeps nothing or has no more room. */
export interface FileShelf {
  /** Unless all would have more than `most` bytes together: then false, and nothing is kept. Answers once it is on disk. */
  put(file: KeptFile, most: number): Promise<boolean>;
  get(id: string): Promise<KeptFile | null>;
  remove(ids: readonly string[]): Promise<void>;
  /** Those picked before that moment go, unless they are among `still`. */
  sweep(before: string, still: ReadonlySet<string>): Promise<void>;
}

/** Of all files that wait in one browser, together. */
export const MOST_BYTES = 100_000_000;
/** What was picked for a comment that nobody has sent since. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000;
const WAITING = "waiting-";

/** Whether a comment's file is here, not yet on the server. */
export const isWaiting = (attachment: Pick<Attachment, "id">): boolean => attachment.id.startsWith(WAITING);
export const waitingIn = (attachments: readonly Attachment[] | undefined): string[] => (attachments ?? []).filter(isWaiting).map(({ id }) => id);

export class WaitingFiles {
  /** `post`: to the server, for a comment on that version by that person. Throws ApiError. */
  constructor(
    private readonly shelf: FileShelf,
    private readonly post: (versionId: string, file: Blob, name: string, who: string) => Promise<Attachment>,
    private readonly now: () => number,
    private readonly most = MOST_BYTES,
  ) {}

  /** Answers what stands for it in a comment. Throws ApiError, with what can be done. */
  async keep(file: Blob, name: string): Promise<Attachment> {
    const kept: KeptFile = { id: WAITING + newKey(), name, mime: file.type, bytes: await file.arrayBuffer(), at: new Date(this.now()).toISOString() };
    let room: boolean;
    try {
      room = await this.shelf.put(kept, this.most);
    } catch {
      throw new ApiError(0, "not_kept", t("The server cannot be reached, and this browser has no room for the file."), t("Attach it when the connection is back."));
    }
    if (!room) throw new ApiError(0, "not_kept", t("The server cannot be reached, and files of {limit} together are the most that wait here.", { limit: sizeText(this.most) }), t("Attach it when the connection is back."));
    return standIn(kept);
  }

  /** To the server. Stays here too until it is dropped. Throws ApiError; one that is not transient names the file. */
  async send(versionId: string, { id, name }: Pick<Attachment, "id" | "name">, who: string): Promise<Attachment> {
    const kept = await this.shelf.get(id).catch(() => null);
    if (!kept) throw new ApiError(410, "file_lost", t("{name}: this browser does not have the file any more.", { name }), t("Attach it again, or take it out."));
    try {
      return await this.post(versionId, new Blob([kept.bytes], { type: kept.mime }), name, who);
    } catch (error) {
      if (error instanceof ApiError && !error.transient && error.status !== 401) throw new ApiError(error.status, error.code, `${name}: ${error.message}`, error.remedy);
      throw error;
    }
  }

  async drop(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.shelf.remove(ids).catch(() => undefined); // swept later
  }

  /** `still`: those that comments wait for. */
  async sweep(still: readonly string[]): Promise<void> {
    await this.shelf.sweep(new Date(this.now() - FORGOTTEN_MS).toISOString(), new Set(still)).catch(() => undefined);
  }
}

function standIn({ id, name, mime, bytes }: KeptFile): Attachment {
  const kind = mime.startsWith("image/") ? "image" : mime.startsWith("audio/") ? "audio" : "pdf";
  return { id, name, kind, mime, size: bytes.byteLength, state: "preparing", error_code: null, width: null, height: null, duration: null, peaks: null, shown_url: null, thumb_url: null, original_url: "" };
}
