// The card above the pointer: the picture of the frame, where it is, and what is said about it there.
import type { ClockFace } from "../core/clock-face.ts";
import { spriteTile, type SpriteGrid } from "../core/sprites.ts";
import type { Mark } from "../core/timeline-lanes.ts";
import { figure, t } from "../language/translate.ts";
import type { FramePictures } from "../player/frame-pictures.ts";
import { fill, h, hueOf, setAttribute, setText } from "./dom.ts";

export interface HoverText {
  readonly marks: readonly Mark[];
  /** Markers and findings. */
  readonly titles: readonly string[];
}

const MOST_COMMENTS = 3;
const LONGEST_TEXT = 90;

export class HoverCard {
  readonly node: HTMLElement;
  private readonly sprite = h("i", { class: "thumb-sprite" });
  /** Where the exact picture of a frame is shown, over the one from the sprite sheets. */
  readonly video = h("video", { class: "thumb-exact", muted: true, playsinline: true, preload: "metadata", disablepictureinpicture: true, tabindex: -1 });
  private readonly near = h("span", { class: "thumb-near" });
  private readonly thumb = h("span", { class: "thumb" }, this.sprite, this.video, this.near);
  private readonly label = h("span", { class: "tc" });
  private readonly said = h("span", { class: "hover-said", hidden: true });
  private frame = -1;
  private text = "";
  private sprites: SpriteGrid | null = null;
  private pictures: Pick<FramePictures, "show" | "rest"> | null = null;

  constructor() {
    this.node = h("div", { class: "hover-card", hidden: true, "aria-hidden": "true" }, this.thumb, this.label, this.said);
  }

  setMedia(sprites: SpriteGrid | null): void {
    this.sprites = sprites;
    this.frame = -1;
  }

  setPictures(pictures: Pick<FramePictures, "show" | "rest">): void {
    this.pictures = pictures;
    this.frame = -1;
  }

  /** `x`: middle of the card, from the left of `width`. */
  show(face: ClockFace, frame: number, x: number, width: number, text: HoverText): void {
    this.node.hidden = false;
    this.showFrame(face, frame);
    this.showText(text);
    const half = this.node.offsetWidth / 2;
    this.node.style.setProperty("left", `${Math.min(width - half, Math.max(half, x))}px`);
  }

  hide(): void {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.frame = -1;
    this.pictures?.rest();
  }

  private showFrame(face: ClockFace, frame: number): void {
    setText(this.label, `${face.position(frame)} · ${face.beside(frame)}`);
    setAttribute(this.node, "data-frame", frame);
    if (frame === this.frame) return;
    this.frame = frame;
    const tile = this.sprites ? spriteTile(this.sprites, frame) : null;
    this.thumb.hidden = tile === null;
    this.video.classList.remove("here");
    const exactTile = tile?.frame === frame;
    setAttribute(this.node, "data-picture", tile === null ? "none" : exactTile ? "exact" : "near");
    if (!tile || !this.sprites) return;
    const { style } = this.sprite;
    const url = `url("${tile.sheet}")`;
    if (style.backgroundImage !== url) style.backgroundImage = url;
    for (const part of [this.thumb.style, style]) {
      part.width = `${this.sprites.tile_width}px`;
      part.height = `${this.sprites.tile_height}px`;
    }
    style.backgroundPosition = `-${tile.x}px -${tile.y}px`;
    this.near.hidden = exactTile;
    setText(this.near, t("≈ picture of {frame}", { frame: figure(tile.frame) }));
    if (exactTile) return;
    this.pictures?.show(frame, (exact) => {
      if (this.frame !== frame || !exact) return;
      this.video.classList.add("here");
      this.near.hidden = true;
      setAttribute(this.node, "data-picture", "exact");
    });
  }

  private showText({ marks, titles }: HoverText): void {
    const key = JSON.stringify([marks.map((mark) => [mark.id, mark.text]), titles]);
    if (key === this.text) return;
    this.text = key;
    this.said.hidden = marks.length === 0 && titles.length === 0;
    const line = (mark: Mark): HTMLElement => {
      const dot = h("i", { class: "hover-dot" });
      dot.style.setProperty("--hue", String(hueOf(mark.authorId)));
      const text = mark.text.length > LONGEST_TEXT ? `${mark.text.slice(0, LONGEST_TEXT)}…` : mark.text;
      return h("span", { class: "hover-line" }, dot, h("b", null, mark.author), ` ${text}`);
    };
    const more = marks.length - MOST_COMMENTS;
    fill(
      this.said,
      titles.map((title) => h("span", { class: "hover-line" }, title)),
      marks.slice(0, MOST_COMMENTS).map(line),
      more > 0 && h("span", { class: "hover-line dim" }, t("and {count} more: click to go through them, double-click to zoom in", { count: figure(more) })),
    );
  }
}
