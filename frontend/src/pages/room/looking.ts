// Looking closer, the part that is always there: it loads the rest at the first wheel, pinch, key or click that asks.
import { h, signOf } from "../../elements/dom.ts";
import { hinted } from "../../elements/key-hints.ts";
import { ask, type Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { PlayerState } from "../../player/player.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { LookCommand } from "../../elements/look-tools.ts";
import { LazyTools } from "./lazy-tools.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Show the tools for looking closer, or put them away. */
    "look-tools": unknown;
    /** Two fingers are on the picture: have ready what follows them. */
    "look-ready": unknown;
  }
}

type Kinds = "look-tools" | "look-ready" | "look";
const LOUPE_AWAY = "M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l5 5M8 11h6";
const LOUPE = "M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l5 5M11 8v6M8 11h6";

function wholeButton(): HTMLElement {
  const button: HTMLElement = h("button", { type: "button", class: "icon-button look-whole", "aria-label": t("The whole picture"), title: t("The whole picture"), "aria-pressed": "false", onclick: () => ask(button, { kind: "look", command: { do: "reset" } }) }, signOf(LOUPE_AWAY));
  return button;
}

export class Looking implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private readonly tools = new LazyTools(() => import("./looking-surface.ts"), ({ LookingSurface }) => new LookingSurface(this.room, this.button, this.plain));
  private readonly button: HTMLElement;

  /** `plain`: fingers and wheel alone, without the tools; what is turned or drawn near has a way back. */
  constructor(
    private readonly room: RoomContext,
    private readonly plain = false,
  ) {
    this.button = plain ? wholeButton() : hinted(h("button", { type: "button", class: "icon-button", "aria-label": t("Look closer"), onclick: () => ask(this.button, { kind: "look-tools" }) }, signOf(LOUPE)), t("Look closer"), "look-tools");
    this.handlers = {
      "look-tools": async () => (await this.tools.load())?.toggle(),
      "look-ready": () => this.tools.load(),
      look: ({ command }) => this.act(command),
    };
    const { view } = room;
    view.tools.append(this.button);
    view.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault(); // the page does not scroll or zoom under the picture
        if (this.tools.here) this.tools.here.wheel(event);
        else void this.tools.load().then((surface) => surface?.wheel(event));
      },
      { passive: false },
    );
  }

  player(state: PlayerState, before: PlayerState): void {
    if (state.frame !== before.frame || state.confirmed !== before.confirmed || state.sharp !== before.sharp || state.sourceId !== before.sourceId) this.tools.here?.changed();
  }

  leave(): void {
    this.tools.here?.act({ do: "reset" });
  }

  private async act(command: LookCommand): Promise<void> {
    (await this.tools.load())?.act(command);
  }
}
