// What a shape of a drawing looks like: paths and texts in the pixels of a picture. The same rules as
// review/exports/drawing.py, held together by tests/vectors/drawings.json.
import { FULL, type Shape, type Size } from "./drawing.ts";

export type Mark =
  /** A line along `d`, with round ends and joins. */
  | { readonly kind: "line"; readonly d: string; readonly width: number; readonly color: string }
  /** The inside of `d`. */
  | { readonly kind: "area"; readonly d: string; readonly color: string }
  /** Bold sans-serif; each line with its baseline. `edge`: colour of a thin contour that keeps it readable;
   *  `transform`: as in SVG, of a text that is turned. */
  | { readonly kind: "text"; readonly lines: readonly { readonly x: number; readonly y: number; readonly text: string }[]; readonly size: number; readonly color: string; readonly edge: string; readonly transform?: string };

type Point = readonly [number, number];

/** Sharper turns than this (cosine of about 100°) are corners, drawn as such. */
const CORNER = -0.17;
const THINNEST = 0.25; // of a pen's width, at no pressure
const PIECES = 6; // a curve of varying width is made of this many straight ones

/** At most two decimals, as short as can be. */
export function short(value: number): string {
  const hundredths = Math.floor(value * 100 + 0.5); // as in Python: no rounding to even
  return String(hundredths / 100);
}
const pair = ([x, y]: Point): string => `${short(x)} ${short(y)}`;

/** A shape as marks on a picture of `size` pixels. */
export function marksOf(shape: Shape, size: Size): Mark[] {
  const unit = Math.min(size.width, size.height) / FULL;
  const width = shape.width * unit;
  const { color } = shape;
  const points: Point[] = [];
  for (let i = 0; i < shape.points.length; i += 2) points.push([((shape.points[i] ?? 0) * size.width) / FULL, ((shape.points[i + 1] ?? 0) * size.height) / FULL]);
  const [a = [0, 0], b = a] = points;
  switch (shape.tool) {
    case "pen":
      if (shape.pressure) return [{ kind: "area", d: varying(points, shape.pressure.map((one) => (width / 2) * (THINNEST + ((1 - THINNEST) * one) / 255))), color }];
      return [{ kind: "line", d: smooth(points), width, color }];
    case "line":
      return [{ kind: "line", d: `M${pair(a)} L${pair(b)}`, width, color }];
    case "arrow":
      return [{ kind: "line", d: arrow(a, b, 3 * width + Math.min(size.width, size.height) / 60), width, color }];
    case "rect":
      return [{ kind: "line", d: `M${pair(a)} L${pair([b[0], a[1]])} L${pair(b)} L${pair([a[0], b[1]])} Z`, width, color }];
    case "ellipse": {
      const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
      const middle = (a[1] + b[1]) / 2;
      const radii = `${short((right - left) / 2)} ${short(Math.abs(b[1] - a[1]) / 2)} 0 1 1`;
      return [{ kind: "line", d: `M${pair([left, middle])} A${radii} ${pair([right, middle])} A${radii} ${pair([left, middle])} Z`, width, color }];
    }
    case "text": {
      const lines = (shape.text ?? "").split("\n").map((text, i) => ({ x: a[0], y: a[1] + width * (0.9 + 1.2 * i), text }));
      const turned = shape.turn ? { transform: `rotate(${shape.turn * 90} ${pair(a)})` } : {};
      return [{ kind: "text", lines, size: width, color, edge: contrast(color), ...turned }];
    }
  }
}

/** Black beside light colours, white beside dark ones (luma by BT.709's weights). */
export function contrast(color: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)) as [number, number, number];
  return 2126 * r + 7152 * g + 722 * b > 1_100_000 ? "#000000" : "#ffffff";
}

