import { expect, it } from "vitest";
import type { VersionApprovals } from "../../src/net/types.ts";
import { bearsOn } from "../../src/state/approval-conflict.ts";

type Entry = VersionApprovals["entries"][number];
const person = (id: string) => ({ id, name: id });
const entry = (number: number, by: string, kind: Entry["kind"], decision: Entry["decision"] = null): Entry =>
  ({ number, kind, decision, by: person(by), person: person(by), up_to_frame: null, up_to_timecode: null, block: null, due: null, text: "", created_at: "" });
const read = { revision: 1, entries: [entry(1, "vera", "asked")] };
const after = (...entries: Entry[]) => ({ revision: 1 + entries.length, entries: [...read.entries, ...entries] });

it("others who approve, ask or waive are in nobody's way", () => {
  for (const one of [entry(2, "rosa", "decided", "approved"), entry(2, "vera", "asked"), entry(2, "vera", "lifted"), entry(2, "rosa", "withdrawn")])
    expect(bearsOn(read, after(one), "carl")).toBe(false);
});
it("a wish for changes, a delivery, and what one said in another window are shown first", () => {
  for (const one of [entry(2, "rosa", "decided", "changes_requested"), entry(2, "vera", "delivered"), entry(2, "vera", "recalled"), entry(2, "carl", "decided", "approved"), entry(2, "carl", "withdrawn")])
    expect(bearsOn(read, after(one), "carl")).toBe(true);
  expect(bearsOn({ ...read, revision: 2 }, after(entry(2, "rosa", "decided", "changes_requested")), "carl")).toBe(false);
});
