// Which pictures of the sprite sheets make up the film strip at some zoom, and where each stands.
import { spriteTile, type SpriteGrid, type SpriteTile } from "./sprites.ts";
import { xOf, type View } from "./timeline-view.ts";

export interface StripTile {
  readonly tile: SpriteTile;
  /** Left edge and width on the timeline; the tile is cut to it, never stretched. */
  readonly x: number;
  readonly width: number;
}

/** Tiles in view, each with its left edge on its own frame: none stands where it is not true. Between two lie so many
 *  frames that they just fit; closer in, where tiles are rarer than their width, the strip has gaps. */
export function stripTiles(grid: SpriteGrid, view: View, width: number, frameCount: number, tileWidth: number): StripTile[] {
  const pixels = width / view.span;
  if (grid.frame_step <= 0 || tileWidth <= 0 || width <= 0) return [];
  const stride = grid.frame_step * Math.max(1, Math.floor(tileWidth / (grid.frame_step * pixels)));
  const tiles: StripTile[] = [];
  const first = Math.max(0, Math.floor(view.start / stride) * stride);
  for (let frame = first; frame < Math.min(frameCount, view.start + view.span); frame += stride) {
    const tile = spriteTile(grid, frame);
    const until = Math.min(frame + stride, frameCount);
    if (tile) tiles.push({ tile, x: xOf(view, width, frame), width: Math.min(tileWidth, (until - frame) * pixels) });
  }
  return tiles;
}
