// What lies over the lanes and moves without painting: the playhead, the frame under it, the line under the pointer.
import { h } from "./dom.ts";

/** From this many pixels per frame on, the frame under the playhead is shown as a cell. */
const CELL_PIXELS = 5;

export class TimelineHeads {
  readonly head = h("i", { class: "playhead" }, h("i", { class: "playhead-grip" }));
  readonly cell = h("i", { class: "frame-cell", hidden: true });
  readonly ghost = h("i", { class: "ghost", hidden: true });

  /** `x`: the middle of the frame, `left` its left edge, in pixels from the left of the lanes of `width`. */
  place(shown: boolean, x: number, left: number, width: number, framePixels: number): void {
    this.head.hidden = !shown || x < -8 || x > width + 8;
    this.head.style.setProperty("transform", `translateX(${x}px)`);
    this.cell.hidden = this.head.hidden || framePixels < CELL_PIXELS;
    this.cell.style.setProperty("transform", `translateX(${left}px)`);
    this.cell.style.setProperty("width", `${framePixels}px`);
  }

  /** The line under the pointer; null hides it. */
  hover(x: number | null): void {
    this.ghost.hidden = x === null;
    if (x !== null) this.ghost.style.setProperty("transform", `translateX(${x}px)`);
  }
}
