import { afterEach, expect, test } from "vitest";
import { agoText, sizeText } from "../../src/core/wording.ts";
import { GERMAN } from "../../src/language/de/table.ts";
import { n, speak, t, woven } from "../../src/language/translate.ts";

afterEach(() => speak("en", "en-GB", {}));

test("English stands in the code", () => {
  expect(t("Try again")).toBe("Try again");
  expect(t("The server answered {status}.", { status: 502 })).toBe("The server answered 502.");
  expect(n("{count} warning | {count} warnings", 1)).toBe("1 warning");
  expect(n("{count} warning | {count} warnings", 1200)).toBe("1,200 warnings");
});

test("a language speaks by its table, its plurals and its numbers", () => {
  speak("de", "de", GERMAN);
  expect(t("Try again")).toBe("Noch einmal versuchen");
  expect(n("{count} warning | {count} warnings", 1)).toBe("1 Warnung");
  expect(n("{count} warning | {count} warnings", 1200)).toBe("1.200 Warnungen");
  expect(sizeText(1_400_000_000)).toBe("1,4 GB");
  expect(agoText("2026-01-05T10:00:00Z", Date.parse("2026-01-05T10:05:00Z"))).toBe("vor 5 min");
});

test("languages with more forms than two have them in the order of Intl.PluralRules", () => {
  speak("pl", "pl", { "{count} warning | {count} warnings": "{count} jeden | {count} kilka | {count} wiele | {count} inne" });
  expect([1, 3, 5, 1.5].map((count) => n("{count} warning | {count} warnings", count))).toEqual(["1 jeden", "3 kilka", "5 wiele", "1,5 inne"]);
  expect(t("Try again")).toBe("Try again"); // what a table lacks is said in English
});

test("hints are not shown, and elements are woven in where the language wants them", () => {
  speak("xx", "en", { "The server answered {status}.": "{status}, said the server", "Try again": "Again // hint" });
  expect(t("Try again")).toBe("Again");
  expect(woven("The server answered {status}.", { status: 7 })).toEqual([7, ", said the server"]);
});
