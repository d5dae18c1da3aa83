// Where people write: a text area that completes names and takes files. Used for comments, replies and edits alike.
import { t } from "../../language/translate.ts";
import type { Attachment, Person } from "../../net/types.ts";
import { h } from "../dom.ts";
import { AttachmentTray, type KeepFiles, type SendFile } from "./attachment-tray.ts";
import { MentionBox } from "./mention-box.ts";

export interface WritingPort {
  /** Who would see a comment; of an internal one fewer. */
  people(internal: boolean): readonly Person[];
  readonly sendFile: SendFile;
  /** For what cannot be sent now; null where nothing takes it along later. */
  readonly later: KeepFiles | null;
}

export interface Written {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export class TextBox {
  readonly area: HTMLTextAreaElement;
  readonly tray: AttachmentTray;
  readonly element: HTMLElement;

  /** `changed`: after each change of text or files; `submit`, `stop`: what the keys ask for. */
  constructor(
    label: string,
    private readonly port: () => WritingPort | null,
    private readonly on: { readonly changed: () => void; readonly submit: () => void; readonly stop: () => void },
    internal: () => boolean,
  ) {
    this.area = h("textarea", { class: "input", rows: 2, "aria-label": label, maxlength: 10_000, enterkeyhint: "enter" });
    this.tray = new AttachmentTray(() => this.port(), () => this.on.changed());
    const people = new MentionBox(this.area, () => this.port()?.people(internal()) ?? []);
    this.element = h("div", { class: "text-box" }, people.element, this.area, this.tray.list);
    this.tray.listen(this.element);
    this.area.addEventListener("input", () => this.on.changed());
    this.area.addEventListener("keydown", (event) => {
      event.stopPropagation(); // keys of the player are letters here
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.on.submit();
      } else if (event.key === "Escape") this.on.stop();
    });
  }

  get written(): Written {
    return { text: this.area.value, attachments: this.tray.attachments };
  }

  set written(value: Written) {
    this.area.value = value.text;
    this.tray.set(value.attachments);
  }

  /** A comment needs words; files alone get the name of the first as theirs. */
  get sendable(): Written | null {
    if (this.tray.busy) return null;
    const { text, attachments } = this.written;
    const words = text.trim() || (attachments[0]?.name ?? "");
    return words ? { text: words, attachments } : null;
  }
}

/** A small form around a text box, for replies and edits. `keep` is told of every change, so that nothing is lost. */
export function writingForm(options: {
  readonly label: string;
  readonly verb: string;
  readonly draft: Written;
  readonly internal: boolean;
  readonly port: () => WritingPort | null;
  readonly keep: (draft: Written) => void;
  readonly send: (written: Written) => void;
  readonly stop: () => void;
}): HTMLFormElement {
  const button = h("button", { type: "submit", class: "button small primary" }, options.verb);
  const submit = (): void => {
    const written = box.sendable;
    if (written) options.send(written);
  };
  let ready = false;
  const box: TextBox = new TextBox(
    options.label,
    options.port,
    { changed: () => ready && changed(), submit, stop: options.stop },
    () => options.internal,
  );
  const changed = (): void => {
    options.keep(box.written);
    button.disabled = box.sendable === null;
  };
  box.written = options.draft;
  button.disabled = box.sendable === null;
  ready = true;
  const cancel = h("button", { type: "button", class: "button small ghost", onclick: options.stop }, t("Cancel"));
  const form = h("form", { class: "text-form" }, box.element, h("div", { class: "form-actions" }, button, cancel, options.port() && box.tray.tools));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return form;
}
