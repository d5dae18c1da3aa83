import { expect, test } from "vitest";
import type { Source } from "../../src/net/types.ts";
import { sorted } from "../../src/state/source-sorting.ts";

const row = (name: string, rate: string | null, verdict: string | null, gop: number | null): Source => ({ asset_name: name, number: 1, rate, gop, checks: { verdict } }) as unknown as Source;
const rows = [row("sc10", "25", "in_sync", 12), row("sc9", "24000/1001", "rerender", 250), row("sc2", null, null, null), row("sc1", "24", "fix_in_post", 12)];
const names = (key: Parameters<typeof sorted>[1], descending = false): string[] => sorted(rows, key, descending).map((one) => one.asset_name);

test("rates sort by what they are, names as people count", () => {
  expect(names("rate")).toEqual(["sc9", "sc1", "sc10", "sc2"]);
  expect(names("asset_name")).toEqual(["sc1", "sc2", "sc9", "sc10"]);
});

test("the gravest verdict comes first, the unknown last whichever way", () => {
  expect(names("verdict")).toEqual(["sc9", "sc1", "sc10", "sc2"]);
  expect(names("verdict", true)).toEqual(["sc10", "sc1", "sc9", "sc2"]);
});

test("equal values keep their order", () => {
  expect(names("gop")).toEqual(["sc10", "sc1", "sc9", "sc2"]);
  expect(names("gop", true)).toEqual(["sc9", "sc10", "sc1", "sc2"]);
});
