// A stack as its page lists it: the newest number first, and what is missing between.
import type { StackNames, Version } from "../net/types.ts";

export type StackRow =
  | { readonly kind: "version"; readonly number: number; readonly version: Version }
  | { readonly kind: "gap" | "deleted"; readonly number: number; readonly last: number };

/** Rows by number, falling; neighbouring missing numbers of one kind are one row (`number` … `last`, rising). */
export function stackRows(versions: readonly Version[], names: Pick<StackNames, "gaps" | "deleted">): StackRow[] {
  const rows: StackRow[] = [
    ...versions.map((version) => ({ kind: "version" as const, number: version.number, version })),
    ...names.gaps.map((number) => ({ kind: "gap" as const, number, last: number })),
    ...names.deleted.map((number) => ({ kind: "deleted" as const, number, last: number })),
  ];
  rows.sort((a, b) => b.number - a.number);
  return rows.reduce<StackRow[]>((joined, row) => {
    const above = joined.at(-1);
    if (row.kind !== "version" && above?.kind === row.kind && above.number === row.number + 1) joined[joined.length - 1] = { ...above, number: row.number };
    else joined.push(row);
    return joined;
  }, []);
}
