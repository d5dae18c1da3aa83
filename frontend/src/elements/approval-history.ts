// Everything that led to where a version stands, oldest first. `now`: times are told from it; null: a record, which says when.
import { agoText } from "../core/wording.ts";
import { entryText, type RecordEntry } from "../state/delivery-record.ts";
import { h } from "./dom.ts";
import { localeTag } from "../language/translate.ts";

export function approvalHistory(entries: readonly RecordEntry[], now: number | null): HTMLElement {
  return h(
    "ol",
    { class: "history" },
    entries.map((one) => h("li", null, h("p", null, h("strong", null, one.by.name), ` ${entryText(one)}`, h("time", { class: "quiet", datetime: one.created_at, title: new Date(one.created_at).toLocaleString(localeTag()) }, ` ${now === null ? new Date(one.created_at).toLocaleString(localeTag(), { dateStyle: "medium", timeStyle: "short" }) : agoText(one.created_at, now)}`)), one.text && h("p", { class: "history-text" }, one.text))),
  );
}
