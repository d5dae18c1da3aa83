// The frozen record of a delivery (docs/deliveries.md, format 1), as far as pages show it.
import type { Person, ProjectSpec } from "../net/types.ts";
import type { Decision } from "../core/approval-words.ts";
import { t } from "../language/translate.ts";

export interface RecordEntry {
  readonly number: number;
  readonly kind: string;
  readonly person: Person | null;
  readonly by: Person;
  readonly decision: Decision | null;
  readonly up_to_frame: number | null;
  readonly up_to_timecode: string | null;
  readonly block: string | null;
  readonly text: string;
  readonly created_at: string;
}

export interface DeliveryRecordBody {
  readonly format: number;
  readonly project: { readonly id: string; readonly name: string };
  readonly sequence: { readonly name: string } | null;
  readonly version: { readonly number: number; readonly name: string; readonly original_name: string };
  readonly file: { readonly name: string; readonly size: number; readonly sha256: string; readonly frame_count: number | null };
  readonly rate: { readonly num: number; readonly den: number; readonly drop_frame: boolean } | null;
  readonly start_timecode: string | null;
  readonly spec: ProjectSpec;
  readonly not_conforming: readonly { readonly what: string; readonly expected: string; readonly found: string }[];
  readonly checks: { readonly report?: { readonly verdict?: { readonly kind: string; readonly title: string; readonly summary: string } } | null; readonly waivers?: readonly { readonly code: string; readonly reason: string }[] } | null;
  readonly blocks_lifted: readonly { readonly code: string; readonly reason: string }[];
  readonly approvals: readonly RecordEntry[];
  readonly open_comments: readonly { readonly id: string; readonly frame: number; readonly timecode: string | null; readonly text: string }[];
  readonly note: string;
}

export const BLOCKS: Readonly<Record<string, string>> = {
  approval_missing: t("Approval is missing"),
  changes_requested: t("Changes are requested"),
  open_comments: t("Comments are open"),
  failed_checks: t("Sync checks failed"),
};

/** An entry of the history in words, without who and when. */
export function entryText(one: Pick<RecordEntry, "kind" | "person" | "decision" | "up_to_frame" | "up_to_timecode" | "block">): string {
  const who = one.person?.name ?? t("somebody");
  switch (one.kind) {
    case "asked":
      return t("asked {who} for approval", { who });
    case "unasked":
      return t("no longer asks {who}", { who });
    case "decided": {
      const said = one.decision === "approved" ? t("approved") : one.decision === "approved_with_notes" ? t("approved with notes") : t("requested changes");
      return one.up_to_frame === null ? said : t("{said}, up to {position}", { said, position: one.up_to_timecode ?? t("frame {frame}", { frame: one.up_to_frame }) });
    }
    case "withdrawn":
      return t("took it back");
    case "lifted":
      return t("let it pass: {block}", { block: BLOCKS[one.block ?? ""] ?? one.block ?? "" });
    case "restored":
      return t("lets it block again: {block}", { block: BLOCKS[one.block ?? ""] ?? one.block ?? "" });
    case "delivered":
      return t("delivered it");
    case "recalled":
      return t("recalled the delivery");
    default:
      return one.kind;
  }
}
