// A stack as its page lists it: from top to bottom, and what is missing between.
import type { StackNames, Version } from "../net/types.ts";

export type StackRow =
  | { readonly kind: "version"; readonly number: number; readonly version: Version }
  | { readonly kind: "gap" | "deleted"; readonly number: number; readonly last: number };

type Placed = Pick<Version, "number" | "position">;

const byPosition = (a: Placed, b: Placed): number => b.position - a.position || b.number - a.number;

/** Whether somebody put the versions into another order than that of their numbers. */
export function isReordered(versions: readonly Placed[]): boolean {
  const placed = [...versions].sort(byPosition);
  return placed.some((one, at) => at > 0 && one.number > (placed[at - 1]?.number ?? 0));
}

/** Rows from top to bottom; neighbouring missing numbers of one kind are one row (`number` … `last`, rising). They stand between
 *  their neighbours, and below all versions where these do not stand by their numbers. */
export function stackRows(versions: readonly Version[], names: Pick<StackNames, "gaps" | "deleted">): StackRow[] {
  const present: StackRow[] = [...versions].sort(byPosition).map((version) => ({ kind: "version" as const, number: version.number, version }));
  const missing: StackRow[] = [...names.gaps.map((number) => ({ kind: "gap" as const, number, last: number })), ...names.deleted.map((number) => ({ kind: "deleted" as const, number, last: number }))];
  const falling = (rows: StackRow[]): StackRow[] => rows.sort((a, b) => b.number - a.number);
  const rows = isReordered(versions) ? [...present, ...falling(missing)] : falling([...present, ...missing]);
  return rows.reduce<StackRow[]>((joined, row) => {
    const above = joined.at(-1);
    if (row.kind !== "version" && above?.kind === row.kind && above.number === row.number + 1) joined[joined.length - 1] = { ...above, number: row.number };
    else joined.push(row);
    return joined;
  }, []);
}

/** The list with the item at `from` put at `to`; places beyond its ends are its ends. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = [...items];
  rest.splice(Math.max(0, Math.min(items.length - 1, to)), 0, ...rest.splice(from, 1));
  return rest;
}
