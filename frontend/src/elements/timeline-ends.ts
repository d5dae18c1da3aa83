// Two ends of a range that can be dragged, and moved by the arrow keys: those of in and out, those of a comment.
import type { ClockFace } from "../core/clock-face.ts";
import type { FrameRange } from "../player/player.ts";
import { h, setAttribute } from "./dom.ts";
import { pageStep } from "./slider-keys.ts";

export interface EndsHost {
  readonly face: ClockFace | null;
  /** Where the left edge of a frame lies, from the left of the lanes. */
  xOf(edge: number): number;
  /** The edge between two frames nearest to a place on the page. */
  edgeAt(clientX: number): number;
  readonly width: number;
}

export interface EndsEvents {
  /** While it moves; `at`: the frame at the end that is moved. */
  moving(range: FrameRange, at: number): void;
  /** `changed`: whether it is another one than before. */
  moved(range: FrameRange, changed: boolean): void;
}

const same = (a: FrameRange, b: FrameRange): boolean => a.first === b.first && a.last === b.last;

type End = "first" | "last";

export class RangeEnds {
  readonly nodes: readonly HTMLElement[];
  private readonly first: HTMLElement;
  private readonly last: HTMLElement;
  private range: FrameRange | null = null;
  /** What was there when a drag began, and how far the pointer is from the edge. */
  private drag: { readonly end: End; readonly offset: number; readonly before: FrameRange } | null = null;
  /** Where somebody was writing when a drag began: they go on there. */
  private writing: HTMLTextAreaElement | null = null;
  /** What was there when keys began to move it. */
  private keyed: FrameRange | null = null;

  constructor(
    private readonly host: EndsHost,
    kind: string,
    names: readonly [string, string],
    private readonly events: EndsEvents,
  ) {
    const make = (end: End, name: string): HTMLElement => {
      const node = h("div", { class: `range-end ${kind} ${end}`, role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 0, hidden: true });
      node.addEventListener("pointerdown", (event) => this.press(event, end, node));
      node.addEventListener("pointermove", (event) => this.move(event));
      node.addEventListener("pointerup", () => this.letGo(true));
      node.addEventListener("pointercancel", () => this.letGo(false));
      node.addEventListener("keydown", (event) => this.key(event, end));
      node.addEventListener("keyup", () => this.commitKeys());
      node.addEventListener("blur", () => this.commitKeys());
      return node;
    };
    this.first = make("first", names[0]);
    this.last = make("last", names[1]);
    this.nodes = [this.first, this.last];
  }

  get dragging(): boolean {
    return this.drag !== null;
  }

  /** Lay the ends over the lanes, between `top` and `top + height`; null hides them. */
  show(range: FrameRange | null, top: number, height: number): void {
    if (!this.drag && !this.keyed) this.range = range;
    const { host } = this;
    const now = this.range;
    for (const [node, end] of [[this.first, "first"], [this.last, "last"]] as const) {
      if (!now || !host.face) {
        node.hidden = true;
        continue;
      }
      const x = host.xOf(end === "first" ? now.first : now.last + 1);
      node.hidden = x < -2 || x > host.width + 2;
      node.style.setProperty("transform", `translate(${x}px, ${top}px)`);
      node.style.setProperty("height", `${height}px`);
      setAttribute(node, "aria-valuemax", host.face.frameCount - 1);
      setAttribute(node, "aria-valuenow", now[end]);
      setAttribute(node, "aria-valuetext", `${host.face.position(now[end])}, ${host.face.beside(now[end])}`);
    }
  }

  private press(event: PointerEvent, end: End, node: HTMLElement): void {
    if (event.button !== 0 || !this.range) return;
    event.stopPropagation();
    event.preventDefault();
    this.writing = document.activeElement?.localName === "textarea" ? (document.activeElement as HTMLTextAreaElement) : null;
    node.focus({ preventScroll: true });
    node.setPointerCapture(event.pointerId);
    const edge = end === "first" ? this.range.first : this.range.last + 1;
    const box = node.getBoundingClientRect();
    this.drag = { end, offset: event.clientX - (box.left + box.right) / 2, before: this.range };
    this.events.moving(this.range, Math.min(edge, this.range.last));
  }

  private move(event: PointerEvent): void {
    if (!this.drag) return;
    event.stopPropagation();
    this.set(this.drag.end, this.host.edgeAt(event.clientX - this.drag.offset));
  }

  private set(end: End, edge: number): void {
    const { range, host } = this;
    if (!range || !host.face) return;
    const next: FrameRange =
      end === "first"
        ? { first: Math.max(0, Math.min(edge, range.last)), last: range.last }
        : { first: range.first, last: Math.min(host.face.frameCount - 1, Math.max(edge - 1, range.first)) };
    this.range = next;
    this.events.moving(next, next[end]);
  }

  private letGo(keep: boolean): void {
    const { drag, range } = this;
    if (!drag || !range) return;
    this.drag = null;
    if (!keep) this.range = drag.before;
    this.writing?.focus({ preventScroll: true }); // first: what is moved may be the frames of what is written
    this.events.moved(keep ? range : drag.before, keep && !same(range, drag.before));
  }

  private key(event: KeyboardEvent, end: End): void {
    const { range, host } = this;
    if (!range || !host.face || event.ctrlKey || event.altKey || event.metaKey) return;
    const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const step = direction * (event.shiftKey ? 10 : 1) || pageStep(event, host.face.rate);
    if (step === 0) return;
    event.preventDefault();
    this.keyed ??= range;
    this.set(end, (end === "first" ? range.first : range.last + 1) + step);
  }

  private commitKeys(): void {
    const { keyed, range } = this;
    if (!keyed || !range) return;
    this.keyed = null;
    this.events.moved(range, !same(range, keyed));
  }
}
