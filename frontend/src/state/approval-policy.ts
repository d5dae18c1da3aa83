// What a project's policy says, in words and as fields of a form.
import type { ApprovalPolicy } from "../net/types.ts";
import type { Fields } from "./merging.ts";
import { t } from "../language/translate.ts";

type Rule = "everybody" | "open_comments_block" | "failed_checks_block";

export const RULES: readonly { readonly key: Rule; readonly label: string }[] = [
  { key: "everybody", label: t("All of them must approve; else one is enough") },
  { key: "open_comments_block", label: t("Open comments block a delivery") },
  { key: "failed_checks_block", label: t("Failed sync checks block a delivery") },
];

/** `who`: ids parted by spaces, in one order; rules: "yes" or "". */
export function fieldsOf(policy: ApprovalPolicy): Fields {
  return { who: policy.who.map((one) => one.id).join(" "), ...Object.fromEntries(RULES.map(({ key }) => [key, policy[key] ? "yes" : ""])) };
}

export function bodyOf(fields: Fields): Record<Rule, boolean> & { readonly who: string[] } {
  const on = (key: Rule): boolean => fields[key] === "yes";
  return { who: (fields["who"] ?? "").split(" ").filter(Boolean), everybody: on("everybody"), open_comments_block: on("open_comments_block"), failed_checks_block: on("failed_checks_block") };
}

/** The rules as they are read; `on`: it asks for something. */
export function sentences(policy: ApprovalPolicy): readonly { readonly text: string; readonly on: boolean }[] {
  const named = policy.who.length > 0;
  const approval = named
    ? policy.everybody || policy.who.length === 1
      ? t("They must approve it wholly.")
      : t("One of them must approve it wholly.")
    : policy.everybody
      ? t("All who are asked must approve it wholly.")
      : t("One of those who are asked must approve it wholly.");
  return [
    { text: approval, on: true },
    { text: policy.open_comments_block ? t("Open comments block it.") : t("Open comments do not block it."), on: policy.open_comments_block },
    { text: policy.failed_checks_block ? t("Failed sync checks block it.") : t("Failed sync checks do not block it."), on: policy.failed_checks_block },
  ];
}
