// A measurement drawn: a curve, points, or a histogram. An image to screen readers, named by its title and range.
import { numberText, pathThrough, place, scaleOf } from "../core/plot.ts";
import type { Evidence } from "../state/sync-report.ts";
import { n } from "../language/translate.ts";
import { h } from "./dom.ts";

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 64;
const RIGHT = 12;
const TOP = 22;
const BOTTOM = 42;
const LEAST = 0.1; // of what is drawn upwards: milliseconds, frames, shares
const SVG = "http://www.w3.org/2000/svg";

function draw(tag: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? value.toFixed(1) : value);
  if (text) element.textContent = text;
  return element;
}

export function evidencePlot(evidence: Evidence): HTMLElement {
  const { kind, title, x, y, marks } = evidence;
  const bars = kind === "histogram";
  const step = bars && x.length > 1 ? Math.min(...x.slice(1).map((value, i) => value - (x[i] ?? 0)).filter((gap) => gap > 0)) : 1;
  const across = scaleOf([...x, ...(bars && x.length > 0 ? [Math.max(...x) + step] : []), ...marks.map(([at]) => at)], 6);
  const up = scaleOf(y, 4, true, bars ? 0 : LEAST);
  const wide = WIDTH - LEFT - RIGHT;
  const high = HEIGHT - TOP - BOTTOM;
  const px = (value: number): number => LEFT + place(value, across, wide);
  const py = (value: number): number => TOP + high - place(value, up, high);
  const spoken = `${title}. ${n("{y} from {lowest} to {highest} over {x}, {count} value. | {y} from {lowest} to {highest} over {x}, {count} values.", x.length, { y: evidence.y_label, lowest: numberText(Math.min(...y)), highest: numberText(Math.max(...y)), x: evidence.x_label })}`;
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", role: "img", "aria-label": spoken });
  for (const tick of up.ticks) {
    svg.append(draw("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: py(tick), y2: py(tick), class: tick === 0 ? "plot-zero" : "plot-grid" }));
    svg.append(draw("text", { x: LEFT - 8, y: py(tick) + 4, "text-anchor": "end" }, numberText(tick)));
  }
  for (const tick of across.ticks) svg.append(draw("text", { x: px(tick), y: HEIGHT - BOTTOM + 17, "text-anchor": px(tick) > WIDTH - RIGHT - 16 ? "end" : "middle" }, numberText(tick)));
  if (bars) {
    x.forEach((value, i) => {
      const count = y[i] ?? 0;
      svg.append(draw("rect", { x: px(value), y: py(count), width: Math.max(2, px(value + step) - px(value) - 1), height: Math.max(count > 0 ? 1.5 : 0, py(0) - py(count)), class: "plot-bar" }));
    });
  } else {
    const points = x.map((value, i) => [px(value), py(y[i] ?? NaN)] as const);
    if (kind === "line") svg.append(draw("path", { d: pathThrough(points), class: "plot-line" }));
    else for (const [cx, cy] of points) svg.append(draw("circle", { cx, cy, r: 2.5, class: "plot-point" }));
  }
  for (const [at, label] of marks) {
    svg.append(draw("line", { x1: px(at), x2: px(at), y1: TOP, y2: TOP + high, class: "plot-mark" }));
    svg.append(draw("text", { x: px(at), y: TOP - 7, "text-anchor": px(at) > WIDTH * 0.75 ? "end" : px(at) < WIDTH * 0.2 ? "start" : "middle", class: "plot-mark-text" }, label));
  }
  svg.append(draw("text", { x: LEFT + wide / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "plot-axis" }, evidence.x_label));
  return h("figure", { class: "plot-figure" }, h("figcaption", null, h("strong", null, title), h("span", { class: "quiet" }, evidence.y_label)), svg);
}
