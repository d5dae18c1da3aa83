// Small parts of the panel: ticks, addresses, words; and that its manifest names what is there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commentsOf } from "../../premiere/src/marker-plan.ts";
import { frameAt, ticksPerFrame } from "../../premiere/src/place.ts";
import { addressOf, versionIdIn } from "../../premiere/src/server.ts";
import { EVERY_WORD, say, speakAs } from "../../premiere/src/words.ts";

const HOME = join(import.meta.dirname, "../../premiere");

test.each([
  [24000, 1001, 10594584000n],
  [24, 1, 10584000000n],
  [25, 1, 10160640000n],
  [30000, 1001, 8475667200n],
  [30, 1, 8467200000n],
  [50, 1, 5080320000n],
  [60000, 1001, 4237833600n],
  [60, 1, 4233600000n],
])("ticks of a frame at %i/%i", (num, den, ticks) => {
  expect(ticksPerFrame({ num, den })).toBe(ticks);
  // Frames of a day keep their numbers, where doubles would not hold the ticks.
  for (const frame of [0, 1, 2_589_407, 5_178_815]) {
    expect(frameAt(String(BigInt(frame) * ticks), ticks)).toBe(frame);
    expect(frameAt(String(BigInt(frame + 1) * ticks - 1n), ticks)).toBe(frame);
  }
});

test("addresses", () => {
  expect(addressOf("Review.Example:8443/v/x?y")).toBe("https://review.example:8443");
  expect(addressOf(" http://10.0.0.5:8000 ")).toBe("http://10.0.0.5:8000");
  for (const none of ["", "two words", "https://", "ftp://x", "javascript:alert(1)"]) expect(addressOf(none)).toBeNull();
  expect(versionIdIn("https://x/v/2222222222222222?frame=3")).toBe("2222222222222222");
  expect(versionIdIn("https://x/projects/2222222222222222")).toBeNull();
});

test("a marker's last line says whose it is, also after Premiere has trimmed it", () => {
  expect(commentsOf("Text\n[twopop aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbb]\n")).toEqual(["a".repeat(16), "b".repeat(16)]);
  for (const own of ["", "Text", "[twopop]", "[twopop aaaaaaaaaaaaaaaa] and more"]) expect(commentsOf(own)).toEqual([]);
});

test("every word is there in both languages, with the same put in", () => {
  const slots = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const [english, german] of Object.values(EVERY_WORD)) expect(slots(german)).toEqual(slots(english));
  speakAs("de_DE");
  expect(say("jump", { timecode: "01:00" })).toBe("Zu 01:00 gehen");
  speakAs("en_US");
  expect(say("jump", { timecode: "01:00" })).toBe("Go to 01:00");
});

test("the manifest is one of version 5 for Premiere, and what it and the page name is there", () => {
  const manifest = JSON.parse(readFileSync(join(HOME, "manifest.json"), "utf8")) as { manifestVersion: number; host: { app: string }; main: string; icons: { path: string }[]; entrypoints: { type: string; icons: { path: string }[] }[]; requiredPermissions: object };
  expect(manifest).toMatchObject({ manifestVersion: 5, host: { app: "premierepro" }, entrypoints: [{ type: "panel" }] });
  expect(Object.keys(manifest.requiredPermissions).sort()).toEqual(["launchProcess", "network"]);
  for (const path of [manifest.main, ...manifest.icons.map((one) => one.path), ...manifest.entrypoints.flatMap((one) => one.icons.map((icon) => icon.path))]) {
    expect(existsSync(join(HOME, path)), path).toBe(true);
  }
});
