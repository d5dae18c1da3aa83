// The frame table of a rendition (.tpfi): when each picture is on screen, as the browser plays it. All times are whole
// ticks; seconds appear only where `currentTime` and `mediaTime` need them, in the two functions at the end.

export class FrameTableError extends Error {}

export interface FrameTable {
  readonly frameCount: number;
  readonly rateNum: number;
  readonly rateDen: number;
  readonly timescale: number;
  readonly variable: boolean;
  /** Time of frame i in ticks. */
  time(i: number): number;
  /** First tick after frame i. */
  end(i: number): number;
  isKeyframe(i: number): boolean;
}

const MAGIC = 0x49465054; // "TPFI", little endian
const HEADER_BYTES = 40;

class ParsedTable implements FrameTable {
  constructor(
    readonly frameCount: number,
    readonly rateNum: number,
    readonly rateDen: number,
    readonly timescale: number,
    readonly variable: boolean,
    private readonly first: number,
    private readonly lastDuration: number,
    private readonly times: Float64Array | null, // whole ticks above 2^32 still fit; null when constant
    private readonly ticksPerFrame: number,
    private readonly keyframes: Uint8Array,
  ) {}

  time(i: number): number {
    this.check(i);
    return this.times ? (this.times[i] as number) : this.first + i * this.ticksPerFrame;
  }

  end(i: number): number {
    return i === this.frameCount - 1 ? this.time(i) + this.lastDuration : this.time(i + 1);
  }

  isKeyframe(i: number): boolean {
    this.check(i);
    return (((this.keyframes[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;
  }

  private check(i: number): void {
    if (!Number.isInteger(i) || i < 0 || i >= this.frameCount) throw new RangeError(`frame ${i} of ${this.frameCount}`);
  }
}

/** Parse a `.tpfi` file. Throws FrameTableError when it is cut, of another kind, or contradicts itself. */
export function parseFrameTable(buffer: ArrayBuffer): FrameTable {
  if (buffer.byteLength < HEADER_BYTES) throw new FrameTableError("the frame table is shorter than its header");
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new FrameTableError("this is not a frame table");
  const version = view.getUint16(4, true);
  if (version !== 1) throw new FrameTableError(`frame table version ${version} is not known to this page: reload it`);
  const variable = (view.getUint16(6, true) & 1) === 1;
  const n = view.getUint32(8, true);
  const rateNum = view.getUint32(12, true);
  const rateDen = view.getUint32(16, true);
  const timescale = view.getUint32(20, true);
  const first = Number(view.getBigInt64(24, true));
  const lastDuration = view.getUint32(32, true);
  const keyframeBytes = view.getUint32(36, true);
  if (n === 0 || rateNum === 0 || rateDen === 0 || timescale === 0) throw new FrameTableError("the frame table is empty");
  const deltaBytes = variable ? 4 * (n - 1) : 0;
  if (keyframeBytes !== Math.ceil(n / 8) || buffer.byteLength !== HEADER_BYTES + deltaBytes + keyframeBytes) {
    throw new FrameTableError("the frame table has not the length that its header names");
  }
  let times: Float64Array | null = null;
  let ticksPerFrame = 0;
  if (variable) {
    times = new Float64Array(n);
    times[0] = first;
    for (let i = 1; i < n; i += 1) {
      const delta = view.getUint32(HEADER_BYTES + 4 * (i - 1), true);
      if (delta === 0) throw new FrameTableError(`frames ${i - 1} and ${i} have the same time`);
      times[i] = (times[i - 1] as number) + delta;
    }
  } else {
    ticksPerFrame = (timescale * rateDen) / rateNum;
    if (!Number.isInteger(ticksPerFrame)) throw new FrameTableError("the timescale does not hold the rate exactly");
  }
  const keyframes = new Uint8Array(buffer, HEADER_BYTES + deltaBytes, keyframeBytes);
  return new ParsedTable(n, rateNum, rateDen, timescale, variable, first, lastDuration, times, ticksPerFrame, keyframes);
}

/** The moment to seek to for frame i: the middle of its stay on screen, in seconds, as `currentTime` takes it. */
export function seekSeconds(table: FrameTable, i: number): number {
  return (table.time(i) + table.end(i)) / (2 * table.timescale);
}

/** The moment `part` of frame i's stay away from its middle, in seconds; `part` within (-1/2, 1/2). */
export function nudgedSeconds(table: FrameTable, i: number, part: number): number {
  return seekSeconds(table, i) + ((table.end(i) - table.time(i)) * part) / table.timescale;
}

/** The frame on screen at `mediaSeconds`: the last one with time ≤ mediaSeconds + 0.1 ms. Not the nearest: a paused
 *  Firefox reports the seek target. Before the first frame it is frame 0. */
export function frameAtSeconds(table: FrameTable, mediaSeconds: number): number {
  return frameAtTicks(table, (mediaSeconds + 0.0001) * table.timescale);
}

/** The last frame with time ≤ ticks; before the first frame it is frame 0. */
export function frameAtTicks(table: Pick<FrameTable, "frameCount" | "time">, ticks: number): number {
  let low = 0;
  let high = table.frameCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (table.time(middle) <= ticks) low = middle;
    else high = middle - 1;
  }
  return low;
}
