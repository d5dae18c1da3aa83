import { expect, it } from "vitest";
import { clockFace } from "../../src/core/clock-face.ts";
import { landingOf } from "../../src/state/landing.ts";

const face = clockFace({ num: 24000, den: 1001, drop_frame: false }, 86_400, 480, false);

it.each([
  ["", 0, false],
  ["frame=131", 131, false],
  ["frame=480", 479, true],
  ["frame=-3", 0, true],
  ["frame=1.5", 0, true],
  ["timecode=01:00:10:12", 252, false],
  ["timecode=00:00:10:12", 252, false],
  ["timecode=02:00:00:00", 479, true],
  ["timecode=01:00:00:24", 23, true],
  ["timecode=nonsense", 0, true],
])("%s lands on %i", (query, frame, problem) => {
  const landing = landingOf(new URLSearchParams(query), face);
  expect(landing.frame).toBe(frame);
  expect(landing.problem !== null).toBe(problem);
});
