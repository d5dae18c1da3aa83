// Where a new comment is written. Its frame is the one on screen when typing begins, confirmed by the player, and stays
// that one whatever moves afterwards.
import type { ClockFace } from "../core/clock-face.ts";
import { rangeWith, type Annotation } from "../core/drawing.ts";
import { t } from "../language/translate.ts";
import type { Attachment } from "../net/types.ts";
import type { FrameRange } from "../player/player.ts";
import type { Keeping } from "../state/keeping.ts";
import { Store } from "../state/store.ts";
import { h, icon, setText } from "./dom.ts";
import { keyNames } from "./key-hints.ts";
import { ask } from "./requests.ts";
import { TextBox, type WritingPort, type Written } from "./talk/text-box.ts";

interface Draft {
  readonly text: string;
  readonly frame: number;
  readonly frames: number;
  readonly internal: boolean;
  readonly attachments?: readonly Attachment[];
}

export interface ComposerPort {
  /** Pause, settle, answer the frame on screen; null when it could not be confirmed. */
  settle(): Promise<number | null>;
  range(): FrameRange | null;
}

/** The drawing that goes with the comment. */
export interface DraftDrawing {
  annotation(): Annotation | null;
  frames(): number[];
  clear(): void;
  /** As it was before it was cleared. */
  restore(annotation: Annotation): void;
}

export interface ComposerPlace {
  /** Where the comment will stand; while nothing is written, the frame on screen (or the marked range). */
  readonly frame: number;
  readonly frames: number;
  /** Whether that is fixed: somebody writes. */
  readonly pinned: boolean;
}

