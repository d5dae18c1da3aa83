// The ways in which a position can be shown: seconds and feet beside timecode. Made from whole frames and whole ticks
// only; nothing here is ever saved.
import { t } from "../language/translate.ts";
import { frameAtTicks } from "./frame-table.ts";
import { parseTimecode, type Rate } from "./timecode.ts";

export const DISPLAYS = ["record", "media", "frames", "seconds", "feet"] as const;
export type Display = (typeof DISPLAYS)[number];

export const DISPLAY_NAMES: Readonly<Record<Display, string>> = {
  record: t("Record timecode"),
  media: t("Timecode from zero"),
  frames: t("Frames"),
  seconds: t("Seconds"),
  feet: t("Feet + frames"),
};

export const isDisplay = (value: unknown): value is Display => DISPLAYS.some((known) => known === value);

/** When each frame of a version appears. Constant rates need none: frame i appears at i · den / num seconds. */
export interface FrameTimes {
  readonly frameCount: number;
  readonly timescale: number;
  time(i: number): number;
  end(i: number): number;
}

/** 35 mm film with four perforations per picture: 16 pictures to the foot. */
export const FRAMES_PER_FOOT = 16;

/** "5+08": whole feet, and the frames left over, in two digits. */
export function feetText(frames: number): string {
  return `${Math.floor(frames / FRAMES_PER_FOOT)}+${String(frames % FRAMES_PER_FOOT).padStart(2, "0")}`;
}

/** "12.345" from thousandths. */
export function thousandthsText(value: number): string {
  return `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0")}`;
}

/** First whole millisecond at which frame `frame` is on screen: rounded up, so that what is shown leads back to it. */
export function millisecondsOf(frame: number, rate: Rate, times: FrameTimes | null): number {
  if (!times) return Math.ceil((frame * 1000 * rate.den) / rate.num);
  const ticks = frame < times.frameCount ? times.time(frame) : times.end(times.frameCount - 1);
  return Math.ceil(((ticks - times.time(0)) * 1000) / times.timescale);
}

/** The frame on screen `microseconds` after frame 0 appeared; beyond the last frame it counts on at the rate. */
export function frameAtMicroseconds(microseconds: bigint, rate: Rate, times: FrameTimes | null): number {
  if (!times) return Number((microseconds * BigInt(rate.num)) / (1_000_000n * BigInt(rate.den)));
  const ticks = times.time(0) + Number((microseconds * BigInt(times.timescale)) / 1_000_000n);
  const end = times.end(times.frameCount - 1);
  return ticks < end ? frameAtTicks(times, ticks) : times.frameCount;
}

/** What the digits of a timecode field mean: two places each, filled from the right, `.` behind them stands for two
 *  zeros (`10203.` is 01:02:03:00), or for the three of the frames where labels have three. Null if too long. */
export function labelFields(digits: string, dots: number, frameDigits: number): string[] | null {
  const fields: string[] = [];
  let rest = digits;
  if (dots === 0) {
    fields.unshift(rest.slice(-frameDigits));
    rest = rest.slice(0, -frameDigits);
  }
  for (; rest !== ""; rest = rest.slice(0, -2)) fields.unshift(rest.slice(-2));
  for (let i = 0; i < dots; i += 1) fields.push("00");
  return fields.length > 4 ? null : fields;
}

/** The count of the label with these fields, hours first, missing ones zero; see parseTimecode. */
export function countOfFields(fields: readonly string[], rate: Rate): ReturnType<typeof parseTimecode> {
  const padded = [...Array<string>(4 - fields.length).fill("0"), ...fields];
  return parseTimecode(`${padded.slice(0, 3).join(":")}:${padded[3]}`, rate);
}
