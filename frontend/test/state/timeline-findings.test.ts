import { expect, test } from "vitest";
import type { Report } from "../../src/state/sync-report.ts";
import { findingsAt, timelineFindings } from "../../src/state/timeline-findings.ts";

const place = (frame: number, duration_frames = 1, note = ""): object => ({ frame, duration_frames, timecode: "", note });
const finding = (summary: string, severity: string, places: readonly object[], waived: string | null = null): object => ({ summary, severity, places, waived });
const report = {
  frame_count: 100,
  checks: [
    { findings: [finding("Drift.", "error", [place(0, 100)]), finding("Offset.", "warn", [place(0)])] },
    { findings: [finding("Steps.", "error", [place(7), place(30, 4, "+40 ms")]), finding("Meant so.", "warn", [place(50)], "a phone")] },
    { findings: [finding("Repeated.", "info", [place(7)])] },
  ],
} as unknown as Report;

test("every place of what is not waived is shown, what concerns the whole file is not", () => {
  expect(timelineFindings(report)).toEqual([
    { frame: 0, duration_frames: 1, severity: "warn", title: "Offset." },
    { frame: 7, duration_frames: 1, severity: "error", title: "Steps." },
    { frame: 30, duration_frames: 4, severity: "error", title: "Steps. Here: +40 ms." },
    { frame: 7, duration_frames: 1, severity: "info", title: "Repeated." },
  ]);
});

test("a frame is named by what begins there, the gravest first", () => {
  expect(findingsAt(timelineFindings(report), 7).map((one) => one.title)).toEqual(["Steps.", "Repeated."]);
  expect(findingsAt(timelineFindings(report), 31)).toEqual([]);
});
