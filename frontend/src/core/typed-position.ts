// What a person types into the position field: where to go, or how far. Bare digits mean what the display shows.
import { t } from "../language/translate.ts";
import { countOfFields, feetText, frameAtMicroseconds, labelFields, millisecondsOf, thousandthsText, FRAMES_PER_FOOT, type Display, type FrameTimes } from "./position-display.ts";
import { formatTimecode, nominalRate, type Rate } from "./timecode.ts";

export interface PositionContext {
  readonly rate: Rate;
  readonly frameCount: number;
  /** Count of frame 0's record timecode; 0 when the file carries none. */
  readonly startFrame: number;
  /** Where the playhead stands, for distances. */
  readonly current: number;
  /** What bare digits mean; record timecode if not said. */
  readonly display?: Display;
  readonly times?: FrameTimes | null;
}

export type TypedPosition =
  | { readonly ok: true; readonly frame: number }
  | { readonly ok: false; readonly message: string; readonly suggestions: readonly number[] };

const refuse = (message: string, suggestions: readonly number[] = []): TypedPosition => ({ ok: false, message, suggestions });

const EXAMPLE: Readonly<Record<Display, string>> = {
  record: "01:00:10:12, 10203. (01:02:03:00)",
  media: "00:00:10:12, 10203. (01:02:03:00)",
  frames: "1798",
  seconds: "12.345, 1:02.5",
  feet: "16+08",
};

const looksLike = (display: Display): string => t("A position looks like {example}, a frame like f1798, a distance like +12 or -1:00.", { example: EXAMPLE[display] });

function within(frame: number, context: PositionContext): TypedPosition {
  const last = context.frameCount - 1;
  if (frame >= 0 && frame <= last) return { ok: true, frame };
  const display = context.display ?? "record";
  const name = (n: number): string => {
    if (display === "frames") return t("frame {frame}", { frame: n });
    const start = display === "record" ? context.startFrame : 0;
    if (display === "feet") return `${feetText(n)} (${t("frame {frame}", { frame: n })})`;
    if (display === "seconds") return `${thousandthsText(millisecondsOf(n, context.rate, context.times ?? null))} s (${t("frame {frame}", { frame: n })})`;
    return `${formatTimecode(start + n, context.rate)} (${t("frame {frame}", { frame: n })})`;
  };
  return refuse(t("This version runs from {first} to {last}.", { first: name(0), last: name(last) }), [frame < 0 ? 0 : last]);
}

/** Microseconds of `12`, `12.345`, `1:02.5`, `1:02:03.5`; null if it is none of these. */
function microseconds(text: string): bigint | null {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,7})(?:[.,](\d{1,6}))?$/.exec(text);
  if (!match) return null;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => BigInt(part ?? 0)) as [bigint, bigint, bigint];
  return ((hours * 60n + minutes) * 60n + seconds) * 1_000_000n + BigInt((match[4] ?? "").padEnd(6, "0"));
}

/** The frame that lies a distance away: `12` frames, `1:00` one second, `1:00:00` one minute (counted at the nominal
 *  rate), `1.` one second, `1+08` a foot and a half, `1.5s` (shown in seconds: `1.5`). Null if it is no distance. */
function away(text: string, sign: 1 | -1, context: PositionContext): number | null {
  const feet = /^(\d{1,7})\+(\d{1,2})$/.exec(text);
  if (feet) return context.current + sign * (Number(feet[1]) * FRAMES_PER_FOOT + Number(feet[2]));
  const seconds = text.endsWith("s") || (context.display === "seconds" && /^\d+[.,]\d+$/.test(text)) ? microseconds(text.replace(/s$/, "")) : null;
  if (seconds !== null) {
    const here = BigInt(millisecondsOf(context.current, context.rate, context.times ?? null)) * 1000n;
    const moment = here + BigInt(sign) * seconds;
    return moment < 0n ? -1 : frameAtMicroseconds(moment, context.rate, context.times ?? null);
  }
  const [, body = "", dots = ""] = /^(.*?)(\.*)$/.exec(text) ?? [];
  const parts = [...body.split(/[:;.]/), ...Array<string>(dots.length).fill("00")];
  if (parts.length > 4 || parts.some((part) => !/^\d{1,9}$/.test(part))) return null;
  const [frames = 0, secs = 0, minutes = 0, hours = 0] = parts.reverse().map(Number);
  return context.current + sign * ((hours * 3600 + minutes * 60 + secs) * nominalRate(context.rate) + frames);
}

/** A label given by its fields, hours first. All four name record timecode, and where that lies outside timecode from
 *  zero; fewer count from zero, and where that lies outside they name record timecode. Shown from zero, zero is first. */
