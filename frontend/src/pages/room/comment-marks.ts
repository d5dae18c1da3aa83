// The comments as marks on the timeline, and among them the one that is being written: its ends are dragged like theirs.
import type { Mark } from "../../core/timeline-lanes.ts";
import { t } from "../../language/translate.ts";
import type { RoomContext } from "./context.ts";

/** Stands for the id of the comment that is being written. */
export const WRITTEN = "written";

export function commentMarks({ comments, panel, composer, me }: RoomContext): Mark[] {
  const selected = panel.selectedId;
  const marks = comments.store.state.items
    .filter(({ comment }) => comment.parent_id === null)
    .map(({ comment }) => ({ id: comment.id, frame: comment.frame, frames: comment.duration_frames, authorId: comment.author.id, author: comment.author.name, text: comment.text, done: comment.completed_at !== null, selected: comment.id === selected, editable: comment.can.includes("edit") }));
  const { pinned, frame, frames } = composer.place.state;
  if (!pinned) return marks;
  return [...marks, { id: WRITTEN, frame, frames, authorId: me.id, author: me.name, text: t("Your comment, not sent yet"), done: false, selected: selected === null, editable: true }];
}

/** Call `changed` whenever the comment that is being written stands elsewhere. Who begins to write is done with the selected one. */
export function followWritten({ composer, panel }: RoomContext, changed: () => void): void {
  composer.place.watch((state, before) => {
    if (!state.pinned && !before.pinned) return; // it follows the picture
    if (state.pinned && !before.pinned && composer.contains(document.activeElement)) panel.select(null);
    changed();
  });
}
