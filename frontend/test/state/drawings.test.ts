import { expect, it } from "vitest";
import type { Comment } from "../../src/net/types.ts";
import type { CommentItem } from "../../src/state/comments.ts";
import { Drawings } from "../../src/state/drawings.ts";

const shapes = (...frames: number[]): object[] => frames.map((frame) => ({ frame, tool: "line", color: "#ffffff", width: 10 + frame, points: [0, 0, 1, 1] }));
const item = (id: string, frames: number[], digest: string | null = `d-${id}`, annotation: unknown = null): CommentItem => ({ comment: { id, annotation, annotation_frames: frames, annotation_digest: digest } as unknown as Comment, pending: null, problem: "" });
const widths = (drawings: Drawings, frame: number, items: CommentItem[], selected: string | null = null): number[] => drawings.on(frame, items, selected).map((shape) => shape.width);

it("fetches what is near, once, and shows what is on the frame", async () => {
  const asked: string[] = [];
  let came = 0;
  const drawings = new Drawings((id) => {
    asked.push(id);
    return Promise.resolve({ annotation: { v: 1, shapes: shapes(10, 12) }, annotation_digest: `d-${id}` });
  }, () => (came += 1));
  const items = [item("a", [10, 12]), item("b", [30]), item("far", [500]), item("none", [], null)];
  expect(widths(drawings, 10, items)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve));
  expect([asked, came]).toEqual([["a", "b"], 2]);
  expect(widths(drawings, 10, items)).toEqual([20]);
  expect(widths(drawings, 11, items)).toEqual([]);
  expect(widths(drawings, 12, items)).toEqual([22]);
  expect(drawings.on(12, items, null)).toBe(drawings.on(12, [...items], null));
  expect(asked).toEqual(["a", "b"]);
});

it("shows the selected comment's alone, and one's own before the server has it", () => {
  const drawings = new Drawings(() => new Promise(() => undefined), () => undefined);
  const items = [item("a", [3], null, { v: 1, shapes: shapes(3) }), item("b", [3], null, { v: 1, shapes: shapes(3, 3) })];
  expect(widths(drawings, 3, items).length).toBe(3);
  expect(widths(drawings, 3, items, "a").length).toBe(1);
  expect(widths(drawings, 3, items, "elsewhere").length).toBe(3);
});

it("asks again after a failure, and for what was drawn anew", async () => {
  let fail = true;
  const drawings = new Drawings(() => (fail ? Promise.reject(new Error("offline")) : Promise.resolve({ annotation: { v: 1, shapes: shapes(3) }, annotation_digest: "new" })), () => undefined);
  drawings.on(3, [item("a", [3], "old")], null);
  await new Promise((resolve) => setTimeout(resolve));
  fail = false;
  expect(widths(drawings, 3, [item("a", [3], "old")])).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve));
  expect(widths(drawings, 3, [item("a", [3], "new")])).toEqual([13]);
});
