// The tools of the drawing mode, in a row above the timeline.
import { t } from "../language/translate.ts";
import { COLORS, WIDTHS, type BoardState, type Tool } from "../state/drawing-board.ts";
import { h, iconButton, setAttribute, signOf } from "./dom.ts";
import type { KeyAction } from "../core/key-actions.ts";
import { hinted } from "./key-hints.ts";
import { ask } from "./requests.ts";

export type DrawingCommand =
  | { readonly do: "tool"; readonly tool: Tool }
  | { readonly do: "manner"; readonly color?: string; readonly width?: number }
  | { readonly do: "hide"; readonly hidden: boolean }
  | { readonly do: "undo" | "redo" | "clear" | "give-up" };

declare module "./requests.ts" {
  interface RequestMap {
    drawing: { readonly command: DrawingCommand };
  }
}

export const TOOLS: readonly { readonly tool: Tool; readonly name: string; readonly sign: string }[] = [
  { tool: "pen", name: t("Pen"), sign: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3" },
  { tool: "arrow", name: t("Arrow"), sign: "M5 19L19 5M10 5h9v9" },
  { tool: "line", name: t("Line"), sign: "M5 19L19 5" },
  { tool: "rect", name: t("Rectangle"), sign: "M4 6h16v12H4z" },
  { tool: "ellipse", name: t("Ellipse"), sign: "M12 5.5c5 0 8.5 2.8 8.5 6.5s-3.5 6.5-8.5 6.5S3.5 15.7 3.5 12 7 5.5 12 5.5z" },
  { tool: "text", name: t("Text"), sign: "M5 7V5h14v2M12 5v14M9 19h6" },
  { tool: "eraser", name: t("Eraser"), sign: "M9 19l-5-5L14 4l6 6-9 9zM8.5 9.5l6 6M9 19h11" },
];
const COLOR_NAMES = [t("Red"), t("Yellow"), t("Green"), t("Blue"), t("White"), t("Black")];
/** The keys of the colours, in their order. */
export const COLOR_ACTIONS: readonly KeyAction[] = ["draw-red", "draw-yellow", "draw-green", "draw-blue", "draw-white", "draw-black"];
const WIDTH_NAMES = [t("Fine line"), t("Medium line"), t("Thick line"), t("Very thick line")];
const UNDO = "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 010 11h-3";
const REDO = "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 000 11h3";
const EYE = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 100-6 3 3 0 000 6z";

export class DrawingTools extends HTMLElement {
  private readonly tools = new Map<Tool, HTMLButtonElement>();
  private readonly colors = new Map<string, HTMLButtonElement>();
  private readonly widths = new Map<number, HTMLButtonElement>();
  private readonly undo = this.action(UNDO, t("Undo"), () => this.order({ do: "undo" }), "draw-undo");
  private readonly redo = this.action(REDO, t("Redo"), () => this.order({ do: "redo" }), "draw-redo");
  private readonly giveUp = h("button", { type: "button", class: "button ghost small", hidden: true, onclick: () => this.order({ do: "give-up" }) }, t("Cancel"));
  private readonly of = h("span", { class: "quiet drawing-of", hidden: true }, t("Drawing of a sent comment"));
  private readonly full = h("span", { class: "badge", role: "status", hidden: true }, t("Full"));

  connectedCallback(): void {
    if (this.firstChild) return;
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", t("Drawing"));
    for (const { tool, name, sign } of TOOLS) this.tools.set(tool, this.action(sign, name, () => this.order({ do: "tool", tool }), `draw-${tool}`));
    COLORS.forEach((color, i) => {
      const name = COLOR_NAMES[i] ?? color;
      const button = hinted(h("button", { type: "button", class: "swatch", "aria-label": name, onclick: () => this.order({ do: "manner", color }) }), name, COLOR_ACTIONS[i] ?? "draw-red");
      button.style.setProperty("--swatch", color);
      this.colors.set(color, button);
    });
    WIDTHS.forEach((width, i) => {
      const button = hinted(h("button", { type: "button", class: "stroke-width", "aria-label": WIDTH_NAMES[i], onclick: () => this.order({ do: "manner", width }) }), WIDTH_NAMES[i] ?? "", "draw-thinner", "draw-thicker");
      button.style.setProperty("--dot", `${4 + 4 * i}px`);
      this.widths.set(width, button);
    });
    const peek = this.action(EYE, t("Hold to see the bare picture"), () => undefined, "draw-peek");
    const hide = (hidden: boolean) => (): void => this.order({ do: "hide", hidden });
    peek.addEventListener("pointerdown", hide(true));
    for (const type of ["pointerup", "pointerleave", "pointercancel", "blur"]) peek.addEventListener(type, hide(false));
    peek.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") hide(true)();
    });
    peek.addEventListener("keyup", hide(false));
    this.append(
      h("div", { class: "tool-group", role: "group", "aria-label": t("Tool") }, [...this.tools.values()]),
      h("div", { class: "tool-group", role: "group", "aria-label": t("Colour") }, [...this.colors.values()]),
      h("div", { class: "tool-group", role: "group", "aria-label": t("Width") }, [...this.widths.values()]),
      h("div", { class: "tool-group" }, this.undo, this.redo, peek, iconButton("trash", t("Clear this frame"), () => this.order({ do: "clear" })), this.full),
      this.of,
      this.giveUp,
      hinted(h("button", { type: "button", class: "button small drawing-done", onclick: () => ask(this, { kind: "draw", on: false }) }, t("Done // finished with this")), t("Stop drawing"), "draw-stop"),
    );
  }

  /** `sent`: the drawing is one of a comment that was sent. */
  show(state: BoardState, sent: boolean): void {
    this.hidden = !state.active;
    this.of.hidden = this.giveUp.hidden = !sent;
    for (const [tool, button] of this.tools) setAttribute(button, "aria-pressed", String(tool === state.tool));
    for (const [color, button] of this.colors) setAttribute(button, "aria-pressed", String(color === state.color));
    for (const [width, button] of this.widths) setAttribute(button, "aria-pressed", String(width === state.width));
    this.undo.disabled = !state.canUndo;
    this.redo.disabled = !state.canRedo;
    this.full.hidden = !state.full;
  }

  private order(command: DrawingCommand): void {
    ask(this, { kind: "drawing", command });
  }

  private action(sign: string, label: string, onclick: () => void, ...keys: KeyAction[]): HTMLButtonElement {
    return hinted(h("button", { type: "button", class: "icon-button", "aria-label": label, onclick }, signOf(sign)), label, ...keys);
  }
}
customElements.define("tp-drawing-tools", DrawingTools);
