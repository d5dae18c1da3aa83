// Paints what lies still under the marks: ruler, film strip, waveform. Painted anew only when the view changes.
import type { ClockFace } from "../core/clock-face.ts";
import { stripTiles } from "../core/filmstrip.ts";
import type { SpriteGrid } from "../core/sprites.ts";
import type { Lane, LaneLayout } from "../core/timeline-lanes.ts";
import { ticksOf } from "../core/timeline-ticks.ts";
import { xOf, type View } from "../core/timeline-view.ts";
import { peakAt, type Waveform } from "../core/waveform.ts";
import type { Palette } from "./timeline-palette.ts";

export interface BedInput {
  readonly face: ClockFace;
  readonly view: View;
  readonly width: number;
  readonly layout: LaneLayout;
  readonly palette: Palette;
  /** Frames that can be shown so far. */
  readonly available: number;
  readonly sprites: SpriteGrid | null;
  /** The sheet as an image once it is here; asks for it otherwise. */
  sheet(url: string): HTMLImageElement | null;
  readonly waveform: Waveform | null;
  readonly variable: boolean;
  /** Paints the film so close that sprites leave gaps, over what they show. */
  readonly close: CloseFilm | null;
}

/** `tileWidth`: of a whole picture. */
export type CloseFilm = (draw: CanvasRenderingContext2D, film: BedInput & { readonly sprites: SpriteGrid }, lane: Lane, tileWidth: number) => void;

/** Labels of the ruler need this much more than their text. */
const LABEL_ROOM = 18;

export function paintBed(draw: CanvasRenderingContext2D, input: BedInput): void {
  const { layout } = input;
  paintRuler(draw, input);
  if (layout.film) paintFilm(draw, input, layout.film);
  if (layout.sound) paintSound(draw, input, layout.sound);
}

function paintRuler(draw: CanvasRenderingContext2D, { face, view, width, layout, palette, available }: BedInput): void {
  const { ruler } = layout;
  const bottom = ruler.top + ruler.height;
  draw.fillStyle = palette.line;
  draw.fillRect(0, bottom - 1, width, 1);
  if (available > 0 && available < face.frameCount) {
    draw.fillStyle = palette.strong;
    draw.fillRect(0, bottom - 3, xOf(view, width, available), 3);
  }
  draw.font = `10.5px ${palette.font}`;
  draw.textBaseline = "alphabetic";
  const longest = face.position(face.frameCount - 1);
  const labelGap = draw.measureText(longest).width + LABEL_ROOM;
  const first = Math.max(0, Math.floor(view.start) - Math.ceil((labelGap * view.span) / width));
  const last = Math.min(face.frameCount - 1, Math.ceil(view.start + view.span));
  for (const { frame, labelled } of ticksOf(face, first, last, width / view.span, labelGap)) {
    const x = Math.round(xOf(view, width, frame));
    draw.fillStyle = labelled ? palette.strong : palette.line;
    draw.fillRect(x, bottom - (labelled ? 10 : 5), 1, labelled ? 10 : 5);
    if (!labelled) continue;
    const text = face.position(frame);
    if (x + 4 + draw.measureText(text).width > width) continue;
    draw.fillStyle = palette.dim;
    draw.fillText(text, x + 4, bottom - 7);
  }
}

function paintFilm(draw: CanvasRenderingContext2D, input: BedInput, lane: Lane): void {
  const { face, view, width, palette, sprites, sheet } = input;
  const top = lane.top + 2;
  const height = lane.height - 4;
  draw.fillStyle = palette.sunk;
  draw.fillRect(0, top, width, height);
  if (!sprites) return;
  const tileWidth = (height * sprites.tile_width) / sprites.tile_height;
  for (const { tile, x, width: wide } of stripTiles(sprites, view, width, face.frameCount, tileWidth)) {
    const image = sheet(tile.sheet);
    if (!image) continue;
    const part = (wide / tileWidth) * sprites.tile_width; // the middle of the picture, never squeezed
    draw.drawImage(image, tile.x + (sprites.tile_width - part) / 2, tile.y, part, sprites.tile_height, x, top, Math.max(1, wide - 1), height);
  }
  if (sprites.frame_step * width > tileWidth * view.span) input.close?.(draw, { ...input, sprites }, { top, height }, tileWidth);
}

/** Moment of the point `frame` (not whole between frames) as ticks since frame 0 appeared. */
function ticksAt(face: ClockFace, frame: number): { ticks: number; timescale: number } {
  const { times, rate } = face;
  if (!times) return { ticks: frame * rate.den, timescale: rate.num };
  const whole = Math.min(times.frameCount - 1, Math.max(0, Math.floor(frame)));
  const start = times.time(whole);
  return { ticks: start - times.time(0) + (frame - whole) * (times.end(whole) - start), timescale: times.timescale };
}

function paintSound(draw: CanvasRenderingContext2D, { face, view, width, palette, waveform, variable }: BedInput, lane: Lane): void {
  const middle = lane.top + lane.height / 2;
  draw.fillStyle = palette.line;
  draw.fillRect(0, Math.round(middle), width, 1);
  // Where the rate varies the sound cannot be laid beside the pictures before their times are known.
  if (!waveform || (variable && !face.times)) return;
  const reach = lane.height / 2 - 2;
  // Speech is quiet beside full scale: the root shows it, and peaks still stand out.
  const level = (value: number): number => Math.sign(value) * Math.sqrt(Math.abs(value) / 127) * reach;
  const peak = (x: number): number => {
    const { ticks, timescale } = ticksAt(face, view.start + (x * view.span) / width);
    return peakAt(waveform, ticks, timescale);
  };
  draw.fillStyle = palette.strong;
  draw.beginPath();
  let from = peak(0);
  for (let x = 0; x < width; x += 1) {
    const to = peak(x + 1);
    const found = waveform.range(from, to);
    from = to;
    if (!found) continue;
    const top = middle - level(found[1]);
    draw.rect(x, top, 1, Math.max(1, middle - level(found[0]) - top));
  }
  draw.fill();
}
