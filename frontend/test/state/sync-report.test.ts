import { expect, test } from "vitest";
import { findingsOf, quietChecks, type Check, type Finding, type Report } from "../../src/state/sync-report.ts";

const finding = (code: string, severity: Finding["severity"], waived: string | null = null): Finding => ({ code, severity, summary: code, meaning: "", remedy: { summary: "", steps: [], command: "" }, cause: null, cure: "none", numbers: [], places: [], place_count: 0, evidence: [], waived });
const check = (id: string, state: Check["state"], findings: readonly Finding[] = []): Check => ({ id, title: id, question: "", cannot_see: "", state, summary: "", findings, numbers: [], evidence: [] });
const report = {
  checks: [
    check("a", "findings", [finding("a.info", "info"), finding("a.warn", "warn")]),
    check("b", "passed"),
    check("c", "findings", [finding("c.waived", "error", "meant so"), finding("c.error", "error"), finding("c.warn", "warn")]),
    check("d", "cannot_tell"),
  ],
} as unknown as Report;

test("what decides comes first, what is waived last", () => {
  expect(findingsOf(report).map((one) => one.finding.code)).toEqual(["c.error", "a.warn", "c.warn", "a.info", "c.waived"]);
  expect(findingsOf(report)[0]?.check.id).toBe("c");
});

test("the checks that found nothing are sorted by what they say", () => {
  const { passed, cannot_tell, does_not_apply } = quietChecks(report);
  expect([passed, cannot_tell, does_not_apply].map((some) => some.map((one) => one.id))).toEqual([["b"], ["d"], []]);
});
