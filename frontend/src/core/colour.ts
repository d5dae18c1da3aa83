// Colour as it is displayed: R'G'B' of BT.709, 0 … 255 over the full range, as browsers show video. Levels and codes are
// those of the same picture as a BT.709 signal of limited range (ITU-R BT.709-6, items 3.2 to 3.5).
import { t } from "../language/translate.ts";

export const LUMA_R = 0.2126;
export const LUMA_G = 0.7152;
export const LUMA_B = 0.0722;

/** Y' of the picture, 0 … 255: 0 is black (0 %), 255 reference white (100 %). */
export function lumaOf(r: number, g: number, b: number): number {
  return LUMA_R * r + LUMA_G * g + LUMA_B * b;
}

/** Colour difference signals as parts of their full swing, -0.5 … 0.5: [Cb, Cr]. */
export function chromaOf(r: number, g: number, b: number): [number, number] {
  const y = lumaOf(r, g, b);
  return [(b - y) / 255 / 1.8556, (r - y) / 255 / 1.5748];
}

/** [Y, Cb, Cr] as codes of 8 bits, limited range: 16 … 235, 16 … 240. */
export function codesOf(r: number, g: number, b: number): [number, number, number] {
  const [cb, cr] = chromaOf(r, g, b);
  return [Math.round(16 + (219 * lumaOf(r, g, b)) / 255), Math.round(128 + 224 * cb), Math.round(128 + 224 * cr)];
}

/** The six colours of bars, and where the vectorscope shows them. `level`: 0.75 for SMPTE RP 219 and EBU bars. */
export function barTargets(level: number): { readonly name: string; readonly cb: number; readonly cr: number }[] {
  const on = 255 * level;
  const bars: [string, number, number, number][] = [["R", on, 0, 0], ["Mg", on, 0, on], ["B", 0, 0, on], ["Cy", 0, on, on], ["G", 0, on, 0], ["Yl", on, on, 0]];
  return bars.map(([name, r, g, b]) => {
    const [cb, cr] = chromaOf(r, g, b);
    return { name, cb, cr };
  });
}

/** Where skin of every tone lies on the vectorscope: the direction of the I axis of NTSC, 123° from Cb. */
export const SKIN_DEGREES = 123;

export interface Band {
  /** Luma in percent: from this on, up to the next band. */
  readonly from: number;
  readonly color: readonly [number, number, number] | null;
  readonly name: string;
}

/** False colour: what is clipped or about to be, middle grey (18 % reflectance lies at 41 % in BT.709's curve) and the
 *  level of light skin one stop above it. Everything else stays grey. */
export const FALSE_COLOURS: readonly Band[] = [
  { from: -Infinity, color: [126, 60, 190], name: t("black") },
  { from: 2, color: [54, 100, 235], name: t("nearly black") },
  { from: 5, color: null, name: "" },
  { from: 38, color: [60, 170, 70], name: t("middle grey") },
  { from: 44, color: null, name: "" },
  { from: 53, color: [240, 150, 170], name: t("light skin") },
  { from: 59, color: null, name: "" },
  { from: 95, color: [240, 215, 50], name: t("nearly white") },
  { from: 99, color: [225, 45, 40], name: t("white") },
];

export function bandOf(percent: number): Band {
  return FALSE_COLOURS.findLast((band) => percent >= band.from) as Band;
}

export type Filter = "picture" | "luma" | "red" | "green" | "blue" | "false";

/** One pixel through a filter: what the shader does too (elements/filter-gl.ts), and what the plain canvas uses. */
export function filtered(filter: Filter, r: number, g: number, b: number): readonly [number, number, number] {
  switch (filter) {
    case "picture":
      return [r, g, b];
    case "red":
      return [r, r, r];
    case "green":
      return [g, g, g];
    case "blue":
      return [b, b, b];
    case "luma":
    case "false": {
      const y = lumaOf(r, g, b);
      const color = filter === "false" ? bandOf((y * 100) / 255).color : null;
      return color ?? [y, y, y];
    }
  }
}
