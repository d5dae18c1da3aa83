// The tools for looking closer, in a row above the timeline.
import { FALSE_COLOURS } from "../core/colour.ts";
import { MASKS } from "../core/guides.ts";
import type { Filter } from "../core/colour.ts";
import { t } from "../language/translate.ts";
import { FILTERS, SCOPES, type LookState, type Scope } from "../state/looking.ts";
import { fill, h, iconButton, setAttribute, setText, signOf } from "./dom.ts";
import type { KeyAction } from "../core/key-actions.ts";
import { hinted } from "./key-hints.ts";
import { ask } from "./requests.ts";

export type LookCommand =
  | { readonly do: "in" | "out" | "whole" | "pixels" | "turn" | "mirror" | "flip" | "safe" | "checker" | "still" | "reset" | "next-filter" | "next-scope" | "close" }
  | { readonly do: "filter"; readonly filter: Filter }
  | { readonly do: "scope"; readonly scope: Scope }
  | { readonly do: "mask"; readonly text: string };

declare module "./requests.ts" {
  interface RequestMap {
    look: { readonly command: LookCommand };
  }
}

const SIGNS = {
  out: "M5 12h14",
  whole: "M4 9V5h4M20 9V5h-4M4 15v4h4M20 15v4h-4",
  turn: "M19 12a7 7 0 11-2.2-5.1M19 4v4.5h-4.5",
  mirror: "M12 4v16M9 7L4 17h5zM15 7l5 10h-5z",
  flip: "M4 12h16M7 9L17 4v5zM7 15l10 5v-5z",
  safe: "M3.5 5h17v14h-17zM7 8.5h10v7H7z",
  checker: "M4 4h16v16H4zM4 12h16M12 4v16",
  still: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7z",
} as const;

export class LookTools extends HTMLElement {
  private readonly percent = hinted(h("button", { type: "button", class: "button ghost small num look-percent" }), t("100 %: one picture pixel on one pixel of the screen"), "picture-pixels");
  private readonly filter = hinted(h("select", { class: "compact", "aria-label": t("Channel or false colour") }, FILTERS.map(([value, name]) => h("option", { value }, name))), t("Channel or false colour"), "filter");
  private readonly scope = hinted(h("select", { class: "compact", "aria-label": t("Scope") }, SCOPES.map(([value, name]) => h("option", { value }, name))), t("Scope"), "scope");
  private readonly mask = h("select", { class: "compact", "aria-label": t("Aspect mask"), title: t("Aspect mask") }, h("option", { value: "" }, t("No mask")), MASKS.map(({ name }) => h("option", { value: name }, name)), h("option", { value: "other" }, t("Other …")));
  private readonly other = h("input", { class: "input look-aspect", hidden: true, placeholder: t("2.2 or 4:5"), "aria-label": t("Aspect, as 2.2 or 4:5"), inputmode: "text", autocomplete: "off" });
  private readonly toggles: Readonly<Record<"mirror" | "flip" | "safe" | "checker", HTMLButtonElement>> = {
    mirror: this.action("mirror", t("Mirror left and right")),
    flip: this.action("flip", t("Mirror top and bottom")),
    safe: this.action("safe", t("Safe areas: action 93 %, title 90 %")),
    checker: this.action("checker", t("Checkerboard behind transparent parts")),
  };
  /** "Other" was chosen: the field stays, whatever is drawn anew beneath it. */
  private asking = false;
  private readonly legend = h("div", { class: "look-legend", hidden: true });

  connectedCallback(): void {
    if (this.firstChild) return;
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", t("Looking closer"));
    this.percent.addEventListener("click", () => this.order({ do: "pixels" }));
    this.filter.addEventListener("change", () => this.order({ do: "filter", filter: this.filter.value as Filter }));
    this.scope.addEventListener("change", () => this.order({ do: "scope", scope: this.scope.value as Scope }));
    this.mask.addEventListener("change", () => {
      this.asking = this.mask.value === "other";
      this.other.hidden = !this.asking;
      if (this.asking) this.other.focus();
      else this.order({ do: "mask", text: this.mask.value });
    });
    this.other.addEventListener("change", () => this.order({ do: "mask", text: this.other.value }));
    this.other.addEventListener("keydown", (event) => event.stopPropagation());
    fill(this.legend, FALSE_COLOURS.filter((band) => band.color).map((band) => {
      const entry = h("span", { class: "look-band" }, band.name);
      entry.style.setProperty("--swatch", `rgb(${band.color?.join(" ") ?? ""})`);
      return entry;
    }));
    this.append(
      h("div", { class: "tool-group", role: "group", "aria-label": t("Zoom") }, this.action("out", t("Zoom out"), "picture-out"), this.percent, hinted(iconButton("plus", t("Zoom in"), () => this.order({ do: "in" })), t("Zoom in"), "picture-in"), this.action("whole", t("Whole picture"), "picture-whole")),
      h("div", { class: "tool-group", role: "group", "aria-label": t("Turn") }, this.action("turn", t("Turn clockwise"), "picture-turn"), this.toggles.mirror, this.toggles.flip),
      h("div", { class: "tool-group" }, this.filter, this.scope),
      h("div", { class: "tool-group" }, this.mask, this.other, this.toggles.safe, this.toggles.checker),
      h("div", { class: "tool-group" }, this.action("still", t("Save this frame as PNG"), "still")),
      h("div", { class: "tool-group look-end" }, h("button", { type: "button", class: "button ghost small", onclick: () => this.reset() }, t("Reset")), hinted(h("button", { type: "button", class: "button small", onclick: () => this.order({ do: "close" }) }, t("Close")), t("Close these tools"), "look-tools")),
      this.legend,
    );
  }

  show(state: LookState, percent: number): void {
    this.hidden = !state.open;
    setText(this.percent, `${Math.round(percent)} %`);
    this.filter.value = state.filter;
    this.scope.value = state.scope;
    this.legend.hidden = state.filter !== "false";
    const { mask } = state;
    const known = MASKS.find(({ num, den }) => mask && num * mask.den === mask.num * den);
    this.mask.value = this.asking ? "other" : mask ? (known?.name ?? "other") : "";
    this.other.hidden = this.mask.value !== "other";
    const { mirror, flip, safe, checker } = this.toggles;
    for (const [button, on] of [[mirror, state.view.mirrored], [flip, state.view.upsideDown], [safe, state.safe], [checker, state.checker]] as const) setAttribute(button, "aria-pressed", String(on));
  }

  /** What was typed is no aspect. */
  refuseAspect(refused: boolean): void {
    setAttribute(this.other, "aria-invalid", refused ? "true" : null);
  }

  private reset(): void {
    this.asking = false;
    this.other.value = "";
    this.refuseAspect(false);
    this.order({ do: "reset" });
  }

  private order(command: LookCommand): void {
    ask(this, { kind: "look", command });
  }

  private action(sign: keyof typeof SIGNS, label: string, ...keys: KeyAction[]): HTMLButtonElement {
    return hinted(h("button", { type: "button", class: "icon-button", "aria-label": label, onclick: () => this.order({ do: sign }) }, signOf(SIGNS[sign])), label, ...keys);
  }
}
customElements.define("tp-look-tools", LookTools);
