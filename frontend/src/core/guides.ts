// Lines and masks over the picture, in its own pixels.
import type { Size } from "./drawing.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Safe areas by SMPTE ST 2046-1: parts of the picture's width and height. */
export const ACTION_SAFE = 0.93;
export const TITLE_SAFE = 0.9;

export function safeArea(picture: Size, part: number): Box {
  const [width, height] = [picture.width * part, picture.height * part];
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}

/** Aspects as whole numbers: width to height. */
export const MASKS: readonly { readonly name: string; readonly num: number; readonly den: number }[] = [
  { name: "1.33", num: 4, den: 3 },
  { name: "1.78", num: 16, den: 9 },
  { name: "1.85", num: 37, den: 20 },
  { name: "2.39", num: 239, den: 100 },
  { name: "9:16", num: 9, den: 16 },
];

/** The largest part of the picture that has the aspect num:den, in its middle. */
export function maskArea(picture: Size, num: number, den: number): Box {
  const wide = picture.width * den > picture.height * num;
  const width = wide ? (picture.height * num) / den : picture.width;
  const height = wide ? picture.height : (picture.width * den) / num;
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}

/** "2.2", "2,2:1", "4:5", "1080x1350" as an aspect; null if it is none between 1:10 and 10:1. */
export function readAspect(text: string): { num: number; den: number } | null {
  const match = /^\s*(\d{1,5})(?:[.,](\d{1,4}))?(?:\s*[:/x×]\s*(\d{1,5}))?\s*$/i.exec(text);
  if (!match) return null;
  const places = match[2]?.length ?? 0;
  const num = Number(`${match[1]}${match[2] ?? ""}`);
  const den = Number(match[3] ?? "1") * 10 ** places;
  return den > 0 && num >= den / 10 && num <= den * 10 ? { num, den } : null;
}
