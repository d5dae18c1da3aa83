import { expect, test } from "vitest";
import { approvedUpTo, dueText, stand, today } from "../../src/core/approval-words.ts";
import type { ReviewerStand } from "../../src/net/types.ts";

const said = (decision: ReviewerStand["decision"], up_to_frame: number | null = null): ReviewerStand => ({ person: { id: "a", name: "A" }, asked: true, must: false, due: null, decision, up_to_frame, up_to_timecode: up_to_frame === null ? null : "01:00:12:00", text: "" });

test("what everybody who approved has approved", () => {
  expect(approvedUpTo([], 100)).toBeNull();
  expect(approvedUpTo([said(null), said("changes_requested")], 100)).toBeNull();
  expect(approvedUpTo([said("approved"), said("changes_requested")], 100)).toBe(99);
  expect(approvedUpTo([said("approved"), said("approved_with_notes", 40), said("approved", 60)], 100)).toBe(40);
});

test("a decision says how far", () => {
  expect(stand(said("approved_with_notes", 300))).toBe("Approved with notes up to 01:00:12:00");
  expect(stand(said("approved"))).toBe("Approved");
  expect(stand(said(null))).toBe("");
});

test("days to go, as people say them", () => {
  const on = (due: string) => dueText(due, "2026-11-26");
  expect([on("2026-11-26"), on("2026-11-27"), on("2026-11-29")].map((one) => one.text)).toEqual(["due today", "due tomorrow", "due in 3 days"]);
  expect(on("2026-11-25")).toEqual({ text: "due yesterday", late: true });
  expect(on("2026-11-20")).toEqual({ text: "6 days late", late: true });
  expect(on("2026-12-24")).toEqual({ text: "due 24 Dec", late: false });
  expect(today(new Date(2026, 0, 5))).toBe("2026-01-05");
});
