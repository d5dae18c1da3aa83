// The drawings on the picture, and the surface to draw on: pen, finger or mouse become strokes on the board.
import { turnDown, type Shape, type Size, type Turn } from "../core/drawing.ts";
import { t } from "../language/translate.ts";
import { LETTERS, type BoardState, type DrawingBoard } from "../state/drawing-board.ts";
import { h } from "./dom.ts";
import { PaintedShapes, paintedShape, svgElement } from "./drawing-paint.ts";

export interface DrawingPort {
  /** A place on the screen as part (0 … 1) of the upright picture. May lie outside. */
  place(clientX: number, clientY: number): readonly [number, number];
  /** CSS pixels per 1/65535 of the picture's shorter side. */
  unit(): number;
  /** The frame that is on screen for certain; null while the player is on its way. */
  frame(): number | null;
  /** Pause and settle, so that the next stroke has a frame. */
  settle(): void;
}

export class DrawingLayer extends HTMLElement {
  private readonly kept = svgElement("g");
  private readonly live = svgElement("g");
  private readonly svg = svgElement("svg", { preserveAspectRatio: "xMidYMid meet", "aria-hidden": "true" });
  private size: Size = { width: 16, height: 9 };
  private shapes: readonly Shape[] = [];
  private readonly painted = new PaintedShapes();
  private pointer: number | null = null;
  private writing: HTMLTextAreaElement | null = null;
  private board: DrawingBoard | null = null;
  private port: DrawingPort | null = null;

  connectedCallback(): void {
    if (this.svg.parentNode) return;
    this.svg.append(this.kept, this.live);
    this.append(this.svg as unknown as Node);
    this.addEventListener("pointerdown", (event) => this.down(event));
    this.addEventListener("pointermove", (event) => this.move(event));
    this.addEventListener("pointerup", (event) => this.up(event));
    this.addEventListener("pointercancel", (event) => {
      if (event.pointerId === this.pointer) this.drop();
    });
    window.addEventListener("pagehide", () => this.endWriting(true)); // a text that is being written is part of the draft
    this.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  connect(board: DrawingBoard, port: DrawingPort): void {
    this.board = board;
    this.port = port;
    board.store.watch((state, before) => this.follow(state, before));
  }

  /** Show `shapes` on a picture of `size` pixels. */
  show(shapes: readonly Shape[], size: Size): void {
    if (shapes === this.shapes && size.width === this.size.width && size.height === this.size.height) return;
    this.shapes = shapes;
    this.size = size;
    this.svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.kept.replaceChildren(...shapes.map((shape) => this.painted.of(shape, size)));
    this.dataset["shapes"] = String(shapes.length);
  }

  private follow(state: BoardState, before: BoardState): void {
    this.classList.toggle("active", state.active);
    this.classList.toggle("away", state.hidden);
    this.dataset["tool"] = state.tool;
    if (state.live !== before.live) this.live.replaceChildren(...(state.live ? [paintedShape(state.live, this.size)] : []));
    if (!state.active || state.tool !== "text") this.endWriting(true);
  }

  private down(event: PointerEvent): void {
    const { board, port } = this;
    if (!board?.state.active || !port || event.button !== 0 || event.target === this.writing) return;
    if (this.pointer !== null) {
      this.drop(); // a second finger: that was no stroke
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // no click on the picture, no swipe
    const frame = port.frame();
    if (frame === null) {
      port.settle();
      return;
    }
    const [x, y] = port.place(event.clientX, event.clientY);
    if (board.state.tool === "text") {
      if (this.writing) this.endWriting(true);
      else this.write(frame, x, y);
      return;
    }
    this.pointer = event.pointerId;
    this.setPointerCapture(event.pointerId);
    board.begin(frame, x, y, pressureOf(event));
  }

  private move(event: PointerEvent): void {
    const { board, port } = this;
    if (event.pointerId !== this.pointer || !board || !port) return;
    // A fast pen moves several times between two pictures of the screen.
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length > 0 ? steps : [event]) board.extend(...port.place(step.clientX, step.clientY), pressureOf(step), event.shiftKey);
  }

  private up(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.board?.finish();
  }

  private drop(): void {
    this.pointer = null;
    this.board?.cancel();
  }

  // --- texts ------------------------------------------------------------------------------------------------------------

  private write(frame: number, x: number, y: number): void {
    const { board, port } = this;
    if (!board || !port) return;
    const area = h("textarea", { class: "drawing-text", rows: 1, "aria-label": t("Text on the picture. Enter puts it there, Shift+Enter breaks the line"), maxlength: 500, spellcheck: "false" });
    const { color, width } = board.state;
    const pixels = Math.max(12, width * LETTERS * port.unit());
    const box = this.getBoundingClientRect();
    const [left, top] = this.onScreen(x, y);
    for (const [name, value] of Object.entries({ "font-size": `${pixels}px`, color, left: `${left - box.left}px`, top: `${top - box.top}px`, "caret-color": color })) area.style.setProperty(name, value);
    area.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.endWriting(false);
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.endWriting(true);
      }
    });
    area.addEventListener("blur", () => this.endWriting(true));
    Object.assign(area.dataset, { frame: String(frame), x: String(x), y: String(y), turn: String(this.turnNow()) });
    this.writing = area;
    this.append(area);
    area.focus();
  }

  private endWriting(keep: boolean): void {
    const area = this.writing;
    if (!area) return;
    this.writing = null; // first: removing it blurs it
    const { frame, x, y, turn } = area.dataset;
    if (keep) this.board?.write(Number(frame), Number(x), Number(y), area.value, Number(turn) as Turn | 0);
    area.remove();
  }

  /** How letters are to be turned on the picture to stand upright on the screen, however that shows it. */
  private turnNow(): Turn | 0 {
    const [[ax, ay], [bx, by]] = [this.port?.place(0, 0) ?? [0, 0], this.port?.place(0, 1000) ?? [0, 1]];
    return turnDown((bx - ax) * this.size.width, (by - ay) * this.size.height);
  }

  /** Where a part of the picture is on the screen: the opposite of the port's place(), found from three of its answers. */
  private onScreen(x: number, y: number): [number, number] {
    const { port } = this;
    if (!port) return [0, 0];
    const [ox, oy] = port.place(0, 0);
    const [ax, ay] = port.place(1000, 0);
    const [bx, by] = port.place(0, 1000);
    const [a, b, c, d] = [(ax - ox) / 1000, (ay - oy) / 1000, (bx - ox) / 1000, (by - oy) / 1000];
    const det = a * d - b * c;
    return [(d * (x - ox) - c * (y - oy)) / det, (a * (y - oy) - b * (x - ox)) / det];
  }
}
customElements.define("tp-drawing", DrawingLayer);

/** Of a pen only: a mouse always says 0.5, a finger what its size suggests. */
function pressureOf(event: PointerEvent): number | null {
  return event.pointerType === "pen" ? event.pressure : null;
}
