// The findings of a sync report as the timeline shows them: each of their places, what is waived left out.
import type { TimelineFinding } from "../core/timeline-lanes.ts";
import { t } from "../language/translate.ts";
import type { Report } from "./sync-report.ts";

/** What concerns the file as a whole has no place of its own on the timeline. */
export function timelineFindings(report: Pick<Report, "checks" | "frame_count">): readonly TimelineFinding[] {
  return report.checks.flatMap((check) =>
    check.findings
      .filter(({ waived, severity }) => waived === null && severity !== "pass")
      .flatMap(({ severity, summary, places }) =>
        places
          .filter((place) => place.duration_frames < report.frame_count)
          .map(({ frame, duration_frames, note }) => ({ frame, duration_frames, severity: severity as TimelineFinding["severity"], title: note ? `${summary} ${t("Here: {note}.", { note })}` : summary })),
      ),
  );
}

/** The findings that begin on a frame, the gravest first. */
export function findingsAt(findings: readonly TimelineFinding[], frame: number): readonly TimelineFinding[] {
  const order = ["error", "warn", "info"];
  return findings.filter((one) => one.frame === frame).sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
