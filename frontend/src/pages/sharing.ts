// The button that opens the share links; what is behind it is loaded when somebody asks for it.
import { h, icon } from "../elements/dom.ts";
import { toast } from "../elements/feedback.ts";
import type { ShareTarget } from "../elements/share-fields.ts";
import { t } from "../language/translate.ts";
import type { Capability } from "../net/types.ts";

/** Null for those who make no links. `target`: asked when the button is pressed. */
export function shareButton(projectId: string, may: ReadonlySet<Capability>, target: () => ShareTarget | null, words = t("Share")): HTMLButtonElement | null {
  if (!may.has("share")) return null;
  const open = (): void =>
    void import("./share-links.ts").then(
      ({ openShares }) => openShares(projectId, target()),
      () => toast(t("This part of the page could not be loaded. Check the network, then try again."), { bad: true }),
    );
  return h("button", { type: "button", class: "button share-button", onclick: open }, icon("link"), words);
}
