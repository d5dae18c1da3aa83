// The controls under the picture.
import type { ClockFace } from "../core/clock-face.ts";
import { DISPLAY_NAMES } from "../core/position-display.ts";
import { n, t } from "../language/translate.ts";
import type { PlayerState } from "../player/player.ts";
import type { QualityChoice } from "../state/sources.ts";
import { fill, h, icon, iconButton, setAttribute, setText } from "./dom.ts";
import { hinted } from "./key-hints.ts";
import { ask, type RoomRequest } from "./requests.ts";
import { SPEEDS, ViewMenu, type ViewChoices, type ViewQualities } from "./view-menu.ts";

export class Transport extends HTMLElement {
  private readonly field = h("input", { class: "tc position-field", type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false", enterkeyhint: "go", "aria-label": t("Position"), title: "" });
  private readonly frameText = h("span", { class: "frame-number" });
  private readonly lengthText = h("span", { class: "tc dim length-text" });
  private readonly play = hinted(iconButton("play", t("Play"), () => this.ask({ kind: "toggle" })), t("Play"), "toggle");
  private readonly shuttleText = h("span", { class: "badge accent shuttle-text", hidden: true });
  private readonly speed = h("select", { class: "compact speed", "aria-label": t("Speed"), title: t("Speed") }, ...SPEEDS.map(([value, name]) => h("option", { value }, name)));
  private readonly quality = h("select", { class: "compact quality", "aria-label": t("Quality"), title: t("Quality") });
  private readonly mute = hinted(iconButton("volume", t("Mute"), () => this.ask({ kind: "mute" })), t("Mute"), "mute");
  private readonly volume = h("input", { type: "range", class: "volume", min: 0, max: 100, step: 5, "aria-label": t("Volume") });
  private readonly loop = hinted(iconButton("loop", t("Loop the range"), () => this.ask({ kind: "loop" })), t("Loop the range"), "loop");
  private readonly markIn = hinted(h("button", { type: "button", class: "button ghost small mark", "aria-label": t("Set in point here") }, t("In")), t("In point here"), "mark-in");
  private readonly markOut = hinted(h("button", { type: "button", class: "button ghost small mark", "aria-label": t("Set out point here") }, t("Out")), t("Out point here"), "mark-out");
  private readonly rangeText = h("button", { type: "button", class: "badge accent range-text tc", title: t("Clear in and out"), hidden: true });
  /** Where the room is too low for all (a phone held sideways), this shows the rest above the controls. */
  private readonly more = iconButton("more", t("In, out, loop, speed, quality, timeline"), () => this.setMore(this.more.getAttribute("aria-expanded") !== "true"));
  private face: ClockFace | null = null;
  private choices: ViewChoices | null = null;
  private offered: ViewQualities = { choices: [], chosen: "" };
  private pausing: boolean | null = null;
  private typing = false;
  private qualities = "";

  private readonly menu: ViewMenu;

  /** `simple`: without range, loop, speed, and with fewer choices of the view. */
  constructor(private readonly simple = false) {
    super();
    this.menu = new ViewMenu(simple);
  }

  connectedCallback(): void {
    if (this.firstChild) return;
    const step = (frames: 1 | -1, name: "stepBack" | "stepForward", label: string): HTMLButtonElement => hinted(iconButton(name, label, () => this.ask({ kind: "step", frames })), label, frames > 0 ? "frame-on" : "frame-back");
    fill(
      this,
      h("div", { class: "transport-group play-group" }, step(-1, "stepBack", t("One frame back")), this.play, step(1, "stepForward", t("One frame on")), this.shuttleText),
      h("div", { class: "transport-group position-group" }, this.field, h("div", { class: "position-facts" }, this.frameText, this.lengthText, !this.simple && this.rangeText)),
      !this.simple && h("div", { class: "more-group", id: "more-controls" }, h("div", { class: "transport-group range-group" }, this.markIn, this.markOut, this.loop), this.speed, this.quality, this.menu.node),
      h(
        "div",
        { class: "transport-group tools-group" },
        this.simple ? this.menu.node : this.more,
        h("span", { class: "volume-box" }, this.mute, this.volume),
        hinted(iconButton("full", t("Full screen"), () => this.ask({ kind: "fullscreen" })), t("Full screen"), "fullscreen"),
      ),
    );
    this.play.classList.add("play-button");
    this.more.classList.add("more-button");
    setAttribute(this.more, "aria-controls", "more-controls");
    this.setMore(false);
    this.markIn.addEventListener("click", () => this.ask({ kind: "mark-in" }));
    this.markOut.addEventListener("click", () => this.ask({ kind: "mark-out" }));
    this.rangeText.addEventListener("click", () => this.ask({ kind: "clear-range" }));
    this.speed.addEventListener("change", () => this.ask({ kind: "speed", speed: Number(this.speed.value) }));
    this.quality.addEventListener("change", () => this.ask({ kind: "quality", quality: this.quality.value }));
    this.volume.addEventListener("input", () => this.ask({ kind: "volume", volume: Number(this.volume.value) / 100 }));
    this.field.addEventListener("focus", () => {
      this.typing = true;
      this.ask({ kind: "pause" });
      this.field.select();
    });
    this.field.addEventListener("blur", () => {
      this.typing = false;
      this.field.removeAttribute("aria-invalid");
      this.dispatchEvent(new Event("refresh"));
    });
    this.field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // letters and arrows belong to the field now
      if (event.key === "Enter") this.ask({ kind: "go-to", text: this.field.value });
      else if (event.key === "Escape") {
        this.field.blur();
        this.dispatchEvent(new Event("given-up"));
      }
    });
  }

