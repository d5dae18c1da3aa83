import { describe, expect, it } from "vitest";
import { KEY_ACTIONS, PRESETS } from "../../src/core/key-actions.ts";
import { ariaKeys, Keymap, keyText, pressedKey, refusedKey, type KeyPress } from "../../src/core/keymap.ts";

const press = (key: string, more: Partial<KeyPress> = {}): string | null => pressedKey({ key, code: "", ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...more });

describe("a pressed key", () => {
  it.each([
    ["m", {}, "m"],
    ["M", {}, "m"], // caps lock
    ["M", { shiftKey: true }, "Shift+m"],
    ["?", { shiftKey: true }, "?"], // where a sign needs Shift, it is the sign that counts
    [" ", {}, " "],
    ["ArrowLeft", { shiftKey: true }, "Shift+ArrowLeft"],
    ["z", { metaKey: true, shiftKey: true }, "Ctrl+Shift+z"],
    ["≈", { altKey: true, code: "KeyX" }, "Alt+x"], // Option makes other letters of them
    ["ь", { code: "KeyM" }, "m"], // no Latin letters on this layout
    ["Shift", { shiftKey: true }, null],
  ] as const)("%s %o is %s", (key, more, written) => expect(press(key, more)).toBe(written));

  it("is read out and shown as people know it", () => {
    expect(["Shift+ArrowLeft", " ", "Ctrl+z", "+", "Ctrl++"].map((key) => keyText(key))).toEqual(["Shift ←", "Space", "Ctrl Z", "+", "Ctrl +"]);
    expect(keyText("Ctrl+Alt+g", true)).toBe("⌘ ⌥ G");
    expect(ariaKeys([" ", "+", "Ctrl+z"])).toBe("Space Plus Control+z");
  });
});

describe("a keyboard", () => {
  it.each(PRESETS)("of $name gives no key to two that act together, and none that cannot be had", ({ id }) => {
    const keymap = new Keymap({ preset: id, changes: {} });
    for (const { action } of KEY_ACTIONS) {
      for (const key of keymap.keys(action)) {
        expect(keymap.conflict(action, key)?.action, `${key} of ${action}`).toBeUndefined();
        expect(refusedKey(key), key).toBeNull();
      }
    }
  });

  it.each(PRESETS)("of $name names only what it changes, with one key at least", ({ keys }) => {
    for (const [action, row] of Object.entries(keys)) {
      expect(KEY_ACTIONS.some((entry) => entry.action === action)).toBe(true);
      expect(row.length).toBeGreaterThan(0);
    }
  });

  it("takes a key from whoever had it, where both act", () => {
    const keymap = new Keymap().with("loop", ["q", "a"]);
    expect(keymap.keys("loop")).toEqual(["q", "a"]);
    expect(keymap.keys("compare")).toEqual([]);
    expect(keymap.keys("compare-flip")).toEqual([]); // acts beside the room's
    expect(keymap.keys("draw-arrow")).toEqual(["a"]); // drawing goes before
    expect(keymap.action("room", "q")).toBe("loop");
    expect(keymap.action("drawing", "q")).toBeNull();
    expect(Object.keys(keymap.keyboard.changes).sort()).toEqual(["compare", "compare-flip", "loop"]);
  });

  it("goes back to the preset, unless somebody else has its key by now", () => {
    const keymap = new Keymap().with("loop", ["q"]);
    expect(keymap.without("compare")).toBeNull();
    expect(keymap.without("loop")?.keys("loop")).toEqual(["p"]);
    expect(keymap.with("loop", ["p"]).with("compare", ["q"]).keyboard.changes).toEqual({}); // as it was: nothing is kept
  });

  it("understands what it can of what was kept", () => {
    const keymap = new Keymap({ preset: "unknown", changes: { loop: ["Alt+l"], gone: ["x"], mute: "u", help: [""] } });
    expect(keymap.keyboard).toEqual({ preset: "twopop", changes: { loop: ["Alt+l"] } });
    for (const nonsense of [null, 5, "x", [], { preset: 1 }]) expect(new Keymap(nonsense).keys("loop")).toEqual(["p"]);
  });
});
