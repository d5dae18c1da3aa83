import { describe, expect, it } from "vitest";
import { frameAtSeconds, FrameTableError, nudgedSeconds, parseFrameTable, seekSeconds } from "../../src/core/frame-table.ts";
import { tableBytes } from "./tables.ts";

const rates: [number, number, number][] = [
  [24000, 1001, 24000],
  [24, 1, 12288],
  [25, 1, 12800],
  [30000, 1001, 30000],
  [30, 1, 15360],
  [50, 1, 12800],
  [60000, 1001, 60000],
  [60, 1, 15360],
  [120, 1, 15360],
];

describe("constant rate", () => {
  it.each(rates)("%i/%i finds every frame of an hour by its start, middle and end", (rateNum, rateDen, timescale) => {
    const count = Math.floor((3600 * rateNum) / rateDen);
    const table = parseFrameTable(tableBytes({ rateNum, rateDen, timescale, count }));
    for (let i = 0; i < count; i += 97) {
      // As a browser reports it: rounded to microseconds.
      const start = Math.round((table.time(i) / timescale) * 1e6) / 1e6;
      expect(frameAtSeconds(table, start)).toBe(i);
      expect(frameAtSeconds(table, seekSeconds(table, i))).toBe(i);
      expect(frameAtSeconds(table, nudgedSeconds(table, i, 0.2))).toBe(i);
      expect(frameAtSeconds(table, nudgedSeconds(table, i, -0.2))).toBe(i);
      expect(frameAtSeconds(table, table.end(i) / timescale - 0.001)).toBe(i);
    }
  });

  it("holds at both ends", () => {
    const table = parseFrameTable(tableBytes({ rateNum: 25, rateDen: 1, timescale: 12800, count: 10, first: 1024, lastDuration: 256 }));
    expect(frameAtSeconds(table, 0)).toBe(0);
    expect(frameAtSeconds(table, -1)).toBe(0);
    expect(frameAtSeconds(table, 99)).toBe(9);
    expect(table.end(9)).toBe(1024 + 9 * 512 + 256);
    expect(seekSeconds(table, 9)).toBeLessThan(table.end(9) / 12800);
    expect(() => table.time(10)).toThrow(RangeError);
    expect(() => table.time(-1)).toThrow(RangeError);
  });
});

it("follows variable times, and reads key frames", () => {
  const deltas = Array.from({ length: 20 }, (_, i) => 1500 + (i % 7) * 900);
  const table = parseFrameTable(tableBytes({ rateNum: 30, rateDen: 1, timescale: 90000, deltas, lastDuration: 3000, keyframes: [0, 12] }));
  expect(table.frameCount).toBe(21);
  expect(table.time(2)).toBe(1500 + 2400);
  for (let i = 0; i < 21; i += 1) expect(frameAtSeconds(table, seekSeconds(table, i))).toBe(i);
  expect([0, 1, 11, 12, 13].map((i) => table.isKeyframe(i))).toEqual([true, false, false, true, false]);
});

describe("a broken table is refused", () => {
  const good = { rateNum: 25, rateDen: 1, timescale: 12800, count: 9 };
  const broken = (change: (view: DataView) => void): (() => unknown) => {
    const bytes = tableBytes(good);
    change(new DataView(bytes));
    return () => parseFrameTable(bytes);
  };
  it.each([
    ["magic", broken((v) => v.setUint8(0, 0))],
    ["version", broken((v) => v.setUint16(4, 2, true))],
    ["count", broken((v) => v.setUint32(8, 900, true))],
    ["zero", broken((v) => v.setUint32(8, 0, true))],
    ["timescale that does not hold the rate", broken((v) => v.setUint32(20, 12801, true))],
    ["cut", () => parseFrameTable(tableBytes(good).slice(0, 41))],
    ["empty", () => parseFrameTable(new ArrayBuffer(0))],
    ["equal times", () => parseFrameTable(tableBytes({ rateNum: 25, rateDen: 1, timescale: 90000, deltas: [10, 0] }))],
  ])("%s", (_name, read) => expect(read).toThrow(FrameTableError));
});
