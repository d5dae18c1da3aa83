// How fast media come, from what the page fetches anyway; and which proxy that is enough for.
//
// Two averages whose weight halves after 2 and after 5 seconds of transfer, the lower of both counts: one slow answer is
// believed at once, a fast one only when it lasts. (The way of Shaka Player's EwmaBandwidthEstimator, with its constants.)
import type { Rendition } from "../net/types.ts";

const FAST_MS = 2_000;
const SLOW_MS = 5_000;
/** Smaller answers tell of latency, not of speed. */
const LEAST_BYTES = 16_000;
/** Before so much has come nothing is said. */
const ENOUGH_BYTES = 128_000;

/** One answer of the server: milliseconds on one clock. */
export interface Transfer {
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

export class Bandwidth {
  private fast = new Average(FAST_MS);
  private slow = new Average(SLOW_MS);
  private total = 0;
  private busyUntil = -Infinity;
  private early: Transfer[] = [];

  /** `guess`: bits per second that were measured a while ago, believed until there is better. */
  constructor(private readonly guess: number | null = null) {}

  /** Take what has come, in the order in which it ended. Answers that overlap share the time that both took. */
  add(transfer: Transfer): void {
    const { bytes, start, end } = transfer;
    if (bytes < LEAST_BYTES || end <= start) return;
    this.early.push(transfer);
    const took = end - Math.max(start, this.busyUntil);
    const together = this.early.reduce((sum, one) => sum + one.bytes, 0);
    // A part of a shared stretch, too short to be measured by itself: it counts with the next.
    if (took < 1) return;
    this.early = [];
    this.busyUntil = Math.max(this.busyUntil, end);
    this.total += together;
    const rate = (together * 8_000) / took;
    this.fast.add(took, rate);
    this.slow.add(took, rate);
  }

  /** Bits per second; null while nothing is known. */
  get bitsPerSecond(): number | null {
    return this.total < ENOUGH_BYTES ? this.guess : Math.min(this.fast.value, this.slow.value);
  }
}

class Average {
  private sum = 0;
  private weight = 0;

  constructor(private readonly halfLife: number) {}

  add(milliseconds: number, value: number): void {
    const keep = 0.5 ** (milliseconds / this.halfLife);
    this.sum = value * (1 - keep) + keep * this.sum;
    this.weight += milliseconds;
  }

  /** Corrected for its beginning at zero. */
  get value(): number {
    return this.sum / (1 - 0.5 ** (this.weight / this.halfLife));
  }
}

/** What playing needs beside the mean rate of a file: scenes that take more, and everything else that the page fetches. */
const HEADROOM = 1.25;
/** To go up it takes more than to stay: else the picture would change to and fro. */
const TO_GO_UP = 1.6;

/** Bits per second that playing this rendition without pauses takes; null when its length is not known. */
export function needOf(rendition: Pick<Rendition, "size">, duration: { readonly num: number; readonly den: number } | null): number | null {
  return duration && duration.num > 0 ? Math.ceil((rendition.size * 8 * duration.den * HEADROOM) / duration.num) : null;
}

export interface Rung {
  readonly height: number;
  readonly need: number | null;
}

/** Which of these proxies a measured speed is enough for, as an index of `rungs` (the tallest first). `present`: the one on
 *  screen; `stalled`: it has just run dry, so that it is too much whatever was measured. */
export function rungFor(rungs: readonly Rung[], bitsPerSecond: number | null, present: number | null, stalled = false): number {
  const lowest = rungs.length - 1;
  const wished = present ?? 0;
  if (stalled && present !== null) return Math.min(lowest, present + 1);
  if (bitsPerSecond === null) return wished;
  const enough = (index: number): boolean => {
    const need = rungs[index]?.need ?? 0;
    return bitsPerSecond >= (present !== null && index < present ? need * TO_GO_UP : need);
  };
  for (let index = 0; index < lowest; index += 1) if (enough(index)) return index;
  return Math.max(0, lowest);
}
