// The drawing that is being made: tools, strokes under way, undo and redo. Knows no DOM; places come as parts (0 … 1) of
// the upright picture.
import { distanceTo, FULL, framesDrawn, MOST_LETTERS, MOST_LINES, MOST_POINTS, MOST_SHAPES, readAnnotation, simplified, toUnits, type Annotation, type Shape, type ShapeTool, type Size, type Turn } from "../core/drawing.ts";
import { Store } from "./store.ts";

export type Tool = ShapeTool | "eraser";
export const COLORS = ["#ff453a", "#ffd60a", "#32d74b", "#0a9bff", "#ffffff", "#000000"] as const;
/** In 1/65535 of the picture's shorter side: 3, 6, 12 and 24 pixels at 1080 lines. */
export const WIDTHS = [182, 364, 728, 1456] as const;
/** Letters are this many times as high as a line of the same width is thick. */
export const LETTERS = 6;
/** About one pixel at 1080 lines: what the eye does not see is not kept. */
const TOLERANCE = 45;
const ERASER = 700;
const MOST_STEPS = 300; // of one move of the eraser
const LONGEST_STROKE = 1_500; // points

export interface BoardState {
  readonly active: boolean;
  /** Held: the bare picture is looked at. */
  readonly hidden: boolean;
  readonly tool: Tool;
  readonly color: string;
  readonly width: number;
  readonly shapes: readonly Shape[];
  /** Under way; not yet part of `shapes`. */
  readonly live: Shape | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Nothing more can be added. */
  readonly full: boolean;
}

export class DrawingBoard {
  readonly store: Store<BoardState>;
  private past: (readonly Shape[])[] = [];
  private future: (readonly Shape[])[] = [];
  private size: Size = { width: 16, height: 9 };
  private erasing: { frame: number; before: readonly Shape[]; at: readonly [number, number] } | null = null;

  constructor(manner: { readonly tool?: Tool; readonly color?: string; readonly width?: number } = {}) {
    this.store = new Store<BoardState>({ active: false, hidden: false, tool: manner.tool ?? "pen", color: manner.color ?? COLORS[0], width: manner.width ?? WIDTHS[1], shapes: [], live: null, canUndo: false, canRedo: false, full: false });
  }

  get state(): BoardState {
    return this.store.state;
  }

  /** Of the upright picture; any unit. */
  setSize(size: Size): void {
    this.size = size;
  }

  setActive(active: boolean): void {
    if (!active) this.cancel();
    this.store.set({ active, hidden: false });
  }

  choose(manner: Partial<Pick<BoardState, "tool" | "color" | "width">>): void {
    this.cancel();
    this.store.set(manner);
  }

  /** The next thicker (1) or thinner (-1) line. */
  thicken(steps: 1 | -1): void {
    const present = WIDTHS.findIndex((width) => width >= this.state.width);
    this.choose({ width: WIDTHS[Math.min(WIDTHS.length - 1, Math.max(0, present + steps))] as number });
  }

  hide(hidden: boolean): void {
    this.store.set({ hidden });
  }

  // --- strokes ----------------------------------------------------------------------------------------------------------

  /** A stroke begins. `pressure` 0 … 1, null from what has none. */
  begin(frame: number, x: number, y: number, pressure: number | null): void {
    this.cancel();
    const { tool, color, width, full } = this.state;
    if (tool === "eraser") {
      this.erasing = { frame, before: this.state.shapes, at: [x, y] };
      this.erase(x, y);
      return;
    }
    if (tool === "text" || full) return;
    const points = tool === "pen" ? [toUnits(x), toUnits(y)] : [toUnits(x), toUnits(y), toUnits(x), toUnits(y)];
    this.store.set({ live: { frame, tool, color, width, points, ...(tool === "pen" && pressure !== null ? { pressure: [Math.round(pressure * 255)] } : {}) } });
  }

  /** `even`: squares, circles, and lines in steps of 45°. */
  extend(x: number, y: number, pressure: number | null, even = false): void {
    if (this.erasing) return this.erase(x, y);
    const { live } = this.state;
    if (!live) return;
    if (live.tool !== "pen") {
      const [x0 = 0, y0 = 0] = live.points;
      const end = even ? this.evened(live.tool, x0, y0, x, y) : [toUnits(x), toUnits(y)];
      this.store.set({ live: { ...live, points: [x0, y0, ...end] } });
      return;
    }
    const [ux, uy] = [toUnits(x), toUnits(y)];
    if (ux === live.points.at(-2) && uy === live.points.at(-1)) return;
    const { pressure: before } = live;
    this.store.set({ live: { ...live, points: [...live.points, ux, uy], ...(before ? { pressure: [...before, Math.round((pressure ?? 1) * 255)] } : {}) } });
  }

  /** The stroke ends and is kept. */
  finish(): void {
    if (this.erasing) {
      const { before } = this.erasing;
      this.erasing = null;
      if (before !== this.state.shapes) this.remember(before);
      return;
    }
    const { live } = this.state;
    if (!live) return;
    this.store.set({ live: null });
    if (live.tool === "pen") this.add(this.tidied(live));
    else if (live.points[0] !== live.points[2] || live.points[1] !== live.points[3]) this.add(live); // a click draws nothing
  }

