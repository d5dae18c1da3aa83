// What fingers, pens, mice and wheels do on the lanes. Decides what is meant; the timeline acts on it.
import type { View } from "../core/timeline-view.ts";

export interface PointerHost {
  readonly view: View;
  /** Left edge of the lanes on the page, and their width. */
  box(): { readonly left: number; readonly top: number; readonly width: number };
  /** Whether all of the version is in view: then wheels scroll the page. */
  readonly whole: boolean;
  pan(pixels: number): void;
  zoom(factor: number, x: number): void;
  pinch(from: View, before: readonly [number, number], now: readonly [number, number]): void;
  /** Pressed without moving: true if something there took it, so that nothing is dragged. */
  press(x: number, y: number, touch: boolean): boolean;
  doubleClick(x: number, y: number): void;
  /** The playhead is dragged to here. */
  scrub(x: number): void;
  /** A range is drawn from one place to another. */
  select(from: number, to: number): void;
  hover(x: number, y: number, touch: boolean): void;
  unhover(): void;
  /** Held still for a while, then let go. */
  held(x: number): void;
  released(): void;
}

const LONG_PRESS_MS = 450;
/** A finger that moved less than this, in pixels, has not moved. */
const SLACK = 6;
const WHEEL_ZOOM = 0.0025;
const LINE = 16;

type Mode = "idle" | "pressed" | "scrub" | "select" | "pan" | "pinch";

export class TimelinePointer {
  private mode: Mode = "idle";
  private readonly touches = new Map<number, number>();
  private startX = 0;
  private startY = 0;
  private x = 0;
  private longPress = 0;
  private edgeTimer = 0;
  private pinchFrom: { view: View; at: [number, number] } | null = null;

  constructor(
    private readonly node: HTMLElement,
    private readonly host: PointerHost,
  ) {
    node.addEventListener("pointerdown", (event) => this.down(event));
    node.addEventListener("pointermove", (event) => this.move(event));
    node.addEventListener("pointerup", (event) => this.up(event, true));
    node.addEventListener("pointercancel", (event) => this.up(event, false));
    node.addEventListener("pointerleave", () => this.mode === "idle" && host.unhover());
    node.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    node.addEventListener("dblclick", (event) => {
      const [x, y] = this.place(event);
      host.doubleClick(x, y);
    });
    node.addEventListener("contextmenu", (event) => {
      if (this.touches.size > 0) event.preventDefault(); // a long press is ours
    });
  }

  get busy(): boolean {
    return this.mode !== "idle";
  }

  private place(event: MouseEvent): [number, number] {
    const { left, top } = this.host.box();
    return [event.clientX - left, event.clientY - top];
  }

  private down(event: PointerEvent): void {
    const [x, y] = this.place(event);
    const touch = event.pointerType === "touch";
    if (touch) this.touches.set(event.pointerId, x);
    if (this.touches.size === 2) return this.beginPinch();
    if (this.mode !== "idle") return;
    if (event.button === 1) event.preventDefault(); // no automatic scrolling
    else if (event.button !== 0) return;
    this.node.setPointerCapture(event.pointerId);
    [this.startX, this.startY, this.x] = [x, y, x];
    if (event.button === 1) this.mode = "pan";
    else if (touch) this.pressed(x);
    else if (event.shiftKey) this.begin("select", x);
    else if (!this.host.press(x, y, false)) this.begin("scrub", x);
  }

  /** A finger waits: it may become a tap, a drag, a pinch or a long press. */
  private pressed(x: number): void {
    this.mode = "pressed";
    this.longPress = window.setTimeout(() => {
      if (this.mode !== "pressed") return;
      navigator.vibrate?.(12);
      this.begin("select", x);
    }, LONG_PRESS_MS);
  }

  private begin(mode: "scrub" | "select", x: number): void {
    this.mode = mode;
    if (mode === "scrub" || this.touches.size > 0) this.host.scrub(x);
    this.host.hover(x, this.startY, this.touches.size > 0);
  }

