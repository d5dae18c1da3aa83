// What must be known of a source before a frame of it can be shown.
import { parseFrameTable, type FrameTable } from "../core/frame-table.ts";
import { FAILURES, type Fetch, type PlayerFailure } from "./failures.ts";
import { HAVE_METADATA, type VideoPort } from "./ports.ts";

/** The frame table at `url`, or why it cannot be had. */
export async function fetchTable(url: string, fetcher: Fetch): Promise<FrameTable | PlayerFailure> {
  try {
    const answer = await fetcher(url, { credentials: "same-origin" });
    if (answer.ok) return parseFrameTable(await answer.arrayBuffer());
    return answer.status === 404 || answer.status === 410 ? FAILURES.gone : FAILURES.table;
  } catch (error) {
    return error instanceof TypeError ? FAILURES.unreachable : FAILURES.table;
  }
}

/** Wait until the video knows its length; false if it cannot be opened. */
export function metadataOf(video: VideoPort): Promise<boolean> {
  if (video.readyState >= HAVE_METADATA) return Promise.resolve(true);
  return new Promise((resolve) => {
    const done = (ok: boolean): void => {
      video.removeEventListener("loadedmetadata", good);
      video.removeEventListener("error", bad);
      resolve(ok);
    };
    const good = (): void => done(true);
    const bad = (): void => done(false);
    video.addEventListener("loadedmetadata", good);
    video.addEventListener("error", bad);
  });
}

/** Without byte ranges the browser offers [0, 0] to seek in, and "succeeds" on frame 0 for ever. */
export function unseekable(video: VideoPort, table: FrameTable): boolean {
  const { seekable } = video;
  const end = seekable.length === 0 ? 0 : seekable.end(seekable.length - 1);
  return end <= 0 && table.frameCount > 1;
}