  /** The stroke under way is dropped. */
  cancel(): void {
    if (this.erasing) {
      const { before } = this.erasing;
      this.erasing = null;
      this.put(before);
    }
    this.store.set({ live: null });
  }

  /** `turn`: as a shape has it; 0 for none. */
  write(frame: number, x: number, y: number, text: string, turn: Turn | 0 = 0): void {
    const kept = text.replace(/\r\n?/g, "\n").replace(/[\t\u2028\u2029]/g, " ").replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "").trimEnd().split("\n").slice(0, MOST_LINES).join("\n").slice(0, MOST_LETTERS);
    if (!kept.trim() || this.state.full) return;
    const { color, width } = this.state;
    this.add({ frame, tool: "text", color, width: width * LETTERS, points: [toUnits(x), toUnits(y)], text: kept, ...(turn ? { turn } : {}) });
  }

  // --- the whole drawing --------------------------------------------------------------------------------------------------

  undo(): void {
    this.cancel();
    const before = this.past.pop();
    if (!before) return;
    this.future.push(this.state.shapes);
    this.put(before);
  }

  redo(): void {
    this.cancel();
    const next = this.future.pop();
    if (!next) return;
    this.past.push(this.state.shapes);
    this.put(next);
  }

  /** Take away what is drawn on a frame. */
  clear(frame: number): void {
    this.cancel();
    const kept = this.state.shapes.filter((shape) => shape.frame !== frame);
    if (kept.length < this.state.shapes.length) this.change(kept);
  }

  /** Begin anew with a drawing that was kept, or with none. */
  load(annotation: unknown): void {
    this.cancel();
    this.past = [];
    this.future = [];
    this.put(readAnnotation(annotation)?.shapes ?? []);
  }

  annotation(): Annotation | null {
    const { shapes } = this.state;
    return shapes.length > 0 ? { v: 1, shapes } : null;
  }

  frames(): number[] {
    return framesDrawn(this.state.shapes);
  }

  // --- inside -------------------------------------------------------------------------------------------------------------

  private tidied(live: Shape): Shape {
    let tolerance = TOLERANCE;
    let { points, pressure } = simplified(live.points, live.pressure ?? null, this.size, tolerance);
    while (points.length > 2 * LONGEST_STROKE) ({ points, pressure } = simplified(points, pressure, this.size, (tolerance *= 2)));
    const { pressure: _raw, ...rest } = live;
    return { ...rest, points, ...(pressure ? { pressure } : {}) };
  }

  private evened(tool: ShapeTool, x0: number, y0: number, x: number, y: number): [number, number] {
    const { width, height } = this.size;
    const [dx, dy] = [x * width - (x0 * width) / FULL, y * height - (y0 * height) / FULL];
    let [ex, ey] = [dx, dy];
    if (tool === "rect" || tool === "ellipse") {
      const side = Math.max(Math.abs(dx), Math.abs(dy));
      [ex, ey] = [side * (Math.sign(dx) || 1), side * (Math.sign(dy) || 1)];
    } else {
      const step = Math.PI / 4;
      const angle = Math.round(Math.atan2(dy, dx) / step) * step;
      const length = Math.hypot(dx, dy);
      [ex, ey] = [Math.cos(angle) * length, Math.sin(angle) * length];
    }
    return [toUnits(x0 / FULL + ex / width), toUnits(y0 / FULL + ey / height)];
  }

  /** Everything between the last place and this one: a fast hand leaves wide gaps between its moves. */
  private erase(x: number, y: number): void {
    const { erasing, size } = this;
    if (!erasing) return;
    const [fromX, fromY] = erasing.at;
    erasing.at = [x, y];
    const way = Math.hypot((x - fromX) * size.width, (y - fromY) * size.height) / Math.min(size.width, size.height);
    const steps = Math.min(MOST_STEPS, Math.max(1, Math.ceil((way * FULL) / ERASER)));
    let kept = this.state.shapes;
    for (let i = 1; i <= steps; i += 1) {
      const [px, py] = [(fromX + ((x - fromX) * i) / steps) * FULL, (fromY + ((y - fromY) * i) / steps) * FULL];
      kept = kept.filter((shape) => shape.frame !== erasing.frame || distanceTo(shape, px, py, size) > ERASER);
    }
    if (kept.length < this.state.shapes.length) this.put(kept);
  }

  private add(shape: Shape): void {
    this.change([...this.state.shapes, shape]);
  }

  private change(shapes: readonly Shape[]): void {
    const before = this.state.shapes;
    this.put(shapes);
    this.remember(before);
  }

  private remember(before: readonly Shape[]): void {
    this.past.push(before);
    this.future = [];
    this.put(this.state.shapes);
  }

  private put(shapes: readonly Shape[]): void {
    const points = shapes.reduce((sum, shape) => sum + shape.points.length / 2, 0);
    this.store.set({ shapes, canUndo: this.past.length > 0, canRedo: this.future.length > 0, full: shapes.length >= MOST_SHAPES || points >= MOST_POINTS - LONGEST_STROKE });
  }
}