export class Composer extends HTMLElement {
  /** Where the comment will stand, for whoever shows or moves it (`setPlace`). */
  readonly place = new Store<ComposerPlace>({ frame: 0, frames: 1, pinned: false });
  private readonly box = new TextBox(t("Comment on this frame"), () => this.writing, { changed: () => this.changed(), submit: () => this.form.requestSubmit(), stop: () => this.box.area.blur() }, () => this.isInternal);
  private readonly chip = h("span", { class: "tc position-chip" });
  private readonly move = h("button", { type: "button", class: "button ghost small", hidden: true, title: t("Pin the comment to the frame on screen") }, t("Use current frame"));
  private readonly internal = h("input", { type: "checkbox", id: "composer-internal" });
  private readonly internalBox = h("label", { class: "internal-box", hidden: true, for: "composer-internal", title: t("Clients do not see it") }, this.internal, icon("lock"), t("Internal"));
  private readonly hint = h("span", { class: "quiet hint" });
  private readonly send = h("button", { type: "submit", class: "button primary small send", disabled: true, title: t("Ctrl+Enter") }, t("Comment"));
  private readonly form = h("form", { class: "composer" }, h("div", { class: "composer-head" }, this.chip, this.move, this.internalBox), this.box.element, h("div", { class: "composer-foot" }, this.box.tray.tools, this.hint, this.send));
  private face: ClockFace | null = null;
  private port: ComposerPort | null = null;
  private writing: WritingPort | null = null;
  private keeping: Keeping | null = null;
  private draftKey = "";
  private internalKey = "";
  private present = 0;
  /** Pinned when typing begins; null while the chip follows the picture. */
  private anchor: { frame: number; frames: number } | null = null;
  /** Somebody has dragged it there. */
  private placed = false;
  private begun = false;
  private settling: Promise<void> | null = null;
  private drawing: DraftDrawing | null = null;
  private whileDrawing = false;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.append(this.form);
    const { area } = this.box;
    area.disabled = true;
    area.addEventListener("focus", () => void this.pin());
    area.addEventListener("blur", () => {
      if (this.isEmpty) this.release();
    });
    this.internal.addEventListener("change", () => {
      this.keeping?.write(this.internalKey, this.internal.checked || null);
      this.keep();
      this.refresh();
    });
    this.move.addEventListener("click", () => {
      this.anchor = null;
      this.placed = false;
      void this.pin();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  /** Ready to write on a version whose frames are known. Brings back what was begun there. */
  configure(options: { face: ClockFace; versionId: string; projectId: string; mayHide: boolean; keeping: Keeping; port: ComposerPort; writing: WritingPort | null }): void {
    this.face = options.face;
    this.port = options.port;
    this.writing = options.writing;
    this.box.tray.tools.hidden = options.writing === null;
    this.keeping = options.keeping;
    this.draftKey = `draft.${options.versionId}`;
    this.internalKey = `internal.${options.projectId}`;
    this.internalBox.hidden = !options.mayHide;
    const draft = options.keeping.read<Draft | null>(this.draftKey, null);
    const usable = draft && draft.frame + draft.frames <= options.face.frameCount ? draft : null;
    this.box.area.disabled = false; // before the frames are known, there is nothing to pin a comment to
    this.anchor = usable ? { frame: usable.frame, frames: usable.frames } : null;
    this.begun = usable !== null;
    this.internal.checked = options.mayHide && (usable?.internal ?? options.keeping.read(this.internalKey, false));
    this.box.written = { text: usable?.text ?? "", attachments: usable?.attachments ?? [] };
    this.refresh();
  }

  /** The frame on screen, for the chip that follows it. */
  show(frame: number): void {
    if (this.present === frame) return;
    this.present = frame;
    this.refresh();
  }

  rangeChanged(): void {
    if (this.anchor && document.activeElement === this.box.area) this.anchor = this.anchored(this.anchor.frame);
    this.keep();
    this.refresh();
  }

  /** Put the comment that is being written elsewhere: its ends were dragged. */
  setPlace(frame: number, frames: number): void {
    this.anchor = { frame, frames };
    this.placed = true;
    this.keep();
    this.refresh();
  }

  setDrawing(drawing: DraftDrawing): void {
    this.drawing = drawing;
  }

  /** The drawing has changed: with the first stroke the comment is pinned to its frame. */
  drawn(): void {
    const [first] = this.drawing?.frames() ?? [];
    if (first !== undefined) this.anchor ??= this.anchored(first);
    else if (this.isEmpty && document.activeElement !== this.box.area) this.anchor = null;
    this.begun = !this.isEmpty;
    this.keep();
    this.refresh();
  }

  /** Somebody draws, or has ended: the box says how one comes from strokes to words. */
  prompt(whileDrawing: boolean): void {
    this.whileDrawing = whileDrawing;
    this.refresh();
  }

  private get hasDrawing(): boolean {
    return (this.drawing?.frames().length ?? 0) > 0;
  }

  /** What was sent could not be: it is in the box again, on its frames. */
  putBack({ text, attachments, frame, duration_frames, annotation }: { readonly text: string; readonly attachments?: readonly Attachment[]; readonly frame: number; readonly duration_frames: number; readonly annotation?: Annotation | null }): void {
    this.box.written = { text, attachments: attachments ?? [] };
    this.setPlace(frame, duration_frames);
    if (annotation) this.drawing?.restore(annotation);
  }

  /** Begin to write, on the frame that is on screen now. In full screen there is nothing to write in: it is left for that. */
  async write(): Promise<void> {
    const whole = document.fullscreenElement;
    if (whole && !whole.contains(this)) {
      void this.pin();
      await document.exitFullscreen();
    }
    this.box.area.focus();
  }

  /** Whether clients will not read what is being written. */
  get isInternal(): boolean {
    return !this.internalBox.hidden && this.internal.checked;
  }

  get isEmpty(): boolean {
    const { text, attachments } = this.box.written;
    return text.trim() === "" && attachments.length === 0 && !this.box.tray.busy && !this.hasDrawing;
  }

  /** What would be sent: a drawing alone says enough. */
  private get sendable(): Written | null {
    return this.box.sendable ?? (this.hasDrawing && !this.box.tray.busy ? this.box.written : null);
  }

  /** The picture moved on before a word was written: the frame is the one that is there when typing begins. */
  loosen(): void {
    if (this.placed) return;
    this.anchor = null;
    this.refresh();
  }

  private changed(): void {
    const empty = this.isEmpty;
    if (!empty && !this.begun && this.anchor?.frame !== this.anchored(this.present).frame) this.loosen();
    this.begun = !empty;
    if (!empty) void this.pin(); // a file dropped here is a beginning too
    this.keep();
    this.refresh();
  }

  private anchored(frame: number): { frame: number; frames: number } {
    const range = this.port?.range() ?? null;
    return range ? { frame: range.first, frames: range.last - range.first + 1 } : { frame, frames: 1 };
  }

  /** Fix the frame. Typing may go on meanwhile; sending waits for it. */
  private pin(): Promise<void> {
    if (this.anchor) return Promise.resolve();
    this.settling ??= (async () => {
      const frame = (await this.port?.settle()) ?? null;
      this.settling = null;
      if (frame === null) return;
      this.anchor ??= this.anchored(frame);
      this.keep();
      this.refresh();
    })();
    return this.settling;
  }

  private release(): void {
    this.anchor = null;
    this.placed = false;
    this.keep();
    this.refresh();
  }

  private async submit(): Promise<void> {
    const written = this.sendable;
    if (!written) return this.box.area.focus();
    if (!this.anchor) await this.pin();
    if (!this.anchor) return; // the player says why
    const anchor = rangeWith(this.anchor, this.drawing?.frames() ?? []);
    const annotation = this.drawing?.annotation() ?? null;
    const internal = this.isInternal;
    this.anchor = null;
    this.drawing?.clear();
    this.box.written = { text: "", attachments: [] };
    this.anchor = null; // whatever emptying the box has begun
    this.placed = this.begun = false;
    this.keep();
    this.refresh();
    ask(this, { kind: "comment", body: { ...written, frame: anchor.frame, duration_frames: anchor.frames, parent_id: null, internal, ...(annotation ? { annotation } : {}) } });
    this.box.area.blur();
  }

  private keep(): void {
    const { text, attachments } = this.box.written;
    const draft: Draft | null = (text.trim() || attachments.length > 0 || this.hasDrawing) && this.anchor ? { text, attachments, ...this.anchor, internal: this.internal.checked } : null;
    this.keeping?.write(this.draftKey, draft);
  }

  private refresh(): void {
    const { face } = this;
    if (!face) return;
    const at = rangeWith(this.anchor ?? this.anchored(this.present), this.drawing?.frames() ?? []);
    const pinned = this.anchor !== null;
    const end = at.frames > 1 ? ` – ${face.position(at.frame + at.frames - 1)}` : "";
    setText(this.chip, `${face.position(at.frame)}${end} · ${face.short(at.frame)}`);
    this.chip.classList.toggle("pinned", pinned);
    this.chip.title = pinned ? t("The comment will stand here, whatever moves") : t("Follows the picture until you write");
    this.dataset["frame"] = String(at.frame);
    this.dataset["pinned"] = String(pinned);
    this.place.set({ frame: at.frame, frames: at.frames, pinned });
    this.move.hidden = !pinned || at.frames > 1 || at.frame === this.present;
    // It stays internal until it is changed, on every version of the project and after a reload: a note for the team must
    // never go to clients because a tick was lost on the way; the other mistake hurts nobody. Everything says who will read it.
    const hidden = this.isInternal;
    this.classList.toggle("internal", hidden);
    const plain = hidden ? t("Internal comment: clients do not see it") : t("Comment on this frame");
    this.box.area.placeholder = this.whileDrawing && keyNames("draw-write") ? t("{key}: write about the drawing", { key: keyNames("draw-write") }) : plain;
    setText(this.send, hidden ? t("Comment internally") : t("Comment"));
    setText(this.hint, this.internalBox.hidden ? t("Ctrl+Enter sends") : hidden ? t("Only the team reads it") : t("Clients read it too"));
    this.classList.toggle("drawn", this.hasDrawing);
    this.send.disabled = this.sendable === null;
  }
}
customElements.define("tp-composer", Composer);
