// What can be done by keys in the review room, in one table: what it is called, where it acts, and its keys to begin with.
// The page's listeners, its help, the editor of keys and every hint are made from it.
import { t } from "../language/translate.ts";

/** Keys of `drawing` go before those of the room while somebody draws; those of `comparing` act beside them while two videos
 *  are compared, so the two must not share any. */
export type KeyScope = "room" | "comparing" | "drawing";

interface Entry {
  readonly text: string;
  readonly keys: readonly string[];
  readonly scope?: KeyScope;
}

interface Group {
  readonly title: string;
  readonly entries: Readonly<Record<string, Entry>>;
}

const GROUPS = [
  {
    title: t("Play"),
    entries: {
      toggle: { keys: [" "], text: t("Play or pause") },
      forwards: { keys: ["l"], text: t("Play on; again: 2×, 4×") },
      pause: { keys: ["k"], text: t("Pause; held: J and L step, held as well: slowly") },
      backwards: { keys: ["j"], text: t("Play back; again: 2×, 4×") },
      mute: { keys: ["u"], text: t("Sound on or off") },
    },
  },
  {
    title: t("Move"),
    entries: {
      "frame-back": { keys: ["ArrowLeft"], text: t("One frame back") },
      "frame-on": { keys: ["ArrowRight"], text: t("One frame on") },
      "ten-back": { keys: ["Shift+ArrowLeft"], text: t("Ten frames back") },
      "ten-on": { keys: ["Shift+ArrowRight"], text: t("Ten frames on") },
      home: { keys: ["Home"], text: t("First frame") },
      end: { keys: ["End"], text: t("Last frame") },
      "go-to-in": { keys: ["Shift+i"], text: t("To the in point") },
      "go-to-out": { keys: ["Shift+o"], text: t("To the out point") },
      "next-marker": { keys: ["Shift+ArrowDown"], text: t("Next marker or finding") },
      "marker-before": { keys: ["Shift+ArrowUp"], text: t("Marker or finding before") },
      "type-position": { keys: ["g"], text: t("Type a position") },
    },
  },
  {
    title: t("Range"),
    entries: {
      "mark-in": { keys: ["i"], text: t("In point here") },
      "mark-out": { keys: ["o"], text: t("Out point here") },
      "mark-clip": { keys: ["t"], text: t("In and out around the comment or marker here, else around all") },
      "clear-range": { keys: ["x"], text: t("Clear in and out") },
      loop: { keys: ["p"], text: t("Loop") },
    },
  },
  {
    title: t("Comments"),
    entries: {
      write: { keys: ["m", "c"], text: t("Comment on this frame") },
      draw: { keys: ["d"], text: t("Draw on this frame") },
      point: { keys: ["h"], text: t("Point at the picture in a live session, while held; tapped: until tapped again") },
      "next-comment": { keys: ["n", "ArrowDown"], text: t("Next comment") },
      "comment-before": { keys: ["b", "ArrowUp"], text: t("Comment before") },
    },
  },
  {
    title: t("View"),
    entries: {
      "zoom-in": { keys: ["+", "="], text: t("Zoom into the timeline") },
      "zoom-out": { keys: ["-"], text: t("Zoom out of the timeline") },
      "zoom-all": { keys: ["\\", "Shift+z"], text: t("Show all of the timeline") },
      "look-tools": { keys: ["z"], text: t("Tools for looking closer") },
      "picture-in": { keys: ["."], text: t("Zoom into the picture") },
      "picture-out": { keys: [","], text: t("Zoom out of the picture") },
      "picture-whole": { keys: ["0"], text: t("Whole picture") },
      "picture-pixels": { keys: ["1"], text: t("100 %: pixel for pixel") },
      "picture-turn": { keys: ["r"], text: t("Turn the picture") },
      filter: { keys: ["v"], text: t("Luma, channels, false colour") },
      scope: { keys: ["w"], text: t("Scopes") },
      still: { keys: ["s"], text: t("Save the frame as PNG") },
      compare: { keys: ["q"], text: t("Compare with another video") },
      "compare-flip": { keys: ["a"], text: t("Flip between A and B, while comparing"), scope: "comparing" },
      fullscreen: { keys: ["f"], text: t("Full screen") },
      help: { keys: ["?"], text: t("This list") },
    },
  },
  {
    title: t("While drawing"),
    entries: {
      "draw-pen": { keys: ["p"], text: t("Pen"), scope: "drawing" },
      "draw-arrow": { keys: ["a"], text: t("Arrow"), scope: "drawing" },
      "draw-line": { keys: ["l"], text: t("Line"), scope: "drawing" },
      "draw-rect": { keys: ["r"], text: t("Rectangle"), scope: "drawing" },
      "draw-ellipse": { keys: ["o"], text: t("Ellipse"), scope: "drawing" },
      "draw-text": { keys: ["t"], text: t("Text"), scope: "drawing" },
      "draw-eraser": { keys: ["e"], text: t("Eraser"), scope: "drawing" },
      "draw-red": { keys: ["1"], text: t("Red"), scope: "drawing" },
      "draw-yellow": { keys: ["2"], text: t("Yellow"), scope: "drawing" },
      "draw-green": { keys: ["3"], text: t("Green"), scope: "drawing" },
      "draw-blue": { keys: ["4"], text: t("Blue"), scope: "drawing" },
      "draw-white": { keys: ["5"], text: t("White"), scope: "drawing" },
      "draw-black": { keys: ["6"], text: t("Black"), scope: "drawing" },
      "draw-thinner": { keys: ["["], text: t("Thinner"), scope: "drawing" },
      "draw-thicker": { keys: ["]"], text: t("Thicker"), scope: "drawing" },
      "draw-peek": { keys: ["h"], text: t("The bare picture, while held"), scope: "drawing" },
      "draw-undo": { keys: ["Ctrl+z"], text: t("Undo"), scope: "drawing" },
      "draw-redo": { keys: ["Ctrl+Shift+z", "Ctrl+y"], text: t("Redo"), scope: "drawing" },
      "draw-write": { keys: ["Enter"], text: t("Write the comment's text"), scope: "drawing" },
      "draw-stop": { keys: ["Escape", "d"], text: t("Stop drawing; the drawing stays with the draft"), scope: "drawing" },
    },
  },
] as const satisfies readonly Group[];

