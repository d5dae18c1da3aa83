// What elements ask for. Requests bubble up as events to the page, which alone acts; state comes back down.
import type { Display } from "../core/position-display.ts";
import type { Attachment, Comment, ReactionName } from "../net/types.ts";
import type { NewComment } from "../state/comments.ts";
import type { Quality } from "../state/sources.ts";
import type { TimelineOptions } from "../state/timeline-state.ts";

/** What an edit was made from. */
export type EditedFrom = Pick<Comment, "text" | "updated_at" | "author">;

/** Every request by its name, with what it carries. A feature may add its own where it is written:
 *  `declare module "…/elements/requests.ts" { interface RequestMap { "my-request": { readonly id: string } } }`. */
export interface RequestMap {
  // the picture
  toggle: unknown;
  pause: unknown;
  play: unknown;
  home: unknown;
  end: unknown;
  seek: { readonly frame: number };
  step: { readonly frames: number };
  shuttle: { readonly direction: 1 | -1 };
  "go-to": { readonly text: string };
  "mark-in": unknown;
  "mark-out": unknown;
  "clear-range": unknown;
  loop: unknown;
  mute: unknown;
  volume: { readonly volume: number };
  "scrub-sound": { readonly on: boolean };
  /** A track, or one channel of it (0-based), by itself. */
  solo: { readonly track: number | null; readonly channel: number | null };
  meters: unknown;
  speed: { readonly speed: number };
  quality: { readonly quality: Quality };
  fullscreen: unknown;
  "retry-source": unknown;
  "stop-waiting": unknown;
  // the timeline
  "set-range": { readonly first: number; readonly last: number };
  "go-to-in": unknown;
  "go-to-out": unknown;
  "mark-clip": unknown;
  /** The next or the previous marker or finding. */
  marker: { readonly direction: 1 | -1 };
  /** Say what the sync checks found on a frame that was gone to. */
  "name-place": { readonly frame: number };
  /** Show an open comment of an earlier version in its list. */
  "open-ghost": { readonly id: string };
  /** 0: show all. */
  zoom: { readonly direction: 1 | -1 | 0 };
  display: { readonly display: Display };
  "timeline-options": Partial<TimelineOptions>;
  // the version
  version: { readonly id: string };
  "cancel-jobs": unknown;
  "retry-jobs": unknown;
  help: unknown;
  // the conversation
  write: unknown;
  "reload-comments": unknown;
  neighbour: { readonly direction: 1 | -1 };
  "open-comment": { readonly id: string };
  "copy-link": { readonly id: string };
  /** What it has drawn, as a file. */
  "save-drawing": { readonly id: string; readonly file: "svg" | "png" | "over" };
  "delete-comment": { readonly id: string };
  resend: { readonly id: string };
  discard: { readonly id: string };
  comment: { readonly body: NewComment };
  "range-comment": { readonly id: string; readonly frame: number; readonly frames: number };
  /** `was`: the comment as it was when editing began. */
  "edit-comment": { readonly id: string; readonly text: string; readonly attachments?: readonly Attachment[]; readonly was: EditedFrom };
  "comment-history": { readonly id: string };
  "label-comment": { readonly id: string; readonly labels: readonly string[] };
  "manage-labels": unknown;
  react: { readonly id: string; readonly name: ReactionName; readonly there: boolean };
  "read-all": unknown;
  complete: { readonly id: string; readonly completed: boolean };
  internal: { readonly id: string; readonly internal: boolean };
}

export type RequestKind = keyof RequestMap;
export type RequestOf<K extends RequestKind> = { readonly kind: K } & RequestMap[K];
export type RoomRequest = { [K in RequestKind]: RequestOf<K> }[RequestKind];
/** Who answers which requests. */
export type Handlers<K extends RequestKind = RequestKind> = { readonly [P in K]: (request: RequestOf<P>) => unknown };

const NAME = "tp-request";

export function ask(from: EventTarget, request: RoomRequest): void {
  from.dispatchEvent(new CustomEvent<RoomRequest>(NAME, { detail: request, bubbles: true }));
}

export function onRequest(root: EventTarget, handle: (request: RoomRequest) => void): void {
  root.addEventListener(NAME, (event) => handle((event as CustomEvent<RoomRequest>).detail));
}
