// Where a frame lies on a timeline of some width, and back; and which picture of the sprite sheets stands for it.

/** The frame under `x` of a timeline `width` wide: each frame owns an equal share. */
export function frameAtX(x: number, width: number, frameCount: number): number {
  if (width <= 0 || frameCount <= 0) return 0;
  return Math.min(frameCount - 1, Math.max(0, Math.floor((x / width) * frameCount)));
}

/** Left edge of a frame's share as a fraction of the width, 0…1. */
export function shareStart(frame: number, frameCount: number): number {
  return frameCount <= 0 ? 0 : Math.min(1, Math.max(0, frame / frameCount));
}

/** Middle of a frame's share: where the playhead is drawn. */
export function shareMiddle(frame: number, frameCount: number): number {
  return frameCount <= 0 ? 0 : Math.min(1, Math.max(0, (2 * frame + 1) / (2 * frameCount)));
}

export interface SpriteGrid {
  readonly tile_width: number;
  readonly tile_height: number;
  readonly columns: number;
  readonly rows: number;
  readonly frame_step: number;
  readonly sheets: readonly string[];
}

export interface SpriteTile {
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  /** The frame that the tile shows: the last one taken at or before the frame asked for. */
  readonly frame: number;
}

/** The thumbnail for a frame, or null when it is not made yet. */
export function spriteTile(grid: SpriteGrid, frame: number): SpriteTile | null {
  const perSheet = grid.columns * grid.rows;
  if (perSheet <= 0 || grid.frame_step <= 0) return null;
  const index = Math.floor(frame / grid.frame_step);
  const sheet = grid.sheets[Math.floor(index / perSheet)];
  if (sheet === undefined) return null;
  const cell = index % perSheet;
  return {
    sheet,
    x: (cell % grid.columns) * grid.tile_width,
    y: Math.floor(cell / grid.columns) * grid.tile_height,
    frame: index * grid.frame_step,
  };
}

/** Distance between labelled ticks, in frames: the smallest pleasant step that leaves `minPixels` between two. */
export function tickStep(frameCount: number, width: number, minPixels: number, nominal: number): number {
  const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  const steps = [1, 2, 5, 10, ...seconds.map((s) => s * nominal)].sort((a, b) => a - b);
  for (const step of steps) if (frameCount > 0 && (step * width) / frameCount >= minPixels) return step;
  return steps[steps.length - 1] ?? nominal;
}