  /** Put the caret into the position field. */
  type(): void {
    this.field.focus();
  }

  /** The typed position was taken (null) or refused (why). */
  answer(refusal: string | null): void {
    if (refusal === null) this.field.blur();
    else this.field.setAttribute("aria-invalid", "true");
  }

  setMedia(face: ClockFace | null, qualities: readonly QualityChoice[], chosen: string): void {
    this.face = face;
    this.offered = { choices: qualities, chosen };
    setText(this.lengthText, face ? `/ ${face.length(face.frameCount)}` : "");
    this.lengthText.title = face ? `${n("{count} frame | {count} frames", face.frameCount)}, ${face.rateText}` : "";
    const key = JSON.stringify(qualities);
    if (key !== this.qualities) {
      this.qualities = key;
      fill(this.quality, qualities.map((choice) => h("option", { value: choice.quality }, choice.name)));
    }
    this.quality.value = chosen;
    this.quality.hidden = qualities.length < 3;
    this.field.disabled = face === null;
    const what = `${DISPLAY_NAMES[face?.display ?? "record"]}. ${t("Type a position, a frame such as f1798, or a distance such as +12 or -1:00.")}`;
    this.field.title = what;
    this.field.setAttribute("aria-label", what);
    this.showMenu();
  }

  setChoices(choices: ViewChoices): void {
    this.choices = choices;
    this.showMenu();
  }

  /** Whether pausing starts a comment; null for who writes none. */
  setPausing(writes: boolean | null): void {
    this.pausing = writes;
    this.showMenu();
  }

  private showMenu(): void {
    if (this.choices) this.menu.show(this.face?.display ?? "record", this.choices, this.offered, Number(this.speed.value), this.pausing);
  }

  show(state: PlayerState): void {
    const { face } = this;
    if (face && state.status === "ready") {
      if (!this.typing) this.field.value = face.position(state.frame);
      setText(this.frameText, face.beside(state.frame));
    } else if (!this.typing) {
      this.field.value = "–";
      setText(this.frameText, "");
    }
    this.classList.toggle("unsettled", !state.playing && !state.confirmed);
    const label = state.playing ? t("Pause") : t("Play");
    if (this.play.getAttribute("aria-label") !== label) {
      setAttribute(this.play, "aria-label", label);
      hinted(this.play, label, "toggle");
      fill(this.play, icon(state.playing ? "pause" : "play"));
    }
    this.shuttleText.hidden = !state.playing || state.shuttle === 1;
    setText(this.shuttleText, state.shuttle < 0 ? `◀ ${-state.shuttle}×` : `▶ ${state.shuttle}×`);
    if (this.speed.value !== String(state.speed)) {
      this.speed.value = String(state.speed);
      this.showMenu();
    }
    setAttribute(this.loop, "aria-pressed", String(state.loop));
    const silent = state.muted || state.volume === 0;
    if (this.mute.dataset["silent"] !== String(silent)) {
      this.mute.dataset["silent"] = String(silent);
      setAttribute(this.mute, "aria-label", silent ? t("Sound on") : t("Mute"));
      hinted(this.mute, silent ? t("Sound on") : t("Mute"), "mute");
      fill(this.mute, icon(silent ? "muted" : "volume"));
    }
    this.volume.value = String(Math.round((state.muted ? 0 : state.volume) * 100));
    const { range } = state;
    this.rangeText.hidden = range === null;
    this.lengthText.hidden = range !== null;
    if (range && face) {
      const length = face.length(range.last - range.first + 1, range.first);
      setText(this.rangeText, length);
      hinted(this.rangeText, `${face.position(range.first)} – ${face.position(range.last)}. ${t("Clear in and out")}`, "clear-range");
      this.rangeText.setAttribute("aria-label", `${length}. ${t("Range {first} to {last}. Clear it", { first: face.position(range.first), last: face.position(range.last) })}`);
    }
  }

  private setMore(open: boolean): void {
    setAttribute(this.more, "aria-expanded", String(open));
    this.classList.toggle("more-open", open);
  }

  private ask(request: RoomRequest): void {
    ask(this, request);
  }
}
customElements.define("tp-transport", Transport);
