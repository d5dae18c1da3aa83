import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Display, FrameTimes } from "../../src/core/position-display.ts";
import { readTypedPosition, type PositionContext } from "../../src/core/typed-position.ts";

const context: PositionContext = { rate: { num: 24000, den: 1001, dropFrame: false }, frameCount: 480, startFrame: 86_400, current: 100 };
const drop: PositionContext = { rate: { num: 30000, den: 1001, dropFrame: true }, frameCount: 5000, startFrame: 0, current: 0 };

it.each([
  ["01:00:10:12", 252],
  ["1:0:10:12", 252],
  ["00:00:10:12", 252], // media time: record time cannot be meant
  ["10:12", 252],
  ["10.12", 252],
  ["1012", 252], // digits fill the label from the right
  ["1000012", 12], // 01:00:00:12
  ["10.", 240], // a dot behind stands for two zeros
  ["10000.", 0], // 01:00:00:00
  ["1...", 0], // the same
  ["1:00:01.", 24], // 01:00:01:00
  ["f 252", 252],
  ["252f", 252],
  ["f1,0", 10],
  ["+12", 112],
  ["-12", 88],
  ["−1:00", 76],
  ["+ 1:00", 124],
  ["+1.", 124],
  ["-2.5", 47],
  ["+1.5s", 135], // a second and a half from where frame 100 begins
  ["0", 0],
  ["1923", 479],
  ["1+04", 20], // feet and frames can be typed whatever is shown
  ["10.5s", 251],
])("%s is frame %i", (text, frame) => expect(readTypedPosition(text, context)).toEqual({ ok: true, frame }));

it.each(["", "abc", "1:2:3:4:5", "+", "-x", "1::2", "9999999999"])("%s is refused with what to type", (text) => {
  const read = readTypedPosition(text, context);
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.message.length).toBeGreaterThan(10);
});

it("offers the nearest real frames for a label that does not exist", () => {
  expect(readTypedPosition("00:01:00;00", drop)).toMatchObject({ ok: false, suggestions: [1799, 1800] });
  const read = readTypedPosition("00:01:00;00", drop);
  if (!read.ok) expect(read.message).toContain("00:00:59;29, 00:01:00;02");
});

it("says where the version ends", () => {
  expect(readTypedPosition("f480", context)).toMatchObject({ ok: false, suggestions: [479] });
  expect(readTypedPosition("-101", context)).toMatchObject({ ok: false, suggestions: [0] });
  expect(readTypedPosition("02:00:00:00", context)).toMatchObject({ ok: false, suggestions: [479] });
});

it("does not offer a nearest label that this version does not reach", () => {
  const read = readTypedPosition("01:00:99:99", context);
  expect(read).toMatchObject({ ok: false, suggestions: [479] });
  if (!read.ok) expect(read.message).toMatch(/no timecode 01:00:99:99 .* to 01:00:19:23 \(frame 479\)/);
});

it("says how to type a frame number where digits are a label", () => {
  const read = readTypedPosition("98", context);
  expect(read).toMatchObject({ ok: false, suggestions: [23] });
  if (!read.ok) expect(read.message).toBe("There is no timecode 98 at this rate. Nearest: 00:00:00:23. For frame 98 type f98.");
});

it("reads a short label as record time only where time from zero does not reach", () => {
  const late: PositionContext = { ...context, startFrame: 24 * 3540, frameCount: 24 * 200 }; // 00:59:00:00
  expect(readTypedPosition("1:10:00", late)).toEqual({ ok: true, frame: 70 * 24 });
  expect(readTypedPosition("59:30:00", late)).toEqual({ ok: true, frame: 30 * 24 });
  expect(readTypedPosition("5930.", late)).toEqual({ ok: true, frame: 30 * 24 });
});

const shown = (display: Display, of: PositionContext = context): PositionContext => ({ ...of, display });

