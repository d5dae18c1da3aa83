// Levels of the channels of one track (.tplv, media_pipeline/core/levels.py): what meters show, whichever channel is heard.

export class LevelsError extends Error {}

export interface Levels {
  readonly channels: number;
  /** dBFS of the loudest sample of a channel at this moment, in seconds after frame 0 appeared; -Infinity for silence. */
  at(channel: number, seconds: number): number;
}

const MAGIC = 0x564c5054; // "TPLV", little endian
const HEADER_BYTES = 24;

/** Parse a `.tplv` file. Throws LevelsError when it is cut or of another kind. */
export function parseLevels(buffer: ArrayBuffer): Levels {
  if (buffer.byteLength < HEADER_BYTES) throw new LevelsError("the levels are shorter than their header");
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== 1) throw new LevelsError("these are no levels that this page knows");
  const [channels, rate, perLevel, count] = [view.getUint16(6, true), view.getUint32(8, true), view.getUint32(12, true), view.getUint32(16, true)];
  if (channels === 0 || rate === 0 || perLevel === 0 || buffer.byteLength !== HEADER_BYTES + channels * count) throw new LevelsError("the levels have not the length that their header names");
  const bytes = new Uint8Array(buffer, HEADER_BYTES);
  return {
    channels,
    at: (channel, seconds) => {
      const moment = Math.floor((seconds * rate) / perLevel);
      const value = moment >= 0 && moment < count && channel < channels ? (bytes[moment * channels + channel] as number) : 0;
      return value === 0 ? -Infinity : (value - 255) / 2;
    },
  };
}
