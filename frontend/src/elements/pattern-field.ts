// The pattern of names, with what it would make of the project's own names while it is written.
import type { Api } from "../net/api.ts";
import type { PatternPreview } from "../net/types.ts";
import { fill, h } from "./dom.ts";
import { problemText } from "./feedback.ts";
import { t } from "../language/translate.ts";

const PARTS: readonly (readonly [string, string])[] = [
  ["{project}", t("the project")],
  ["{version:02}", t("the number, two digits")],
  ["{status}", t("what was done")],
  ["{sequence}", t("a sequence")],
  ["{reel}", t("a reel")],
  ["{shot}", t("a shot")],
  ["{date}", "20260131"],
  ["{initials}", t("whose work")],
  ["[_{shot}]", t("a part that may be absent")],
];
const WAIT_MS = 250;

/** The field with its examples. `changed` is told of every text, valid or not. */
export function patternField(api: Api, projectId: string, present: string, changed: (text: string) => void): HTMLElement {
  const field = h("input", { class: "input pattern-input", id: "spec-naming_pattern", maxlength: 200, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": "pattern-answer", value: present });
  const answer = h("div", { class: "pattern-answer", id: "pattern-answer", role: "status" });
  let asked = 0;
  let timer = 0;
  const show = (found: PatternPreview): void => {
    field.setAttribute("aria-invalid", String(found.error !== null));
    if (found.error !== null) return fill(answer, h("p", { class: "field-error" }, found.error));
    const names = found.next.map((one) => h("li", null, one.name ? h("code", null, one.name) : h("span", { class: "quiet" }, t("{assetName}: the pattern asks for what is not known of it", { assetName: one.asset_name }))));
    fill(answer, h("p", { class: "quiet" }, t("The next versions would be called")), h("ul", { class: "name-list" }, names), judged(found));
  };
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const found = await api.send<PatternPreview>(`projects/${projectId}/pattern-preview?pattern=${encodeURIComponent(field.value)}`);
      if (mine === asked) show(found);
    } catch (error) {
      if (mine === asked) fill(answer, h("p", { class: "field-error" }, problemText(error).message));
    }
  };
  const written = (): void => {
    changed(field.value);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT_MS);
  };
  const put = (text: string): void => {
    field.setRangeText(text, field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length, "end");
    field.focus();
    written();
  };
  field.addEventListener("input", written);
  void ask();
  return h(
    "div",
    { class: "field pattern-field" },
    h("label", { for: field.id }, t("Pattern")),
    field,
    h("div", { class: "pattern-parts", role: "group", "aria-label": t("Parts to put in") }, PARTS.map(([part, what]) => h("button", { type: "button", class: "chip", title: what, onclick: () => put(part) }, h("code", null, part)))),
    answer,
  );
}

function judged({ matching, judged: of, others }: PatternPreview): HTMLElement | null {
  if (of === 0) return null;
  const all = matching === of;
  const line = [h("span", { class: all ? "badge good" : "badge" }, t("{matching} of {of}", { matching, of })), all ? " present names are written so." : " present names are written so; the others stay as they are."];
  if (all) return h("p", { class: "quiet" }, line);
  return h("details", { class: "pattern-others" }, h("summary", null, line), h("ul", { class: "name-list" }, others.map((one) => h("li", null, h("a", { href: `/v/${one.version_id}` }, one.name), h("span", { class: "quiet" }, ` ${one.why_not}`)))));
}
