// The keys of the review room, in one table: what acts, and what the help shows.
import { h } from "./dom.ts";
import { openDialog } from "./feedback.ts";
import type { RoomRequest } from "./requests.ts";

interface Shortcut {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly text: string;
  readonly request: RoomRequest | "type-position";
}

export const SHORTCUTS: readonly { readonly title: string; readonly entries: readonly Shortcut[] }[] = [
  {
    title: "Play",
    entries: [
      { keys: [" "], shown: "Space", text: "Play or pause", request: { kind: "toggle" } },
      { keys: ["l"], shown: "L", text: "Play on; again: 2×, 4×", request: { kind: "shuttle", direction: 1 } },
      { keys: ["k"], shown: "K", text: "Pause", request: { kind: "pause" } },
      { keys: ["j"], shown: "J", text: "Play back; again: 2×, 4×", request: { kind: "shuttle", direction: -1 } },
      { keys: ["u"], shown: "U", text: "Sound on or off", request: { kind: "mute" } },
    ],
  },
  {
    title: "Move",
    entries: [
      { keys: ["ArrowLeft"], shown: "←", text: "One frame back", request: { kind: "step", frames: -1 } },
      { keys: ["ArrowRight"], shown: "→", text: "One frame on", request: { kind: "step", frames: 1 } },
      { keys: ["Shift+ArrowLeft"], shown: "Shift ←", text: "Ten frames back", request: { kind: "step", frames: -10 } },
      { keys: ["Shift+ArrowRight"], shown: "Shift →", text: "Ten frames on", request: { kind: "step", frames: 10 } },
      { keys: ["Home"], shown: "Home", text: "First frame", request: { kind: "home" } },
      { keys: ["End"], shown: "End", text: "Last frame", request: { kind: "end" } },
      { keys: ["Shift+i"], shown: "Shift I", text: "To the in point", request: { kind: "go-to-in" } },
      { keys: ["Shift+o"], shown: "Shift O", text: "To the out point", request: { kind: "go-to-out" } },
      { keys: ["Shift+ArrowDown"], shown: "Shift ↓", text: "Next marker or finding", request: { kind: "marker", direction: 1 } },
      { keys: ["Shift+ArrowUp"], shown: "Shift ↑", text: "Marker or finding before", request: { kind: "marker", direction: -1 } },
      { keys: ["g"], shown: "G", text: "Type a position", request: "type-position" },
    ],
  },
  {
    title: "Range",
    entries: [
      { keys: ["i"], shown: "I", text: "In point here", request: { kind: "mark-in" } },
      { keys: ["o"], shown: "O", text: "Out point here", request: { kind: "mark-out" } },
      { keys: ["t"], shown: "T", text: "In and out around the comment or marker here, else around all", request: { kind: "mark-clip" } },
      { keys: ["x"], shown: "X", text: "Clear in and out", request: { kind: "clear-range" } },
      { keys: ["p"], shown: "P", text: "Loop", request: { kind: "loop" } },
    ],
  },
  {
    title: "Comments",
    entries: [
      { keys: ["m", "c"], shown: "M or C", text: "Comment on this frame", request: { kind: "write" } },
      { keys: ["d"], shown: "D", text: "Draw on this frame", request: { kind: "draw" } },
      { keys: ["n", "ArrowDown"], shown: "N or ↓", text: "Next comment", request: { kind: "neighbour", direction: 1 } },
      { keys: ["b", "ArrowUp"], shown: "B or ↑", text: "Comment before", request: { kind: "neighbour", direction: -1 } },
    ],
  },
  {
    title: "View",
    entries: [
      { keys: ["+", "="], shown: "+", text: "Zoom into the timeline", request: { kind: "zoom", direction: 1 } },
      { keys: ["-"], shown: "-", text: "Zoom out of the timeline", request: { kind: "zoom", direction: -1 } },
      { keys: ["\\", "Shift+z"], shown: "\\ or Shift Z", text: "Show all of the timeline", request: { kind: "zoom", direction: 0 } },
      { keys: ["z"], shown: "Z", text: "Tools for looking closer", request: { kind: "look-tools" } },
      { keys: ["."], shown: ".", text: "Zoom into the picture", request: { kind: "look", command: { do: "in" } } },
      { keys: [","], shown: ",", text: "Zoom out of the picture", request: { kind: "look", command: { do: "out" } } },
      { keys: ["0"], shown: "0", text: "Whole picture", request: { kind: "look", command: { do: "whole" } } },
      { keys: ["1"], shown: "1", text: "100 %: pixel for pixel", request: { kind: "look", command: { do: "pixels" } } },
      { keys: ["r"], shown: "R", text: "Turn the picture", request: { kind: "look", command: { do: "turn" } } },
      { keys: ["v"], shown: "V", text: "Luma, channels, false colour", request: { kind: "look", command: { do: "next-filter" } } },
      { keys: ["w"], shown: "W", text: "Scopes", request: { kind: "look", command: { do: "next-scope" } } },
      { keys: ["s"], shown: "S", text: "Save the frame as PNG", request: { kind: "look", command: { do: "still" } } },
      { keys: ["q"], shown: "Q", text: "Compare with another video", request: { kind: "compare" } },
      { keys: ["f"], shown: "F", text: "Full screen", request: { kind: "fullscreen" } },
      { keys: ["?"], shown: "?", text: "This list", request: { kind: "help" } },
    ],
  },
];

const byKey = new Map(SHORTCUTS.flatMap((group) => group.entries.flatMap((entry) => entry.keys.map((key) => [key, entry.request] as const))));

/** What a key press in the room asks for; null when it is none of ours: in fields, on buttons that Space presses, with
 *  Ctrl, Alt or Meta held. */
export function shortcutOf(event: KeyboardEvent): RoomRequest | "type-position" | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return null;
  const { target } = event;
  if (target instanceof Element) {
    if (target.closest("input:not([type=range], [type=checkbox]), textarea, select, dialog, [contenteditable]")) return null;
    if (event.key === " " && target.closest("button, summary, a, [role=button], [type=checkbox]")) return null;
    if (target.closest("input[type=range]") && event.key.startsWith("Arrow")) return null;
  }
  const key = event.key.length === 1 && event.key !== "?" ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey ? byKey.get(`Shift+${key}`) : undefined;
  if (shifted) return shifted;
  return event.shiftKey && event.key.startsWith("Arrow") ? null : (byKey.get(key) ?? null);
}

export function showHelp(): void {
  openDialog(
    "Keyboard",
    (body) => {
      const groups = SHORTCUTS.map((group) =>
        h("section", null, h("h3", null, group.title), h("dl", { class: "keys" }, group.entries.flatMap((entry) => [h("dt", null, h("kbd", null, entry.shown)), h("dd", null, entry.text)]))),
      );
      body.append(
        h("div", { class: "key-groups" }, groups),
        h("p", { class: "quiet" }, "Positions that can be typed: 01:00:10:12 (record timecode), 10:12 (from the start), 10203. (01:02:03:00), f252 (frame), 5+08 (feet), 12.5s, +12, -1:00."),
      );
    },
    true,
  );
}
