import { expect, test } from "vitest";
import { lockAt, untilText } from "../../src/core/lock-words.ts";
import { detailRows, entryWords } from "../../src/state/audit-words.ts";

const lock = { holder: { id: "a", name: "Anna" }, note: "", minutes: 60, since: "2026-11-26T10:00:00Z", until: "2026-11-26T11:00:00Z" };

test("a lease is over when its time is, with or without an event", () => {
  expect(lockAt({ lock }, Date.parse("2026-11-26T10:59:59Z"))).toBe(lock);
  expect(lockAt({ lock }, Date.parse("2026-11-26T11:00:00Z"))).toBeNull();
  expect(lockAt({ lock: null }, 0)).toBeNull();
});

test("until when: the hour, and the day if it is another", () => {
  const until = new Date(2026, 10, 27, 9, 5).toISOString();
  expect(untilText(until, new Date(2026, 10, 27, 8, 0))).toBe("09:05");
  expect(untilText(until, new Date(2026, 10, 26, 23, 0))).toBe("27 Nov, 09:05");
});

test("what was done, in words; what is not known as it is called", () => {
  expect(["comment.delete", "spec.revise", "lock.force", "version.create", "something.odd_done"].map((kind) => entryWords({ kind }))).toEqual(["deleted a comment", "revised the spec", "took a lock away", "made a version", "something odd done"]);
  expect(detailRows({ name: "A", empty: "", none: null, list: [], changed: ["rate"] })).toEqual([["name", "A"], ["changed", '["rate"]']]);
});
