import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KEY_GROUPS } from "../../src/core/key-actions.ts";
import { Keymap } from "../../src/core/keymap.ts";

const manual = readFileSync(new URL("../../../docs/review-room.md", import.meta.url), "utf8");
const keymap = new Keymap();
const rows = (heading: string): string[] => [...(manual.split(heading)[1] ?? "").split("\n## ")[0]!.matchAll(/^\| (.+) \| (.+) \|$/gm)].map(([, key, text]) => `${key}: ${text}`).slice(1);
const entries = (drawing: boolean): string[] => KEY_GROUPS.flatMap((group) => group.entries).filter(({ scope }) => (scope === "drawing") === drawing).map(({ action, text }) => `${keymap.shown(action)}: ${text}`);

it("documents every key of the room, and no other", () => expect(rows("\n## Keys\n")).toEqual(entries(false)));

it("documents every key of drawing, and no other", () => expect(rows("\n## Drawing on the frame\n")).toEqual([...entries(true), "Shift held: Squares, circles, lines in steps of 45°"]));
