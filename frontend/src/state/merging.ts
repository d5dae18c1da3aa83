// Two people changed the same thing: what each changed, and what of it can stand together.
import { diff3Merge } from "node-diff3";

export type Fields = Readonly<Record<string, string>>;

export interface Difference {
  readonly key: string;
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
  /** Both changed it, and not to the same. */
  readonly conflict: boolean;
}

/** Fields that are not the same on both sides, in the order of `base`. */
export function differences(base: Fields, mine: Fields, theirs: Fields): Difference[] {
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, my, their] = [base[key] ?? "", mine[key] ?? "", theirs[key] ?? ""];
    if (my !== their) found.push({ key, base: was, mine: my, theirs: their, conflict: my !== was && their !== was });
  }
  return found;
}

/** What stands if each side keeps what only it changed; where both changed something, `mine`. */
export function merged(base: Fields, mine: Fields, theirs: Fields): Fields {
  const result: Record<string, string> = { ...theirs };
  for (const one of differences(base, mine, theirs)) result[one.key] = one.mine !== one.base ? one.mine : one.theirs;
  return result;
}

/** Both changes of a text, line by line; where both changed the same lines, mine and then theirs. */
export function mergedText(base: string, mine: string, theirs: string): { readonly text: string; readonly conflicts: number } {
  const lines: string[] = [];
  let conflicts = 0;
  // The server keeps no space at the end: that is nobody's change.
  const parts = (text: string): string[] => text.trimEnd().split("\n");
  for (const region of diff3Merge(parts(mine), parts(base), parts(theirs), { excludeFalseConflicts: true })) {
    if (region.ok) lines.push(...region.ok);
    if (region.conflict) {
      conflicts += 1;
      lines.push(...region.conflict.a, ...region.conflict.b);
    }
  }
  return { text: lines.join("\n"), conflicts };
}

/** What was read: its fields, its entity tag, and who made it so. */
export interface Present {
  readonly fields: Fields;
  readonly tag: string;
  readonly by: string;
}

/** A person's answer to a conflict: what to save, "take" what the other made, or null: not now. */
export type Answer = Fields | "take" | null;

export interface SavingPort<R> {
  /** Save, made from what `tag` names. Throws what `isStale` knows when it was changed since. */
  save(fields: Fields, tag: string): Promise<R>;
  /** What is there now; `refused`: what save() threw, which may tell. */
  fetch(refused: unknown): Promise<Present>;
  isStale(error: unknown): boolean;
  /** Show both sides and hear what to do. */
  ask(base: Fields, mine: Fields, theirs: Present): Promise<Answer>;
}

export type Saved<R> = { readonly kind: "saved"; readonly result: R } | { readonly kind: "taken" } | { readonly kind: "left" };

/** Save `mine`, made from `base`. Whoever was faster is shown, and the person decides; nobody's work is lost silently. */
export async function saveOrAsk<R>(port: SavingPort<R>, base: Present, mine: Fields): Promise<Saved<R>> {
  let from = base;
  let wanted = mine;
  for (;;) {
    let refused: unknown;
    try {
      return { kind: "saved", result: await port.save(wanted, from.tag) };
    } catch (error) {
      if (!port.isStale(error)) throw error;
      refused = error;
    }
    const theirs = await port.fetch(refused);
    if (differences(from.fields, from.fields, theirs.fields).length === 0) {
      from = theirs; // something else about it was changed: nothing to decide
      continue;
    }
    const answer = await port.ask(from.fields, wanted, theirs);
    if (answer === "take") return { kind: "taken" };
    if (answer === null) return { kind: "left" };
    from = theirs; // what they made is known by now
    wanted = answer;
  }
}
