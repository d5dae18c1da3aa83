// Sorting the table of a project's sources.
import type { Source } from "../net/types.ts";

export type SortKey = Exclude<keyof Source, "odd" | "known" | "latest" | "duration" | "checks" | "asset_id" | "version_id" | "state"> | "verdict";

/** The gravest verdict first, what is not known last. */
const VERDICTS = ["rerender", "fix_in_post", "cannot_tell", "in_sync"];

/** Rows by a column, those without a value always last; equal ones keep their order. Numbers in words sort as numbers. */
export function sorted(rows: readonly Source[], key: SortKey, descending: boolean): readonly Source[] {
  const way = descending ? -1 : 1;
  return rows
    .map((row, i) => ({ row, i, value: valueOf(row, key) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return a.value === b.value ? a.i - b.i : a.value === null ? 1 : -1;
      const order = typeof a.value === "number" && typeof b.value === "number" ? a.value - b.value : String(a.value).localeCompare(String(b.value), "en", { numeric: true });
      return order * way || a.i - b.i;
    })
    .map(({ row }) => row);
}

function valueOf(row: Source, key: SortKey): string | number | null {
  if (key === "verdict") return row.checks.verdict === null ? null : VERDICTS.indexOf(row.checks.verdict);
  if (key === "asset_name") return `${row.asset_name} ${row.number}`;
  const value = row[key];
  if (key === "rate" && typeof value === "string") {
    const [num = 0, den = 1] = value.split("/").map(Number);
    return num / den;
  }
  return typeof value === "boolean" ? Number(value) : value;
}
