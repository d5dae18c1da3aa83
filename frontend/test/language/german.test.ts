// German is complete: no text of the pages is missing from its table, none stands there for nothing, none is written into
// an element past the tables.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GERMAN } from "../../src/language/de/table.ts";
import { visibleText } from "./visible-text.ts";

const SOURCES = join(import.meta.dirname, "../../src");
const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !file.endsWith("api-types.ts"));
const texts = new Map(files.map((file) => [file, readFileSync(join(SOURCES, file), "utf8")]));
const known = new Set(Object.keys(GERMAN));

/** Names of products, units and signs, which are the same in every language. */
const SAME_EVERYWHERE = new Set<string>(["Twopop", "CSV", "JSON", ".sha256", "SHA-256 …",  "PDF", "GOP", "VFR", "A  …", "name@example.com", "Premiere Pro", "DaVinci Resolve", "Media Composer", "Avid Media Composer", "Avid Media Composer (AAF)", "Final Cut Pro", "After Effects"]);

const slots = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

test.each(Object.entries(GERMAN))("%s: what is put in is the same", (english, german) => {
  expect(german).not.toBe("");
  expect(slots(german)).toEqual(slots(english));
  expect(german.split(" | ").length).toBe(english.split(" | ").length);
});

test("every message is used", () => {
  const all = [...texts].filter(([file]) => !file.startsWith("language/")).map(([, text]) => text).join("\n");
  const used = (message: string): boolean => [JSON.stringify(message), `\`${message}\``, `'${message}'`].some((literal) => all.includes(literal));
  expect([...known].filter((message) => !used(message))).toEqual([]);
});

test("no message stands in two files with two translations", () => {
  const seen = new Map<string, string>();
  for (const [file, text] of texts) {
    if (!file.startsWith("language/de/") || file.endsWith("table.ts")) continue;
    for (const [, quoted, bare] of text.matchAll(/^ {2}(?:"((?:[^"\\]|\\.)*)"|(\w+)):/gm)) {
      const message = quoted ?? bare ?? "";
      expect(seen.get(message), `${message}, in ${file} too`).toBeUndefined();
      seen.set(message, file);
    }
  }
});

test.each([...texts.keys()].filter((file) => !file.startsWith("language/")))("%s says nothing past the tables", (file) => {
  const found = visibleText(file, texts.get(file) ?? "", known).filter((line) => !SAME_EVERYWHERE.has(line.replace(/^\d+: /, "")));
  expect(found).toEqual([]);
});

test("what is written into an element is found", () => {
  const source = `h("p", { title: "Open it" }, done ? "Done" : \`\${one} of them\`, t("Close")); const text = "Reload the page";`;
  expect(visibleText("x.ts", source, known)).toEqual(["1: Done", "1: … of them", "1: Open it", "1: Reload the page"]);
});
