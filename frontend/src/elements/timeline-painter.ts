// The two canvases of the lanes, painted apart: comments change without the film strip being painted anew.
import type { ClockFace } from "../core/clock-face.ts";
import { clusterMarks, rowsOfRanges, type Cluster } from "../core/mark-clusters.ts";
import type { SpriteGrid } from "../core/sprites.ts";
import { layOut, RANGE_ROWS, type LaneLayout, type TimelineLanes } from "../core/timeline-lanes.ts";
import type { View } from "../core/timeline-view.ts";
import type { Waveform } from "../core/waveform.ts";
import type { FrameRange } from "../player/player.ts";
import type { TimelineOptions } from "../state/timeline-state.ts";
import { h } from "./dom.ts";
import { paintBed, type CloseFilm } from "./timeline-bed.ts";
import { paintMarks } from "./timeline-marks.ts";
import { readPalette, type Palette } from "./timeline-palette.ts";
import { SheetImages } from "./timeline-sheets.ts";

export type Layer = "layout" | "bed" | "marks";

export interface PaintInput {
  readonly face: ClockFace;
  readonly view: View;
  readonly width: number;
  readonly lanes: TimelineLanes;
  readonly options: TimelineOptions;
  readonly range: FrameRange | null;
  readonly sprites: SpriteGrid | null;
  readonly waveform: Waveform | null;
  readonly variable: boolean;
  readonly available: number;
  /** A comment whose ends are being dragged, and where they are now. */
  readonly draft: { readonly id: string; readonly range: FrameRange } | null;
  readonly focused: string | null;
}

/** Windows lower than this, in CSS pixels, show smaller lanes; lower still, neither film nor sound. */
const LOW = 760;
const LOWEST = 480;

export class TimelinePainter {
  readonly bed = h("canvas", { "aria-hidden": "true" });
  readonly marks = h("canvas", { "aria-hidden": "true" });
  layout: LaneLayout = layOut({ film: false, sound: false, markers: false, findings: false, compact: false });
  clusters: readonly Cluster[] = [];
  rows: ReadonlyMap<string, number> = new Map();
  private colors: Palette | null = null;
  private packed: TimelineLanes["marks"] | null = null;
  private readonly sheets: SheetImages;
  close: CloseFilm | null = null;

  /** `arrived`: pictures for the film strip are here. */
  constructor(
    private readonly owner: Element,
    readonly arrived: () => void,
  ) {
    this.sheets = new SheetImages(arrived);
  }

  get palette(): Palette {
    return (this.colors ??= readPalette(this.owner));
  }

  forgetColors(): void {
    this.colors = null;
  }

  /** Paint these layers; adds to `layers` what must be painted with them. True when the height of the lanes changed. */
  paint(input: PaintInput, layers: Set<Layer>): boolean {
    const before = this.layout.height;
    if (layers.has("layout")) {
      this.layOut(input);
      layers.add("bed").add("marks");
    }
    if (layers.has("bed")) this.paintBed(input);
    if (layers.has("marks")) this.paintMarks(input);
    return layers.has("layout") && (this.layout.height !== before || this.owner.clientHeight === 0);
  }

  private layOut({ lanes, options, sprites, waveform }: PaintInput): void {
    const lowest = window.innerHeight < LOWEST;
    this.layout = layOut({
      film: options.film && sprites !== null && !lowest,
      sound: options.track !== null && waveform !== null && !lowest,
      markers: lanes.markers.length > 0,
      findings: lanes.findings.length > 0,
      compact: window.innerHeight < LOW,
    });
    this.sheets.keep(sprites?.sheets ?? []);
  }

  private paintBed(input: PaintInput): void {
    const draw = this.clear(this.bed, input.width);
    if (draw) paintBed(draw, { ...input, layout: this.layout, palette: this.palette, close: this.close, sheet: (url) => this.sheets.get(url) });
  }

  private paintMarks(input: PaintInput): void {
    const { draft, width, view } = input;
    const moved = (mark: TimelineLanes["marks"][number]): typeof mark =>
      draft && mark.id === draft.id ? { ...mark, frame: draft.range.first, frames: draft.range.last - draft.range.first + 1 } : mark;
    const lanes = draft ? { ...input.lanes, marks: input.lanes.marks.map(moved) } : input.lanes;
    if (this.packed !== lanes.marks) {
      this.packed = lanes.marks;
      this.rows = rowsOfRanges(lanes.marks, RANGE_ROWS);
    }
    this.clusters = clusterMarks(lanes.marks, width / view.span);
    const draw = this.clear(this.marks, width);
    if (draw) paintMarks(draw, { ...input, lanes, layout: this.layout, palette: this.palette, clusters: this.clusters, rows: this.rows });
  }

  private clear(canvas: HTMLCanvasElement, width: number): CanvasRenderingContext2D | null {
    const density = window.devicePixelRatio || 1;
    const { height } = this.layout;
    const [wide, high] = [Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density))];
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    const draw = canvas.getContext("2d");
    draw?.setTransform(density, 0, 0, density, 0, 0);
    draw?.clearRect(0, 0, width, height);
    return draw;
  }
}
