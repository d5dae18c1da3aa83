// The peaks of one sound track (.tpwf, docs/architecture.md), ready to be drawn at any zoom.

export class WaveformError extends Error {}

export interface Waveform {
  readonly sampleRate: number;
  readonly samplesPerPeak: number;
  readonly peakCount: number;
  /** Lowest and highest, -127 … 127, of the peaks [from, to); at least one peak is looked at. Null beyond the sound. */
  range(from: number, to: number): readonly [number, number] | null;
}

const MAGIC = 0x46575054; // "TPWF", little endian
const HEADER_BYTES = 24;
/** Each level holds the extremes of this many pairs of the one below. */
const FOLD = 8;

function folded(pairs: Int8Array<ArrayBuffer>): Int8Array<ArrayBuffer> {
  const count = Math.ceil(pairs.length / 2 / FOLD);
  const out = new Int8Array(count * 2);
  for (let i = 0; i < count; i += 1) {
    let low = 127;
    let high = -127;
    for (let j = i * FOLD; j < Math.min((i + 1) * FOLD, pairs.length / 2); j += 1) {
      low = Math.min(low, pairs[2 * j] as number);
      high = Math.max(high, pairs[2 * j + 1] as number);
    }
    out[2 * i] = low;
    out[2 * i + 1] = high;
  }
  return out;
}

/** Parse a `.tpwf` file. Throws WaveformError when it is cut or of another kind. */
export function parseWaveform(buffer: ArrayBuffer): Waveform {
  if (buffer.byteLength < HEADER_BYTES) throw new WaveformError("the waveform is shorter than its header");
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== 1) throw new WaveformError("this is no waveform that this page knows");
  const sampleRate = view.getUint32(8, true);
  const samplesPerPeak = view.getUint32(12, true);
  const peakCount = view.getUint32(16, true);
  if (sampleRate === 0 || samplesPerPeak === 0) throw new WaveformError("the waveform says nothing about its time");
  if (buffer.byteLength !== HEADER_BYTES + 2 * peakCount) throw new WaveformError("the waveform has not the length that its header names");
  const levels = [new Int8Array(buffer, HEADER_BYTES, 2 * peakCount)];
  for (let top = levels[0] as Int8Array<ArrayBuffer>; top.length > 2 * FOLD; levels.push(top)) top = folded(top);
  return {
    sampleRate,
    samplesPerPeak,
    peakCount,
    range: (from, to) => {
      const first = Math.max(0, Math.floor(from));
      if (first >= peakCount || to <= 0) return null;
      const end = Math.min(peakCount, Math.max(first + 1, Math.ceil(to)));
      return extremes(levels, first, end);
    },
  };
}

/** Extremes over the pairs [first, end) of the lowest level: whole folds are read from the highest level that has them. */
function extremes(levels: readonly Int8Array[], first: number, end: number): [number, number] {
  let low = 127;
  let high = -127;
  const take = (level: number, index: number): void => {
    const pairs = levels[level] as Int8Array;
    low = Math.min(low, pairs[2 * index] as number);
    high = Math.max(high, pairs[2 * index + 1] as number);
  };
  let [from, to, level] = [first, end, 0];
  while (from < to) {
    if (level === levels.length - 1 || to - from < 2 * FOLD) {
      for (let i = from; i < to; i += 1) take(level, i);
      break;
    }
    for (; from % FOLD !== 0; from += 1) take(level, from);
    for (; to % FOLD !== 0; to -= 1) take(level, to - 1);
    from /= FOLD;
    to /= FOLD;
    level += 1;
  }
  return [low, high];
}

/** The peak, not rounded, that is heard `ticks / timescale` seconds after frame 0 appeared. */
export const peakAt = (waveform: Waveform, ticks: number, timescale: number): number =>
  (ticks * waveform.sampleRate) / (timescale * waveform.samplesPerPeak);
