// How the picture lies on the stage: turned, mirrored, zoomed, moved. Pure geometry; the page gives sizes in CSS pixels.
import type { Size } from "./drawing.ts";

export interface PictureView {
  /** Clockwise, in steps of 90°. */
  readonly turns: 0 | 1 | 2 | 3;
  readonly mirrored: boolean;
  readonly upsideDown: boolean;
  /** 1: the whole picture just fits the stage. */
  readonly zoom: number;
  /** The place of the picture, as it lies now, that is in the middle of the stage: 0 … 1 each way. */
  readonly x: number;
  readonly y: number;
}

/** a, b, c, d, e, f as in CSS: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number];
export type Place = readonly [number, number];

export const WHOLE: PictureView = { turns: 0, mirrored: false, upsideDown: false, zoom: 1, x: 0.5, y: 0.5 };
/** A picture pixel is never larger than this many CSS pixels. */
export const LARGEST_PIXEL = 64;
/** Past this many percent single pixels are shown as they are. */
export const PIXELS_FROM_PERCENT = 200;

const multiply = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
];

export function inverted([a, b, c, d, e, f]: Matrix): Matrix {
  const det = a * d - b * c;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

export const applied = ([a, b, c, d, e, f]: Matrix, [x, y]: Place): Place => [a * x + c * y + e, b * x + d * y + f];

/** The picture's size as it lies: sides change places with each quarter turn. */
export function turnedSize(picture: Size, turns: number): Size {
  return turns % 2 === 0 ? picture : { width: picture.height, height: picture.width };
}

/** CSS pixels per picture pixel at which the whole picture fits. */
export function fitScale(picture: Size, stage: Size, turns = 0): number {
  const turned = turnedSize(picture, turns);
  return Math.min(stage.width / turned.width, stage.height / turned.height);
}

/** From picture pixels to stage pixels. */
export function pictureToStage(view: PictureView, picture: Size, stage: Size): Matrix {
  const turned = turnedSize(picture, view.turns);
  const scale = fitScale(picture, stage, view.turns) * view.zoom;
  const [cos, sin] = ([[1, 0], [0, 1], [-1, 0], [0, -1]] as const)[view.turns];
  const center: Matrix = [1, 0, 0, 1, -picture.width / 2, -picture.height / 2];
  const turn: Matrix = [cos, sin, -sin, cos, 0, 0];
  const flip: Matrix = [view.mirrored ? -1 : 1, 0, 0, view.upsideDown ? -1 : 1, 0, 0]; // as it lies: after the turn
  const place: Matrix = [scale, 0, 0, scale, stage.width / 2 - (view.x - 0.5) * turned.width * scale, stage.height / 2 - (view.y - 0.5) * turned.height * scale];
  return multiply(place, multiply(flip, multiply(turn, center)));
}

/** A place on the stage (its pixels) as part of the upright picture: 0 … 1 each way, outside of it less or more. Parts are the same
 *  on every screen, whatever the picture's size there. */
export function partAt(view: PictureView, picture: Size, stage: Size, at: Place): Place {
  const [x, y] = applied(inverted(pictureToStage(view, picture, stage)), at);
  return [x / picture.width, y / picture.height];
}

/** The other way round. */
export const partOnStage = (view: PictureView, picture: Size, stage: Size, [x, y]: Place): Place => applied(pictureToStage(view, picture, stage), [x * picture.width, y * picture.height]);

/** The CSS transform (origin 0 0) of a box that fills the stage and holds the picture by `object-fit: contain`. */
export function stageTransform(view: PictureView, picture: Size, stage: Size): Matrix {
  return multiply(pictureToStage(view, picture, stage), inverted(pictureToStage(WHOLE, picture, stage)));
}

/** How large the picture is shown: 100 is one picture pixel on one pixel of the screen. */
export function percent(view: PictureView, picture: Size, stage: Size, pixelRatio: number): number {
  return fitScale(picture, stage, view.turns) * view.zoom * pixelRatio * 100;
}

/** Zoom to `zoom`, with the picture staying where it is under `at` (stage pixels). */
export function zoomedAt(view: PictureView, zoom: number, at: Place, picture: Size, stage: Size): PictureView {
  const under = applied(inverted(pictureToStage(view, picture, stage)), at);
  const largest = Math.max(1, LARGEST_PIXEL / fitScale(picture, stage, view.turns));
  const next = { ...view, zoom: Math.min(largest, Math.max(1, zoom)) };
  const now = applied(pictureToStage(next, picture, stage), under);
  return moved(next, [at[0] - now[0], at[1] - now[1]], picture, stage);
}

/** Move the picture by stage pixels, no farther than its edges allow. */
export function moved(view: PictureView, by: Place, picture: Size, stage: Size): PictureView {
  const turned = turnedSize(picture, view.turns);
  const scale = fitScale(picture, stage, view.turns) * view.zoom;
  const kept = (middle: number, full: number, room: number): number => {
    const half = room / (2 * full * scale); // of the picture, what half the stage shows
    return half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, middle));
  };
  return {
    ...view,
    x: kept(view.x - by[0] / (turned.width * scale), turned.width, stage.width),
    y: kept(view.y - by[1] / (turned.height * scale), turned.height, stage.height),
  };
}

/** Turned clockwise once more; mirroring stays as one sees it. */
export function turnedOn(view: PictureView): PictureView {
  return { ...WHOLE, mirrored: view.mirrored, upsideDown: view.upsideDown, turns: ((view.turns + 1) % 4) as PictureView["turns"] };
}
