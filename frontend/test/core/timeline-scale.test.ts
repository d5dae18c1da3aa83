import { expect, it } from "vitest";
import { frameAtX, shareMiddle, shareStart, spriteTile, tickStep } from "../../src/core/timeline-scale.ts";

it("gives every frame a share, and finds it again from the playhead", () => {
  for (const [width, count] of [[980, 480], [391, 107_892], [1, 3]] as const) {
    for (let frame = 0; frame < Math.min(count, width); frame += 7) {
      expect(frameAtX(shareMiddle(frame, count) * width, width, count)).toBe(frame);
    }
  }
  expect(frameAtX(-5, 100, 10)).toBe(0);
  expect(frameAtX(100, 100, 10)).toBe(9);
  expect(shareStart(5, 10)).toBe(0.5);
});

it("finds the sprite of a frame, and none that is not made yet", () => {
  const grid = { tile_width: 160, tile_height: 90, columns: 4, rows: 2, frame_step: 12, sheets: ["a", "b"] };
  expect(spriteTile(grid, 0)).toEqual({ sheet: "a", x: 0, y: 0, frame: 0 });
  expect(spriteTile(grid, 71)).toEqual({ sheet: "a", x: 160, y: 90, frame: 60 });
  expect(spriteTile(grid, 96)).toEqual({ sheet: "b", x: 0, y: 0, frame: 96 });
  expect(spriteTile(grid, 192)).toBeNull();
});

it("spaces the ticks", () => {
  expect(tickStep(480, 1000, 80, 24)).toBe(48);
  expect(tickStep(10, 1000, 80, 24)).toBe(1);
  expect(tickStep(100_000_000, 100, 80, 24)).toBe(7200 * 24);
});
