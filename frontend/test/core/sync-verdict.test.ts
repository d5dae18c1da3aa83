import { expect, test } from "vitest";
import { verdictLook } from "../../src/core/sync-verdict.ts";

const base = { state: "done", verdict: null, errors: 0, warnings: 0, waived: 0, revision: 1 } as const;

test("a fault is told while the rest still runs, a pass only at the end", () => {
  expect(verdictLook({ ...base, state: "running", verdict: "rerender", errors: 2, warnings: 1 })).toMatchObject({ text: "Re-render", title: "Re-render: 2 errors, 1 warning. Still checking." });
  expect(verdictLook({ ...base, state: "running", verdict: "in_sync" }).text).toBe("Checking sync");
  expect(verdictLook({ ...base, state: "waiting" }).text).toBe("Checking sync");
  expect(verdictLook({ ...base, verdict: "in_sync", waived: 1 }).title).toBe("In sync: 1 waived.");
});

test("what could not be checked is not called well", () => {
  expect(verdictLook({ ...base, state: "failed" })).toMatchObject({ text: "Not checked", look: "" });
  expect(verdictLook({ ...base, state: "failed", verdict: "cannot_tell" }).title).toBe("Cannot tell. Some checks could not run.");
});

test("each verdict has a word and a sign of its own", () => {
  const looks = (["in_sync", "fix_in_post", "rerender", "cannot_tell"] as const).map((verdict) => verdictLook({ ...base, verdict }));
  expect(new Set(looks.map((one) => one.text)).size).toBe(4);
  expect(new Set(looks.map((one) => one.sign)).size).toBe(4);
});
