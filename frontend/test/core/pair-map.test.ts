import { describe, expect, it } from "vitest";
import { parseFrameTable, type FrameTable } from "../../src/core/frame-table.ts";
import { frameForFrame, pairedFrame, offsetFrames } from "../../src/core/pair-map.ts";
import { tableBytes } from "./tables.ts";

const constant = (rateNum: number, rateDen: number, timescale: number, count: number): FrameTable => parseFrameTable(tableBytes({ rateNum, rateDen, timescale, count }));
const P24 = constant(24, 1, 24_000, 240_000);
const P23 = constant(24_000, 1001, 24_000, 240_000);
const P25 = constant(25, 1, 12_800, 240_000);
const P50 = constant(50, 1, 12_800, 480_000);
const P29 = constant(30_000, 1001, 30_000, 300_000);
const at = (frame: number, a: FrameTable, b: FrameTable, offset = 0): number => pairedFrame(frame, a, b, offset, b.frameCount).frame;

describe("equal rates", () => {
  it("go frame for frame, at any length", () => {
    for (const table of [P24, P23, P25, P50, P29]) for (const frame of [0, 1, 2, 999, 107_892, 239_999]) expect(at(frame, table, constant(table.rateNum * 2, table.rateDen * 2, table.timescale, table.frameCount))).toBe(frame);
    expect(frameForFrame(P24, constant(48, 2, 24_000, 10))).toBe(true);
    expect(frameForFrame(P24, P23)).toBe(false);
  });
  it("with an offset, to B's ends and no farther", () => {
    const short = constant(25, 1, 12_800, 100);
    expect(pairedFrame(50, P25, short, 7, 100)).toEqual({ frame: 57, outside: false });
    expect(pairedFrame(99, P25, short, 1, 100)).toEqual({ frame: 99, outside: true });
    expect(pairedFrame(3, P25, short, -4, 100)).toEqual({ frame: 0, outside: true });
  });
});

describe("unequal rates", () => {
  it("go by time: two frames at 50 to one at 25", () => {
    expect([0, 1, 2, 3, 4].map((frame) => at(frame, P50, P25))).toEqual([0, 0, 1, 1, 2]);
    expect([0, 1, 2].map((frame) => at(frame, P25, P50))).toEqual([1, 3, 5]); // the middle of a frame at 25 is where the second at 50 begins
  });
  it("never show what is not on screen at that moment", () => {
    for (const [a, b] of [[P24, P25], [P25, P24], [P23, P29], [P29, P23], [P50, P29]] as const) {
      for (let frame = 0; frame < 100_000; frame += 977) {
        const other = at(frame, a, b);
        // The middle of A's frame lies within B's: b/rateB <= (2a + 1)/(2 rateA) < (b + 1)/rateB, in integers.
        const middle = BigInt(2 * frame + 1) * BigInt(a.rateDen) * BigInt(b.rateNum);
        const unit = 2n * BigInt(a.rateNum) * BigInt(b.rateDen);
        expect(BigInt(other) * unit <= middle && middle < BigInt(other + 1) * unit).toBe(true);
      }
    }
  });
  it("drift apart as 24 and 23.976 do: one frame in 41.7 seconds", () => {
    expect(at(500, P24, P23)).toBe(500);
    expect(at(501, P24, P23)).toBe(500);
    expect(at(86_400, P24, P23)).toBe(86_314); // an hour
  });
});

describe("variable rates", () => {
  const variable = parseFrameTable(tableBytes({ rateNum: 25, rateDen: 1, timescale: 90_000, deltas: [3600, 7200, 1800, 3600], lastDuration: 3600, first: 900 }));
  it("go by the real times of their frames", () => {
    // frames of 40, 80, 20, 40 and 40 ms: they begin at 0, 40, 120, 140 and 180
    expect([0, 1, 2, 3, 4, 5].map((frame) => at(frame, P25, variable))).toEqual([0, 1, 1, 3, 4, 4]);
    expect([0, 1, 2, 3, 4].map((frame) => at(frame, variable, P25))).toEqual([0, 2, 3, 4, 5]);
  });
  it("end where they end", () => {
    expect(pairedFrame(5, P25, variable, 0, 5)).toEqual({ frame: 4, outside: true });
    expect(pairedFrame(4, P25, variable, 0, 5)).toEqual({ frame: 4, outside: false });
  });
});

it.each([["12", 12], ["+12", 12], ["-3", -3], ["\u22123 f", -3], [" 0 ", 0], ["-0", 0], ["", null], ["1:00", null], ["12.5", null], ["99999999", null]])("understands %j as an offset", (text, frames) => {
  expect(offsetFrames(text)).toBe(frames);
});
