// Comparing two videos, the part that is always there: it loads the rest when somebody compares.
import { h, signOf } from "../../elements/dom.ts";
import { toast } from "../../elements/feedback.ts";
import { hinted } from "../../elements/key-hints.ts";
import { ask, type Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type {} from "./compare-news.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { ComparingSurface } from "./comparing-surface.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Begin or stop to compare this version with another video. */
    compare: unknown;
  }
}

type Kinds = "compare" | "compare-as" | "comparing";
const TWO = "M4 5h7v14H4zM13 5h7v14h-7z";

export class Comparing implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private surface: ComparingSurface | null = null;
  private loading: Promise<ComparingSurface | null> | null = null;
  private readonly button = hinted(h("button", { type: "button", class: "icon-button", "aria-label": t("Compare"), onclick: () => ask(this.button, { kind: "compare" }) }, signOf(TWO)), t("Compare"), "compare");

  constructor(private readonly room: RoomContext) {
    this.handlers = {
      compare: async () => (await this.load())?.toggle(),
      "compare-as": async ({ seen }) => {
        if (seen) await (await this.load())?.showAs(seen);
        else this.surface?.close();
      },
      comparing: ({ command }) => this.surface?.act(command),
    };
    room.view.tools.append(this.button);
  }

  leave(): void {
    this.surface?.close();
  }

  private load(): Promise<ComparingSurface | null> {
    this.loading ??= import("./comparing-surface.ts").then(
      ({ ComparingSurface }) => (this.surface = new ComparingSurface(this.room, this.button)),
      () => {
        this.loading = null;
        toast(t("The tools could not be loaded. Check the network, then try again."), { bad: true });
        return null;
      },
    );
    return this.loading;
  }
}
