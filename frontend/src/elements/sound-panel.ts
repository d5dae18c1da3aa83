// Sound beside the volume: meters, one channel by itself, whether steps are heard.
import { t } from "../language/translate.ts";
import type { Level } from "../player/sound/desk.ts";
import type { SoundState } from "../player/sound/sound.ts";
import { h, icon, setAttribute } from "./dom.ts";
import { ask } from "./requests.ts";

const LOWEST = -60; // dBFS at the left end of a meter
const FALL_PER_SECOND = 20;
const HOLD_MS = 1_200;
const CHANNELS: readonly [number | null, string][] = [[null, t("All")], [0, t("Left")], [1, t("Right")]];

/** How much of a meter is filled, 0 … 1. */
export function filled(level: number): number {
  return Math.min(1, Math.max(0, (level - LOWEST) / -LOWEST));
}

export class SoundPanel extends HTMLElement {
  private readonly scrub = h("input", { type: "checkbox" });
  private readonly scrubBox = h("label", { class: "sound-scrub" }, this.scrub, t("Hear each step"));
  private readonly choices = CHANNELS.map(([channel, name]) => ({ channel, name, input: h("input", { type: "radio", name: "sound-channel" }) }));
  private readonly meters = CHANNELS.slice(1).map(([, name]) => ({ name, bar: h("i"), peak: h("b"), text: h("span", { class: "num dim" }), level: LOWEST, held: LOWEST, heldAt: 0 }));
  private readonly menu = h("details", { class: "menu sound-menu" });
  private drawnAt = 0;
  /** Where the levels come from; set by the page. */
  levels: () => readonly Level[] | null = () => null;

  connectedCallback(): void {
    if (this.firstChild) return;
    const summary = h("summary", { class: "icon-button", "aria-label": t("Sound: meters and channels"), title: t("Sound: meters and channels") }, icon("meter"));
    this.menu.append(
      summary,
      h(
        "div",
        { class: "menu-panel sound-panel" },
        h("div", { class: "meters", "aria-hidden": "true" }, this.meters.map(({ name, bar, peak, text }) => h("div", { class: "meter-line" }, h("span", { class: "dim" }, name[0]), h("div", { class: "meter" }, bar, peak), text))),
        h(
          "fieldset",
          { class: "sound-channels" },
          h("legend", { class: "dim" }, t("Hear")),
          this.choices.map(({ name, input }) => h("label", null, input, h("span", null, name))),
        ),
        this.scrubBox,
      ),
    );
    this.append(this.menu);
    this.scrub.addEventListener("change", () => ask(this, { kind: "scrub-sound", on: this.scrub.checked }));
    for (const { channel, input } of this.choices) input.addEventListener("change", () => ask(this, { kind: "solo", channel }));
    this.menu.addEventListener("toggle", () => {
      if (!this.menu.open) return;
      ask(this, { kind: "meters" });
      requestAnimationFrame((now) => this.draw(now));
    });
  }

  show(state: SoundState): void {
    this.scrub.checked = state.scrub;
    this.scrubBox.hidden = !state.canScrub;
    for (const { channel, input } of this.choices) input.checked = state.solo === channel;
    setAttribute(this, "data-solo", state.solo);
    this.meters.forEach(({ bar }, i) => bar.parentElement?.classList.toggle("off", state.solo !== null && state.solo !== i));
  }

  /** A peak falls slowly and its mark stays a moment, so that an eye can catch it. */
  private draw(now: number): void {
    if (!this.menu.open || !this.isConnected) return;
    const elapsed = Math.min(100, now - this.drawnAt) / 1000;
    this.drawnAt = now;
    const levels = this.levels();
    this.meters.forEach((meter, i) => {
      const peak = levels?.[i]?.peak ?? -Infinity;
      meter.level = Math.max(LOWEST, peak, meter.level - FALL_PER_SECOND * elapsed);
      if (peak >= meter.held || now - meter.heldAt > HOLD_MS) [meter.held, meter.heldAt] = [Math.max(LOWEST, peak), now];
      meter.bar.style.setProperty("--part", String(filled(meter.level)));
      meter.peak.style.setProperty("--part", String(filled(meter.held)));
      meter.peak.classList.toggle("over", meter.held >= -0.1);
      const text = meter.held <= LOWEST ? "−∞" : meter.held.toFixed(0).replace("-", "−");
      if (meter.text.textContent !== text) meter.text.textContent = text;
    });
    requestAnimationFrame((next) => this.draw(next));
  }
}
customElements.define("tp-sound", SoundPanel);
