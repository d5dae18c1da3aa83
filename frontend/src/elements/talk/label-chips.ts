// Labels of a comment, the choice of them, and the dialog in which a project's labels are made.
import { t } from "../../language/translate.ts";
import type { Comment, Label } from "../../net/types.ts";
import { fill, h, iconButton } from "../dom.ts";
import { openDialog } from "../feedback.ts";
import { ask } from "../requests.ts";

export function labelChip(label: Label): HTMLElement {
  const chip = h("span", { class: "label-chip" }, label.name);
  chip.style.setProperty("--label", label.colour);
  return chip;
}

export function labelRow(comment: Comment, labels: readonly Label[]): HTMLElement | null {
  const worn = labels.filter((label) => comment.labels.includes(label.id));
  return worn.length === 0 ? null : h("div", { class: "label-row" }, worn.map(labelChip));
}

/** Choose the labels of a comment; each click is saved at once. */
export function openLabelChooser(from: Element, comment: Comment, labels: readonly Label[], mayManage: boolean): void {
  const worn = new Set(comment.labels);
  openDialog(t("Labels"), (body, close) => {
    const row = (label: Label): HTMLElement => {
      const box = h("input", { type: "checkbox", checked: worn.has(label.id), onchange: () => {
        if (box.checked) worn.add(label.id);
        else worn.delete(label.id);
        ask(from, { kind: "label-comment", id: comment.id, labels: [...worn] });
      } });
      return h("label", { class: "choice" }, box, labelChip(label));
    };
    const none = h("p", { class: "dim" }, mayManage ? t("This project has no labels yet.") : t("This project has no labels yet. Its owners and version controllers can make some."));
    const manage = h("button", { type: "button", class: "button small", onclick: () => { close(); ask(from, { kind: "manage-labels" }); } }, t("Edit the project's labels"));
    body.append(h("div", { class: "choices" }, labels.length === 0 ? none : labels.map(row)), h("div", { class: "form-actions" }, mayManage && manage));
  });
}

export interface LabelEditing {
  labels(): readonly Label[];
  watch(redraw: () => void): () => void;
  create(name: string, colour: string): Promise<void>;
  change(id: string, change: { name?: string; colour?: string }): Promise<void>;
  remove(id: string): Promise<void>;
}

const COLOURS = ["#e5484d", "#f76b15", "#e2a336", "#46a758", "#12a594", "#3e8fe0", "#8e6bd8", "#d6409f"];

/** Make, rename, recolour and delete the project's labels. `failed` is told what the server refused. */
export function openLabelEditor(editing: LabelEditing, failed: (error: unknown) => void): void {
  const rows = h("div", { class: "label-rows" });
  const name = h("input", { class: "input", maxlength: 40, required: true, placeholder: t("New label"), "aria-label": t("New label") });
  const colour = h("input", { type: "color", "aria-label": t("Colour of the new label") });
  const nextColour = (): string => COLOURS[editing.labels().length % COLOURS.length] ?? "#e5484d";
  const form = h("form", { class: "label-edit" }, colour, name, h("button", { type: "submit", class: "button small primary" }, t("Add")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    editing.create(name.value.trim(), colour.value).then(() => (name.value = ""), failed);
  });
  const row = (label: Label): HTMLElement =>
    h(
      "div",
      { class: "label-edit" },
      h("input", { type: "color", value: label.colour, "aria-label": t("Colour of {name}", { name: label.name }), onchange: (event: Event) => editing.change(label.id, { colour: (event.target as HTMLInputElement).value }).catch(failed) }),
      h("input", { class: "input", value: label.name, maxlength: 40, "aria-label": t("Name of {name}", { name: label.name }), onchange: (event: Event) => editing.change(label.id, { name: (event.target as HTMLInputElement).value.trim() }).catch(failed) }),
      iconButton("trash", t("Delete the label {name}", { name: label.name }), () => void editing.remove(label.id).catch(failed), true),
    );
  const stop = editing.watch(() => {
    fill(rows, editing.labels().map(row));
    colour.value = nextColour();
  });
  const dialog = openDialog(t("The project's labels"), (body) => body.append(rows, form));
  dialog.addEventListener("close", stop);
}
