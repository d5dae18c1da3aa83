// A spec to read: its fields, what changed between revisions, which versions do not conform.
import type { NotConforming } from "../net/types.ts";
import type { Fields } from "../state/merging.ts";
import { deviationName, GROUPS, said, type Change } from "../state/spec-sheet.ts";
import { h } from "./dom.ts";
import { t } from "../language/translate.ts";

export function specSheet(fields: Fields): HTMLElement {
  const groups = GROUPS.map((group) => {
    const rows = group.fields.map((field) => [field.label, said(field, fields[field.key] ?? "")] as const).filter(([, value]) => value);
    return rows.length > 0 && h("section", { class: "spec-card" }, h("h2", null, group.title), h("dl", { class: "facts" }, rows.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", { class: "num" }, value)))));
  });
  return h("div", { class: "spec-sheet" }, groups, h("section", { class: "spec-card" }, h("h2", null, t("Names")), h("p", null, h("code", { class: "pattern" }, fields["naming_pattern"] ?? ""))));
}

export function changeList(changed: readonly Change[]): HTMLElement {
  return h("ul", { class: "change-list" }, changed.map((one) => h("li", null, h("span", { class: "change-label" }, one.label), h("span", { class: "change-was" }, one.before), h("span", { "aria-label": t("is now") }, "→"), h("span", { class: "change-is" }, one.after))));
}

export function notConformingList(found: readonly NotConforming[]): HTMLElement {
  return h(
    "ul",
    { class: "deviation-list" },
    found.map((one) =>
      h(
        "li",
        null,
        h("a", { href: `/v/${one.version_id}/checks` }, `${one.asset_name} v${one.number}`),
        h("ul", { class: "deviations" }, one.deviations.map((deviation) => h("li", null, `${deviationName(deviation.what)}: `, h("span", { class: "num" }, deviation.found), h("span", { class: "quiet" }, t(" instead of {expected}", { expected: deviation.expected }))))),
      ),
    ),
  );
}
