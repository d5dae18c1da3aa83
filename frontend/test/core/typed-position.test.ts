import { expect, it } from "vitest";
import { readTypedPosition, type PositionContext } from "../../src/core/typed-position.ts";

const context: PositionContext = { rate: { num: 24000, den: 1001, dropFrame: false }, frameCount: 480, startFrame: 86_400, current: 100 };
const drop: PositionContext = { rate: { num: 30000, den: 1001, dropFrame: true }, frameCount: 5000, startFrame: 0, current: 0 };

it.each([
  ["01:00:10:12", 252],
  ["1:0:10:12", 252],
  ["00:00:10:12", 252], // media time: record time cannot be meant
  ["10:12", 252],
  ["10.12", 252],
  ["252", 252],
  ["f 252", 252],
  ["+12", 112],
  ["-12", 88],
  ["−1:00", 76],
  ["+ 1:00", 124],
  ["0", 0],
  ["479", 479],
])("%s is frame %i", (text, frame) => expect(readTypedPosition(text, context)).toEqual({ ok: true, frame }));

it.each(["", "abc", "1:2:3:4:5", "+", "-x", "1::2", "9999999999"])("%s is refused with what to type", (text) => {
  const read = readTypedPosition(text, context);
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.message.length).toBeGreaterThan(10);
});

it("offers the nearest real frames for a label that does not exist", () => {
  expect(readTypedPosition("00:01:00;00", drop)).toMatchObject({ ok: false, suggestions: [1799, 1800] });
  const read = readTypedPosition("00:01:00;00", drop);
  if (!read.ok) expect(read.message).toContain("00:00:59;29 and 00:01:00;02");
});

it("says where the version ends", () => {
  expect(readTypedPosition("480", context)).toMatchObject({ ok: false, suggestions: [479] });
  expect(readTypedPosition("-101", context)).toMatchObject({ ok: false, suggestions: [0] });
  expect(readTypedPosition("02:00:00:00", context)).toMatchObject({ ok: false, suggestions: [479] });
});

it("does not offer a nearest label that this version does not reach", () => {
  const read = readTypedPosition("01:00:99:99", context);
  expect(read).toMatchObject({ ok: false, suggestions: [479] });
  if (!read.ok) expect(read.message).toMatch(/no timecode 01:00:99:99 .* to 01:00:19:23 \(frame 479\)/);
});
