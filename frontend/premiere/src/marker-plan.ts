// What is to be done so that a sequence's markers are what the comments are; a second time there is nothing to do.
// UXP's markers have no field for data of one's own, so the last line of a marker's text names its comments.
import type { Comment } from "../../src/net/types.ts";

/** A first comment with its replies. */
export type Thread = Comment & { readonly replies: readonly Comment[] };

/** Premiere's colours of markers, by their index. */
export const GREEN = 0;
export const PURPLE = 2;
export const YELLOW = 4;

export interface WantedMarker {
  /** Frame of the sequence. */
  readonly frame: number;
  readonly frames: number;
  readonly name: string;
  readonly text: string;
  readonly colour: number;
}

/** A marker that is there; `handle` is whatever the host knows it by. */
export interface PresentMarker<Handle> extends WantedMarker {
  readonly handle: Handle;
}

export interface MarkerPlan<Handle> {
  readonly add: readonly WantedMarker[];
  readonly change: readonly { readonly handle: Handle; readonly to: WantedMarker; readonly from: WantedMarker }[];
  readonly remove: readonly Handle[];
  readonly kept: number;
  /** Comments beyond the sequence's ends: no marker can be there. */
  readonly outside: number;
}

const OURS = /(?:^|\n)\[twopop((?: [0-9a-z]{16})+)\]\s*$/;

/** Ids of the comments that a marker with this text stands for; none: it is the editor's own. */
export function commentsOf(text: string): string[] {
  return OURS.exec(text)?.[1]?.trim().split(" ") ?? [];
}

/** One marker for all comments on a frame: Premiere's panel shows one of several on the same frame only. */
export function markersOf(threads: readonly Thread[], first: number, frames: number): { wanted: WantedMarker[]; outside: number } {
  const byFrame = new Map<number, Thread[]>();
  let outside = 0;
  for (const comment of threads) {
    const frame = first + comment.frame;
    if (frame < 0 || frame >= frames) outside += 1;
    else byFrame.set(frame, [...(byFrame.get(frame) ?? []), comment]);
  }
  const wanted = [...byFrame].sort(([a], [b]) => a - b).map(([frame, together]) => marker(frame, together, frames - frame));
  return { wanted, outside };
}

function marker(frame: number, together: readonly Thread[], longest: number): WantedMarker {
  const done = together.every((comment) => comment.completed_at !== null);
  const internal = together.every((comment) => comment.internal);
  const names = [...new Set(together.map((comment) => comment.author.name))];
  const said = together.map((comment) => words(comment, together.length > 1));
  return {
    frame,
    frames: Math.min(longest, Math.max(...together.map((comment) => comment.duration_frames))),
    name: names.join(", "),
    text: `${said.join("\n")}\n[twopop ${together.map((comment) => comment.id).join(" ")}]`,
    colour: done ? GREEN : internal ? PURPLE : YELLOW,
  };
}

function words(comment: Thread, state: boolean): string {
  const done = state && comment.completed_at !== null ? "✓ " : "";
  const drawn = comment.annotation_frames.length > 0 ? " ✎" : "";
  const replies = comment.replies.map((reply) => `\n  ${reply.author.name}: ${plain(reply.text)}`);
  return `${done}${comment.author.name}: ${plain(comment.text)}${drawn}${replies.join("")}`;
}

/** Without the control characters that XML, which Premiere saves its projects as, cannot hold. */
const plain = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, "");

export function planMarkers<Handle>(present: readonly PresentMarker<Handle>[], wanted: readonly WantedMarker[], outside: number): MarkerPlan<Handle> {
  const open = new Map(wanted.map((one) => [one.frame, one]));
  const change: { handle: Handle; to: WantedMarker; from: WantedMarker }[] = [];
  const remove: Handle[] = [];
  let kept = 0;
  for (const one of present) {
    if (commentsOf(one.text).length === 0) continue; // the editor's own stays as it is
    const to = open.get(one.frame);
    if (!to) {
      remove.push(one.handle);
      continue;
    }
    open.delete(one.frame);
    if (same(one, to)) kept += 1;
    else change.push({ handle: one.handle, to, from: one });
  }
  return { add: [...open.values()], change, remove, kept, outside };
}

export function same(one: WantedMarker, other: WantedMarker): boolean {
  return one.name === other.name && one.text === other.text && one.colour === other.colour && one.frames === other.frames;
}
