// What a person types into the position field: an absolute timecode, a frame number, or a distance.
import { formatTimecode, nominalRate, parseTimecode, type Rate } from "./timecode.ts";

export interface PositionContext {
  readonly rate: Rate;
  readonly frameCount: number;
  /** Count of frame 0's record timecode; 0 when the file carries none. */
  readonly startFrame: number;
  /** Where the playhead stands, for distances. */
  readonly current: number;
}

export type TypedPosition =
  | { readonly ok: true; readonly frame: number }
  | { readonly ok: false; readonly message: string; readonly suggestions: readonly number[] };

const refuse = (message: string, suggestions: readonly number[] = []): TypedPosition => ({ ok: false, message, suggestions });

/** Frames of a distance such as `12`, `1:00` (one second), `1:00:00` (one minute): counted at the nominal rate. */
function distance(text: string, rate: Rate): number | null {
  const parts = text.split(/[:;.]/);
  if (parts.length > 4 || parts.some((part) => !/^\d{1,9}$/.test(part))) return null;
  const [frames = 0, seconds = 0, minutes = 0, hours = 0] = parts.reverse().map(Number);
  return (hours * 3600 + minutes * 60 + seconds) * nominalRate(rate) + frames;
}

function within(frame: number, context: PositionContext): TypedPosition {
  const last = context.frameCount - 1;
  if (frame >= 0 && frame <= last) return { ok: true, frame };
  const label = (n: number): string => `${formatTimecode(context.startFrame + n, context.rate)} (frame ${n})`;
  return refuse(`This version runs from ${label(0)} to ${label(last)}.`, [frame < 0 ? 0 : last]);
}

/**
 * Read a typed position. Taken: `01:00:10:12` (record timecode; where that lies outside, timecode from zero), short
 * labels filled from the left (`10:12` is 10 s 12 f of media time), `1798` or `f1798` (frame number), `+12`, `-1:00`.
 */
export function readTypedPosition(text: string, context: PositionContext): TypedPosition {
  const entry = text.trim().toLowerCase();
  if (entry === "") return refuse("Type a timecode, a frame number, or a distance such as +12 or -1:00.");
  const sign = entry[0] === "+" ? 1 : entry[0] === "-" || entry[0] === "−" ? -1 : 0;
  if (sign !== 0) {
    const frames = distance(entry.slice(1).trim(), context.rate);
    if (frames === null) return refuse("A distance looks like +12 (frames) or -1:00 (one second back).");
    return within(context.current + sign * frames, context);
  }
  const number = /^f?\s*(\d{1,9})$/.exec(entry);
  if (number) return within(Number(number[1]), context);
  const parts = entry.split(/[:;.]/);
  if (parts.length < 2 || parts.length > 4 || parts.some((part) => !/^\d{1,3}$/.test(part))) {
    return refuse("A timecode looks like 01:00:10:12, a frame number like 1798, a distance like +12 or -1:00.");
  }
  const full = parts.length === 4;
  const padded = [...Array<string>(4 - parts.length).fill("0"), ...parts];
  const label = parseTimecode(`${padded.slice(0, 3).join(":")}:${padded[3]}`, context.rate);
  if (!label.ok) {
    const offset = full ? context.startFrame : 0;
    const nearest = label.nearest.map((count) => count - offset).filter((n) => n >= 0 && n < context.frameCount);
    const [first] = label.nearest;
    const outside = nearest.length === 0 && first !== undefined ? within(first - offset, context) : null;
    // The nearest label is of no use where this version does not reach.
    if (outside && !outside.ok) return refuse(`There is no timecode ${entry} at this rate. ${outside.message}`, outside.suggestions);
    const names = label.nearest.map((count) => formatTimecode(count, context.rate)).join(" and ");
    return refuse(`There is no timecode ${entry} at this rate. Nearest: ${names}.`, nearest);
  }
  if (!full) return within(label.frame, context);
  const record = label.frame - context.startFrame;
  if (record >= 0 && record < context.frameCount) return { ok: true, frame: record };
  // Somebody who reads a player that starts at zero types media time; taken only when record time cannot be meant.
  if (label.frame < context.frameCount && label.frame < context.startFrame) return { ok: true, frame: label.frame };
  return within(record, context);
}
