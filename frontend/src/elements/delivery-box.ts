// What stands in the way of a version's delivery, who may let it pass, and the delivery itself.
import type { Api } from "../net/api.ts";
import type { Capability, Delivery, Version, VersionApprovals } from "../net/types.ts";
import { BLOCKS } from "../state/delivery-record.ts";
import { fill, h, icon } from "./dom.ts";
import { openDialog, problemText, toastProblem } from "./feedback.ts";
import { askReason } from "./reason-dialog.ts";
import { t } from "../language/translate.ts";

/** `changed` is told of what the approvals are after a block was lifted or restored. */
export function deliveryBox(api: Api, version: Version, approvals: VersionApprovals, may: ReadonlySet<Capability>, changed: (now: VersionApprovals) => void): HTMLElement | null {
  if (approvals.state === "delivered" || !(may.has("deliver") || may.has("lift_blocks"))) return null;
  const path = `versions/${version.id}`;
  const lift = (code: string): void =>
    askReason(t("Let it pass"), t("“{block}” will not keep v{number} from being delivered. The reason stays on the delivery record, with your name.", { block: BLOCKS[code] ?? code, number: version.number }), t("Why is it all right?"), t("Let it pass"), async (reason) => {
      changed(await api.send<VersionApprovals>(`${path}/blocks/${code}`, { method: "PUT", body: { reason } }));
    });
  const restore = async (code: string): Promise<void> => {
    try {
      changed(await api.send<VersionApprovals>(`${path}/blocks/${code}`, { method: "DELETE" }));
    } catch (error) {
      toastProblem(error);
    }
  };
  const block = (one: VersionApprovals["blocks"][number]): HTMLElement =>
    h(
      "li",
      { "data-lifted": one.lifted !== null },
      icon(one.lifted === null ? "close" : "check"),
      h("span", { class: "row-text" }, h("strong", null, BLOCKS[one.code] ?? one.code), h("span", { class: "quiet" }, one.lifted === null ? one.what : t("Let pass: {lifted}", { lifted: one.lifted }))),
      may.has("lift_blocks") && (one.lifted === null ? h("button", { type: "button", class: "button small", onclick: () => lift(one.code) }, t("Let it pass …")) : h("button", { type: "button", class: "button small ghost", onclick: () => void restore(one.code) }, t("Block again"))),
    );
  const ready = approvals.may_be_delivered;
  return h(
    "div",
    { class: "delivery-box" },
    h("h3", null, t("Delivery")),
    h("p", { class: "quiet" }, h("a", { href: policyAddress(version.project_id) }, t("What a delivery needs in this project"))),
    approvals.blocks.length > 0 ? h("ul", { class: "blocks" }, approvals.blocks.map(block)) : h("p", { class: "quiet" }, t("Nothing stands in the way.")),
    may.has("deliver") && h("button", { type: "button", class: ready ? "button primary" : "button", disabled: !ready, onclick: () => deliver(api, version) }, t("Deliver v{number} …", { number: version.number })),
  );
}

/** Where the project's policy stands. */
export const policyAddress = (projectId: string): string => `/projects/${projectId}/deliveries#policy`;

function deliver(api: Api, version: Version): void {
  openDialog(t("Deliver {assetName} v{number}", { assetName: version.asset_name, number: version.number }), (body, close) => {
    const name = h("input", { class: "input", id: "delivery-name", maxlength: 200, autocomplete: "off", spellcheck: "false", value: version.name, placeholder: version.original_name });
    const note = h("textarea", { class: "input", id: "delivery-note", rows: 2, maxlength: 5000 });
    const error = h("p", { class: "field-error", role: "alert" });
    const form = h(
      "form",
      { class: "form" },
      h("p", null, t("The record is frozen: the file and its SHA-256, the spec, the checks, every approval and every reason. It can be recalled, never changed.")),
      h("div", { class: "field" }, h("label", { for: name.id }, t("Name of the delivered file, without ending")), name, h("p", { class: "field-help" }, t("From now on it may be called final."))),
      h("div", { class: "field" }, h("label", { for: note.id }, t("Note (optional)")), note),
      error,
      h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Deliver")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      api
        .send<Delivery>(`versions/${version.id}/deliveries`, { method: "POST", body: { name: name.value.trim(), note: note.value.trim() } })
        .then((made) => location.assign(`/deliveries/${made.id}`))
        .catch((problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
    });
    body.append(form);
    requestAnimationFrame(() => name.select());
  });
}
