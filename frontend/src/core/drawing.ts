// Drawings on frames, as a comment holds them (described and checked by review/annotations.py): vectors in whole numbers
// over the upright picture, 0 … 65535 each way, so that they are right at any size.

export const FULL = 65_535;
export const MOST_SHAPES = 1000;
export const MOST_POINTS = 12_000;
export const MOST_LETTERS = 500;
export const MOST_LINES = 20;

export type ShapeTool = "pen" | "arrow" | "line" | "rect" | "ellipse" | "text";

export interface Shape {
  readonly frame: number;
  readonly tool: ShapeTool;
  /** "#rrggbb" */
  readonly color: string;
  /** Of the line, or the height of letters: in 1/65535 of the picture's shorter side. */
  readonly width: number;
  /** x0, y0, x1, y1, … */
  readonly points: readonly number[];
  /** Of a pen, 0 … 255 for each point; absent: drawn at its full width. */
  readonly pressure?: readonly number[];
  readonly text?: string;
  /** Of a text: quarter turns clockwise by which its letters are turned about its beginning. Absent: upright. */
  readonly turn?: Turn;
}

export type Turn = 1 | 2 | 3;

export interface Annotation {
  readonly v: 1;
  readonly shapes: readonly Shape[];
}

/** Width and height of the upright, square-pixel picture in any unit. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const TOOLS: ReadonlySet<string> = new Set<ShapeTool>(["pen", "arrow", "line", "rect", "ellipse", "text"]);

const whole = (value: unknown, least: number, most: number): value is number => typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;

function isShape(value: unknown): value is Shape {
  const shape = (value ?? {}) as Partial<Record<keyof Shape, unknown>>;
  const { tool, points, pressure, turn } = shape;
  if (typeof tool !== "string" || !TOOLS.has(tool) || !whole(shape.frame, 0, 2 ** 31 - 1) || !whole(shape.width, 1, 16_384)) return false;
  if (typeof shape.color !== "string" || !/^#[0-9a-f]{6}$/.test(shape.color)) return false;
  if (!Array.isArray(points) || points.length < 2 || points.length % 2 !== 0 || !points.every((one) => whole(one, 0, FULL))) return false;
  if (pressure !== undefined && (!Array.isArray(pressure) || 2 * pressure.length !== points.length || !pressure.every((one) => whole(one, 0, 255)))) return false;
  if (turn !== undefined && (tool !== "text" || !whole(turn, 1, 3))) return false;
  if (tool === "text") return points.length === 2 && typeof shape.text === "string";
  return tool === "pen" || points.length === 4;
}

/** A drawing from outside (server, storage); null when it is none that this page can draw. */
export function readAnnotation(value: unknown): Annotation | null {
  const { v, shapes } = (value ?? {}) as { v?: unknown; shapes?: unknown };
  if (v !== 1 || !Array.isArray(shapes) || shapes.length === 0 || !shapes.every(isShape)) return null;
  return { v: 1, shapes };
}

/** The frames drawn on, ascending. */
export function framesDrawn(shapes: readonly Shape[]): number[] {
  return [...new Set(shapes.map((shape) => shape.frame))].sort((a, b) => a - b);
}

/** The smallest range that holds `anchor` and every frame drawn on. */
export function rangeWith(anchor: { readonly frame: number; readonly frames: number }, drawn: readonly number[]): { frame: number; frames: number } {
  const first = Math.min(anchor.frame, ...drawn);
  const last = Math.max(anchor.frame + anchor.frames - 1, ...drawn);
  return { frame: first, frames: last - first + 1 };
}

/** A place on the picture (0 … 1 each way) in the drawing's whole numbers; what lies outside is taken to the edge. */
export function toUnits(part: number): number {
  return Math.round(Math.min(1, Math.max(0, part)) * FULL);
}

/** Leave out the points of a stroke that lie within `tolerance` (in units of the shorter side) of the line through the
 *  rest: Ramer, Douglas, Peucker. A change of pressure counts like a distance. */
