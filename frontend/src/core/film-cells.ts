// The film strip so close that there are more places for pictures than sprites: which frames are shown, and where.
import { xOf, type View } from "./timeline-view.ts";

export interface FilmCell {
  readonly frame: number;
  /** Left edge and width of what the cell stands for; the picture in it is cut to it, never stretched. */
  readonly x: number;
  readonly width: number;
}

/** One cell beside the other, each as wide as one picture at most and beginning with its own frame; at single frames a cell
 *  is one frame, and may be wider than its picture. Panning moves cells, and makes no others. */
export function filmCells(view: View, width: number, frameCount: number, tileWidth: number): FilmCell[] {
  const pixels = width / view.span;
  if (tileWidth <= 0 || width <= 0) return [];
  const stride = Math.max(1, Math.floor(tileWidth / pixels));
  const cells: FilmCell[] = [];
  const until = Math.min(frameCount, view.start + view.span);
  for (let frame = Math.max(0, Math.floor(view.start / stride) * stride); frame < until; frame += stride) {
    cells.push({ frame, x: xOf(view, width, frame), width: (Math.min(frame + stride, frameCount) - frame) * pixels });
  }
  return cells;
}
