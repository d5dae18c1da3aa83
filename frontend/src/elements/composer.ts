// Where a new comment is written. Its frame is the one on screen when typing begins, confirmed by the player, and stays
// that one whatever moves afterwards.
import type { ClockFace } from "../core/clock-face.ts";
import { rangeWith, type Annotation } from "../core/drawing.ts";
import type { FrameRange } from "../player/player.ts";
import type { Keeping } from "../state/keeping.ts";
import { h, icon, setText } from "./dom.ts";
import { ask } from "./requests.ts";

interface Draft {
  readonly text: string;
  readonly frame: number;
  readonly frames: number;
  readonly internal: boolean;
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
}

export class Composer extends HTMLElement {
  private readonly area = h("textarea", { class: "input", rows: 2, placeholder: "Comment on this frame", disabled: true, "aria-label": "Comment on this frame", maxlength: 10_000, enterkeyhint: "enter" });
  private readonly chip = h("span", { class: "tc position-chip" });
  private readonly move = h("button", { type: "button", class: "button ghost small", hidden: true, title: "Pin the comment to the frame on screen" }, "Use current frame");
  private readonly internal = h("input", { type: "checkbox", id: "composer-internal" });
  private readonly internalBox = h("label", { class: "internal-box", for: "composer-internal", title: "Clients do not see it" }, this.internal, icon("lock"), "Internal");
  private readonly hint = h("span", { class: "quiet hint" });
  private readonly send = h("button", { type: "submit", class: "button primary small send", disabled: true, title: "Ctrl+Enter" }, "Comment");
  private readonly form = h("form", { class: "composer" }, h("div", { class: "composer-head" }, this.chip, this.move, this.internalBox), this.area, h("div", { class: "composer-foot" }, this.hint, this.send));
  private face: ClockFace | null = null;
  private port: ComposerPort | null = null;
  private keeping: Keeping | null = null;
  private draftKey = "";
  private internalKey = "";
  private present = 0;
  /** Pinned when typing begins; null while the chip follows the picture. */
  private anchor: { frame: number; frames: number } | null = null;
  private settling: Promise<void> | null = null;
  private drawing: DraftDrawing | null = null;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.append(this.form);
    this.area.addEventListener("focus", () => void this.pin());
    this.area.addEventListener("blur", () => {
      if (!this.area.value.trim() && !this.hasDrawing) this.release();
    });
    this.area.addEventListener("input", () => {
      this.keep();
      this.refresh();
    });
    this.internal.addEventListener("change", () => {
      this.keeping?.write(this.internalKey, this.internal.checked || null);
      this.keep();
      this.refresh();
    });
    this.area.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit();
      } else if (event.key === "Escape") this.area.blur();
    });
    this.move.addEventListener("click", () => {
      this.anchor = null;
      void this.pin();
      this.area.focus();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  configure(options: { face: ClockFace; versionId: string; projectId: string; mayHide: boolean; keeping: Keeping; port: ComposerPort }): void {
    this.face = options.face;
    this.port = options.port;
    this.keeping = options.keeping;
    this.draftKey = `draft.${options.versionId}`;
    this.internalKey = `internal.${options.projectId}`;
    this.internalBox.hidden = !options.mayHide;
    const draft = this.keeping.read<Draft | null>(this.draftKey, null);
    const usable = draft && draft.frame < options.face.frameCount ? draft : null;
    this.area.disabled = false; // before its frames are known, there is nothing to pin a comment to
    this.area.value = usable?.text ?? "";
    this.internal.checked = options.mayHide && (usable?.internal ?? this.keeping.read(this.internalKey, false));
    this.anchor = usable ? { frame: usable.frame, frames: usable.frames } : null;
    this.refresh();
  }

  /** The frame on screen, for the chip that follows it. */
  show(frame: number): void {
    if (this.present === frame) return;
    this.present = frame;
    this.refresh();
  }

  rangeChanged(): void {
    if (this.anchor && document.activeElement === this.area) this.anchor = this.anchored(this.anchor.frame);
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
    else if (!this.area.value.trim() && document.activeElement !== this.area) this.anchor = null;
    this.keep();
    this.refresh();
  }

  private get hasDrawing(): boolean {
    return (this.drawing?.frames().length ?? 0) > 0;
  }

  write(): void {
    this.area.focus();
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
    this.keep();
    this.refresh();
  }

  private async submit(): Promise<void> {
    const text = this.area.value.trim();
    if (!text && !this.hasDrawing) return this.area.focus();
    if (!this.anchor) await this.pin();
    if (!this.anchor) return; // the player says why
    const anchor = rangeWith(this.anchor, this.drawing?.frames() ?? []);
    const annotation = this.drawing?.annotation() ?? null;
    this.area.value = "";
    this.anchor = null;
    this.drawing?.clear();
    this.keep();
    this.refresh();
    ask(this, { kind: "comment", body: { text, frame: anchor.frame, duration_frames: anchor.frames, parent_id: null, internal: !this.internalBox.hidden && this.internal.checked, ...(annotation ? { annotation } : {}) } });
    this.area.blur();
  }

  private keep(): void {
    const text = this.area.value;
    const draft: Draft | null = (text.trim() || this.hasDrawing) && this.anchor ? { text, ...this.anchor, internal: this.internal.checked } : null;
    this.keeping?.write(this.draftKey, draft);
  }

  private refresh(): void {
    const { face } = this;
    if (!face) return;
    const at = rangeWith(this.anchor ?? this.anchored(this.present), this.drawing?.frames() ?? []);
    const end = at.frames > 1 ? ` – ${face.position(at.frame + at.frames - 1)}` : "";
    setText(this.chip, `${face.position(at.frame)}${end} · ${face.short(at.frame)}`);
    this.chip.classList.toggle("pinned", this.anchor !== null);
    this.dataset["frame"] = String(at.frame);
    this.dataset["pinned"] = String(this.anchor !== null);
    this.move.hidden = this.anchor === null || this.anchor.frames > 1 || this.anchor.frame === this.present;
    // It stays internal until it is changed, on every version of the project and after a reload: a note for the team must
    // never go to clients because a tick was lost on the way; the other mistake hurts nobody. Everything says who will read it.
    const hidden = !this.internalBox.hidden && this.internal.checked;
    this.classList.toggle("internal", hidden);
    this.area.placeholder = hidden ? "Internal comment: clients do not see it" : "Comment on this frame";
    setText(this.send, hidden ? "Comment internally" : "Comment");
    setText(this.hint, this.internalBox.hidden ? "Ctrl+Enter sends" : hidden ? "Only the team reads it" : "Clients read it too");
    this.classList.toggle("drawn", this.hasDrawing);
    this.send.disabled = this.area.value.trim() === "" && !this.hasDrawing;
  }
}
customElements.define("tp-composer", Composer);
