// States and decisions of approval in words, with the look of their badges.
import type { ReviewerStand, VersionApprovals } from "../net/types.ts";
import { localeTag, t } from "../language/translate.ts";

export type ApprovalState = VersionApprovals["state"];
export type Decision = NonNullable<ReviewerStand["decision"]>;
export type Look = "" | "good" | "bad" | "busy" | "accent";

export const STATES: Readonly<Record<ApprovalState, readonly [string, Look]>> = {
  in_progress: [t("In progress"), ""],
  in_review: [t("In review"), "busy"],
  changes_requested: [t("Changes requested"), "accent"],
  approved: [t("Approved"), "good"],
  delivered: [t("Delivered"), "good"],
};

export const DECISIONS: Readonly<Record<Decision, readonly [string, Look]>> = {
  approved: [t("Approved"), "good"],
  approved_with_notes: [t("Approved with notes"), "good"],
  changes_requested: [t("Changes requested"), "accent"],
};

/** What somebody has said, with how far: "Approved up to 00:12:03:11". "" for nothing. */
export function stand({ decision, up_to_frame, up_to_timecode }: Pick<ReviewerStand, "decision" | "up_to_frame" | "up_to_timecode">): string {
  if (!decision) return "";
  return up_to_frame === null ? DECISIONS[decision][0] : t("{decision} up to {position}", { decision: DECISIONS[decision][0], position: up_to_timecode ?? t("frame {frame}", { frame: up_to_frame }) });
}

/** The last frame that everybody who approved has approved; null if nobody has. */
export function approvedUpTo(reviewers: readonly ReviewerStand[], frameCount: number): number | null {
  const ends = reviewers.filter(({ decision }) => decision === "approved" || decision === "approved_with_notes").map(({ up_to_frame }) => up_to_frame ?? frameCount - 1);
  return ends.length > 0 ? Math.min(...ends) : null;
}

/** A day as people say it, from today on; `late`: it is over. Both days as "2026-01-31". */
export function dueText(due: string, today: string): { readonly text: string; readonly late: boolean } {
  const days = Math.round((Date.parse(`${due}T00:00Z`) - Date.parse(`${today}T00:00Z`)) / 86_400_000);
  if (days === 0) return { text: t("due today"), late: false };
  if (days === 1) return { text: t("due tomorrow"), late: false };
  if (days === -1) return { text: t("due yesterday"), late: true };
  if (days < 0) return { text: t("{days} days late", { days: -days }), late: true };
  if (days < 7) return { text: t("due in {days} days", { days }), late: false };
  return { text: t("due {day}", { day: new Date(`${due}T00:00Z`).toLocaleDateString(localeTag(), { day: "numeric", month: "short", timeZone: "UTC" }) }), late: false };
}

/** Today where the person is, as "2026-01-31". */
export function today(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
