// Files on their way to a comment: dropped, pasted, chosen or recorded; sent at once, so that the comment finds them there, or
// kept while the server is not reached, to be sent with it.
import { sizeText } from "../../core/wording.ts";
import { t } from "../../language/translate.ts";
import { ApiError } from "../../net/api.ts";
import type { Attachment } from "../../net/types.ts";
import { isWaiting } from "../../state/waiting-files.ts";
import { fill, h, icon, iconButton } from "../dom.ts";
import { problemText } from "../feedback.ts";
import { mayRecord, SoundRecorder } from "./sound-recorder.ts";

export type SendFile = (file: Blob, name: string, signal: AbortSignal) => Promise<Attachment>;

/** Keeps files while the server is not reached, until their comment goes out. */
export interface KeepFiles {
  keep(file: Blob, name: string): Promise<Attachment>;
  drop(ids: readonly string[]): Promise<void>;
}

interface Item {
  readonly name: string;
  readonly size: number;
  readonly stop: AbortController;
  readonly picture: string | null;
  attachment: Attachment | null;
  problem: string;
}

const ACCEPTED = "image/png,image/jpeg,image/gif,image/webp,application/pdf,audio/*";
const MOST = 20;

const words = ({ attachment, size }: Item): string => (attachment === null ? t("Sending…") : isWaiting(attachment) ? t("Kept here, sent with the comment") : sizeText(size));

export class AttachmentTray {
  readonly list = h("ul", { class: "tray", "aria-label": t("Attachments") });
  readonly tools = h("span", { class: "tray-tools" });
  private readonly input = h("input", { type: "file", multiple: true, accept: ACCEPTED, hidden: true, tabindex: -1 });
  private items: Item[] = [];
  private recorder: SoundRecorder | null = null;

  /** `changed` is called whenever what is attached, or on its way, is another. */
  constructor(
    private readonly port: () => { readonly sendFile: SendFile; readonly later: KeepFiles | null } | null,
    private readonly changed: () => void,
  ) {
    this.input.addEventListener("change", () => {
      this.add([...(this.input.files ?? [])]);
      this.input.value = "";
    });
    this.list.hidden = true;
    this.idle();
  }

  /** What has arrived. */
  get attachments(): readonly Attachment[] {
    return this.items.flatMap((item) => (item.attachment ? [item.attachment] : []));
  }

  /** Whether something is still on its way (or being recorded). */
  get busy(): boolean {
    return this.recorder !== null || this.items.some((item) => item.attachment === null && item.problem === "");
  }

  set(attachments: readonly Attachment[]): void {
    for (const item of this.items) this.forget(item);
    this.items = attachments.map((attachment) => ({ name: attachment.name, size: attachment.size, stop: new AbortController(), picture: attachment.thumb_url, attachment, problem: "" }));
    this.draw();
  }

  /** Take files that are dropped on, or pasted into, this element. */
  listen(element: HTMLElement): void {
    element.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return; // text is the text area's
      event.preventDefault();
      this.add(files);
    });
    element.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.add("dropping");
    });
    for (const name of ["dragleave", "drop"]) element.addEventListener(name, () => element.classList.remove("dropping"));
    element.addEventListener("drop", (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      this.add(files);
    });
  }

  add(files: readonly File[]): void {
    for (const file of files.slice(0, MOST - this.items.length)) this.start(file, file.name || t("Pasted image.png"));
  }

  private start(file: Blob, name: string): void {
    const port = this.port();
    if (!port) return;
    const picture = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const item: Item = { name, size: file.size, stop: new AbortController(), picture, attachment: null, problem: "" };
    this.items.push(item);
    this.draw();
    port
      .sendFile(file, name, item.stop.signal)
      .catch((error: unknown) => {
        if (port.later && error instanceof ApiError && error.transient) return port.later.keep(file, name);
        throw error;
      })
      .then((attachment) => (item.attachment = attachment))
      .catch((error: unknown) => (item.problem = Object.values(problemText(error)).join(" ").trim()))
      .finally(() => this.draw());
  }

  private remove(item: Item): void {
    item.stop.abort();
    if (item.attachment && isWaiting(item.attachment)) void this.port()?.later?.drop([item.attachment.id]);
    this.forget(item);
    this.items = this.items.filter((one) => one !== item);
    this.draw();
  }

  private forget(item: Item): void {
    if (item.picture?.startsWith("blob:")) URL.revokeObjectURL(item.picture);
  }

  private draw(): void {
    this.list.hidden = this.items.length === 0;
    const row = (item: Item): HTMLElement =>
      h(
        "li",
        { class: item.problem ? "tray-item bad" : "tray-item" },
        item.picture ? h("img", { src: item.picture, alt: "" }) : icon("file"),
        h("span", { class: "tray-name" }, item.name, h("small", { class: "dim", role: "status" }, item.problem || words(item))),
        iconButton("close", t("Remove {name}", { name: item.name }), () => this.remove(item), true),
      );
    fill(this.list, this.items.map(row));
    this.changed();
  }

  // --- recording ------------------------------------------------------------------------------------------------------

  private idle(): void {
    this.recorder = null;
    const tools = [iconButton("clip", t("Attach an image, PDF or sound"), () => this.input.click(), true)];
    if (mayRecord()) tools.push(iconButton("microphone", t("Record a voice note"), () => void this.record(), true));
    fill(this.tools, tools, this.input);
  }

  private async record(): Promise<void> {
    const time = h("span", { class: "tc", role: "timer" }, "0:00");
    const recorder = new SoundRecorder((seconds) => (time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`));
    this.recorder = recorder;
    fill(
      this.tools,
      h("span", { class: "recording" }, time),
      iconButton("check", t("Keep the voice note"), () => recorder.stop(true), true),
      iconButton("close", t("Throw the voice note away"), () => recorder.stop(false), true),
    );
    this.changed();
    const outcome = await recorder.run();
    this.idle();
    if (outcome.sound) this.start(outcome.sound, `${t("Voice note")}.${outcome.extension}`);
    else if (outcome.problem) this.items.push({ name: t("Voice note"), size: 0, stop: new AbortController(), picture: null, attachment: null, problem: outcome.problem });
    this.draw();
  }
}
