// Which frame of B belongs to a frame of A: the one that is on screen when A is in the middle of its own. In whole numbers
// throughout. Equal constant rates come out frame for frame.
import { frameAtTicks, type FrameTable } from "./frame-table.ts";

export interface PairedFrame {
  /** Within B. */
  readonly frame: number;
  /** B has no such frame; `frame` is its nearest end. */
  readonly outside: boolean;
}

/** `offset`: so many frames of B later (earlier if negative). `countB`: how many frames B has, however many of them its
 *  present table holds. */
export function pairedFrame(frameA: number, a: FrameTable, b: FrameTable, offset: number, countB: number): PairedFrame {
  const wanted = unclamped(frameA, a, b) + offset;
  const frame = Math.min(countB - 1, Math.max(0, wanted));
  return { frame, outside: frame !== wanted };
}

/** Whether B's frames go with A's one by one. */
export function frameForFrame(a: FrameTable, b: FrameTable): boolean {
  return !a.variable && !b.variable && BigInt(a.rateNum) * BigInt(b.rateDen) === BigInt(b.rateNum) * BigInt(a.rateDen);
}

function unclamped(frameA: number, a: FrameTable, b: FrameTable): number {
  if (!a.variable && !b.variable) {
    // The middle of frame n is (2n + 1) / 2 of A's frames after its first.
    const num = BigInt(2 * frameA + 1) * BigInt(a.rateDen) * BigInt(b.rateNum);
    return Number(num / (2n * BigInt(a.rateNum) * BigInt(b.rateDen)));
  }
  // Half ticks of A after its first frame, then ticks of B after B's.
  const known = Math.min(frameA, a.frameCount - 1);
  const half = BigInt(a.time(known)) + BigInt(a.end(known)) - 2n * BigInt(a.time(0));
  const ticks = Number((half * BigInt(b.timescale)) / (2n * BigInt(a.timescale)));
  const last = b.frameCount - 1;
  if (b.time(0) + ticks >= b.end(last)) return last + 1;
  return frameAtTicks(b, b.time(0) + ticks);
}

/** The offset that somebody typed ("+12", "-3", "12 f"), in frames of B; null for what is none. */
export function offsetFrames(text: string): number | null {
  const found = /^([+\-\u2212]?)\s*(\d{1,7})\s*f?$/i.exec(text.trim());
  if (!found) return null;
  const frames = Number(found[2]);
  return found[1] === "" || found[1] === "+" || frames === 0 ? frames : -frames;
}
