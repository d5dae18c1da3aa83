import { expect, it } from "vitest";
import { readKeyFile, writeKeyFile } from "../../src/core/key-file.ts";
import { Keymap } from "../../src/core/keymap.ts";

const file = (changes: unknown, more: object = {}): string => JSON.stringify({ format: "twopop-keyboard", version: 1, preset: "twopop", changes, ...more });
const read = (text: string) => {
  const found = readKeyFile(text);
  if (typeof found === "string") throw new Error(found);
  return found;
};

it("reads what it has written, exchanged keys too", () => {
  const own = new Keymap({ preset: "avid", changes: {} }).with("frame-on", ["y", "ArrowRight"]).with("mute", ["l"]).with("forwards", ["u"]).with("help", []);
  const { keymap, leftOut } = read(writeKeyFile(own));
  expect(keymap.keyboard).toEqual(own.keyboard);
  expect(leftOut).toBe(0);
});

it("leaves alone what is no keyboard, and what a later Twopop wrote", () => {
  for (const text of ["", "{nonsense", "null", "[]", "3", '{"format":"something"}', file({}, { version: undefined }), file({}, { version: "1" }), file({}, { version: 0 })]) expect(readKeyFile(text)).toBe("other");
  expect(readKeyFile(file({ toggle: ["k"] }, { version: 2 }))).toBe("later");
});

it("says how many keys it had to leave out", () => {
  expect(read(file({ "frame-on": ["u"], nothing: ["x"], toggle: "k", loop: [1], mute: ["1", "2", "3", "4", "5"] })).leftOut).toBe(4);
  const trapped = read(file({ "frame-on": ["Tab", "y"], "frame-back": ["Ctrl+w"] }, { preset: "emacs" }));
  expect(trapped.keymap.keys("frame-on")).toEqual(["y"]);
  expect(trapped.keymap.keys("frame-back")).toEqual(["ArrowLeft"]);
  expect(trapped.leftOut).toBe(3);
  const twice = read(file({ "frame-on": ["z"], "frame-back": ["z"] }));
  expect([twice.keymap.keys("frame-on"), twice.keymap.keys("frame-back"), twice.leftOut]).toEqual([[], ["z"], 1]);
  expect(read(file("none")).keymap.keyboard).toEqual({ preset: "twopop", changes: {} });
});