function atLabel(entry: string, fields: readonly string[], context: PositionContext): TypedPosition {
  const recordFirst = fields.length === 4 && (context.display ?? "record") !== "media";
  const label = countOfFields(fields, context.rate);
  if (!label.ok) {
    const offset = recordFirst ? context.startFrame : 0;
    const nearest = label.nearest.map((count) => count - offset).filter((n) => n >= 0 && n < context.frameCount);
    const [first] = label.nearest;
    const bare = /^\d{1,9}$/.test(entry) ? ` ${t("For frame {frame} type f{entry}.", { frame: Number(entry), entry })}` : "";
    const what = t("There is no timecode {timecode} at this rate.", { timecode: bare ? fields.join(":") : entry });
    const outside = nearest.length === 0 && first !== undefined ? within(first - offset, context) : null;
    // The nearest label is of no use where this version does not reach.
    if (outside && !outside.ok) return refuse(`${what} ${outside.message}${bare}`, outside.suggestions);
    const names = label.nearest.map((count) => formatTimecode(count, context.rate)).join(", ");
    return refuse(`${what} ${t("Nearest: {names}.", { names })}${bare}`, nearest);
  }
  const fits = (frame: number): boolean => frame >= 0 && frame < context.frameCount;
  const record = label.frame - context.startFrame;
  const [meant, other] = recordFirst ? [record, label.frame] : [label.frame, record];
  if (fits(meant)) return { ok: true, frame: meant };
  // Somebody who reads a player that starts at zero types media time; taken only when record time cannot be meant.
  if (fits(other) && (!recordFirst || label.frame < context.startFrame)) return { ok: true, frame: other };
  return within(meant, context);
}

function atFeet(entry: string, feet: number, frames: number, context: PositionContext): TypedPosition {
  const frame = feet * FRAMES_PER_FOOT + frames;
  if (frames < FRAMES_PER_FOOT) return within(frame, context);
  const nearest = [(feet + 1) * FRAMES_PER_FOOT - 1, (feet + 1) * FRAMES_PER_FOOT];
  const inside = nearest.filter((n) => n < context.frameCount);
  if (inside.length === 0) return within(frame, context);
  return refuse(t("A foot has {frames} frames: there is no {entry}. Nearest: {nearest}.", { frames: FRAMES_PER_FOOT, entry, nearest: nearest.map(feetText).join(", ") }), inside);
}

/**
 * Read a typed position. Taken everywhere: labels with separators (`01:00:10:12`; short ones are filled from the left),
 * digits with trailing dots (`10203.` is 01:02:03:00), `f1798` or `1798f` (frame), `12.5s` (seconds), `16+08` (feet),
 * `+12`, `-1:00`, `+1.` (distances). Bare digits: of a label from the right where timecode is shown (`1012` is 10 s
 * 12 f), of feet and frames likewise (`1608`), else a frame number or seconds.
 */
export function readTypedPosition(text: string, context: PositionContext): TypedPosition {
  const entry = text.trim().toLowerCase();
  const display = context.display ?? "record";
  if (entry === "") return refuse(t("Type a position, a frame such as f1798, or a distance such as +12 or -1:00."));
  const sign = entry[0] === "+" ? 1 : entry[0] === "-" || entry[0] === "−" ? -1 : 0;
  if (sign !== 0) {
    const frame = away(entry.slice(1).trim(), sign, context);
    return frame === null ? refuse(t("A distance looks like +12 (frames) or -1:00 (one second back).")) : within(frame, context);
  }
  const number = /^f\s*([\d,]{1,12})$|^([\d,]{1,12})\s*f$/.exec(entry) ?? (display === "frames" ? /^([\d,]{1,12})$/.exec(entry) : null);
  const digits = (number?.[1] ?? number?.[2] ?? "").replaceAll(",", "");
  if (/^\d{1,9}$/.test(digits)) return within(Number(digits), context);

  const feet = /^(\d{1,7})\s*[+']\s*(\d{1,2})$/.exec(entry);
  if (feet) return atFeet(entry, Number(feet[1]), Number(feet[2]), context);
  if (display === "feet") {
    const bare = /^(\d{1,9})(\.?)$/.exec(entry);
    if (bare?.[2]) return atFeet(entry, Number(bare[1]), 0, context);
    if (bare?.[1]) return atFeet(entry, Number(bare[1].slice(0, -2)), Number(bare[1].slice(-2)), context);
  }
  const seconds = display === "seconds" || entry.endsWith("s") ? microseconds(entry.replace(/\s*s$/, "")) : null;
  if (seconds !== null) return within(frameAtMicroseconds(seconds, context.rate, context.times ?? null), context);

  const bare = /^(\d{1,8})(\.{0,3})$/.exec(entry);
  const frameDigits = nominalRate(context.rate) > 100 ? 3 : 2;
  if (bare?.[1] !== undefined) {
    const fields = labelFields(bare[1], bare[2]?.length ?? 0, frameDigits);
    return fields ? atLabel(entry, fields, context) : refuse(looksLike(display));
  }
  const [, body = "", dots = ""] = /^(.*?)(\.*)$/.exec(entry) ?? [];
  const parts = [...body.split(/[:;.]/), ...Array<string>(dots.length).fill("00")];
  if (parts.length < 2 || parts.length > 4 || parts.some((part) => !/^\d{1,3}$/.test(part))) return refuse(looksLike(display));
  return atLabel(entry, parts, context);
}
