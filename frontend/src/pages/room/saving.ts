// Files that are made of the present frame: the still, and what a comment has drawn.
import { t } from "../../language/translate.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import type { Comment } from "../../net/types.ts";
import { renditionOf } from "../../state/sources.ts";
import { api } from "../connect.ts";
import type { RoomContext } from "./context.ts";

export type DrawingFile = "svg" | "png" | "over";

const SAVED = (frame: number, width: number, height: number): string => t("Frame {frame} saved, {width}×{height}.", { frame, width, height });

/** The frame on screen as PNG: that of the source itself where a copy is on screen, pixel by pixel what is shown elsewhere.
 *  `shownOnly`: for those who may see nothing but the copy. */
export async function saveStill(room: RoomContext, shownOnly: boolean): Promise<void> {
  const { player, view, session } = room;
  const frame = await player.pause();
  const size = view.pictureSize();
  if (frame === null || !size) return;
  const { media } = session.store.state;
  const shown = renditionOf(media, player.state.sourceId);
  const copy = shown !== undefined && shown.kind !== "original";
  const canvas = new OffscreenCanvas(size.width, size.height); // at once: the picture may move on while the server works
  canvas.getContext("2d", { alpha: true })?.drawImage(view.picture, 0, 0, size.width, size.height);
  if (copy && !shownOnly) {
    let unsay = (): void => {};
    const slow = window.setTimeout(() => (unsay = toast(t("Fetching frame {frame} from the source…", { frame }), { milliseconds: 60_000 })), 700);
    try {
      const picture = await api.file(`versions/${session.versionId}/frames/${frame}.png${media?.has_alpha ? "?alpha=true" : ""}`);
      save(picture, `${nameOf(room, frame)}.png`);
      const { width, height } = await createImageBitmap(picture);
      return void toast(SAVED(frame, width, height));
    } catch {
      // Not to be had at the moment (too many at once, no index yet): what is on screen is better than nothing, and said to be that.
    } finally {
      window.clearTimeout(slow);
      unsay(); // whatever came of it is said next
    }
  }
  save(await canvas.convertToBlob({ type: "image/png" }), `${nameOf(room, frame)}.png`);
  const why = copy && !shownOnly ? ` ${t("The source's own pixels cannot be had at the moment: this is the copy on screen.")}` : "";
  toast(SAVED(frame, size.width, size.height) + why);
}

/** What a comment has drawn, on the frame on screen or else the first that it draws on. */
export async function saveDrawing(room: RoomContext, comment: Comment, file: DrawingFile): Promise<void> {
  const present = room.player.state.frame;
  const frame = comment.annotation_frames.includes(present) ? present : comment.annotation_frames[0];
  if (frame === undefined) return;
  const kind = file === "svg" ? "svg" : "png";
  try {
    const made = await api.file(`comments/${comment.id}/annotation.${kind}?frame=${frame}${file === "over" ? "&over=picture" : ""}`);
    save(made, `${nameOf(room, frame)}_${file === "over" ? "marked" : "drawing"}.${kind}`);
  } catch (error) {
    toastProblem(error);
  }
}

/** "film_v2_frame-1798_01-01-14-22" */
function nameOf({ session, face }: RoomContext, frame: number): string {
  const version = session.store.state.versions.find(({ id }) => id === session.versionId);
  const parts = [version?.asset_name ?? "still", version ? `v${version.number}` : "", `frame-${frame}`, face?.record(frame).replace(/[:;]/g, "-") ?? ""];
  return parts.filter(Boolean).join("_").replace(/[^\w.-]+/g, "_");
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
