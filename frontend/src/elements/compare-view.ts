// The second picture: over the first (wipe, overlay, difference, flip) or beside it.
import { t } from "../language/translate.ts";
import { h, setAttribute } from "./dom.ts";

export type CompareMode = "side" | "wipe" | "overlay" | "difference" | "flip";

export interface CompareShown {
  readonly mode: CompareMode;
  /** 0 … 100: where the wipe stands, how much of B covers A. */
  readonly wipe: number;
  readonly opacity: number;
  /** How many times a difference is amplified. */
  readonly gain: number;
  /** Flip: B is seen. */
  readonly flipped: boolean;
}

export class CompareView extends HTMLElement {
  readonly video = h("video", { playsinline: true, preload: "auto", muted: true, disablepictureinpicture: true, tabindex: -1, "aria-hidden": "true" });
  readonly still = h("canvas", { class: "still", hidden: true, "aria-hidden": "true" });
  readonly picture = h("div", { class: "compare-picture" }, this.video, this.still);
  private readonly gain = h("div", { class: "compare-gain", hidden: true });
  private readonly handle = h("input", { type: "range", class: "compare-handle", min: 0, max: 100, step: 0.1, "aria-label": t("Wipe between A and B"), hidden: true });
  private readonly nameA = h("span", { class: "compare-name" });
  private readonly nameB = h("span", { class: "compare-name b" });
  private readonly nothing = h("span", { class: "compare-nothing", role: "status", hidden: true }, t("B has no picture here"));

  connectedCallback(): void {
    if (this.firstChild) return;
    this.video.muted = true;
    this.append(this.picture, this.gain, this.handle, this.nameA, this.nameB, this.nothing);
  }

  onWipe(tell: (percent: number) => void): void {
    this.handle.addEventListener("input", () => tell(Number(this.handle.value)));
  }

  show(shown: CompareShown, names: readonly [string, string], outside: boolean): void {
    setAttribute(this, "data-mode", shown.mode);
    this.style.setProperty("--wipe", `${shown.wipe}%`);
    this.style.setProperty("--opacity", String(shown.opacity / 100));
    this.style.setProperty("--gain", String(shown.gain));
    this.classList.toggle("on-a", shown.mode === "flip" && !shown.flipped);
    this.gain.hidden = shown.mode !== "difference" || shown.gain === 1;
    this.handle.hidden = shown.mode !== "wipe";
    this.handle.value = String(shown.wipe);
    const flip = shown.mode === "flip";
    this.nameA.textContent = `A  ${names[0]}`;
    this.nameB.textContent = `B  ${names[1]}`;
    this.nameA.hidden = flip && shown.flipped;
    this.nameB.hidden = flip && !shown.flipped;
    this.nothing.hidden = !outside;
  }
}
customElements.define("tp-compare", CompareView);
