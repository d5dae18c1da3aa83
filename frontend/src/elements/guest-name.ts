// Asks a guest what they are called: before they first write or decide, and when they want to be called otherwise.
import { n, t } from "../language/translate.ts";
import type { Outbox } from "../state/outbox.ts";
import { fill, h } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";
import { unsentRow } from "./unsent-dialog.ts";

/** What a guest says of themselves. */
export interface Called {
  readonly name: string;
  /** Whether the pictures that carry a name are to carry this one from now on. */
  readonly inPicture: boolean;
}

export interface ChangingName {
  readonly name: string;
  /** The name that their pictures carry; null where they carry none. */
  readonly inPicture: string | null;
  /** Their comments that are still to be sent, behind whichever link. */
  readonly outbox: Outbox;
  save(called: Called): Promise<void>;
  /** Somebody else sits here from now on; false: comments wait. */
  leave(): Promise<boolean>;
}

const nameField = (value: string): HTMLInputElement => h("input", { class: "input", id: "guest-name", maxlength: 60, required: true, autocomplete: "name", autocapitalize: "words", enterkeyhint: "done", value });

/** The fields and a button; `send` is called with the name, and what it throws is said. */
function nameForm(field: HTMLInputElement, label: string, more: readonly (Node | null)[], verb: string, send: (name: string) => Promise<void>): { readonly form: HTMLFormElement; readonly say: (error: unknown) => void } {
  const problem = h("p", { class: "field-error", role: "alert", hidden: true });
  const go = h("button", { type: "submit", class: "button primary" }, verb);
  const form = h("form", { class: "form" }, h("div", { class: "field" }, h("label", { for: field.id }, label), field), more, problem, h("div", { class: "dialog-foot" }, go));
  const say = (error: unknown): void => {
    const { message, remedy } = problemText(error);
    problem.textContent = `${message} ${remedy}`;
    problem.hidden = false;
    go.disabled = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = field.value.trim();
    if (!name) return field.focus();
    go.disabled = true;
    problem.hidden = true;
    send(name).catch(say);
  });
  return { form, say };
}

/** Whether a name was given and `keep` has taken it; false when they closed the dialog. `why` says what it is for. */
export function askForName(why: string, keep: (name: string) => Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    let given = false;
    const dialog = openDialog(t("What is your name?"), (body, close) => {
      const { form } = nameForm(nameField(""), why, [], t("Go on"), async (name) => {
        await keep(name);
        given = true;
        close();
      });
      body.append(form);
    });
    dialog.addEventListener("close", () => resolve(given));
    dialog.querySelector("input")?.focus();
  });
}

/** Whether they are called otherwise now. What they wrote before carries the new name; whoever is somebody else leaves it. */
export function changeName({ name, inPicture, outbox, save, leave }: ChangingName): Promise<boolean> {
  return new Promise((resolve) => {
    let changed = false;
    let stop = (): void => undefined;
    const dialog = openDialog(t("Your name"), (body, close) => {
      const alsoThere = h("input", { type: "checkbox" });
      const picture = inPicture === null ? null : h("label", { class: "choice" }, alsoThere, t("Also in the picture, where “{name}” stands", { name: inPicture }));
      const { form, say } = nameForm(nameField(name), t("What you wrote here before carries it too."), [picture], t("Save"), async (given) => {
        await save({ name: given, inPicture: alsoThere.checked });
        changed = given !== name;
        close();
      });
      const other = h("button", { type: "button", class: "button ghost" }, t("I am somebody else"));
      const plain = t("What {person} wrote stays theirs; you are asked for your own name.", { person: name });
      const why = h("p", { class: "quiet", role: "status" }, plain);
      const list = h("ul", { class: "unsent-list", hidden: true });
      const waits = (): void => {
        const { items } = outbox.store.state;
        why.textContent = items.length === 0 ? plain : n("A comment by {person} waits here to be sent. Send or discard it first. | {count} comments by {person} wait here to be sent. Send or discard them first.", items.length, { person: name });
        fill(list, items.map((one) => unsentRow(one, outbox)));
        list.hidden = items.length === 0;
      };
      other.addEventListener("click", () => {
        other.disabled = true;
        const again = (): void => {
          other.disabled = false;
        };
        leave().then((left) => {
          if (left) return;
          again();
          stop();
          stop = outbox.store.watch(waits);
        }, (error: unknown) => {
          say(error);
          again();
        });
      });
      body.append(form, h("div", { class: "guest-other" }, other, why, list));
    });
    dialog.addEventListener("close", () => {
      stop();
      resolve(changed);
    });
  });
}
