// Asks a guest what they are called, once: before they first write or decide.
import { t } from "../language/translate.ts";
import { h } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";

/** The name, when it was given and `keep` has taken it; null when they closed the dialog. `why` says what it is for. */
export function askForName(why: string, keep: (name: string) => Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    let given = false;
    const dialog = openDialog(t("What is your name?"), (body, close) => {
      const field = h("input", { class: "input", id: "guest-name", maxlength: 60, required: true, autocomplete: "name", autocapitalize: "words", enterkeyhint: "done" });
      const problem = h("p", { class: "field-error", role: "alert", hidden: true });
      const go = h("button", { type: "submit", class: "button primary" }, t("Go on"));
      const form = h("form", { class: "form" }, h("div", { class: "field" }, h("label", { for: "guest-name" }, why), field), problem, h("div", { class: "dialog-foot" }, go));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const name = field.value.trim();
        if (!name) return field.focus();
        go.disabled = true;
        keep(name).then(
          () => {
            given = true;
            close();
          },
          (error: unknown) => {
            const { message, remedy } = problemText(error);
            problem.textContent = `${message} ${remedy}`;
            problem.hidden = false;
            go.disabled = false;
          },
        );
      });
      body.append(form);
    });
    dialog.addEventListener("close", () => resolve(given));
    dialog.querySelector("input")?.focus();
  });
}
