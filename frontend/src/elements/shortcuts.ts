// What the keys of the review room ask for (core/key-actions.ts has the keys themselves).
import type { KeyAction } from "../core/key-actions.ts";
import { HeldKeys } from "../core/held-keys.ts";
import { pressedKey } from "../core/keymap.ts";
import { keymap } from "./key-hints.ts";
import type { RoomRequest } from "./requests.ts";

type Asked = RoomRequest | "type-position";

const REQUESTS: Readonly<Record<Exclude<KeyAction, `draw-${string}` | "compare-flip" | "point">, Asked>> = {
  toggle: { kind: "toggle" },
  forwards: { kind: "shuttle", direction: 1 },
  pause: { kind: "pause" },
  backwards: { kind: "shuttle", direction: -1 },
  mute: { kind: "mute" },
  "frame-back": { kind: "step", frames: -1 },
  "frame-on": { kind: "step", frames: 1 },
  "ten-back": { kind: "step", frames: -10 },
  "ten-on": { kind: "step", frames: 10 },
  home: { kind: "home" },
  end: { kind: "end" },
  "go-to-in": { kind: "go-to-in" },
  "go-to-out": { kind: "go-to-out" },
  "next-marker": { kind: "marker", direction: 1 },
  "marker-before": { kind: "marker", direction: -1 },
  "type-position": "type-position",
  "mark-in": { kind: "mark-in" },
  "mark-out": { kind: "mark-out" },
  "mark-clip": { kind: "mark-clip" },
  "clear-range": { kind: "clear-range" },
  loop: { kind: "loop" },
  write: { kind: "write" },
  draw: { kind: "draw" },
  "next-comment": { kind: "neighbour", direction: 1 },
  "comment-before": { kind: "neighbour", direction: -1 },
  "zoom-in": { kind: "zoom", direction: 1 },
  "zoom-out": { kind: "zoom", direction: -1 },
  "zoom-all": { kind: "zoom", direction: 0 },
  "look-tools": { kind: "look-tools" },
  "picture-in": { kind: "look", command: { do: "in" } },
  "picture-out": { kind: "look", command: { do: "out" } },
  "picture-whole": { kind: "look", command: { do: "whole" } },
  "picture-pixels": { kind: "look", command: { do: "pixels" } },
  "picture-turn": { kind: "look", command: { do: "turn" } },
  filter: { kind: "look", command: { do: "next-filter" } },
  scope: { kind: "look", command: { do: "next-scope" } },
  still: { kind: "look", command: { do: "still" } },
  compare: { kind: "compare" },
  fullscreen: { kind: "fullscreen" },
  help: { kind: "help" },
};

const WRITTEN_IN = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]";
const PRESSED_BY = "button, summary, a, [role=button], [type=checkbox]";

/** Whether somebody who is there types. */
export const isWrittenIn = (element: Element | null): boolean => element?.closest(WRITTEN_IN) != null;

/** Whether this key press belongs to the control that has the focus: text, and what Space, Enter and arrows do there. */
export function belongsToControl(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (!(target instanceof Element)) return false;
  if (isWrittenIn(target)) return true;
  if ((key === " " || key === "Enter") && target.closest(PRESSED_BY)) return true;
  if (key === " " && target.closest("[type=radio]:not(:checked)")) return true; // where it is chosen already, Space has nothing to do
  return target.closest("input[type=range], input[type=radio]") !== null && key.startsWith("Arrow");
}

/** What a key press in the room asks for; null when it is none of ours. */
function shortcutOf(event: KeyboardEvent): Asked | null {
  if (event.defaultPrevented || belongsToControl(event)) return null;
  const key = pressedKey(event);
  const action = key === null ? null : keymap().action("room", key);
  return action === null ? null : ((REQUESTS as Readonly<Partial<Record<KeyAction, Asked>>>)[action] ?? null);
}

/** Listen to the keys of a page. `act` does what they ask for and answers whether the page has that; `type` begins a position. */
export function listenToKeys(act: (request: RoomRequest) => boolean, type: () => void, after: (milliseconds: number, run: () => void) => () => void): void {
  const held = new HeldKeys(act, after);
  document.addEventListener("keydown", (event) => {
    const asked = shortcutOf(event);
    if (asked === null) return;
    const request = asked === "type-position" ? asked : held.press(event.code, event.repeat, asked);
    if (request === "type-position") type();
    if (request === null || request === "type-position" || act(request as RoomRequest)) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => held.release(event.code));
  window.addEventListener("blur", () => held.releaseAll());
}
