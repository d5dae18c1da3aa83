import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const folder = new URL("../../src/styles/", import.meta.url);
const sheets = readdirSync(folder).filter((name) => name.endsWith(".css"));

// A label is another one in another language: what hangs on it would hold in English only.
it.each(sheets)("%s selects nothing by its words", (name) => {
  const rules = readFileSync(new URL(name, folder), "utf8").replace(/\/\*.*?\*\//gs, "");
  expect(rules.match(/\[(aria-label|aria-description|title|placeholder|alt)[~^$*|]?=[^\]]*\]/g) ?? []).toEqual([]);
});
