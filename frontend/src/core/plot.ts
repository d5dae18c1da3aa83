// Where a measurement's curve lies on paper: scales, round ticks, an SVG path. No DOM here.
import { localeTag } from "../language/translate.ts";
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** A scale with round ticks that holds all values and spans `least` at least: what is nothing shall look like nothing. Zero is on
 * it if it is near. Empty input gives 0 … 1. */
export function scaleOf(values: readonly number[], about = 5, withZero = false, least = 0): Scale {
  let low = values.length > 0 ? Math.min(...values) : 0;
  let high = values.length > 0 ? Math.max(...values) : 1;
  if (withZero) {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  if (low === high) {
    low -= Math.abs(low) * 0.1 || 1;
    high += Math.abs(high) * 0.1 || 1;
  }
  if (high - low < least) {
    const more = (least - high + low) / 2;
    low -= more;
    high += more;
  }
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { low: ticks[0] ?? low, high: ticks.at(-1) ?? high, ticks };
}

/** A value's place between 0 and `size`. */
export function place(value: number, { low, high }: Pick<Scale, "low" | "high">, size: number): number {
  return ((value - low) / (high - low)) * size;
}

/** SVG path through the points; not a line where one is no number. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  let path = "";
  let drawing = false;
  for (const [x, y] of points) {
    const known = Number.isFinite(x) && Number.isFinite(y);
    if (known) path += `${drawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    drawing = known;
  }
  return path;
}

/** A number as a tick or a value shows it. */
export function numberText(exact: number, digits?: number): string {
  const value = digits !== undefined && Number(exact.toFixed(digits)) === 0 ? 0 : exact; // no "-0.0"
  if (digits !== undefined) return value.toLocaleString(localeTag(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value.toLocaleString(localeTag(), { maximumSignificantDigits: 6 });
}
