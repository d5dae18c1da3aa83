// Everything that led to where a version stands, oldest first.
import { agoText } from "../core/wording.ts";
import { entryText, type RecordEntry } from "../state/delivery-record.ts";
import { h } from "./dom.ts";
import { localeTag } from "../language/translate.ts";

export function approvalHistory(entries: readonly RecordEntry[], now: number): HTMLElement {
  return h(
    "ol",
    { class: "history" },
    entries.map((one) => h("li", null, h("p", null, h("strong", null, one.by.name), ` ${entryText(one)}`, h("time", { class: "quiet", datetime: one.created_at, title: new Date(one.created_at).toLocaleString(localeTag()) }, ` ${agoText(one.created_at, now)}`)), one.text && h("p", { class: "history-text" }, one.text))),
  );
}
