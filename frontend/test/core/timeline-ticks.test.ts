import { expect, it } from "vitest";
import { clockFace, type ClockSetting } from "../../src/core/clock-face.ts";
import { countAtLabel, formatTimecode, labelCount } from "../../src/core/timecode.ts";
import { ticksOf } from "../../src/core/timeline-ticks.ts";

const labelled = (setting: ClockSetting, rate: { num: number; den: number; drop_frame: boolean }, start: number, first: number, last: number, pixels: number): string[] => {
  const face = clockFace(rate, start, 200_000, false, setting);
  return ticksOf(face, first, last, pixels, 100)
    .filter((tick) => tick.labelled)
    .map((tick) => face.position(tick.frame));
};
const df = { num: 30000, den: 1001, drop_frame: true };
const film = { num: 24000, den: 1001, drop_frame: false };

it("stands on round labels, whatever the start timecode", () => {
  expect(labelled({ display: "record", times: null }, film, 86_390, 0, 240, 2.5)).toEqual(["01:00:00:00", "01:00:02:00", "01:00:04:00", "01:00:06:00", "01:00:08:00"]);
  expect(labelled({ display: "media", times: null }, film, 86_390, 0, 100, 10)).toEqual(["00:00:00:00", "00:00:00:12", "00:00:01:00", "00:00:01:12", "00:00:02:00", "00:00:02:12", "00:00:03:00", "00:00:03:12", "00:00:04:00"]);
});

it("stands on the first label that exists where drop-frame skips some", () => {
  expect(labelled({ display: "record", times: null }, df, 0, 0, 5500, 0.06)).toEqual(["00:00:00;00", "00:01:00;02", "00:02:00;02", "00:03:00;02"]);
});

it("is round in frames, in feet and in seconds", () => {
  expect(labelled({ display: "frames", times: null }, film, 0, 1000, 1100, 10)).toEqual(["1000", "1010", "1020", "1030", "1040", "1050", "1060", "1070", "1080", "1090", "1100"]);
  expect(labelled({ display: "feet", times: null }, film, 0, 0, 64, 7)).toEqual(["0+00", "1+00", "2+00", "3+00", "4+00"]);
  // No frame begins on a round second: the one on screen then, which began before.
  expect(labelled({ display: "seconds", times: null }, film, 0, 0, 80, 5)).toEqual(["0.000", "0.960", "1.961", "2.962"]);
});

it("has ticks between, but never crowded, at any zoom", () => {
  const face = clockFace(df, 107_892, 107_892, false);
  for (let pixels = 96; pixels > 0.01; pixels /= 1.37) {
    const ticks = ticksOf(face, 40_000, 40_000 + Math.floor(1200 / pixels), pixels, 100);
    expect(ticks.length).toBeLessThan(180);
    for (let i = 1; i < ticks.length; i += 1) {
      const gap = ((ticks[i]?.frame ?? 0) - (ticks[i - 1]?.frame ?? 0)) * pixels;
      if (gap < 4) throw new Error(`ticks ${gap} pixels apart at ${pixels}`);
    }
  }
});

it("counts labels and frames back and forth through the skipped ones", () => {
  const rate = { num: 30000, den: 1001, dropFrame: true };
  let frame = 0;
  for (let label = 0; label < 60 * 60 * 30; label += 1) {
    const count = countAtLabel(label, rate);
    if (count !== frame) throw new Error(`label ${label}: ${count}, not ${frame}`);
    if (labelCount(frame, rate) === label) frame += 1;
  }
  expect(formatTimecode(frame - 1, rate)).toBe("00:59:59;29");
});
