// What a live session lays on the picture: the pointer of who leads, and what they are drawing. Over it one's own hand, while one
// points.
import type { Shape, Size } from "../core/drawing.ts";
import { partOf, type Pointed } from "../state/pointing.ts";
import { h, setAttribute, setText } from "./dom.ts";
import { paintedShape, svgElement } from "./drawing-paint.ts";
import type { PlayerView } from "./player-view.ts";
import { ask } from "./requests.ts";

export interface Hand {
  /** Parts of the upright picture; outside of it less than 0 or more than 1. */
  move(x: number, y: number): void;
  leave(): void;
}

/** A pointer that does not move is in the way of what it points at. */
const STILL_MS = 2_500;

export class SessionLayer extends HTMLElement {
  private readonly strokes = svgElement("g");
  private readonly svg = svgElement("svg", { preserveAspectRatio: "xMidYMid meet", "aria-hidden": "true" });
  private readonly name = h("span", { class: "session-pointer-name" });
  private readonly mark = h("div", { class: "session-pointer", hidden: true, "aria-hidden": "true" }, h("i"), this.name);
  private at: Pointed | null = null;
  private fading = 0;
  private touched = false;

  constructor(
    private readonly view: PlayerView,
    private readonly hand: Hand,
  ) {
    super();
    this.svg.append(this.strokes);
    this.append(this.svg as unknown as Node, this.mark);
    for (const name of ["look", "room"]) view.addEventListener(name, () => this.put());
    new ResizeObserver(() => this.put()).observe(view);
    view.video.addEventListener("resize", () => this.put());
    this.addEventListener("pointerdown", (event) => this.pointed(event));
    this.addEventListener("pointermove", (event) => this.pointed(event));
    this.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.hand.leave();
    });
    // The picture beneath hears no clicks while one points: what a mouse asks for there is asked for here.
    this.addEventListener("click", () => {
      if (!this.touched) ask(view, { kind: "toggle" });
    });
    this.addEventListener("dblclick", () => {
      if (!this.touched) ask(view, { kind: "fullscreen" });
    });
  }

  /** Whether this page's mouse or finger points. */
  setActive(active: boolean): void {
    this.classList.toggle("active", active);
  }

  /** Where the pointer is, and whose; null: there is none. It fades by itself unless it is told again. */
  point(at: Pointed | null, name: string, own: boolean): void {
    window.clearTimeout(this.fading);
    const came = at !== null && (this.at === null || this.mark.classList.contains("still"));
    this.at = at;
    this.mark.hidden = at === null;
    this.mark.classList.toggle("own", own);
    this.mark.classList.remove("still");
    // It glides while it moves, and does not come flying from where it was shown last.
    this.mark.classList.toggle("arriving", came || own);
    setText(this.name, name);
    setAttribute(this, "data-pointer", at && `${at.x},${at.y}`);
    this.put();
    if (at) this.fading = window.setTimeout(() => this.mark.classList.add("still"), STILL_MS);
  }

  sketch(shapes: readonly Shape[], size: Size): void {
    this.svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.strokes.replaceChildren(...shapes.map((shape) => paintedShape(shape, size)));
    this.dataset["shapes"] = String(shapes.length);
  }

  private put(): void {
    if (!this.at) return;
    const [x, y] = this.view.onStage(partOf(this.at.x), partOf(this.at.y));
    this.mark.style.setProperty("transform", `translate(${x}px, ${y}px)`);
    this.mark.classList.toggle("leftwards", x > this.view.clientWidth / 2);
  }

  private pointed(event: PointerEvent): void {
    this.touched = event.pointerType === "touch";
    if (this.touched) event.stopPropagation(); // no swipe, no pinch
    this.hand.move(...this.view.place(event.clientX, event.clientY));
  }
}
customElements.define("tp-session-layer", SessionLayer);
