import { describe, expect, it } from "vitest";
import { columnsAround, shapeOf } from "../../src/core/event-wave.ts";
import type { Waveform } from "../../src/core/waveform.ts";

/** A second at 25 frames, 4 peaks a frame; frame 10 alone is loud. */
const wave: Waveform = {
  sampleRate: 48_000,
  samplesPerPeak: 480,
  peakCount: 100,
  range: (from, to) => (to <= 0 || from >= 100 ? null : Math.floor(from) < 44 && Math.ceil(to) > 40 ? [-90, 100] : [-1, 1]),
};
const RATE = { num: 25, den: 1 };

describe("the sound around a frame", () => {
  it("is loud in the columns of the loud frame alone", () => {
    const columns = columnsAround(wave, 8, 5, 2, RATE);
    expect(columns.map(({ high }) => high)).toEqual([1, 1, 1, 1, 100, 100, 1, 1, 1, 1]);
  });
  it("is silent before the first frame and behind the last sound", () => {
    expect(columnsAround(wave, -1, 2, 1, RATE)[0]).toEqual({ low: 0, high: 0 });
    expect(columnsAround(wave, 25, 1, 1, RATE)[0]).toEqual({ low: 0, high: 0 });
  });
  it("is drawn as one closed shape, its loudest column two thirds high", () => {
    expect(shapeOf([{ low: -127, high: 127 }], 10, 30)).toBe("M0.0,5.0 10.0,5.0 L10.0,25.0 0.0,25.0Z");
    expect(shapeOf([], 10, 30)).toBe("");
  });
});
