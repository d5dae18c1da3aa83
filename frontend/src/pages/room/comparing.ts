// Comparing two videos, the part that is always there: it loads the rest when somebody compares.
import { h, signOf } from "../../elements/dom.ts";
import { hinted } from "../../elements/key-hints.ts";
import { ask, type Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { CompareVideo } from "../../state/compare-choices.ts";
import type {} from "./compare-news.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import { LazyTools } from "./lazy-tools.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Begin or stop to compare this version with another video. */
    compare: unknown;
  }
}

/** What a guest's link lets a version be compared with; without one: the versions of its stack, and the other videos of the project. */
export interface CompareSource {
  /** The video of a version. */
  own(versionId: string): string;
  /** With all their versions, but for the one that is compared. */
  others(versionId: string): readonly CompareVideo[];
  nameOf(versionId: string): string;
}

type Kinds = "compare" | "compare-as" | "comparing";
const TWO = "M4 5h7v14H4zM13 5h7v14h-7z";

export class Comparing implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private readonly tools = new LazyTools(() => import("./comparing-surface.ts"), ({ ComparingSurface }) => new ComparingSurface(this.room, this.button, this.source));
  private readonly button = hinted(h("button", { type: "button", class: "icon-button", "aria-label": t("Compare"), onclick: () => ask(this.button, { kind: "compare" }) }, signOf(TWO)), t("Compare"), "compare");

  constructor(
    private readonly room: RoomContext,
    private readonly source: CompareSource | null = null,
  ) {
    this.handlers = {
      compare: async () => (await this.tools.load())?.toggle(),
      "compare-as": async ({ seen }) => {
        if (seen) await (await this.tools.load())?.showAs(seen);
        else this.tools.here?.close();
      },
      comparing: ({ command }) => this.tools.here?.act(command),
    };
    room.view.tools.append(this.button);
  }

  /** Where there is nothing to compare with, nothing is offered. */
  entered(versionId: string): void {
    if (this.source) this.button.hidden = this.source.others(versionId).length === 0;
  }

  leave(): void {
    this.tools.here?.close();
  }
}
