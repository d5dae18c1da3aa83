// Toasts, dialogs, and problems in words.
import { t } from "../language/translate.ts";
import { sentence } from "../core/wording.ts";
import { ApiError } from "../net/api.ts";
import { fill, h, iconButton } from "./dom.ts";

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

/** Say something at the foot of the page. Returns a function that takes it away. */
export function toast(text: string, options: { readonly bad?: boolean; readonly action?: ToastAction; readonly milliseconds?: number } = {}): () => void {
  const list = document.getElementById("toasts") ?? document.body;
  const remove = (): void => {
    window.clearTimeout(timer);
    element.remove();
  };
  const { action } = options;
  const element = h(
    "div",
    { class: options.bad ? "toast bad" : "toast", ...(options.bad ? { role: "alert" } : {}) },
    h("span", null, text),
    action &&
      h("button", { type: "button", onclick: () => { remove(); action.run(); } }, action.label),
  );
  // It lies on controls: a click on its text takes it away.
  element.addEventListener("click", (event) => event.target instanceof HTMLButtonElement || String(getSelection()) !== "" || remove());
  const timer = window.setTimeout(remove, options.milliseconds ?? (options.bad ? 9000 : 4500));
  // Of a page behind a dialog nothing is seen or pressed, and in full screen only what is inside the full-screen element.
  const dialog = [...document.querySelectorAll<HTMLDialogElement>("dialog[open]")].at(-1);
  if (dialog) {
    (dialog.querySelector(":scope > .toasts") ?? dialog.appendChild(h("div", { class: "toasts", role: "status" }))).append(element);
    dialog.addEventListener("close", () => element.parentElement && list.append(element), { once: true });
  } else (document.fullscreenElement ?? list).append(element);
  return remove;
}

/** What went wrong and what to do, from whatever was thrown. */
export function problemText(error: unknown): { readonly message: string; readonly remedy: string } {
  if (error instanceof ApiError) {
    const fields = error.errors.map((field) => field.message);
    const message = fields.length > 0 ? fields.join(" ") : error.message;
    return { message: error.remedy ? sentence(message) : message, remedy: error.remedy };
  }
  return { message: t("Something went wrong on this page."), remedy: t("Reload it and try again.") };
}

export function toastProblem(error: unknown): void {
  const { message, remedy } = problemText(error);
  toast(remedy ? `${message} ${remedy}` : message, { bad: true });
}

export function problemBox(error: unknown, retry: (() => void) | null): HTMLElement {
  const { message, remedy } = problemText(error);
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("p", null, message),
    remedy && h("p", { class: "remedy" }, remedy),
    retry && h("button", { type: "button", class: "button small", onclick: retry }, t("Try again")),
  );
}

/** A modal dialog; `build` fills its body. Closed by Escape, by its cross, or by the function that `build` receives. */
export function openDialog(title: string, build: (body: HTMLElement, close: () => void) => void, wide = false): HTMLDialogElement {
  const body = h("div", { class: "dialog-body" });
  const heading = h("h2", { id: `dialog-${Math.trunc(performance.now())}` }, title);
  const dialog = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": heading.id });
  const close = (): void => dialog.close();
  fill(dialog, h("div", { class: "dialog-head" }, heading, iconButton("close", t("Close"), close, true)), body);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  build(body, close);
  (document.fullscreenElement ?? document.body).append(dialog);
  dialog.showModal();
  return dialog;
}

/** Copy to the clipboard, on plain http too (where `navigator.clipboard` is missing). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", { class: "visually-hidden", readonly: true });
    field.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
