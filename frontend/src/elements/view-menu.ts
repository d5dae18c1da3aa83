// The menu of what the timeline shows, of how positions are shown and of what a pause does.
import { DISPLAY_NAMES, DISPLAYS, type Display } from "../core/position-display.ts";
import { t } from "../language/translate.ts";
import type { MediaStatus } from "../net/types.ts";
import { trackName } from "../state/sound-and-times.ts";
import type { QualityChoice } from "../state/sources.ts";
import type { TimelineOptions } from "../state/timeline-state.ts";
import { fill, h, icon } from "./dom.ts";
import { ask } from "./requests.ts";
import { floatingMenu } from "./talk/floating-menu.ts";

export interface ViewChoices {
  readonly options: TimelineOptions;
  readonly tracks: MediaStatus["audio_tracks"];
  /** Numbers of the tracks that have a waveform. */
  readonly waveforms: readonly number[];
  /** Whether there are pictures for a film strip. */
  readonly sprites: boolean;
}

export const SPEEDS: readonly (readonly [number, string])[] = [[0.25, "0.25×"], [0.5, "0.5×"], [0.75, "0.75×"], [1, "1×"], [1.25, "1.25×"], [1.5, "1.5×"], [2, "2×"]];

/** The qualities again: where the window is too narrow for their own field. */
export interface ViewQualities {
  readonly choices: readonly QualityChoice[];
  readonly chosen: string;
}

export class ViewMenu {
  private readonly panel = h("div", { class: "menu-panel up", role: "menu", "aria-label": t("Timeline and positions") });
  readonly node = h("details", { class: "menu view-menu" }, h("summary", { class: "icon-button", "aria-label": t("Timeline and positions"), title: t("Timeline and positions") }, icon("sliders")), this.panel);
  private shown = "";

  /** `simple`: positions, pictures and pauses alone. */
  constructor(private readonly simple: boolean) {
    floatingMenu(this.node, this.panel); // on a phone held sideways it is higher than what lies above its button
  }

  /** `pausing`: whether pausing starts a comment; null where nobody is asked. */
  show(display: Display, choices: ViewChoices, qualities: ViewQualities, speed: number, pausing: boolean | null): void {
    const key = JSON.stringify([display, choices, qualities, speed, pausing]);
    if (key === this.shown) return;
    this.shown = key;
    const item = (role: "menuitemradio" | "menuitemcheckbox", name: string, checked: boolean, run: () => void): HTMLElement =>
      h("button", { type: "button", class: "menu-item", role, "aria-checked": String(checked), onclick: run }, name);
    const { options, tracks, waveforms, sprites } = choices;
    const positions = DISPLAYS.map((one) => item("menuitemradio", DISPLAY_NAMES[one], one === display, () => ask(this.node, { kind: "display", display: one })));
    const present = options.track === null ? null : waveforms.includes(options.track) ? options.track : (waveforms[0] ?? null);
    const sound = tracks
      .filter((track) => waveforms.includes(track.index))
      .map((track) => item("menuitemradio", trackName(track, tracks.length), track.index === present, () => ask(this.node, { kind: "timeline-options", track: track.index })));
    const none = item("menuitemradio", t("None // no waveform"), present === null, () => ask(this.node, { kind: "timeline-options", track: null }));
    const group = (name: string, items: readonly HTMLElement[]): HTMLElement => h("div", { class: "menu-group", role: "group", "aria-label": name }, h("span", { class: "menu-label" }, name), items);
    const { simple } = this;
    const quality = qualities.choices.map((one) => item("menuitemradio", one.name, one.quality === qualities.chosen, () => ask(this.node, { kind: "quality", quality: one.quality })));
    const qualityGroup = group(t("Quality"), quality);
    qualityGroup.classList.add("narrow-only");
    const speedGroup = group(t("Speed"), SPEEDS.map(([value, name]) => item("menuitemradio", name, value === speed, () => ask(this.node, { kind: "speed", speed: value }))));
    speedGroup.classList.add("speed-group");
    const pause = group(t("Comments"), [item("menuitemcheckbox", t("Pausing starts a comment"), pausing === true, () => ask(this.node, { kind: "pausing-writes", on: !pausing }))]);
    pause.classList.add("pause-group");
    fill(
      this.panel,
      group(t("Positions"), positions),
      !simple && speedGroup,
      !simple && sound.length > 0 && group(t("Waveform"), [none, ...sound]),
      sprites && group(t("Pictures"), [item("menuitemcheckbox", t("Film strip"), options.film, () => ask(this.node, { kind: "timeline-options", film: !options.film }))]),
      pausing !== null && pause,
      !simple && quality.length > 2 && qualityGroup,
      !simple && group(t("Connection"), [h("button", { type: "button", class: "menu-item", role: "menuitem", onclick: () => ask(this.node, { kind: "test-connection" }) }, t("Test the connection…"))]),
    );
  }
}
