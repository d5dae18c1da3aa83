// The marks of the ruler: where round positions of the chosen display lie.
import type { ClockFace } from "./clock-face.ts";
import { FRAMES_PER_FOOT, frameAtMicroseconds } from "./position-display.ts";
import { countAtLabel, labelCount, nominalRate } from "./timecode.ts";

export interface Tick {
  readonly frame: number;
  /** Has its position written beside it. */
  readonly labelled: boolean;
}

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];
/** Closer than this, in pixels, unlabelled ticks are left out. */
const LEAST_GAP = 7;

function decimalSteps(): number[] {
  const steps: number[] = [];
  for (let power = 1; power < 1e9; power *= 10) steps.push(power, 2 * power, 5 * power);
  return steps;
}

function timecodeSteps(nominal: number): number[] {
  const parts: number[] = [];
  for (let step = 1; step < nominal; step += 1) if (nominal % step === 0) parts.push(step);
  return [...parts, ...SECONDS.map((seconds) => seconds * nominal)];
}

/** The unit in which the ticks are round, and how to get from a multiple of it to a frame and back. */
function unitOf(face: ClockFace): { steps: readonly number[]; toFrame(unit: number): number; fromFrame(frame: number): number; perFrame: number } {
  const same = (value: number): number => value;
  switch (face.display) {
    case "frames":
      return { steps: decimalSteps(), toFrame: same, fromFrame: same, perFrame: 1 };
    case "feet": {
      const steps = [1, 2, 4, 8, ...decimalSteps().map((feet) => feet * FRAMES_PER_FOOT)];
      return { steps, toFrame: same, fromFrame: same, perFrame: 1 };
    }
    case "seconds": {
      const { rate, times } = face;
      // Frames stand on no round second: the one that is on screen then.
      return {
        steps: SECONDS.map((seconds) => seconds * 1000),
        toFrame: (milliseconds) => frameAtMicroseconds(BigInt(milliseconds) * 1000n, rate, times),
        fromFrame: (frame) => Math.floor((frame * 1000 * rate.den) / rate.num),
        perFrame: (1000 * rate.den) / rate.num,
      };
    }
    default: {
      const { rate } = face;
      const start = face.display === "record" ? face.startFrame : 0;
      return {
        steps: timecodeSteps(nominalRate(rate)),
        toFrame: (label) => countAtLabel(label, rate) - start,
        fromFrame: (frame) => labelCount(start + frame, rate),
        perFrame: 1,
      };
    }
  }
}

/** Ticks for the frames [first, last], with `pixels` per frame and labels at least `labelGap` pixels apart. */
export function ticksOf(face: ClockFace, first: number, last: number, pixels: number, labelGap: number): Tick[] {
  const { steps, toFrame, fromFrame, perFrame } = unitOf(face);
  const gap = (step: number): number => (step / perFrame) * pixels;
  const labelled = steps.find((step) => gap(step) >= labelGap) ?? steps[steps.length - 1] ?? 1;
  const fine = steps.find((step) => gap(step) >= LEAST_GAP && labelled % step === 0 && labelled / step <= 12) ?? labelled;
  const ticks: Tick[] = [];
  let before = -1;
  // Where times vary the average is only near: begin a step early, end by the frames themselves.
  for (let unit = Math.max(0, Math.floor(fromFrame(Math.max(0, first)) / fine) - 1) * fine; ; unit += fine) {
    const frame = toFrame(unit);
    if (frame > last || ticks.length > 5000) return ticks;
    if (frame < first || frame === before) continue;
    before = frame;
    ticks.push({ frame, labelled: unit % labelled === 0 });
  }
}
