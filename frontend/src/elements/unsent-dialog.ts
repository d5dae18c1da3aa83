// Comments that the server refused, wherever they were written: each with its reason, to be sent again, taken along or dropped.
import { agoText } from "../core/wording.ts";
import { t } from "../language/translate.ts";
import type { Outbox, Waiting } from "../state/outbox.ts";
import { fill, h } from "./dom.ts";
import { copyText, openDialog, toast } from "./feedback.ts";

export const refusedOf = (outbox: Outbox): readonly Waiting[] => outbox.store.state.items.filter(({ pending }) => pending === "failed");

export function openUnsent(outbox: Outbox): void {
  const list = h("ul", { class: "unsent-list" });
  const dialog = openDialog(t("Comments that were not sent"), (body) => body.append(h("p", { class: "quiet" }, t("They are kept in this browser until you send, copy or discard them.")), list));
  const stop = outbox.store.watch(() => {
    const rows = refusedOf(outbox);
    fill(list, rows.length > 0 ? rows.map((one) => unsentRow(one, outbox)) : h("li", { class: "quiet" }, t("Nothing is left: all has been sent or discarded.")));
  });
  dialog.addEventListener("close", stop);
}

export function unsentRow({ unsent, problem }: Waiting, outbox: Outbox): HTMLElement {
  const { key, versionId, body, at, who } = unsent;
  const button = (words: string, run: () => unknown): HTMLElement => h("button", { type: "button", class: "button small ghost", onclick: () => void run() }, words);
  return h(
    "li",
    null,
    h("p", { class: "unsent-place dim" }, h("span", null, t("Frame {frame}", { frame: body.frame })), h("time", { datetime: at }, agoText(at, Date.now()))),
    h("p", { class: "unsent-text" }, body.text || t("A drawing without words")),
    problem !== "" && h("p", { class: "bad" }, problem),
    h(
      "div",
      { class: "pending-acts" },
      button(t("Send now"), () => outbox.resend(key)),
      body.text !== "" && button(t("Copy text"), async () => (await copyText(body.text)) && toast(t("Text copied."))),
      who !== "guest" && h("a", { class: "button small ghost", href: `/v/${versionId}?frame=${body.frame}` }, t("Open its version")),
      button(t("Discard"), () => outbox.discard(key)),
    ),
  );
}
