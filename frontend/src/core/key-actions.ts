// What can be done by keys in the review room, in one table: what it is called, where it acts, and its keys to begin with.
// The page's listeners, its help, the editor of keys and every hint are made from it.

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
    title: "Play",
    entries: {
      toggle: { keys: [" "], text: "Play or pause" },
      forwards: { keys: ["l"], text: "Play on; again: 2×, 4×" },
      pause: { keys: ["k"], text: "Pause" },
      backwards: { keys: ["j"], text: "Play back; again: 2×, 4×" },
      mute: { keys: ["u"], text: "Sound on or off" },
    },
  },
  {
    title: "Move",
    entries: {
      "frame-back": { keys: ["ArrowLeft"], text: "One frame back" },
      "frame-on": { keys: ["ArrowRight"], text: "One frame on" },
      "ten-back": { keys: ["Shift+ArrowLeft"], text: "Ten frames back" },
      "ten-on": { keys: ["Shift+ArrowRight"], text: "Ten frames on" },
      home: { keys: ["Home"], text: "First frame" },
      end: { keys: ["End"], text: "Last frame" },
      "go-to-in": { keys: ["Shift+i"], text: "To the in point" },
      "go-to-out": { keys: ["Shift+o"], text: "To the out point" },
      "next-marker": { keys: ["Shift+ArrowDown"], text: "Next marker or finding" },
      "marker-before": { keys: ["Shift+ArrowUp"], text: "Marker or finding before" },
      "type-position": { keys: ["g"], text: "Type a position" },
    },
  },
  {
    title: "Range",
    entries: {
      "mark-in": { keys: ["i"], text: "In point here" },
      "mark-out": { keys: ["o"], text: "Out point here" },
      "mark-clip": { keys: ["t"], text: "In and out around the comment or marker here, else around all" },
      "clear-range": { keys: ["x"], text: "Clear in and out" },
      loop: { keys: ["p"], text: "Loop" },
    },
  },
  {
    title: "Comments",
    entries: {
      write: { keys: ["m", "c"], text: "Comment on this frame" },
      draw: { keys: ["d"], text: "Draw on this frame" },
      "next-comment": { keys: ["n", "ArrowDown"], text: "Next comment" },
      "comment-before": { keys: ["b", "ArrowUp"], text: "Comment before" },
    },
  },
  {
    title: "View",
    entries: {
      "zoom-in": { keys: ["+", "="], text: "Zoom into the timeline" },
      "zoom-out": { keys: ["-"], text: "Zoom out of the timeline" },
      "zoom-all": { keys: ["\\", "Shift+z"], text: "Show all of the timeline" },
      "look-tools": { keys: ["z"], text: "Tools for looking closer" },
      "picture-in": { keys: ["."], text: "Zoom into the picture" },
      "picture-out": { keys: [","], text: "Zoom out of the picture" },
      "picture-whole": { keys: ["0"], text: "Whole picture" },
      "picture-pixels": { keys: ["1"], text: "100 %: pixel for pixel" },
      "picture-turn": { keys: ["r"], text: "Turn the picture" },
      filter: { keys: ["v"], text: "Luma, channels, false colour" },
      scope: { keys: ["w"], text: "Scopes" },
      still: { keys: ["s"], text: "Save the frame as PNG" },
      compare: { keys: ["q"], text: "Compare with another video" },
      "compare-flip": { keys: ["a"], text: "Flip between A and B, while comparing", scope: "comparing" },
      fullscreen: { keys: ["f"], text: "Full screen" },
      help: { keys: ["?"], text: "This list" },
    },
  },
  {
    title: "While drawing",
    entries: {
      "draw-pen": { keys: ["p"], text: "Pen", scope: "drawing" },
      "draw-arrow": { keys: ["a"], text: "Arrow", scope: "drawing" },
      "draw-line": { keys: ["l"], text: "Line", scope: "drawing" },
      "draw-rect": { keys: ["r"], text: "Rectangle", scope: "drawing" },
      "draw-ellipse": { keys: ["o"], text: "Ellipse", scope: "drawing" },
      "draw-text": { keys: ["t"], text: "Text", scope: "drawing" },
      "draw-eraser": { keys: ["e"], text: "Eraser", scope: "drawing" },
      "draw-red": { keys: ["1"], text: "Red", scope: "drawing" },
      "draw-yellow": { keys: ["2"], text: "Yellow", scope: "drawing" },
      "draw-green": { keys: ["3"], text: "Green", scope: "drawing" },
      "draw-blue": { keys: ["4"], text: "Blue", scope: "drawing" },
      "draw-white": { keys: ["5"], text: "White", scope: "drawing" },
      "draw-black": { keys: ["6"], text: "Black", scope: "drawing" },
      "draw-thinner": { keys: ["["], text: "Thinner", scope: "drawing" },
      "draw-thicker": { keys: ["]"], text: "Thicker", scope: "drawing" },
      "draw-peek": { keys: ["h"], text: "The bare picture, while held", scope: "drawing" },
      "draw-undo": { keys: ["Ctrl+z"], text: "Undo", scope: "drawing" },
      "draw-redo": { keys: ["Ctrl+Shift+z", "Ctrl+y"], text: "Redo", scope: "drawing" },
      "draw-write": { keys: ["Enter"], text: "Write the comment's text", scope: "drawing" },
      "draw-stop": { keys: ["Escape", "d"], text: "Stop drawing; the drawing stays with the draft", scope: "drawing" },
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
