// A dialog that asks for one name.
import { t } from "../language/translate.ts";
import { fill, h } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";

/** `save` may throw: then its problem is shown and the dialog stays. */
export function askName(title: string, label: string, present: string, verb: string, save: (name: string) => Promise<void>): void {
  openDialog(title, (body, close) => {
    const field = h("input", { class: "input", id: "name-field", required: true, maxlength: 200, autocomplete: "off", value: present });
    const error = h("p", { class: "field-error", role: "alert" });
    const form = h("form", { class: "form" }, h("div", { class: "field" }, h("label", { for: "name-field" }, label), field, error), h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, verb), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = field.value.trim();
      if (name) save(name).then(close, (problem: unknown) => fill(error, problemText(problem).message));
    });
    body.append(form);
    requestAnimationFrame(() => field.select());
  });
}
