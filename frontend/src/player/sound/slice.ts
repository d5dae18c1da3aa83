// Which sound belongs to a frame, and how a run of samples is cut from pieces that were decoded.
import type { FrameTable } from "../../core/frame-table.ts";

/** A slice shorter than this is a click rather than a sound. */
const SHORTEST = 0.04;

export interface Span {
  /** Seconds on the picture's clock. */
  readonly from: number;
  readonly to: number;
}

/** The sound of frame i: from when it appears until it goes, but never less than can be heard. */
export function spanOfFrame(table: FrameTable, i: number): Span {
  const from = table.time(i) / table.timescale;
  return { from, to: Math.max(table.end(i) / table.timescale, from + SHORTEST) };
}

export interface Piece {
  /** First sample, counted from time 0; below zero for what comes before (the encoder's priming). */
  readonly start: number;
  readonly channels: readonly Float32Array[];
}

/** The samples [from, to) of all channels, silence where no piece has any. Later pieces win. */
export function cut(pieces: readonly Piece[], channels: number, from: number, to: number): Float32Array[] {
  const out = Array.from({ length: channels }, () => new Float32Array(Math.max(0, to - from)));
  for (const piece of pieces) {
    const length = piece.channels[0]?.length ?? 0;
    const first = Math.max(from, piece.start);
    const last = Math.min(to, piece.start + length);
    if (first >= last) continue;
    out.forEach((samples, channel) => {
      const source = piece.channels[Math.min(channel, piece.channels.length - 1)];
      if (source) samples.set(source.subarray(first - piece.start, last - piece.start), first - from);
    });
  }
  return out;
}

/** Loudest sample as dBFS, and the same for the mean of squares; -Infinity for silence. */
export function levels(samples: ArrayLike<number>): { peak: number; rms: number } {
  let peak = 0;
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const value = Math.abs(samples[i] as number);
    if (value > peak) peak = value;
    sum += value * value;
  }
  return { peak: 20 * Math.log10(peak), rms: samples.length ? 10 * Math.log10(sum / samples.length) : -Infinity };
}
