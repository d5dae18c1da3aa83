import { expect, test } from "vitest";
import type { Version } from "../../src/net/types.ts";
import { isReordered, moved, stackRows } from "../../src/state/stack-rows.ts";

const version = (number: number, position = number): Version => ({ number, position }) as unknown as Version;
const read = (rows: ReturnType<typeof stackRows>): string[] => rows.map((row) => (row.kind === "version" ? `v${row.number}` : `${row.kind} ${row.number}-${row.last}`));

test("missing numbers stand where they are missing, neighbours as one row", () => {
  const rows = stackRows([version(1), version(7), version(4)], { gaps: [2, 3, 6], deleted: [5] });
  expect(read(rows)).toEqual(["v7", "gap 6-6", "deleted 5-5", "v4", "gap 2-3", "v1"]);
});

test("a stack that somebody reordered stands as it was put, with what is missing below", () => {
  const stack = [version(7, 4), version(4, 7), version(1)];
  expect([isReordered(stack), isReordered([version(1), version(7)])]).toEqual([true, false]);
  expect(read(stackRows(stack, { gaps: [2, 3, 6], deleted: [5] }))).toEqual(["v4", "v7", "v1", "gap 6-6", "deleted 5-5", "gap 2-3"]);
});

test("an item is put somewhere else, at most to the ends", () => {
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 0, 9)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
});
