// The timeline: click and drag to any frame, thumbnails of the exact frame on hover, comments, the range, what is made.
import type { ClockFace } from "../core/clock-face.ts";
import { frameAtX, shareMiddle, shareStart, spriteTile, tickStep, type SpriteGrid } from "../core/timeline-scale.ts";
import { nominalRate } from "../core/timecode.ts";
import type { FrameRange, PlayerState } from "../player/player.ts";
import { h, hueOf, setAttribute, setText } from "./dom.ts";
import { ask } from "./requests.ts";

export interface Mark {
  readonly id: string;
  readonly frame: number;
  readonly frames: number;
  readonly authorId: string;
  readonly done: boolean;
  readonly selected: boolean;
}

const MARK_REACH = 7;

export class Timeline extends HTMLElement {
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private readonly head = h("i", { class: "playhead" });
  private readonly ghost = h("i", { class: "ghost", hidden: true });
  private readonly thumb = h("i", { class: "thumb" });
  private readonly label = h("span", { class: "tc" });
  private readonly hint = h("div", { class: "hover-card", hidden: true }, this.thumb, this.label);
  private readonly track = h("div", { class: "track", role: "slider", tabindex: 0, "aria-label": "Position", "aria-valuemin": 0 }, this.canvas, this.ghost, this.head);
  private face: ClockFace | null = null;
  private marks: readonly Mark[] = [];
  private sprites: SpriteGrid | null = null;
  private available = 0;
  private range: FrameRange | null = null;
  private pending = 0;
  private dragging = false;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.append(this.hint, this.track);
    new ResizeObserver(() => this.redraw()).observe(this.track);
    new MutationObserver(() => this.redraw()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.redraw());
    this.track.addEventListener("pointerdown", (event) => this.press(event));
    this.track.addEventListener("pointermove", (event) => this.move(event));
    this.track.addEventListener("pointerup", () => this.letGo());
    this.track.addEventListener("pointercancel", () => this.letGo());
    this.track.addEventListener("pointerleave", () => this.dragging || this.hideHint());
  }

  setMedia(face: ClockFace | null, sprites: SpriteGrid | null): void {
    this.face = face;
    this.sprites = sprites;
    if (face) this.track.setAttribute("aria-valuemax", String(face.frameCount - 1));
    this.redraw();
  }

  setMarks(marks: readonly Mark[]): void {
    this.marks = marks;
    this.redraw();
  }

  show(state: PlayerState, intended: number): void {
    const { face } = this;
    if (!face) return;
    this.head.style.setProperty("left", `${shareMiddle(intended, face.frameCount) * 100}%`);
    this.head.hidden = state.status === "empty";
    setAttribute(this.track, "aria-valuenow", state.frame);
    if (!state.playing) setAttribute(this.track, "aria-valuetext", `${face.record(state.frame)}, frame ${state.frame}`);
    if (this.available !== state.available || this.range !== state.range) {
      this.available = state.available;
      this.range = state.range;
      this.redraw();
    }
  }

  private frameAt(event: PointerEvent): number {
    const box = this.track.getBoundingClientRect();
    return frameAtX(event.clientX - box.left, box.width, this.face?.frameCount ?? 0);
  }

  private press(event: PointerEvent): void {
    if (!this.face || event.button !== 0) return;
    const mark = this.markAt(event);
    if (mark) {
      ask(this, { kind: "open-comment", id: mark.id });
      return;
    }
    this.track.setPointerCapture(event.pointerId);
    this.dragging = true;
    ask(this, { kind: "seek", frame: this.frameAt(event) });
  }

  private move(event: PointerEvent): void {
    if (!this.face) return;
    const frame = this.frameAt(event);
    if (this.dragging) ask(this, { kind: "seek", frame });
    this.track.classList.toggle("on-mark", !this.dragging && this.markAt(event) !== null);
    this.showHint(frame, event);
  }

  private letGo(): void {
    this.dragging = false;
    this.hideHint();
  }

  private markAt(event: PointerEvent): Mark | null {
    const box = this.track.getBoundingClientRect();
    if (!this.face || event.clientY - box.top > 18) return null; // marks stand in the upper lane
    const x = event.clientX - box.left;
    let best: Mark | null = null;
    let bestDistance = MARK_REACH;
    for (const mark of this.marks) {
      const distance = Math.abs(shareMiddle(mark.frame, this.face.frameCount) * box.width - x);
      if (distance <= bestDistance) [best, bestDistance] = [mark, distance];
    }
    return best;
  }

  private showHint(frame: number, event: PointerEvent): void {
    const { face } = this;
    if (!face) return;
    const tile = this.sprites ? spriteTile(this.sprites, frame) : null;
    this.thumb.hidden = tile === null;
    if (tile && this.sprites) {
      const { style } = this.thumb;
      const url = `url("${tile.sheet}")`;
      if (style.backgroundImage !== url) style.backgroundImage = url;
      style.width = `${this.sprites.tile_width}px`;
      style.height = `${this.sprites.tile_height}px`;
      style.backgroundPosition = `-${tile.x}px -${tile.y}px`;
    }
    setText(this.label, `${face.record(frame)} · ${frame.toLocaleString("en-GB")}`);
    this.hint.hidden = event.pointerType === "touch" && !this.dragging;
    this.ghost.hidden = this.dragging;
    this.ghost.style.setProperty("left", `${shareMiddle(frame, face.frameCount) * 100}%`);
    const box = this.track.getBoundingClientRect();
    const half = this.hint.offsetWidth / 2;
    const x = Math.min(box.width - half, Math.max(half, event.clientX - box.left));
    this.hint.style.setProperty("left", `${x + this.track.offsetLeft}px`);
  }

  private hideHint(): void {
    this.hint.hidden = true;
    this.ghost.hidden = true;
  }

  private redraw(): void {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { face, canvas } = this;
    const width = this.track.clientWidth;
    const height = this.track.clientHeight;
    const density = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(width * density));
    canvas.height = Math.max(1, Math.round(height * density));
    const draw = canvas.getContext("2d");
    if (!draw || !face || width === 0) return;
    draw.scale(density, density);
    const style = getComputedStyle(this);
    const color = (name: string): string => style.getPropertyValue(name);
    const x = (frame: number): number => shareStart(frame, face.frameCount) * width;
    const lane = 18;
    const barTop = lane + 4;
    const barHeight = 8;

    draw.fillStyle = color("--line");
    draw.beginPath();
    draw.roundRect(0, barTop, width, barHeight, 3);
    draw.fill();
    if (this.available > 0) {
      draw.fillStyle = color("--line-strong");
      draw.beginPath();
      draw.roundRect(0, barTop, x(this.available), barHeight, 3);
      draw.fill();
    }
    if (this.range) {
      draw.fillStyle = color("--accent");
      const left = x(this.range.first);
      draw.fillRect(left, barTop - 2, Math.max(2, x(this.range.last + 1) - left), barHeight + 4);
    }
    const step = tickStep(face.frameCount, width, 110, nominalRate(face.rate));
    draw.font = `11px ${color("--mono")}`;
    draw.textBaseline = "top";
    for (let frame = 0; frame < face.frameCount; frame += step) {
      const left = x(frame);
      draw.fillStyle = color("--line-strong");
      draw.fillRect(Math.round(left), barTop + barHeight + 3, 1, 5);
      draw.fillStyle = color("--dim");
      const text = face.record(frame);
      if (left + draw.measureText(text).width + 6 < width) draw.fillText(text, left + 5, barTop + barHeight + 3);
    }
    const lightness = style.colorScheme.includes("light") ? "40%" : "62%";
    for (const mark of [...this.marks].sort((a, b) => Number(a.selected) - Number(b.selected))) {
      const middle = shareMiddle(mark.frame, face.frameCount) * width;
      draw.globalAlpha = mark.done && !mark.selected ? 0.4 : 1;
      draw.fillStyle = mark.selected ? color("--text") : `hsl(${hueOf(mark.authorId)} 62% ${lightness})`;
      if (mark.frames > 1) {
        draw.beginPath();
        draw.roundRect(x(mark.frame), lane - 8, Math.max(6, x(mark.frame + mark.frames) - x(mark.frame)), 5, 2.5);
        draw.fill();
      }
      draw.beginPath();
      draw.arc(Math.min(width - 6, Math.max(6, middle)), lane - 8 + 2.5 - (mark.frames > 1 ? 0 : 1), mark.selected ? 6 : 5, 0, 7);
      draw.fill();
    }
    draw.globalAlpha = 1;
  }
}
customElements.define("tp-timeline", Timeline);
