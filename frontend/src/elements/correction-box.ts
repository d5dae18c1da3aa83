// Corrected copies of a version: what could be made, what is being made, what came of it.
import { verdictLook } from "../core/sync-verdict.ts";
import { agoText } from "../core/wording.ts";
import { t, woven } from "../language/translate.ts";
import type { Correction, CorrectionProposal } from "../net/types.ts";
import { h, icon } from "./dom.ts";

export interface CorrectionPort {
  make(): void;
}

/** Null where there is nothing to say. */
export function correctionBox(versionId: string, proposal: CorrectionProposal | null, corrections: readonly Correction[], port: CorrectionPort | null): HTMLElement | null {
  const origin = corrections.find((one) => one.result?.version_id === versionId);
  const mine = corrections.filter((one) => one.version_id === versionId);
  const going = mine.find((one) => one.state === "ordered" || one.state === "running");
  const [last] = mine;
  const parts = [
    origin && came(origin),
    going ? progress(going) : last?.result ? made(last) : last?.error ? failed(last) : null,
    !going && proposal && port && offer(proposal, last?.result !== null && last?.result !== undefined, port),
  ].filter((part): part is HTMLElement => part instanceof HTMLElement);
  return parts.length > 0 ? h("section", { class: "corrections", "aria-label": t("Corrected copy") }, parts) : null;
}

function offer({ words }: CorrectionProposal, again: boolean, port: CorrectionPort): HTMLElement {
  return h(
    "div",
    { class: "correction" },
    h("h2", null, t("This can be put right without rendering")),
    h("p", null, t("Twopop can write a corrected copy as a new version, and check it again:")),
    list(words),
    h("p", { class: "quiet" }, t("Pictures are copied as they are wherever that is possible. The copy is kept only if it is proven to leave less than 0.1 ms.")),
    h("div", null, h("button", { type: "button", class: again ? "button" : "button primary", onclick: port.make }, icon("edit"), again ? t("Make it again") : t("Make the corrected copy"))),
  );
}

function progress({ words, done, total, by }: Correction): HTMLElement {
  const share = total > 0 ? Math.min(1, done / total) : null;
  const bar = h("progress", { max: 1, "aria-label": t("Progress of the corrected copy") });
  if (share !== null) bar.value = share;
  return h("div", { class: "correction", role: "status" }, h("h2", null, t("The corrected copy is being made")), list(words), bar, h("p", { class: "quiet" }, t("Ordered by {name}. It will be the next version.", { name: by.name })));
}

function made({ result, words, proof, verdict_before }: Correction): HTMLElement {
  if (!result) return h("div", null);
  return h(
    "div",
    { class: "correction" },
    h("h2", null, woven("Corrected copy: {version}", { version: h("a", { href: `/v/${result.version_id}/checks` }, t("version {number}", { number: result.number })) })),
    beforeAndAfter(verdict_before, result),
    list(words),
    h("p", { class: "quiet" }, proof.join("; ")),
  );
}

function came({ version_id, number, words, proof, verdict_before, result, by, created_at }: Correction): HTMLElement {
  return h(
    "div",
    { class: "correction" },
    h("h2", null, woven("Corrected copy of {version}", { version: h("a", { href: `/v/${version_id}/checks` }, t("version {number}", { number })) })),
    result && beforeAndAfter(verdict_before, result),
    list(words),
    h("p", { class: "quiet" }, `${proof.join("; ")}. ${t("Made for {name} {ago}.", { name: by.name, ago: agoText(created_at, Date.now()) })}`),
  );
}

function failed({ error }: Correction): HTMLElement {
  return h("div", { class: "correction problem", role: "alert" }, h("h2", null, t("No corrected copy was made")), h("p", null, error?.message), h("p", { class: "remedy" }, error?.remedy));
}

const list = (words: readonly string[]): HTMLElement => h("ul", { class: "bullets" }, words.map((one) => h("li", null, one)));

function beforeAndAfter(before: Correction["verdict_before"], result: NonNullable<Correction["result"]>): HTMLElement {
  const badge = (state: "done" | typeof result.state, verdict: typeof result.verdict): HTMLElement => {
    const { text, look, sign } = verdictLook({ state, verdict, errors: 0, warnings: 0, waived: 0, revision: 0 });
    return h("span", { class: `badge ${look}` }, icon(sign), text);
  };
  return h("p", { class: "before-after" }, h("span", null, `${t("Before")} `), badge("done", before), h("span", { "aria-hidden": true }, "→"), h("span", null, `${t("now")} `), badge(result.state, result.verdict));
}