export function simplified(points: readonly number[], pressure: readonly number[] | null, size: Size, tolerance: number): { points: number[]; pressure: number[] | null } {
  const count = points.length / 2;
  const shorter = Math.min(size.width, size.height);
  const [scaleX, scaleY] = [size.width / shorter, size.height / shorter];
  const at = (i: number): [number, number, number] => [(points[2 * i] ?? 0) * scaleX, (points[2 * i + 1] ?? 0) * scaleY, pressure ? (pressure[i] ?? 0) * (tolerance / 20) : 0];
  const kept = new Set([0, count - 1]);
  const open: [number, number][] = [[0, count - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [first, last] = span;
    const [ax, ay, ap] = at(first);
    const [bx, by, bp] = at(last);
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    let [worst, farthest] = [-1, tolerance ** 2];
    for (let i = first + 1; i < last; i += 1) {
      const [x, y, p] = at(i);
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      const away = (x - ax - along * (bx - ax)) ** 2 + (y - ay - along * (by - ay)) ** 2 + (p - ap - along * (bp - ap)) ** 2;
      if (away > farthest) [worst, farthest] = [i, away];
    }
    if (worst < 0) continue;
    kept.add(worst);
    open.push([first, worst], [worst, last]);
  }
  const order = [...kept].sort((a, b) => a - b);
  return { points: order.flatMap((i) => [points[2 * i] ?? 0, points[2 * i + 1] ?? 0]), pressure: pressure ? order.map((i) => pressure[i] ?? 0) : null };
}

/** Of each number of quarter turns clockwise. */
const COS_SIN = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;

/** How a text is to be turned on the picture to go down where (dx, dy) goes there, in its pixels: upright for whoever sees the
 *  picture turned so. */
export function turnDown(dx: number, dy: number): Turn | 0 {
  if (Math.abs(dy) >= Math.abs(dx)) return dy < 0 ? 2 : 0;
  return dx < 0 ? 1 : 3;
}

/** How far (in units of the shorter side) a place is from what a shape paints; 0 on it. Texts count as their box. */
export function distanceTo(shape: Shape, x: number, y: number, size: Size): number {
  const shorter = Math.min(size.width, size.height);
  const [scaleX, scaleY] = [size.width / shorter, size.height / shorter];
  const points: [number, number][] = [];
  for (let i = 0; i < shape.points.length; i += 2) points.push([(shape.points[i] ?? 0) * scaleX, (shape.points[i + 1] ?? 0) * scaleY]);
  const [px, py] = [x * scaleX, y * scaleY];
  const [[x0, y0] = [0, 0], [x1, y1] = [0, 0]] = points;
  if (shape.tool === "text") {
    const lines = (shape.text ?? "").split("\n");
    const right = 0.6 * shape.width * Math.max(...lines.map((line) => line.length));
    const bottom = 1.2 * shape.width * lines.length;
    const [cos, sin] = COS_SIN[shape.turn ?? 0];
    const [along, down] = [(px - x0) * cos + (py - y0) * sin, (py - y0) * cos - (px - x0) * sin];
    return Math.hypot(Math.max(-along, 0, along - right), Math.max(-down, 0, down - bottom));
  }
  let outline = points;
  if (shape.tool === "rect") outline = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]];
  else if (shape.tool === "ellipse") {
    const turn = Array.from({ length: 49 }, (_, i) => (i * Math.PI) / 24);
    outline = turn.map((angle) => [(x0 + x1) / 2 + ((x1 - x0) / 2) * Math.cos(angle), (y0 + y1) / 2 + ((y1 - y0) / 2) * Math.sin(angle)]);
  }
  let nearest = Infinity;
  for (let i = 0; i < Math.max(1, outline.length - 1); i += 1) {
    const [ax, ay] = outline[i] ?? [0, 0];
    const [bx, by] = outline[i + 1] ?? [ax, ay];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length));
    nearest = Math.min(nearest, Math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay)));
  }
  return Math.max(0, nearest - shape.width / 2);
}
