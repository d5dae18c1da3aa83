import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { HEAD_BYTES, hashFile } from "../../src/core/file-hash.ts";

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("a file in pieces has the hash that it has whole, and that of its first MiB", async () => {
  const bytes = new Uint8Array(5 * HEAD_BYTES + 7).map((_, at) => (at * 31) % 251);
  const told: number[] = [];
  const found = await hashFile(new Blob([bytes]), (done) => told.push(done));
  expect(found).toEqual({ sha256: sha(bytes), headSha256: sha(bytes.subarray(0, HEAD_BYTES)), size: bytes.length });
  expect(told).toEqual([4 * HEAD_BYTES, bytes.length]);
});

test("a short file's head is all of it, an empty one has the hash of nothing", async () => {
  const bytes = new TextEncoder().encode("short");
  expect(await hashFile(new Blob([bytes]))).toEqual({ sha256: sha(bytes), headSha256: sha(bytes), size: 5 });
  expect((await hashFile(new Blob([]))).sha256).toBe(sha(new Uint8Array()));
});

test("it stops when told to", async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(hashFile(new Blob([new Uint8Array(10)]), () => {}, stop.signal)).rejects.toThrow();
});
