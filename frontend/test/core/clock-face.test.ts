import { expect, it } from "vitest";
import { clockFace, type ClockSetting } from "../../src/core/clock-face.ts";
import { DISPLAYS, feetText, type FrameTimes } from "../../src/core/position-display.ts";
import { readTypedPosition } from "../../src/core/typed-position.ts";

const ntsc = { num: 24000, den: 1001, drop_frame: false };

it("shows a frame in each display, and what stands beside it", () => {
  const setting: ClockSetting = { display: "record", times: null };
  const face = clockFace(ntsc, 86_400, 5000, false, setting);
  const shown = DISPLAYS.map((display) => {
    setting.display = display;
    return [face.position(1798), face.beside(1798), face.length(25, 1798)];
  });
  expect(shown).toEqual([
    ["01:01:14:22", "frame 1,798", "00:00:01:01"],
    ["00:01:14:22", "frame 1,798", "00:00:01:01"],
    ["1798", "01:01:14:22", "25"],
    ["74.992", "frame 1,798", "1.043"],
    ["112+06", "frame 1,798", "1+09"],
  ]);
  expect(face.record(1798)).toBe("01:01:14:22");
});

it("counts sixteen frames to the foot", () => expect([0, 15, 16, 1600].map(feetText)).toEqual(["0+00", "0+15", "1+00", "100+00"]));

it.each([
  [24000, 1001, false],
  [25, 1, false],
  [30000, 1001, true],
  [60000, 1001, true],
  [120, 1, false],
])("what is shown at %i/%i leads back to its frame when typed, in every display", (num, den, drop) => {
  const setting: ClockSetting = { display: "record", times: null };
  const face = clockFace({ num, den, drop_frame: drop }, 0, 40_000, false, setting);
  for (const display of DISPLAYS) {
    setting.display = display;
    for (let frame = 0; frame < face.frameCount; frame += 37) {
      const typed = readTypedPosition(face.position(frame), { rate: face.rate, frameCount: face.frameCount, startFrame: 0, current: 0, display });
      if (!typed.ok || typed.frame !== frame) throw new Error(`${display}: ${frame} is shown as ${face.position(frame)}`);
    }
  }
});

it("shows the real moments of a variable rate", () => {
  const times: FrameTimes = { frameCount: 3, timescale: 90_000, time: (i) => [900, 4501, 90_900][i] ?? 0, end: (i) => [4501, 90_900, 93_600][i] ?? 0 };
  const face = clockFace({ num: 25, den: 1, drop_frame: false }, 0, 3, true, { display: "seconds", times });
  expect([0, 1, 2].map((i) => face.position(i))).toEqual(["0.000", "0.041", "1.000"]);
  expect(face.length(3)).toBe("1.030");
});
