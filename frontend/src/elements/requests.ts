// What elements ask for. Requests bubble up as events to the page, which alone acts; state comes back down.
import type { Quality } from "../state/sources.ts";
import type { NewComment } from "../state/comments.ts";

export type RoomRequest =
  | { readonly kind: "toggle" | "pause" | "play" | "home" | "end" | "mark-in" | "mark-out" | "clear-range" | "loop" | "mute" | "fullscreen" | "help" | "retry-source" | "stop-waiting" | "cancel-jobs" | "retry-jobs" | "write" | "reload-comments" }
  | { readonly kind: "seek"; readonly frame: number }
  | { readonly kind: "step"; readonly frames: number }
  | { readonly kind: "shuttle"; readonly direction: 1 | -1 }
  | { readonly kind: "go-to"; readonly text: string }
  | { readonly kind: "speed"; readonly speed: number }
  | { readonly kind: "volume"; readonly volume: number }
  | { readonly kind: "quality"; readonly quality: Quality }
  | { readonly kind: "version"; readonly id: string }
  | { readonly kind: "neighbour"; readonly direction: 1 | -1 }
  | { readonly kind: "open-comment" | "copy-link" | "delete-comment" | "resend" | "discard"; readonly id: string }
  | { readonly kind: "comment"; readonly body: NewComment }
  | { readonly kind: "edit-comment"; readonly id: string; readonly text: string }
  | { readonly kind: "complete"; readonly id: string; readonly completed: boolean }
  | { readonly kind: "internal"; readonly id: string; readonly internal: boolean };

const NAME = "tp-request";

export function ask(from: EventTarget, request: RoomRequest): void {
  from.dispatchEvent(new CustomEvent<RoomRequest>(NAME, { detail: request, bubbles: true }));
}

export function onRequest(root: EventTarget, handle: (request: RoomRequest) => void): void {
  root.addEventListener(NAME, (event) => handle((event as CustomEvent<RoomRequest>).detail));
}
