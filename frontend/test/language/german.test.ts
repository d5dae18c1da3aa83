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
const SAME_EVERYWHERE = new Set<string>(["Twopop", "Premiere Pro", "DaVinci Resolve", "Media Composer"]);

/** Still to be moved into the tables. Nothing is added here. */
const NOT_YET = new Set<string>([
  "core/key-actions.ts",
  "core/keymap.ts",
  "core/position-display.ts",
  "core/reactions.ts",
  "core/roles.ts",
  "core/sync-verdict.ts",
  "core/typed-position.ts",
  "elements/asset-card.ts",
  "elements/comment-panel.ts",
  "elements/compare-tools.ts",
  "elements/compare-view.ts",
  "elements/composer.ts",
  "elements/correction-box.ts",
  "elements/drawing-layer.ts",
  "elements/drawing-tools.ts",
  "elements/key-editor.ts",
  "elements/live-dot.ts",
  "elements/look-tools.ts",
  "elements/media-notice.ts",
  "elements/members-dialog.ts",
  "elements/name-dialog.ts",
  "elements/player-view.ts",
  "elements/reference-choice.ts",
  "elements/sound-panel.ts",
  "elements/sync-badge.ts",
  "elements/sync-finding.ts",
  "elements/talk/attachment-tray.ts",
  "elements/talk/attachment-view.ts",
  "elements/talk/comment-view.ts",
  "elements/talk/filter-bar.ts",
  "elements/talk/history-dialog.ts",
  "elements/talk/label-chips.ts",
  "elements/talk/mention-box.ts",
  "elements/talk/reactions.ts",
  "elements/talk/sound-recorder.ts",
  "elements/talk/text-box.ts",
  "elements/talk/thread-list.ts",
  "elements/timeline-edits.ts",
  "elements/timeline-hover.ts",
  "elements/timeline-walk.ts",
  "elements/timeline.ts",
  "elements/tour.ts",
  "elements/transport.ts",
  "elements/upload-panel.ts",
  "elements/version-switch.ts",
  "elements/view-menu.ts",
  "net/tus-transfer.ts",
  "net/upload-queue.ts",
  "pages/checks.ts",
  "pages/project.ts",
  "pages/projects.ts",
  "pages/review.ts",
  "pages/room/comparing-surface.ts",
  "pages/room/comparing.ts",
  "pages/room/drawing-surface.ts",
  "pages/room/drawing.ts",
  "pages/room/finding.ts",
  "pages/room/keys.ts",
  "pages/room/looking-surface.ts",
  "pages/room/looking.ts",
  "pages/room/playing.ts",
  "pages/room/talking.ts",
  "pages/sources.ts",
  "pages/stage-notice.ts",
  "pages/tokens.ts",
  "player/failures.ts",
  "state/comments.ts",
  "state/landing.ts",
  "state/looking.ts",
  "state/sound-and-times.ts",
  "state/sources.ts",
  "state/timeline-findings.ts",
]);

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

test.each([...texts.keys()].filter((file) => !file.startsWith("language/") && !NOT_YET.has(file)))("%s says nothing past the tables", (file) => {
  const found = visibleText(file, texts.get(file) ?? "", known).filter((line) => !SAME_EVERYWHERE.has(line.replace(/^\d+: /, "")));
  expect(found).toEqual([]);
});

test("what is written into an element is found", () => {
  const source = `h("p", { title: "Open it" }, done ? "Done" : \`\${one} of them\`, t("Close")); const text = "Reload the page";`;
  expect(visibleText("x.ts", source, known)).toEqual(["1: Done", "1: … of them", "1: Open it", "1: Reload the page"]);
});
