// A dialog that asks for a written reason.
import { fill, h } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";
import { t } from "../language/translate.ts";

/** `save` may throw: then its problem is shown and the dialog stays. */
export function askReason(title: string, what: string, label: string, verb: string, save: (reason: string) => Promise<unknown>, danger = false): void {
  openDialog(title, (body, close) => {
    const reason = h("textarea", { class: "input", id: "reason", rows: 3, required: true, maxlength: 5000 });
    const error = h("p", { class: "field-error", role: "alert" });
    const form = h(
      "form",
      { class: "form" },
      h("p", null, what),
      h("div", { class: "field" }, h("label", { for: reason.id }, label), reason),
      error,
      h("div", { class: "form-actions" }, h("button", { type: "submit", class: danger ? "button danger" : "button primary" }, verb), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = reason.value.trim();
      if (text) save(text).then(close, (problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
    });
    body.append(form);
    requestAnimationFrame(() => reason.focus());
  });
}
