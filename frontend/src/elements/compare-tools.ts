// The tools for comparing, in a row above the timeline.
import { t } from "../language/translate.ts";
import type { CompareMode, CompareShown } from "./compare-view.ts";
import { offsetFrames } from "../core/pair-map.ts";
import type { CompareVideo } from "../state/compare-choices.ts";
import { fill, h, iconButton, setAttribute, setText } from "./dom.ts";
import { hinted } from "./key-hints.ts";
import { ask } from "./requests.ts";
import { VideoMenu } from "./video-menu.ts";

export type CompareCommand =
  | { readonly do: "video" | "with"; readonly id: string }
  | { readonly do: "mode"; readonly mode: CompareMode }
  | { readonly do: "offset"; readonly by: number }
  | { readonly do: "amount"; readonly value: number }
  | { readonly do: "flip" | "swap" | "close" };

declare module "./requests.ts" {
  interface RequestMap {
    comparing: { readonly command: CompareCommand };
  }
}

const MODES: readonly (readonly [CompareMode, string])[] = [["side", t("Side by side")], ["wipe", t("Wipe")], ["overlay", t("Overlay")], ["difference", t("Difference")], ["flip", t("A/B flip")]];

export class CompareTools extends HTMLElement {
  private readonly video = new VideoMenu((id) => this.order({ do: "video", id }));
  private readonly other = h("select", { class: "compact", "aria-label": t("Version of B"), title: t("Version of B") });
  private readonly mode = h("select", { class: "compact", "aria-label": t("How to compare"), title: t("How to compare") }, MODES.map(([value, name]) => h("option", { value }, name)));
  private readonly offset = h("input", { class: "input num compare-offset", inputmode: "text", autocomplete: "off", title: t("Offset of B in frames"), "aria-label": t("Offset of B in frames") });
  private readonly amount = h("input", { type: "range", class: "volume compare-amount" });
  private readonly flip = hinted(h("button", { type: "button", class: "button small", onclick: () => this.order({ do: "flip" }) }, t("Flip")), t("Flip between A and B"), "compare-flip");
  private readonly rate = h("span", { class: "quiet" });
  private present = 0;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", t("Comparing"));
    this.other.addEventListener("change", () => this.order({ do: "with", id: this.other.value }));
    this.mode.addEventListener("change", () => this.order({ do: "mode", mode: this.mode.value as CompareMode }));
    this.offset.addEventListener("focus", () => this.offset.select());
    this.offset.addEventListener("change", () => this.typed());
    this.offset.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.offset.value = signed(this.present);
      if (event.key === "Escape" || event.key === "Enter") this.offset.blur();
    });
    this.amount.addEventListener("input", () => this.order({ do: "amount", value: Number(this.amount.value) }));
    this.append(
      h("div", { class: "tool-group" }, this.video.node, this.other, this.mode, this.amount, this.flip),
      h("div", { class: "tool-group", role: "group", "aria-label": t("Offset of B") }, h("span", { class: "quiet", "aria-hidden": "true" }, "B"), iconButton("stepBack", t("B one frame earlier"), () => this.order({ do: "offset", by: -1 })), this.offset, iconButton("stepForward", t("B one frame later"), () => this.order({ do: "offset", by: 1 }))),
      this.rate,
      hinted(h("button", { type: "button", class: "button small compare-end", onclick: () => this.order({ do: "close" }) }, t("Close")), t("Stop comparing"), "compare"),
    );
  }

  /** `chosen`: a version of `video`. */
  offer(videos: readonly CompareVideo[], video: CompareVideo | null, chosen: string): void {
    this.video.show(videos, video?.id ?? "");
    fill(this.other, (video?.versions ?? []).map(({ id, name }) => h("option", { value: id }, name)));
    this.other.value = chosen;
  }

  show(shown: CompareShown, offset: number, mapping: string): void {
    this.present = offset;
    this.mode.value = shown.mode;
    if (document.activeElement !== this.offset) this.offset.value = signed(offset);
    setText(this.rate, mapping);
    this.flip.hidden = shown.mode !== "flip";
    this.amount.hidden = shown.mode !== "overlay" && shown.mode !== "difference";
    const difference = shown.mode === "difference";
    [this.amount.min, this.amount.max] = difference ? ["1", "32"] : ["0", "100"];
    this.amount.step = "1";
    this.amount.value = String(difference ? shown.gain : shown.opacity);
    const name = difference ? t("Amplified {gain} times", { gain: shown.gain }) : t("Opacity of B {opacity} %", { opacity: shown.opacity });
    this.amount.title = name;
    this.amount.setAttribute("aria-label", difference ? t("Amplification") : t("Opacity of B"));
    this.amount.setAttribute("aria-valuetext", name);
  }

  private typed(): void {
    const wanted = offsetFrames(this.offset.value);
    setAttribute(this.offset, "aria-invalid", wanted === null ? "true" : null);
    if (wanted !== null) this.order({ do: "offset", by: wanted - this.present });
  }

  private order(command: CompareCommand): void {
    ask(this, { kind: "comparing", command });
  }
}
customElements.define("tp-compare-tools", CompareTools);

const signed = (frames: number): string => (frames > 0 ? `+${frames}` : String(frames));
