// The sound around one frame as a shape: extremes over equal columns, so many of them for each frame.
import { peakAt, type Waveform } from "./waveform.ts";

export interface WaveColumn {
  readonly low: number;
  readonly high: number;
}

/** Columns of the frames first … first + count − 1, `perFrame` for each; silence where the track has no sound. A frame is
 *  `den / num` seconds. */
export function columnsAround(waveform: Waveform, first: number, count: number, perFrame: number, { num, den }: { readonly num: number; readonly den: number }): readonly WaveColumn[] {
  const at = (column: number): number => peakAt(waveform, (first * perFrame + column) * den, num * perFrame);
  return Array.from({ length: count * perFrame }, (_, column) => {
    const range = first * perFrame + column < 0 ? null : waveform.range(at(column), at(column + 1));
    return { low: range?.[0] ?? 0, high: range?.[1] ?? 0 };
  });
}

/** As an SVG path of that width and height, closed; the loudest of the columns fills two thirds of it, if it is heard at all. */
export function shapeOf(columns: readonly WaveColumn[], width: number, height: number): string {
  const loudest = Math.max(8, ...columns.map(({ low, high }) => Math.max(-low, high)));
  const y = (value: number): string => (height / 2 - (value / loudest) * (height / 3)).toFixed(1);
  const x = (column: number): string => ((column * width) / columns.length).toFixed(1);
  const upper = columns.map(({ high }, i) => `${x(i)},${y(high)} ${x(i + 1)},${y(high)}`);
  const lower = columns.map(({ low }, i) => `${x(i + 1)},${y(low)} ${x(i)},${y(low)}`).reverse();
  return columns.length === 0 ? "" : `M${[...upper, ...lower].join(" L")}Z`;
}
