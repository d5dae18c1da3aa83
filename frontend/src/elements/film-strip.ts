// The film strip close up: every frame, or as many as have room, by its exact picture. Loaded when somebody looks so close.
import { filmCells } from "../core/film-cells.ts";
import { spriteTile } from "../core/sprites.ts";
import { FilmFrames, Slots, type FilmImage, type OpenFilm, type Turn } from "../player/film-frames.ts";
import type { ClockPort } from "../player/ports.ts";
import { h } from "./dom.ts";
import type { CloseFilm } from "./timeline-bed.ts";

/** The pictures lie on one canvas, in so many columns and rows: 11 MB at most. */
const COLUMNS = 16;
const ROWS = 12;
const PIECES = COLUMNS * ROWS;

export class FilmStrip {
  readonly frames: FilmFrames;
  private readonly slots = new Slots(PIECES);
  private readonly canvas = h("canvas", null);
  private tile = { width: 0, height: 0 };

  constructor(
    open: OpenFilm,
    clock: ClockPort,
    private readonly arrived: () => void,
  ) {
    this.frames = new FilmFrames(open, clock, this.slots, (slot, image, turn) => this.put(slot, image, turn));
  }

  readonly paint: CloseFilm = (draw, { face, view, width, palette, sprites, sheet }, { top, height }, tileWidth) => {
    this.measure(sprites.tile_width, sprites.tile_height);
    const cells = filmCells(view, width, face.frameCount, tileWidth);
    const wanted: number[] = [];
    draw.fillStyle = palette.sunk;
    if (width > tileWidth * view.span) draw.fillRect(0, top, width, height); // single frames: each picture in the middle of its own
    for (const { frame, x, width: wide } of cells) {
      const sprite = spriteTile(sprites, frame);
      let image: CanvasImageSource | null = null;
      let from = { x: 0, y: 0 };
      if (sprite?.frame === frame) {
        image = sheet(sprite.sheet);
        from = sprite;
      } else {
        wanted.push(frame);
        const slot = this.slots.look(frame);
        if (slot !== null) [image, from] = [this.canvas, this.place(slot)];
      }
      if (!image) continue;
      draw.fillRect(x, top, wide, height); // over the sprite of a frame before it
      const shown = Math.min(wide, tileWidth);
      const part = (shown / tileWidth) * this.tile.width;
      draw.drawImage(image, from.x + (this.tile.width - part) / 2, from.y, part, this.tile.height, x + (wide - shown) / 2, top, Math.max(1, shown - 1), height);
    }
    this.frames.want(wanted);
  };

  private measure(width: number, height: number): void {
    if (this.tile.width === width && this.tile.height === height) return;
    this.tile = { width, height };
    this.slots.clear();
    this.canvas.width = width * COLUMNS;
    this.canvas.height = height * ROWS;
  }

  private place(slot: number): { x: number; y: number } {
    return { x: (slot % COLUMNS) * this.tile.width, y: Math.floor(slot / COLUMNS) * this.tile.height };
  }

  private put(slot: number, image: FilmImage, turn: Turn): void {
    const { width, height } = this.tile;
    const { x, y } = this.place(slot);
    const draw = this.canvas.getContext("2d");
    const [across, down] = turn === 90 || turn === 270 ? [height, width] : [width, height];
    draw?.setTransform(1, 0, 0, 1, x + width / 2, y + height / 2);
    draw?.rotate((turn * Math.PI) / 180);
    draw?.drawImage(image, -across / 2, -down / 2, across, down);
    this.arrived();
  }
}
