// What the page of the three-point test render asks for: the timeline and the renders so far, as its address has them.
import { parseTimecode, type Rate } from "../core/timecode.ts";

export const NAMES = ["beginning", "middle", "end"] as const;
export type RangeName = (typeof NAMES)[number];

export interface Wish {
  /** As typed: a length as timecode, or frames; "" for the reference's. */
  readonly length: string;
  /** "25", "24000/1001"; "" for the reference's. */
  readonly rate: string;
  readonly reference: string;
  readonly renders: Readonly<Partial<Record<RangeName, string>>>;
}

/** Frames of a length as people type it, counted without drop-frame labels; null if it is none. */
export function framesOf(length: string, rate: string): number | null {
  const text = length.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) || null;
  const [num = 0, den = 1] = rate.split("/").map(Number);
  if (!(num > 0)) return null;
  const exact: Rate = { num, den, dropFrame: text.includes(";") };
  const read = parseTimecode(text, exact);
  return read.ok && read.frame > 0 ? read.frame : null;
}

export function wishFrom(query: string): Wish {
  const asked = new URLSearchParams(query);
  const renders: Partial<Record<RangeName, string>> = {};
  for (const name of NAMES) {
    const id = asked.get(name);
    if (id) renders[name] = id;
  }
  return { length: asked.get("length") ?? "", rate: asked.get("rate") ?? "", reference: asked.get("reference") ?? "", renders };
}

/** The page's own address: whoever gets it sees the same. */
export function addressOf({ length, rate, reference, renders }: Wish): string {
  const made = new URLSearchParams();
  for (const [key, value] of Object.entries({ length, rate, reference, ...renders })) if (value) made.set(key, value);
  return made.size > 0 ? `?${made}` : "";
}

/** The question to the server; null as long as the timeline is not known. */
export function questionOf({ length, rate, reference, renders }: Wish): string | null {
  const made = new URLSearchParams();
  if (length || rate) {
    const frames = framesOf(length, rate);
    if (frames === null || !rate) return null;
    made.set("frames", String(frames));
    made.set("rate", rate);
  } else if (!reference) return null;
  if (reference) made.set("reference_id", reference);
  for (const name of NAMES) if (renders[name]) made.set(name, renders[name]);
  return made.toString();
}
