// How positions of one version are shown: record timecode and frame, always both, made from whole frames only.
import { formatTimecode, rateName, type Rate } from "./timecode.ts";

export interface ClockFace {
  readonly rate: Rate;
  readonly startFrame: number;
  readonly frameCount: number;
  /** Record timecode of a frame. */
  record(frame: number): string;
  /** Length of a number of frames as timecode from zero. */
  length(frames: number): string;
  readonly rateText: string;
}

export function clockFace(rate: { num: number; den: number; drop_frame: boolean | null }, startFrame: number | null, frameCount: number, variable: boolean): ClockFace {
  const exact: Rate = { num: rate.num, den: rate.den, dropFrame: rate.drop_frame === true };
  const start = startFrame ?? 0;
  return {
    rate: exact,
    startFrame: start,
    frameCount,
    record: (frame) => formatTimecode(start + frame, exact),
    length: (frames) => formatTimecode(frames, exact),
    rateText: variable ? `variable, about ${rateName(exact)} fps` : `${rateName(exact)} fps`,
  };
}
