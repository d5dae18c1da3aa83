import { expect, it } from "vitest";
import { spriteTile } from "../../src/core/sprites.ts";

it("finds the sprite of a frame, and none that is not made yet", () => {
  const grid = { tile_width: 160, tile_height: 90, columns: 4, rows: 2, frame_step: 12, sheets: ["a", "b"] };
  expect(spriteTile(grid, 0)).toEqual({ sheet: "a", x: 0, y: 0, frame: 0 });
  expect(spriteTile(grid, 71)).toEqual({ sheet: "a", x: 160, y: 90, frame: 60 });
  expect(spriteTile(grid, 96)).toEqual({ sheet: "b", x: 0, y: 0, frame: 96 });
  expect(spriteTile(grid, 192)).toBeNull();
});
