import { expect, it } from "vitest";
import { stripTiles } from "../../src/core/filmstrip.ts";
import { clampView, wholeView, zoomView } from "../../src/core/timeline-view.ts";

const grid = { tile_width: 160, tile_height: 90, columns: 10, rows: 10, frame_step: 6, sheets: Array.from({ length: 5 }, (_, i) => `sheet-${i}`) };
const COUNT = 2880;

it("puts every tile on its own frame, without overlap, and without gaps while tiles are dense", () => {
  let view = wholeView(COUNT);
  for (let zoom = 0; zoom < 20; zoom += 1) {
    const tiles = stripTiles(grid, view, 1000, COUNT, 75);
    const pixels = 1000 / view.span;
    tiles.forEach(({ tile, x, width }, i) => {
      expect(x).toBeCloseTo((tile.frame - view.start) * pixels, 6);
      expect(width).toBeLessThanOrEqual(75);
      const next = tiles[i + 1];
      if (next) expect(x + width).toBeLessThanOrEqual(next.x + 1e-6);
      if (next && grid.frame_step * pixels <= 75) expect(x + width).toBeCloseTo(next.x, 6);
    });
    expect(tiles.length).toBeGreaterThan(0);
    expect(tiles.length).toBeLessThan(40);
    view = zoomView(view, 1.5, 400, 1000, COUNT);
  }
});

it("leaves out tiles that are not made yet", () => {
  const growing = { ...grid, sheets: ["sheet-0"] };
  const tiles = stripTiles(growing, wholeView(COUNT), 1000, COUNT, 75);
  expect(Math.max(...tiles.map(({ tile }) => tile.frame))).toBeLessThan(600);
  expect(stripTiles(growing, clampView({ start: 1000, span: 100 }, COUNT, 1000), 1000, COUNT, 75)).toEqual([]);
});
