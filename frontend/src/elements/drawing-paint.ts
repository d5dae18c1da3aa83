// Paints the shapes of a drawing as SVG. Its viewBox is the picture's size in pixels, so that it lies on the picture as the
// video does, at any size, and sharp at any zoom.
import type { Shape, Size } from "../core/drawing.ts";
import { marksOf, type Mark } from "../core/drawing-marks.ts";

const SVG = "http://www.w3.org/2000/svg";

export function svgElement(name: string, attributes: Readonly<Record<string, string | number>> = {}): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

export function paintedShape(shape: Shape, size: Size): SVGElement {
  const group = svgElement("g", { "data-tool": shape.tool });
  group.append(...marksOf(shape, size).map(painted));
  return group;
}

/** Shapes as they were painted, so that a drawing that comes by again while playing costs nothing: the outline of a stroke is
 *  computed point by point. Each shape is shown in one place only. */
export class PaintedShapes {
  private readonly nodes = new Map<Shape, SVGElement>(); // in order of use, the oldest first
  private size: Size = { width: 0, height: 0 };

  constructor(private readonly most = 600) {}

  of(shape: Shape, size: Size): SVGElement {
    if (size.width !== this.size.width || size.height !== this.size.height) this.nodes.clear();
    this.size = size;
    const node = this.nodes.get(shape) ?? paintedShape(shape, size);
    this.nodes.delete(shape);
    this.nodes.set(shape, node);
    for (const oldest of this.nodes.keys()) {
      if (this.nodes.size <= this.most) break;
      this.nodes.delete(oldest);
    }
    return node;
  }
}

function painted(mark: Mark): SVGElement {
  if (mark.kind === "line") return svgElement("path", { d: mark.d, fill: "none", stroke: mark.color, "stroke-width": mark.width, "stroke-linecap": "round", "stroke-linejoin": "round" });
  if (mark.kind === "area") return svgElement("path", { d: mark.d, fill: mark.color });
  const text = svgElement("text", { "font-family": "system-ui, sans-serif", "font-weight": 700, "font-size": mark.size, fill: mark.color, stroke: mark.edge, "stroke-width": mark.size / 10, "stroke-linejoin": "round", "paint-order": "stroke" });
  text.setAttribute("xml:space", "preserve");
  if (mark.transform) text.setAttribute("transform", mark.transform);
  for (const line of mark.lines) {
    const span = svgElement("tspan", { x: line.x, y: line.y });
    span.textContent = line.text;
    text.append(span);
  }
  return text;
}
