import { expect, test } from "vitest";
import type { Version } from "../../src/net/types.ts";
import { stackRows } from "../../src/state/stack-rows.ts";

const version = (number: number): Version => ({ number }) as unknown as Version;

test("missing numbers stand where they are missing, neighbours as one row", () => {
  const rows = stackRows([version(1), version(7), version(4)], { gaps: [2, 3, 6], deleted: [5] });
  expect(rows.map((row) => (row.kind === "version" ? `v${row.number}` : `${row.kind} ${row.number}-${row.last}`))).toEqual(["v7", "gap 6-6", "deleted 5-5", "v4", "gap 2-3", "v1"]);
});