type KeysOfUnion<T> = T extends T ? keyof T : never;
export type KeyAction = KeysOfUnion<(typeof GROUPS)[number]["entries"]> & string;

export interface ActionEntry {
  readonly action: KeyAction;
  readonly text: string;
  readonly keys: readonly string[];
  readonly scope: KeyScope;
}

export const KEY_GROUPS: readonly { readonly title: string; readonly entries: readonly ActionEntry[] }[] = GROUPS.map(({ title, entries }) => ({
  title,
  entries: Object.entries(entries as Readonly<Record<string, Entry>>).map(([action, { scope = "room", ...entry }]) => ({ ...entry, scope, action: action as KeyAction })),
}));

export const KEY_ACTIONS: readonly ActionEntry[] = KEY_GROUPS.flatMap((group) => group.entries);

export interface Preset {
  readonly id: string;
  readonly name: string;
  /** What differs from the table above. */
  readonly keys: Readonly<Partial<Record<KeyAction, readonly string[]>>>;
}

/** The keys that editors have in their fingers, where the thing exists here; from the default keyboards of Premiere Pro,
 *  DaVinci Resolve and Media Composer on Windows. Chords that browsers keep for themselves are left as they are. */
export const PRESETS: readonly Preset[] = [
  { id: "twopop", name: "Twopop", keys: {} },
  {
    id: "premiere",
    name: "Premiere Pro",
    keys: {
      "mark-clip": ["x"],
      "clear-range": ["Ctrl+Shift+x", "Alt+x"],
      "next-comment": ["Shift+m", "ArrowDown", "n"],
      "comment-before": ["Ctrl+Shift+m", "ArrowUp", "b"],
      "zoom-in": ["=", "+"],
      "zoom-all": ["\\"],
      fullscreen: ["Ctrl+`", "f"],
      still: ["Ctrl+Shift+e", "s"],
      write: ["m"],
      compare: ["c"],
      "draw-stop": ["Escape", "v", "d"],
    },
  },
  {
    id: "resolve",
    name: "DaVinci Resolve",
    keys: {
      "mark-clip": ["x"],
      "clear-range": ["Alt+x"],
      loop: ["Ctrl+/"],
      write: ["m"],
      "next-marker": ["Shift+ArrowDown"],
      "marker-before": ["Shift+ArrowUp"],
      "type-position": ["=", "g"],
      "zoom-in": ["+"],
      "zoom-all": ["Shift+z"],
      fullscreen: ["p", "f"],
      still: ["Ctrl+Alt+g", "s"],
      compare: ["Ctrl+Alt+w", "q"],
      mute: ["u"],
    },
  },
  {
    id: "avid",
    name: "Media Composer",
    keys: {
      "frame-back": ["ArrowLeft", "3"],
      "frame-on": ["ArrowRight", "4"],
      "ten-back": ["1", "Alt+ArrowLeft", "Shift+ArrowLeft"],
      "ten-on": ["2", "Alt+ArrowRight", "Shift+ArrowRight"],
      "mark-in": ["i", "e"],
      "mark-out": ["o", "r"],
      "go-to-in": ["q"],
      "go-to-out": ["w"],
      "clear-range": ["g"],
      "type-position": ["Shift+g"],
      "zoom-in": ["Ctrl+]", "+"],
      "zoom-out": ["Ctrl+[", "-"],
      "zoom-all": ["Ctrl+/", "\\"],
      "picture-pixels": ["9"],
      "picture-turn": ["Shift+r"],
      scope: ["Shift+w"],
      compare: ["Shift+q"],
    },
  },
];