  private move(event: PointerEvent): void {
    const [x, y] = this.place(event);
    const touch = event.pointerType === "touch";
    if (this.touches.has(event.pointerId)) this.touches.set(event.pointerId, x);
    switch (this.mode) {
      case "idle":
        return this.host.hover(x, y, touch);
      case "pressed":
        if (Math.hypot(x - this.startX, y - this.startY) < SLACK) return;
        window.clearTimeout(this.longPress);
        this.begin("scrub", x);
        break;
      case "pan":
        this.host.pan(this.x - x);
        break;
      case "pinch":
        return this.pinch();
      case "scrub":
        this.host.scrub(x);
        break;
      case "select":
        if (Math.abs(x - this.startX) < SLACK && touch) break;
        this.host.select(this.startX, x);
        break;
    }
    this.x = x;
    if (this.mode === "scrub" || this.mode === "select") this.host.hover(x, this.startY, touch);
    this.scrollAtEdge();
  }

  private up(event: PointerEvent, kept: boolean): void {
    const [x, y] = this.place(event);
    const touch = this.touches.delete(event.pointerId);
    window.clearTimeout(this.longPress);
    if (this.mode === "pinch") {
      if (this.touches.size === 0) this.end();
      return;
    }
    if (this.mode === "idle") return;
    if (kept && this.mode === "pressed" && !this.host.press(x, y, true)) this.host.scrub(x);
    if (kept && this.mode === "scrub") this.host.scrub(x); // where it was let go, whatever moves were left out
    if (kept && this.mode === "select" && touch && Math.abs(x - this.startX) < SLACK) this.host.held(this.startX);
    this.end();
    if (touch) this.host.unhover();
  }

  private end(): void {
    this.mode = "idle";
    this.pinchFrom = null;
    cancelAnimationFrame(this.edgeTimer);
    this.edgeTimer = 0;
    this.host.released();
  }

  private beginPinch(): void {
    window.clearTimeout(this.longPress);
    this.mode = "pinch";
    const [a = 0, b = 0] = [...this.touches.values()];
    this.pinchFrom = { view: this.host.view, at: [a, b] };
    this.host.unhover();
  }

  private pinch(): void {
    const [a, b] = [...this.touches.values()];
    if (!this.pinchFrom || a === undefined || b === undefined) return;
    this.host.pinch(this.pinchFrom.view, this.pinchFrom.at, [a, b]);
  }

  /** Dragged beyond the lanes the view moves along, the faster the farther. */
  private scrollAtEdge(): void {
    const beyond = (): number => {
      const { width } = this.host.box();
      return this.x < 0 ? this.x : this.x > width ? this.x - width : 0;
    };
    if (this.edgeTimer || this.host.whole || beyond() === 0) return;
    const tick = (): void => {
      const far = beyond();
      this.edgeTimer = 0;
      if (far === 0 || (this.mode !== "scrub" && this.mode !== "select")) return;
      const pixels = Math.sign(far) * Math.min(30, 2 + Math.abs(far) * 0.25);
      this.host.pan(pixels);
      if (this.mode === "scrub") this.host.scrub(this.x);
      else {
        this.startX -= pixels;
        this.host.select(this.startX, this.x);
      }
      this.edgeTimer = requestAnimationFrame(tick);
    };
    this.edgeTimer = requestAnimationFrame(tick);
  }

  private wheel(event: WheelEvent): void {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? this.host.box().width : 1;
    if (event.ctrlKey || event.altKey || event.metaKey) {
      // Trackpads report a pinch as a wheel with Ctrl.
      event.preventDefault();
      const gain = event.ctrlKey && Math.abs(event.deltaY) < 40 ? 4 : 1;
      this.host.zoom(Math.exp(-event.deltaY * unit * WHEEL_ZOOM * gain), this.place(event)[0]);
    } else if (!this.host.whole) {
      event.preventDefault();
      this.host.pan((Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY) * unit);
    } else return;
    const [x, y] = this.place(event);
    this.host.hover(x, y, false);
  }
}
