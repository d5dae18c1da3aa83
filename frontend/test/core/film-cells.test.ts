import { expect, it } from "vitest";
import { filmCells } from "../../src/core/film-cells.ts";
import { clampView, wholeView, zoomView } from "../../src/core/timeline-view.ts";

const COUNT = 2880;

it("lays cell beside cell, each beginning with its own frame, as wide as one picture at most until it is one frame", () => {
  let view = clampView({ start: 700, span: 150 }, COUNT, 1000);
  for (let zoom = 0; zoom < 12; zoom += 1) {
    const pixels = 1000 / view.span;
    const cells = filmCells(view, 1000, COUNT, 75);
    cells.forEach(({ frame, x, width }, i) => {
      expect(x).toBeCloseTo((frame - view.start) * pixels, 6);
      if (pixels <= 75) expect(width).toBeLessThanOrEqual(75 + 1e-6);
      else expect(width).toBeCloseTo(pixels, 6);
      const next = cells[i + 1];
      if (next) expect(x + width).toBeCloseTo(next.x, 6);
    });
    expect(cells[0]?.x).toBeLessThanOrEqual(0);
    expect((cells.at(-1)?.x ?? 0) + (cells.at(-1)?.width ?? 0)).toBeGreaterThanOrEqual(1000 - 1e-6);
    view = zoomView(view, 1.5, 400, 1000, COUNT);
  }
  expect(filmCells(view, 1000, COUNT, 75).map(({ frame }) => frame)).toEqual(Array.from({ length: 12 }, (_, i) => Math.floor(view.start) + i).filter((frame) => frame < view.start + view.span));
});

it("ends with the last frame, and keeps the same cells while it is panned", () => {
  expect(filmCells(wholeView(5), 1000, 5, 75).map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4]);
  const [a, b] = [300, 300.4].map((start) => filmCells({ start, span: 50 }, 1000, COUNT, 75).map(({ frame }) => frame));
  expect(a?.slice(0, 5)).toEqual([300, 303, 306, 309, 312]);
  expect(b?.slice(0, 5)).toEqual([300, 303, 306, 309, 312]);
  const last = filmCells({ start: 2876, span: 4 }, 300, COUNT, 150).at(-1);
  expect([last?.frame, last?.width]).toEqual([2878, 150]);
});
