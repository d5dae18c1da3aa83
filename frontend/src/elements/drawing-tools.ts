// The tools of the drawing mode, in a row above the timeline.
import { COLORS, WIDTHS, type BoardState, type Tool } from "../state/drawing-board.ts";
import { h, iconButton, setAttribute, signOf } from "./dom.ts";
import { ask } from "./requests.ts";

export type DrawingCommand =
  | { readonly do: "tool"; readonly tool: Tool }
  | { readonly do: "manner"; readonly color?: string; readonly width?: number }
  | { readonly do: "hide"; readonly hidden: boolean }
  | { readonly do: "undo" | "redo" | "clear" };

declare module "./requests.ts" {
  interface RequestMap {
    drawing: { readonly command: DrawingCommand };
  }
}

export const TOOLS: readonly { readonly tool: Tool; readonly name: string; readonly key: string; readonly sign: string }[] = [
  { tool: "pen", name: "Pen", key: "p", sign: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3" },
  { tool: "arrow", name: "Arrow", key: "a", sign: "M5 19L19 5M10 5h9v9" },
  { tool: "line", name: "Line", key: "l", sign: "M5 19L19 5" },
  { tool: "rect", name: "Rectangle", key: "r", sign: "M4 6h16v12H4z" },
  { tool: "ellipse", name: "Ellipse", key: "o", sign: "M12 5.5c5 0 8.5 2.8 8.5 6.5s-3.5 6.5-8.5 6.5S3.5 15.7 3.5 12 7 5.5 12 5.5z" },
  { tool: "text", name: "Text", key: "t", sign: "M5 7V5h14v2M12 5v14M9 19h6" },
  { tool: "eraser", name: "Eraser", key: "e", sign: "M9 19l-5-5L14 4l6 6-9 9zM8.5 9.5l6 6M9 19h11" },
];
const COLOR_NAMES = ["Red", "Yellow", "Green", "Blue", "White", "Black"];
const WIDTH_NAMES = ["Fine", "Medium", "Thick", "Very thick"];
const UNDO = "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 010 11h-3";
const REDO = "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 000 11h3";
const EYE = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 100-6 3 3 0 000 6z";

export class DrawingTools extends HTMLElement {
  private readonly tools = new Map<Tool, HTMLButtonElement>();
  private readonly colors = new Map<string, HTMLButtonElement>();
  private readonly widths = new Map<number, HTMLButtonElement>();
  private readonly undo = this.action(UNDO, "Undo (Ctrl+Z)", () => this.order({ do: "undo" }));
  private readonly redo = this.action(REDO, "Redo (Ctrl+Shift+Z)", () => this.order({ do: "redo" }));
  private readonly full = h("span", { class: "badge", role: "status", hidden: true }, "Full");

  connectedCallback(): void {
    if (this.firstChild) return;
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", "Drawing");
    for (const { tool, name, key, sign } of TOOLS) this.tools.set(tool, this.action(sign, `${name} (${key.toUpperCase()})`, () => this.order({ do: "tool", tool })));
    COLORS.forEach((color, i) => {
      const button = h("button", { type: "button", class: "swatch", "aria-label": COLOR_NAMES[i], title: `${COLOR_NAMES[i]} (${i + 1})`, onclick: () => this.order({ do: "manner", color }) });
      button.style.setProperty("--swatch", color);
      this.colors.set(color, button);
    });
    WIDTHS.forEach((width, i) => {
      const button = h("button", { type: "button", class: "stroke-width", "aria-label": `${WIDTH_NAMES[i]} line`, title: `${WIDTH_NAMES[i]} ([ and ])`, onclick: () => this.order({ do: "manner", width }) });
      button.style.setProperty("--dot", `${4 + 4 * i}px`);
      this.widths.set(width, button);
    });
    const peek = this.action(EYE, "Hold to see the bare picture (H)", () => undefined);
    const hide = (hidden: boolean) => (): void => this.order({ do: "hide", hidden });
    peek.addEventListener("pointerdown", hide(true));
    for (const type of ["pointerup", "pointerleave", "pointercancel", "blur"]) peek.addEventListener(type, hide(false));
    peek.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") hide(true)();
    });
    peek.addEventListener("keyup", hide(false));
    this.append(
      h("div", { class: "tool-group", role: "group", "aria-label": "Tool" }, [...this.tools.values()]),
      h("div", { class: "tool-group", role: "group", "aria-label": "Colour" }, [...this.colors.values()]),
      h("div", { class: "tool-group", role: "group", "aria-label": "Width" }, [...this.widths.values()]),
      h("div", { class: "tool-group" }, this.undo, this.redo, peek, iconButton("trash", "Clear this frame", () => this.order({ do: "clear" })), this.full),
      h("button", { type: "button", class: "button small drawing-done", title: "Stop drawing (Esc)", onclick: () => ask(this, { kind: "draw", on: false }) }, "Done"),
    );
  }

  show(state: BoardState): void {
    this.hidden = !state.active;
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

  private action(sign: string, label: string, onclick: () => void): HTMLButtonElement {
    return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick }, signOf(sign));
  }
}
customElements.define("tp-drawing-tools", DrawingTools);
