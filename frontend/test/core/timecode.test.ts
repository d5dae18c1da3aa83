import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { droppedPerMinute, formatTimecode, framesPerDay, nominalRate, parseTimecode, rateName, type Rate } from "../../src/core/timecode.ts";

const vectors = readFileSync(new URL("../../../tests/vectors/timecode_vectors.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(","));

describe("timecode against the shared vectors", () => {
  it("has them all", () => expect(vectors.length).toBe(851));

  it("formats every frame and reads every label back", () => {
    for (const row of vectors) {
      const [num, den, nominal, drop, frame, label, , back] = row as [string, string, string, string, string, string, string, string];
      const rate: Rate = { num: Number(num), den: Number(den), dropFrame: drop === "1" };
      expect(nominalRate(rate)).toBe(Number(nominal));
      expect(formatTimecode(Number(frame), rate), row.join()).toBe(label);
      expect(parseTimecode(label, rate), row.join()).toEqual({ ok: true, frame: Number(back) });
    }
  });
});

describe("labels that do not exist", () => {
  const df30: Rate = { num: 30000, den: 1001, dropFrame: true };
  const df60: Rate = { num: 60000, den: 1001, dropFrame: true };

  it("are refused in drop-frame with both neighbours", () => {
    expect(parseTimecode("00:01:00;00", df30)).toEqual({ ok: false, reason: "range", nearest: [1799, 1800] });
    expect(parseTimecode("00:01:00;03", df60)).toEqual({ ok: false, reason: "range", nearest: [3599, 3600] });
    expect(parseTimecode("00:10:00;00", df30)).toEqual({ ok: true, frame: 17982 });
  });

  it("are refused beyond the rate", () => {
    expect(parseTimecode("00:00:00:25", { num: 25, den: 1, dropFrame: false })).toMatchObject({ ok: false, nearest: [24] });
    expect(parseTimecode("1:2:3", df30)).toMatchObject({ ok: false, reason: "syntax" });
  });

  it("never happen when formatting a whole hour of drop-frame", () => {
    const seen = new Set<string>();
    for (let frame = 0; frame < 107_892; frame += 1) {
      const label = formatTimecode(frame, df30);
      seen.add(label);
      const back = parseTimecode(label, df30);
      if (!back.ok || back.frame !== frame) throw new Error(`${frame} -> ${label}`);
    }
    expect(seen.size).toBe(107_892);
  });
});

it("drop-frame exists only where it may", () => {
  expect(droppedPerMinute({ num: 24000, den: 1001, dropFrame: true })).toBe(0);
  expect(droppedPerMinute({ num: 30, den: 1, dropFrame: true })).toBe(0);
  expect(droppedPerMinute({ num: 60000, den: 1001, dropFrame: true })).toBe(4);
});

it("names rates as people do", () => {
  const name = (num: number, den: number, dropFrame = false): string => rateName({ num, den, dropFrame });
  expect([name(24000, 1001), name(25, 1), name(30000, 1001, true), name(60000, 1001), name(12, 1)]).toEqual([
    "23.976",
    "25",
    "29.97 DF",
    "59.94",
    "12",
  ]);
});

// Labels repeat every ten minutes but for hours and tens of minutes: every frame of one ten minutes, and of each other ten the
// first, the last and one between. With TWOPOP_E2E_FULL=1 each frame of the day itself.
test.each([
  [24000, 1001, false], [24, 1, false], [25, 1, false], [30000, 1001, true], [30000, 1001, false], [50, 1, false], [60000, 1001, true], [60, 1, false],
] as const)("every frame of a day comes back from its label at %i/%i, drop-frame %s", (num, den, dropFrame) => {
  const rate = { num, den, dropFrame };
  const day = framesPerDay(rate);
  const ten = day / 144;
  const back = (frame: number): void => {
    const found = parseTimecode(formatTimecode(frame, rate), rate);
    if (!found.ok || found.frame !== frame) throw new Error(`${frame} comes back as ${JSON.stringify(found)}`);
  };
  for (let block = 0; block < 144; block += 1) {
    const whole = process.env.TWOPOP_E2E_FULL === "1" || block === 77;
    for (let frame = 0; frame < ten; frame += whole ? 1 : Math.floor(ten / 2)) back(block * ten + frame);
    back(block * ten + ten - 1);
    expect(formatTimecode(block * ten + 5, rate).slice(4)).toBe(formatTimecode(5, rate).slice(4));
  }
  expect(formatTimecode(day, rate)).toBe(formatTimecode(0, rate));
});
