// Where a version's frames lie in a sequence. Ticks are BigInt: at 29.97 a double is wrong from 9.85 hours on.
import type { Rate } from "../../src/core/timecode.ts";

export const TICKS_PER_SECOND = 254_016_000_000n;

/** Ticks of one frame, or null at a rate whose frames are no whole number of them (none that Premiere has). */
export function ticksPerFrame(rate: Pick<Rate, "num" | "den">): bigint | null {
  const product = TICKS_PER_SECOND * BigInt(rate.den);
  return product % BigInt(rate.num) === 0n ? product / BigInt(rate.num) : null;
}

/** A sequence in its own frames. `zeroFrame`: the frame count of its first label. */
export interface SequenceShape {
  readonly id: string;
  readonly name: string;
  readonly ticksPerFrame: bigint;
  readonly zeroFrame: number;
  readonly frames: number;
}

/** What is known of a version's file. */
export interface VersionShape {
  readonly rate: Rate;
  readonly frameCount: number;
  /** Frame count of its start timecode; null if it carries none. */
  readonly startFrame: number | null;
}

/** By timecode where the version lies within the sequence so, else at its start; or at its start; or at a frame of one's own. */
export type Alignment = "timecode" | "start" | number;

export type PlaceResult =
  | { readonly ok: true; readonly first: number; readonly byTimecode: boolean }
  | { readonly ok: false; readonly why: "rate" };

/** The frame of the sequence that is frame 0 of the version. */
export function placeOf(sequence: SequenceShape, version: VersionShape, alignment: Alignment): PlaceResult {
  if (ticksPerFrame(version.rate) !== sequence.ticksPerFrame) return { ok: false, why: "rate" };
  if (typeof alignment === "number") return { ok: true, first: alignment, byTimecode: false };
  if (alignment === "timecode" && version.startFrame !== null) {
    const first = version.startFrame - sequence.zeroFrame;
    if (first >= 0 && first + version.frameCount <= sequence.frames) return { ok: true, first, byTimecode: true };
  }
  return { ok: true, first: 0, byTimecode: false };
}

/** The frame that these ticks lie in. */
export function frameAt(ticks: string, perFrame: bigint): number {
  return Number(BigInt(ticks) / perFrame);
}
