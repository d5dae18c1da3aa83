// The comments of the timeline for the keyboard and for screen readers: a list of which only the present one exists.
import type { ClockFace } from "../core/clock-face.ts";
import type { Mark } from "../core/timeline-lanes.ts";
import { n, t } from "../language/translate.ts";
import { h, setAttribute, setText } from "./dom.ts";

export interface WalkEvents {
  /** The keyboard stands on this comment; null: it left. */
  focused(mark: Mark | null): void;
  open(mark: Mark): void;
}

const OPTION_ID = "timeline-comment";

export class CommentWalk {
  readonly node: HTMLElement;
  private readonly option = h("div", { role: "option", id: OPTION_ID, "aria-selected": "true" });
  private marks: readonly Mark[] = [];
  private present: string | null = null;
  private face: ClockFace | null = null;

  constructor(private readonly events: WalkEvents) {
    this.node = h("div", { class: "comment-walk", role: "listbox", tabindex: 0, "aria-orientation": "horizontal", "aria-label": t("Comments on the timeline"), hidden: true }, this.option);
    this.node.addEventListener("focus", () => this.goTo(this.index));
    this.node.addEventListener("blur", () => events.focused(null));
    this.node.addEventListener("keydown", (event) => this.key(event));
  }

  /** `marks` in order of frames. */
  show(marks: readonly Mark[], face: ClockFace | null): void {
    this.marks = marks;
    this.face = face;
    this.node.hidden = marks.length === 0 || face === null;
    setAttribute(this.node, "aria-label", n("{count} comment on the timeline. Enter opens it | {count} comments on the timeline. Left and right arrow go through them, Enter opens one", marks.length));
    this.tell();
  }

  private get index(): number {
    const at = this.marks.findIndex((mark) => mark.id === this.present);
    if (at >= 0) return at;
    return Math.max(0, this.marks.findIndex((mark) => mark.selected));
  }

  private goTo(index: number): void {
    const mark = this.marks[Math.min(this.marks.length - 1, Math.max(0, index))];
    if (!mark) return;
    this.present = mark.id;
    this.tell();
    this.events.focused(mark);
  }

  private tell(): void {
    const { index, face } = this;
    const mark = this.marks[index];
    if (!mark || !face) return;
    const range = mark.frames > 1 ? ` – ${face.position(mark.frame + mark.frames - 1)}` : "";
    setText(this.option, `${mark.author}, ${face.position(mark.frame)}${range}: ${mark.text.slice(0, 200)}${mark.done ? `. ${t("Done")}` : ""}`);
    setAttribute(this.option, "aria-posinset", index + 1);
    setAttribute(this.option, "aria-setsize", this.marks.length);
    setAttribute(this.node, "aria-activedescendant", OPTION_ID);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { index } = this;
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: this.marks.length - 1 }[event.key];
    if (to !== undefined) this.goTo(to);
    else if (event.key === "Enter" || event.key === " ") {
      const mark = this.marks[index];
      if (mark) this.events.open(mark);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
