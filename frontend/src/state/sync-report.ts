// The sync report (format 1) as the page reads it, and what it puts first.
import type { SyncReportAnswer } from "../net/types.ts";

export type Severity = "pass" | "info" | "warn" | "error";
export type VerdictKind = "in_sync" | "fix_in_post" | "rerender" | "cannot_tell";

export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly digits: number;
}
export interface Place {
  readonly frame: number;
  readonly duration_frames: number;
  readonly timecode: string;
  readonly note: string;
}
export interface Evidence {
  readonly kind: "line" | "histogram" | "points";
  readonly title: string;
  readonly x_label: string;
  readonly y_label: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly marks: readonly (readonly [number, string])[];
}
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly meaning: string;
  readonly remedy: { readonly summary: string; readonly steps: readonly (readonly [string, string])[]; readonly command: string };
  readonly cause: "timeline" | "media" | "metadata" | null;
  readonly cure: "fix_in_post" | "rerender" | "none";
  readonly numbers: readonly Measured[];
  readonly places: readonly Place[];
  readonly place_count: number;
  readonly evidence: readonly Evidence[];
  readonly waived: string | null;
}
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly cannot_see: string;
  readonly state: "findings" | "passed" | "does_not_apply" | "cannot_tell";
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly numbers: readonly Measured[];
  readonly evidence: readonly Evidence[];
}
export interface Report {
  readonly complete: boolean;
  readonly file: { readonly name?: string; readonly size?: number; readonly sha256?: string };
  readonly rate: { readonly num: number; readonly den: number; readonly drop_frame: boolean };
  readonly frame_count: number;
  readonly start_timecode: string | null;
  readonly spec: { readonly name?: string };
  readonly against: string | null;
  /** What rendering again costs beside the copy; null where nobody said what rendering costs, or nothing need be rendered. */
  readonly render_cost?: { readonly text: string } | null;
  readonly verdict: { readonly kind: VerdictKind; readonly title: string; readonly summary: string; readonly reasons: readonly string[]; readonly next_steps: readonly string[]; readonly causes: readonly string[]; readonly codes: readonly string[] };
  readonly counts: { readonly error: number; readonly warn: number; readonly info: number };
  readonly checks: readonly Check[];
}
interface Brief {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
}
export interface Compared {
  readonly version_id: string;
  readonly number: number;
  readonly verdict: { readonly before: VerdictKind; readonly now: VerdictKind };
  readonly appeared: readonly Brief[];
  readonly gone: readonly Brief[];
  readonly changed: readonly { readonly code: string; readonly before: Brief; readonly now: Brief }[];
  readonly worse: boolean;
}
export type Answer = Omit<SyncReportAnswer, "report" | "compared"> & { readonly report: Report | null; readonly compared: Compared | null };

export interface Told {
  readonly check: Check;
  readonly finding: Finding;
}

const RANK: Readonly<Record<Severity, number>> = { error: 3, warn: 2, info: 1, pass: 0 };

/** Every finding, what decides first: open before waived, grave before light, else in the order of the report. */
export function findingsOf(report: Report): readonly Told[] {
  const all = report.checks.flatMap((check) => check.findings.map((finding) => ({ check, finding })));
  const weight = ({ finding }: Told): number => RANK[finding.severity] - (finding.waived === null ? 0 : 10);
  return all.map((told, i) => ({ told, i })).sort((a, b) => weight(b.told) - weight(a.told) || a.i - b.i).map(({ told }) => told);
}

/** The checks that found nothing, by what they say. */
export function quietChecks(report: Report): Readonly<Record<"passed" | "does_not_apply" | "cannot_tell", readonly Check[]>> {
  const of = (state: Check["state"]): readonly Check[] => report.checks.filter((check) => check.state === state);
  return { passed: of("passed"), does_not_apply: of("does_not_apply"), cannot_tell: of("cannot_tell") };
}