it.each<[Display, string, number]>([
  ["media", "00:00:10:12", 252],
  ["media", "01:00:10:12", 252], // from zero it cannot be meant
  ["media", "10.", 240],
  ["frames", "252", 252],
  ["frames", "0", 0],
  ["frames", "10.", 240],
  ["frames", "10:12", 252],
  ["frames", "+12", 112],
  ["seconds", "0", 0],
  ["seconds", "1", 23], // 23.976 pictures a second: frame 24 begins at 1.001 s
  ["seconds", "1.001", 24],
  ["seconds", "0:10.5", 251],
  ["seconds", "10,5", 251],
  ["seconds", "+0.5", 111],
  ["seconds", "-0.5", 88],
  ["seconds", "+12", 112],
  ["feet", "1+08", 24],
  ["feet", "108", 24],
  ["feet", "8", 8],
  ["feet", "2.", 32],
  ["feet", "2'03", 35],
  ["feet", "+1+01", 117],
  ["feet", "f20", 20],
])("shown in %s, %s is frame %i", (display, text, frame) => expect(readTypedPosition(text, shown(display))).toEqual({ ok: true, frame }));

it("refuses what does not exist in the display, with the nearest that does", () => {
  expect(readTypedPosition("1+16", shown("feet"))).toMatchObject({ ok: false, suggestions: [31, 32] });
  expect(readTypedPosition("99+00", shown("feet"))).toMatchObject({ ok: false, suggestions: [479] });
  expect(readTypedPosition("480", shown("frames"))).toMatchObject({ ok: false, suggestions: [479], message: "This version runs from frame 0 to frame 479." });
  expect(readTypedPosition("20.021", shown("seconds"))).toMatchObject({ ok: false, suggestions: [479], message: "This version runs from 0.000 s (frame 0) to 19.979 s (frame 479)." });
  expect(readTypedPosition("100", shown("record", drop))).toEqual({ ok: true, frame: 30 });
  expect(readTypedPosition("10000", shown("media", drop))).toMatchObject({ ok: false, suggestions: [1799, 1800] });
});

it("takes three digits for the frames where labels have three", () => {
  const fast: PositionContext = { rate: { num: 120, den: 1, dropFrame: false }, frameCount: 1000, startFrame: 0, current: 0 };
  expect(readTypedPosition("1005", fast)).toEqual({ ok: true, frame: 125 });
  expect(readTypedPosition("1.", fast)).toEqual({ ok: true, frame: 120 });
});

it("follows the real times of a variable rate", () => {
  const times: FrameTimes = { frameCount: 4, timescale: 1000, time: (i) => [0, 40, 500, 501][i] ?? 0, end: (i) => [40, 500, 501, 600][i] ?? 0 };
  const varied: PositionContext = { rate: { num: 25, den: 1, dropFrame: false }, frameCount: 4, startFrame: 0, current: 1, display: "seconds", times };
  expect(readTypedPosition("0.499", varied)).toEqual({ ok: true, frame: 1 });
  expect(readTypedPosition("0.5", varied)).toEqual({ ok: true, frame: 2 });
  expect(readTypedPosition("+0.461", varied)).toEqual({ ok: true, frame: 3 });
  expect(readTypedPosition("0.6", varied)).toMatchObject({ ok: false, suggestions: [3] });
});

it("reads back every label of the shared vectors, typed with and without separators", () => {
  const rows = readFileSync(new URL("../../../tests/vectors/timecode_vectors.csv", import.meta.url), "utf8").trim().split("\n").slice(1);
  let read = 0;
  for (const row of rows) {
    const [num, den, , dropFrame, , label, , back] = row.split(",") as [string, string, string, string, string, string, string, string];
    const rate = { num: Number(num), den: Number(den), dropFrame: dropFrame === "1" };
    const frame = Number(back);
    const at: PositionContext = { rate, frameCount: frame + 1, startFrame: 0, current: 0 };
    for (const typed of [label, label.replace(/\D/g, "").slice(-8)]) {
      if (typed.length < label.replace(/\D/g, "").length) continue; // three digits of frames: eight do not hold it
      expect(readTypedPosition(typed, at), `${row} typed ${typed}`).toEqual({ ok: true, frame });
      read += 1;
    }
  }
  expect(read).toBeGreaterThan(rows.length);
});
