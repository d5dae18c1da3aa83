// The form that a spec is revised with: a preset to begin with, every field, and what would no longer conform.
import type { Api } from "../net/api.ts";
import type { NotConforming, ProjectSpec, SpecChange, SpecPreset } from "../net/types.ts";
import type { Fields } from "../state/merging.ts";
import { bodyOf, changes, fieldsOf, GROUPS, sheetOf, type SheetField } from "../state/spec-sheet.ts";
import { fill, h } from "./dom.ts";
import { problemText } from "./feedback.ts";
import { patternField } from "./pattern-field.ts";
import { changeList, notConformingList } from "./spec-sheet.ts";
import { t } from "../language/translate.ts";

export interface SpecFormPort {
  /** May throw: then the problem is shown, and what was written stays. False: it was not saved. */
  save(fields: Fields, note: string): Promise<boolean>;
  cancel(): void;
}

const WAIT_MS = 400;

export function specForm(api: Api, spec: ProjectSpec, presets: readonly SpecPreset[], port: SpecFormPort): HTMLFormElement {
  const before = sheetOf(spec);
  let fields: Record<string, string> = { ...before };
  const inputs = new Map<string, HTMLInputElement | HTMLSelectElement>();
  const preview = h("section", { class: "spec-preview", "aria-label": t("What it would change"), "aria-live": "polite" });
  const error = h("p", { class: "field-error", role: "alert" });
  const note = h("input", { class: "input", id: "spec-note", maxlength: 2000, placeholder: t("Why, and who agreed"), autocomplete: "off" });
  const submit = h("button", { type: "submit", class: "button primary" }, t("Put in force"));
  let asked = 0;
  let timer = 0;

  const judge = async (): Promise<void> => {
    const mine = ++asked;
    const made = changes(before, fields);
    if (made.length === 0) return fill(preview, h("p", { class: "quiet" }, t("Nothing is changed yet.")));
    try {
      const answer = await api.send<SpecChange>(`projects/${spec.project_id}/spec`, { method: "PUT", body: { ...bodyOf(fields), dry_run: true } });
      if (mine === asked) fill(preview, h("h2", null, t("What changes")), changeList(made), consequence(answer.not_conforming));
    } catch (problem) {
      if (mine === asked) fill(preview, h("h2", null, t("What changes")), changeList(made), h("p", { class: "field-error" }, problemText(problem).message));
    }
  };
  const changed = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void judge(), WAIT_MS);
  };
  const put = (values: Fields): void => {
    for (const [key, value] of Object.entries(values)) {
      fields[key] = value;
      const input = inputs.get(key);
      if (input) setValue(input, value);
    }
    changed();
  };

  const preset = h("select", { class: "input", id: "spec-preset" }, h("option", { value: "" }, t("Choose a preset to fill the form …")), presets.map((one) => h("option", { value: one.name }, one.title)));
  preset.addEventListener("change", () => {
    const chosen = presets.find((one) => one.name === preset.value);
    if (chosen) put(fieldsOf(chosen.technical));
  });
  const row = (field: SheetField): HTMLElement => {
    const id = `spec-${field.key}`;
    const input = field.choices
      ? h("select", { class: "input", id }, field.choices.map(([value, title]) => h("option", { value }, title)))
      : h("input", { class: "input", id, autocomplete: "off", spellcheck: "false", maxlength: 200, placeholder: t("Not judged"), inputmode: field.kind === "whole" ? "numeric" : "text", "aria-describedby": field.help ? `${id}-help` : null });
    setValue(input, fields[field.key] ?? "");
    input.addEventListener("input", () => {
      fields[field.key] = input.value;
      changed();
    });
    inputs.set(field.key, input);
    return h("div", { class: "field" }, h("label", { for: id }, field.label, field.unit && h("span", { class: "unit" }, ` ${field.unit}`)), input, field.help && h("p", { class: "field-help", id: `${id}-help` }, field.help));
  };
  const form = h(
    "form",
    { class: "form spec-form" },
    h("div", { class: "field spec-preset" }, h("label", { for: preset.id }, t("Begin with")), preset),
    GROUPS.map((group) => h("fieldset", { class: "spec-group" }, h("legend", null, group.title), h("div", { class: "spec-fields" }, group.fields.map(row)))),
    h("fieldset", { class: "spec-group" }, h("legend", null, t("Names")), patternField(api, spec.project_id, before["naming_pattern"] ?? "", (text) => {
      fields["naming_pattern"] = text;
      changed();
    })),
    preview,
    h("div", { class: "field" }, h("label", { for: note.id }, t("Note for the team")), note),
    error,
    h("div", { class: "form-actions" }, submit, h("button", { type: "button", class: "button ghost", onclick: () => port.cancel() }, t("Cancel"))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    fill(error);
    port
      .save({ ...fields }, note.value.trim())
      .catch((problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`))
      .finally(() => (submit.disabled = false));
  });
  void judge();
  return form;
}

function setValue(input: HTMLInputElement | HTMLSelectElement, value: string): void {
  // A value of another program that is none of ours is kept, not lost.
  if (input instanceof HTMLSelectElement && ![...input.options].some((one) => one.value === value)) input.append(h("option", { value }, value));
  input.value = value;
}

function consequence(found: readonly NotConforming[]): HTMLElement {
  const newly = found.filter((one) => one.newly);
  if (newly.length === 0) return h("p", { class: "badge good" }, t("No version that conforms now would stop doing so"));
  return h("div", { class: "consequence" }, h("p", null, h("strong", null, newly.length === 1 ? t("One version would no longer conform") : t("{count} versions would no longer conform", { count: newly.length }))), notConformingList(newly));
}
