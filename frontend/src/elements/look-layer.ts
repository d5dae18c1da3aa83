// What lies on the picture while it is looked at closely: the filtered picture, masks and safe areas, a checkerboard
// behind it.
import type { Size } from "../core/drawing.ts";
import { ACTION_SAFE, maskArea, safeArea, TITLE_SAFE, type Box } from "../core/guides.ts";
import type { LookState } from "../state/looking.ts";
import { h, setAttribute } from "./dom.ts";
import { svgElement } from "./drawing-paint.ts";
import { filterPainter, type FilterPainter, type Source } from "./filter-canvas.ts";

/** Filters are painted no larger than this; a stage shows no more. */
const WIDEST = 1920;

export class LookLayer extends HTMLElement {
  readonly filtered = h("canvas", { class: "look-picture", hidden: true, "aria-hidden": "true" });
  /** The source's own picture with what is transparent in it, in place of a copy's. */
  readonly source = h("canvas", { class: "look-picture", hidden: true, "aria-hidden": "true" });
  readonly checker = svgElement("svg", { class: "look-checker", preserveAspectRatio: "xMidYMid meet", "aria-hidden": "true" });
  private readonly svg = svgElement("svg", { preserveAspectRatio: "xMidYMid meet", "aria-hidden": "true" });
  private painter: FilterPainter | null = null;
  private shown = "";

  connectedCallback(): void {
    if (!this.svg.parentNode) this.append(this.source, this.filtered, this.svg as unknown as Node);
  }

  /** Paint the picture through the filter again: it has changed. */
  paint(source: Source, picture: Size, state: LookState): void {
    this.filtered.hidden = state.filter === "picture";
    if (state.filter === "picture") return;
    this.painter ??= filterPainter(this.filtered);
    this.dataset["painter"] = this.painter.kind;
    const scale = Math.min(1, WIDEST / picture.width);
    this.painter.paint(source, Math.round(picture.width * scale), Math.round(picture.height * scale), state.filter);
  }

  guides(picture: Size, state: LookState): void {
    setAttribute(this.checker, "hidden", !state.checker);
    const key = JSON.stringify([picture, state.safe, state.mask]);
    if (key === this.shown) return;
    this.shown = key;
    const { width, height } = picture;
    setAttribute(this.svg, "viewBox", `0 0 ${width} ${height}`);
    setAttribute(this.checker, "viewBox", `0 0 ${width} ${height}`);
    this.checker.replaceChildren(checkerboard(picture));
    const line = Math.max(1, Math.min(width, height) / 540);
    const parts: SVGElement[] = [];
    const rest = state.mask ? maskArea(picture, state.mask.num, state.mask.den) : { x: 0, y: 0, width, height };
    if (state.mask) {
      parts.push(svgElement("path", { d: `M0 0H${width}V${height}H0Z${outline(rest)}`, "fill-rule": "evenodd", fill: "#000", "fill-opacity": 0.75 }));
      parts.push(svgElement("path", { d: outline(rest), fill: "none", stroke: "#fff", "stroke-opacity": 0.6, "stroke-width": line }));
    }
    if (state.safe) {
      for (const [part, dash] of [[ACTION_SAFE, ""], [TITLE_SAFE, `${6 * line} ${4 * line}`]] as const) {
        const box = safeArea(rest, part);
        const d = outline({ ...box, x: box.x + rest.x, y: box.y + rest.y });
        for (const [stroke, thick] of [["#000", 2.2 * line], ["#fff", line]] as const) parts.push(svgElement("path", { d, fill: "none", stroke, "stroke-opacity": 0.75, "stroke-width": thick, ...(dash && stroke === "#fff" ? { "stroke-dasharray": dash } : {}) }));
      }
      const [x, y, arm] = [rest.x + rest.width / 2, rest.y + rest.height / 2, rest.height / 40];
      parts.push(svgElement("path", { d: `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`, stroke: "#fff", "stroke-opacity": 0.75, "stroke-width": line }));
    }
    this.svg.replaceChildren(...parts);
  }
}
customElements.define("tp-look", LookLayer);

/** Squares of a thirtieth of the picture's shorter side, as one path on one rectangle. */
function checkerboard({ width, height }: Size): SVGElement {
  const side = Math.max(4, Math.round(Math.min(width, height) / 30));
  const squares: string[] = [];
  for (let y = 0, row = 0; y < height; y += side, row += 1) {
    for (let x = row % 2 === 0 ? 0 : side; x < width; x += 2 * side) squares.push(`M${x} ${y}h${Math.min(side, width - x)}v${Math.min(side, height - y)}H${x}Z`);
  }
  const group = svgElement("g", {});
  group.append(svgElement("rect", { width, height, fill: "#888" }), svgElement("path", { d: squares.join(""), fill: "#bbb" }));
  return group;
}

const outline = ({ x, y, width, height }: Box): string => `M${x} ${y}h${width}v${height}h${-width}Z`;
