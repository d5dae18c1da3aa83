// Which picture of the sprite sheets stands for a frame.

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
