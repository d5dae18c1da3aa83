// The keyboard of who is here: kept with their account, shown and changed by the list of keys, which is loaded when asked for.
import { Keymap } from "../../core/keymap.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import { useKeymap } from "../../elements/key-hints.ts";
import type { Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import { api } from "../connect.ts";

export class Keys {
  readonly handlers: Handlers<"help"> = { help: () => this.open() };

  /** `kept`: what the page came with. To be made before anything that names its key. */
  constructor(
    kept: unknown,
    private readonly tour: () => void,
  ) {
    useKeymap(new Keymap(kept));
  }

  private open(): void {
    import("../../elements/key-editor.ts").then(
      ({ openKeyEditor }) => openKeyEditor({ save: ({ keyboard }) => api.send("me/preferences", { method: "PATCH", body: { keys: keyboard } }), failed: toastProblem, tour: this.tour }),
      () => toast(t("The list of keys could not be loaded. Check the network, then try again."), { bad: true }),
    );
  }
}
