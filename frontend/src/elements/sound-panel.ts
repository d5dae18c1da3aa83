// Sound beside the volume: every channel with its meter, one track or channel by itself, whether steps are heard.
import { t } from "../language/translate.ts";
import type { SoundState } from "../player/sound/sound.ts";
import type { SoundChoice, SoundGroup } from "../state/sound-choices.ts";
import { fill, h, icon, setAttribute, setText } from "./dom.ts";
import { ask } from "./requests.ts";

const LOWEST = -60; // dBFS at the left end of a meter
const FALL_PER_SECOND = 20;
const HOLD_MS = 1_200;
const MANY = 8; // channels from which on the list stands in two columns

/** How much of a meter is filled, 0 … 1. */
export function filled(level: number): number {
  return Math.min(1, Math.max(0, (level - LOWEST) / -LOWEST));
}

interface Row {
  readonly choice: SoundChoice;
  readonly input: HTMLInputElement;
  readonly bar: HTMLElement;
  readonly peak: HTMLElement;
  readonly text: HTMLElement;
  level: number;
  held: number;
  heldAt: number;
}

export class SoundPanel extends HTMLElement {
  private readonly scrub = h("input", { type: "checkbox" });
  private readonly scrubBox = h("label", { class: "sound-scrub" }, this.scrub, t("Hear each step"));
  private readonly list = h("fieldset", { class: "sound-channels" });
  private readonly menu = h("details", { class: "menu sound-menu" });
  private rows: Row[] = [];
  private groups: readonly SoundGroup[] | null = null;
  private drawnAt = 0;
  /** dBFS of what stands beside a choice now; set by the page. */
  level: (choice: SoundChoice) => number = () => -Infinity;

  connectedCallback(): void {
    if (this.firstChild) return;
    const summary = h("summary", { class: "icon-button", "aria-label": t("Sound: meters and channels"), title: t("Sound: meters and channels") }, icon("meter"));
    this.menu.append(summary, h("div", { class: "menu-panel sound-panel" }, this.list, this.scrubBox));
    this.append(this.menu);
    this.scrub.addEventListener("change", () => ask(this, { kind: "scrub-sound", on: this.scrub.checked }));
    this.menu.addEventListener("toggle", () => {
      if (!this.menu.open) return;
      ask(this, { kind: "meters" });
      requestAnimationFrame((now) => this.draw(now));
    });
  }

  show(state: SoundState): void {
    this.scrub.checked = state.scrub;
    this.scrubBox.hidden = !state.canScrub;
    if (state.groups !== this.groups) this.build(state.groups);
    const { heard } = state;
    const all = heard.track === 0 && heard.channel === null;
    for (const { choice, input } of this.rows) {
      input.checked = choice.track === heard.track && choice.channel === heard.channel;
      const silent = choice.track !== heard.track || (heard.channel !== null && choice.channel !== heard.channel);
      input.parentElement?.classList.toggle("off", silent);
    }
    setAttribute(this, "data-solo", all ? null : heard.track === null ? "all" : heard.channel === null ? heard.track : `${heard.track}.${heard.channel}`);
  }

  private build(groups: readonly SoundGroup[]): void {
    this.groups = groups;
    this.rows = [];
    const choices = groups.flatMap((group) => group.choices).length;
    this.list.classList.toggle("many", choices > MANY);
    fill(
      this.list,
      h("legend", { class: "visually-hidden" }, t("Hear")),
      groups.map(({ name, choices }) => {
        const single = choices.length === 1 && name !== "";
        return [!single && name !== "" ? h("p", { class: "sound-track dim" }, name) : null, ...choices.map((choice) => this.row(choice, single ? name : choice.name, single || choice.channel === null, name))];
      }).flat(),
    );
  }

  private row(choice: SoundChoice, name: string, wide: boolean, track: string): HTMLElement {
    const spoken = track && track !== name ? `${track}: ${name}` : name;
    const input = h("input", { type: "radio", name: "sound-channel", "aria-label": spoken, onchange: () => ask(this, { kind: "solo", track: choice.track, channel: choice.channel }) });
    const [bar, peak, text] = [h("i"), h("b"), h("span", { class: "num dim", "aria-hidden": "true" })];
    this.rows.push({ choice, input, bar, peak, text, level: LOWEST, held: LOWEST, heldAt: 0 });
    return h(
      "label",
      { class: wide ? "sound-row wide" : "sound-row" },
      input,
      h("span", { class: "sound-name" }, name),
      choice.metered === null ? null : [h("span", { class: "meter", "aria-hidden": "true" }, bar, peak), text],
    );
  }

  /** A peak falls slowly and its mark stays a moment, so that an eye can catch it. */
  private draw(now: number): void {
    if (!this.menu.open || !this.isConnected) return;
    const elapsed = Math.min(100, now - this.drawnAt) / 1000;
    this.drawnAt = now;
    for (const row of this.rows) {
      if (row.choice.metered === null) continue;
      const peak = this.level(row.choice);
      row.level = Math.max(LOWEST, peak, row.level - FALL_PER_SECOND * elapsed);
      if (peak >= row.held || now - row.heldAt > HOLD_MS) [row.held, row.heldAt] = [Math.max(LOWEST, peak), now];
      row.bar.style.setProperty("--part", String(filled(row.level)));
      row.peak.style.setProperty("--part", String(filled(row.held)));
      row.peak.classList.toggle("over", row.held >= -0.1);
      setText(row.text, row.held <= LOWEST ? "−∞" : row.held.toFixed(0).replace("-", "−"));
    }
    requestAnimationFrame((next) => this.draw(next));
  }
}
customElements.define("tp-sound", SoundPanel);