function arrow(a: Point, b: Point, size: number): string {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const head = Math.min(length * 0.6, size);
  const [ux, uy] = [(dx / length) * head, (dy / length) * head];
  // 28° to each side
  const [cos, sin] = [0.8829, 0.4695];
  const left: Point = [b[0] - ux * cos + uy * sin, b[1] - uy * cos - ux * sin];
  const right: Point = [b[0] - ux * cos - uy * sin, b[1] - uy * cos + ux * sin];
  return `M${pair(a)} L${pair(b)} M${pair(left)} L${pair(b)} L${pair(right)}`;
}

/** Each stretch of a stroke as a Bézier curve that runs through its points: [from, control, control, to]. */
function curves(points: readonly Point[]): [Point, Point, Point, Point][] {
  const at = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))] ?? [0, 0];
  // The way the stroke goes at a point: along its neighbours; straight into and out of a corner.
  const direction = (i: number, toward: number): Point => {
    const [before, here, next] = [at(i - 1), at(i), at(i + 1)];
    const [ix, iy, ox, oy] = [here[0] - before[0], here[1] - before[1], next[0] - here[0], next[1] - here[1]];
    const turn = (ix * ox + iy * oy) / (Math.hypot(ix, iy) * Math.hypot(ox, oy) || 1);
    const target = at(toward);
    const corner = turn < CORNER;
    const [x, y] = corner ? [target[0] - here[0], target[1] - here[1]] : [next[0] - before[0], next[1] - before[1]];
    const sign = corner || toward > i ? 1 : -1;
    const length = Math.hypot(x, y) || 1;
    return [(sign * x) / length, (sign * y) / length];
  };
  const out: [Point, Point, Point, Point][] = [];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [from, to] = [at(i), at(i + 1)];
    const third = Math.hypot(to[0] - from[0], to[1] - from[1]) / 3;
    const [leave, arrive] = [direction(i, i + 1), direction(i + 1, i)];
    out.push([from, [from[0] + leave[0] * third, from[1] + leave[1] * third], [to[0] + arrive[0] * third, to[1] + arrive[1] * third], to]);
  }
  return out;
}

function smooth(points: readonly Point[]): string {
  const [first = [0, 0]] = points;
  if (points.length === 1) return `M${pair(first)} L${pair(first)}`; // a dot: round ends without a line
  return `M${pair(first)} ${curves(points).map(([, b, c, d]) => `C${pair(b)} ${pair(c)} ${pair(d)}`).join(" ")}`;
}

/** Discs of the radii given, joined by their common tangents' quadrilaterals: all wound the same way, so that nothing
 *  cancels out where they overlap. */
function varying(points: readonly Point[], radii: readonly number[]): string {
  const discs: [Point, number][] = [[points[0] ?? [0, 0], radii[0] ?? 0]];
  curves(points).forEach(([a, b, c, d], i) => {
    const [from, to] = [radii[i] ?? 0, radii[i + 1] ?? 0];
    for (let k = 1; k <= PIECES; k += 1) {
      const t = k / PIECES;
      const u = 1 - t;
      const place = (axis: 0 | 1): number => u * u * u * a[axis] + 3 * u * u * t * b[axis] + 3 * u * t * t * c[axis] + t * t * t * d[axis];
      discs.push([[place(0), place(1)], from + (to - from) * t]);
    }
  });
  const parts = discs.map(([[x, y], r]) => `M${pair([x - r, y])} a${short(r)} ${short(r)} 0 1 1 ${short(2 * r)} 0 a${short(r)} ${short(r)} 0 1 1 ${short(-2 * r)} 0 Z`);
  for (let i = 0; i + 1 < discs.length; i += 1) {
    const [[p, r], [q, s]] = [discs[i] as [Point, number], discs[i + 1] as [Point, number]];
    const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
    if (length === 0) continue;
    const [nx, ny] = [(q[1] - p[1]) / length, (p[0] - q[0]) / length];
    parts.push(`M${pair([p[0] + nx * r, p[1] + ny * r])} L${pair([q[0] + nx * s, q[1] + ny * s])} L${pair([q[0] - nx * s, q[1] - ny * s])} L${pair([p[0] - nx * r, p[1] - ny * r])} Z`);
  }
  return parts.join(" ");
}
