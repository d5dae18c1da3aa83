// The bar below the lanes: all of the version, small, with a window over the part that is shown. Dragging the window pans,
// dragging its ends zooms.
import type { TimelineLanes } from "../core/timeline-lanes.ts";
import { isWhole, type View } from "../core/timeline-view.ts";
import { t } from "../language/translate.ts";
import type { FrameRange } from "../player/player.ts";
import { h, iconButton } from "./dom.ts";
import { hinted } from "./key-hints.ts";
import { ask } from "./requests.ts";
import type { Palette } from "./timeline-palette.ts";

export interface OverviewHost {
  readonly view: View;
  readonly frameCount: number;
  look(view: View): void;
}

export interface OverviewInput {
  readonly palette: Palette;
  readonly lanes: TimelineLanes;
  readonly range: FrameRange | null;
}

type Grip = "start" | "end" | "window";

export class TimelineOverview {
  readonly node: HTMLElement;
  private readonly canvas = h("canvas");
  private readonly pane = h("div", { class: "overview-window" }, h("i", { class: "grip start" }), h("i", { class: "grip end" }));
  private readonly head = h("i", { class: "overview-head" });
  private width = 0;
  private height = 0;
  private drag: { readonly grip: Grip; readonly at: number; readonly view: View } | null = null;

  constructor(private readonly host: OverviewHost) {
    this.node = h("div", { class: "overview", "aria-hidden": "true" }, this.canvas, this.head, this.pane);
    this.node.addEventListener("pointerdown", (event) => this.press(event));
    this.node.addEventListener("pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"]) this.node.addEventListener(type, () => (this.drag = null));
    this.node.addEventListener("dblclick", () => host.look({ start: 0, span: host.frameCount }));
  }

  /** Read once per size: asking an element that was just moved makes the browser lay out the page. */
  measure(): void {
    this.width = this.node.clientWidth;
    this.height = this.node.clientHeight;
  }

  private frameAt(event: PointerEvent): number {
    const box = this.node.getBoundingClientRect();
    return ((event.clientX - box.left) / Math.max(1, box.width)) * this.host.frameCount;
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0 || this.host.frameCount <= 0) return;
    event.preventDefault();
    this.node.setPointerCapture(event.pointerId);
    const at = this.frameAt(event);
    const { view } = this.host;
    const name = event.target instanceof Element && event.target.classList.contains("grip") ? (event.target.classList.contains("start") ? "start" : "end") : "window";
    if (name === "window" && (at < view.start || at > view.start + view.span)) this.host.look({ ...view, start: at - view.span / 2 });
    this.drag = { grip: name, at, view: this.host.view };
  }

  private move(event: PointerEvent): void {
    const { drag } = this;
    if (!drag) return;
    const by = this.frameAt(event) - drag.at;
    const { start, span } = drag.view;
    const end = start + span;
    if (drag.grip === "window") this.host.look({ start: start + by, span });
    else if (drag.grip === "start") this.host.look({ start: Math.min(end - 1, Math.max(0, start + by)), span: end - Math.min(end - 1, Math.max(0, start + by)) });
    else this.host.look({ start, span: Math.max(1, Math.min(this.host.frameCount, end + by) - start) });
  }

  /** Where the window and the playhead are: no painting. */
  place(frame: number): void {
    const { view, frameCount } = this.host;
    const { width } = this;
    const all = Math.max(1, frameCount);
    const left = (view.start / all) * width;
    this.pane.style.setProperty("transform", `translateX(${left}px)`);
    this.pane.style.setProperty("width", `${Math.max(18, (view.span / all) * width)}px`);
    this.node.classList.toggle("whole", isWhole(view, frameCount));
    this.head.style.setProperty("transform", `translateX(${((frame + 0.5) / all) * width}px)`);
  }

  paint({ palette, lanes, range }: OverviewInput): void {
    const { canvas, width, height } = this;
    const density = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(width * density));
    canvas.height = Math.max(1, Math.round(height * density));
    const draw = canvas.getContext("2d");
    const all = this.host.frameCount;
    if (!draw || all <= 0) return;
    draw.scale(density, density);
    const x = (frame: number): number => (frame / all) * width;
    if (range) {
      draw.fillStyle = palette.accent;
      draw.globalAlpha = 0.35;
      draw.fillRect(x(range.first), 0, Math.max(2, x(range.last + 1) - x(range.first)), height);
      draw.globalAlpha = 1;
    }
    if (lanes.approvedUpTo !== null) {
      draw.fillStyle = palette.good;
      draw.fillRect(0, 0, x(lanes.approvedUpTo + 1), 2);
    }
    for (const finding of lanes.findings) {
      draw.fillStyle = finding.severity === "error" ? palette.bad : finding.severity === "warn" ? palette.accent : palette.info;
      draw.fillRect(x(finding.frame), height - 4, Math.max(2, x(finding.frame + finding.duration_frames) - x(finding.frame)), 4);
    }
    // One line per pixel however many comments lie there.
    let before = -1;
    for (const mark of lanes.marks) {
      const at = Math.round(x(mark.frame + 0.5));
      if (at === before && !mark.selected) continue;
      before = at;
      draw.globalAlpha = mark.done && !mark.selected ? 0.4 : 1;
      draw.fillStyle = mark.selected ? palette.text : palette.person(mark.authorId);
      draw.fillRect(at - 1, 3, 2, height - 6);
    }
    draw.globalAlpha = 1;
  }
}

export function zoomButtons(): HTMLElement {
  const row: HTMLElement = h(
    "div",
    { class: "zoom-buttons" },
    hinted(iconButton("minus", t("Zoom out"), () => ask(row, { kind: "zoom", direction: -1 }), true), t("Zoom out"), "zoom-out"),
    hinted(iconButton("fit", t("Show all"), () => ask(row, { kind: "zoom", direction: 0 }), true), t("Show all"), "zoom-all"),
    hinted(iconButton("plus", t("Zoom in"), () => ask(row, { kind: "zoom", direction: 1 }), true), t("Zoom in"), "zoom-in"),
  );
  return row;
}
