// How positions of one version are shown: in the display that people chose, the frame always beside it, made from whole
// frames only.
import { feetText, millisecondsOf, thousandthsText, type Display, type FrameTimes } from "./position-display.ts";
import { formatTimecode, rateName, type Rate } from "./timecode.ts";
import { figure, t } from "../language/translate.ts";

/** What may change while a version is on the page. Everything that shows positions reads it at the moment of showing. */
export interface ClockSetting {
  display: Display;
  /** Of a version whose rate varies, once known: without it seconds count at the average rate. */
  times: FrameTimes | null;
}

export interface ClockFace {
  readonly rate: Rate;
  readonly startFrame: number;
  readonly frameCount: number;
  readonly display: Display;
  readonly times: FrameTimes | null;
  /** Record timecode of a frame, whatever the display. */
  record(frame: number): string;
  /** The frame in the chosen display. */
  position(frame: number): string;
  /** What stands beside the position: the frame number; record timecode where the position is the frame number. */
  beside(frame: number): string;
  /** The same without a word before it. */
  short(frame: number): string;
  /** Length of a number of frames from frame `from` on, in the chosen display; timecode counts from zero. */
  length(frames: number, from?: number): string;
  readonly rateText: string;
}

export function clockFace(
  rate: { num: number; den: number; drop_frame: boolean | null },
  startFrame: number | null,
  frameCount: number,
  variable: boolean,
  setting: Readonly<ClockSetting> = { display: "record", times: null },
): ClockFace {
  const exact: Rate = { num: rate.num, den: rate.den, dropFrame: rate.drop_frame === true };
  const start = startFrame ?? 0;
  const record = (frame: number): string => formatTimecode(start + frame, exact);
  return {
    rate: exact,
    startFrame: start,
    frameCount,
    get display() {
      return setting.display;
    },
    get times() {
      return setting.times;
    },
    record,
    position: (frame) => {
      switch (setting.display) {
        case "record":
          return record(frame);
        case "media":
          return formatTimecode(frame, exact);
        case "frames":
          return String(frame);
        case "seconds":
          return thousandthsText(millisecondsOf(frame, exact, setting.times));
        case "feet":
          return feetText(frame);
      }
    },
    beside: (frame) => (setting.display === "frames" ? record(frame) : t("frame {frame}", { frame: figure(frame) })),
    short: (frame) => (setting.display === "frames" ? record(frame) : figure(frame)),
    length: (frames, from = 0) => {
      switch (setting.display) {
        case "record":
        case "media":
          return formatTimecode(frames, exact);
        case "frames":
          return String(frames);
        case "seconds":
          return thousandthsText(millisecondsOf(from + frames, exact, setting.times) - millisecondsOf(from, exact, setting.times));
        case "feet":
          return feetText(frames);
      }
    },
    rateText: variable ? t("variable, about {rate} fps", { rate: rateName(exact) }) : t("{rate} fps", { rate: rateName(exact) }),
  };
}
