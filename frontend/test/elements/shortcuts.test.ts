import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SHORTCUTS } from "../../src/elements/shortcuts.ts";

const manual = readFileSync(new URL("../../../docs/review-room.md", import.meta.url), "utf8");
const entries = SHORTCUTS.flatMap((group) => group.entries);

it("documents every key of the room, and no other", () => {
  const rows = [...manual.split("## Keys")[1]!.split("## ")[0]!.matchAll(/^\| (.+) \| (.+) \|$/gm)].map(([, key, text]) => `${key}: ${text}`).slice(1);
  expect(rows).toEqual(entries.map((entry) => `${entry.shown}: ${entry.text}`));
});

it("gives no key to two", () => {
  const keys = entries.flatMap((entry) => entry.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
