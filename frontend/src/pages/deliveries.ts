// What a project has delivered, and whether a file is what was delivered.
import "../styles/library.css";
import "../styles/desk.css";
import { agoText, sizeText } from "../core/wording.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { PolicyBox } from "../elements/policy-box.ts";
import { verifyBox } from "../elements/verify-box.ts";
import type { Capability, Delivery } from "../net/types.ts";
import { api, livePage } from "./live-page.ts";
import { t } from "../language/translate.ts";

class DeliveriesPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly policy = new PolicyBox(api, this.projectId, new Set((this.dataset["capabilities"] ?? "").split(" ") as Capability[]));
  private readonly list = h("div", { class: "row-list" });

  connectedCallback(): void {
    fill(this, h("div", { class: "page-head" }, h("h1", null, t("Deliveries"))), h("div", { class: "desk" }, this.policy, this.list, verifyBox(api, this.projectId)));
    void this.policy.load();
    livePage(this, {
      body: this.list,
      fetch: () => api.all<Delivery>(`projects/${this.projectId}/deliveries?page_size=200`),
      show: (deliveries) => fill(this.list, deliveries.length > 0 ? deliveries.map(row) : h("div", { class: "empty" }, icon("check"), h("h2", null, t("Nothing has been delivered yet")), h("p", null, t("A version is delivered from its stack, once the project's policy lets it go. From then on its record is frozen, and it may be called final.")))),
      kinds: /^delivery\./,
      event: (kind) => kind === "policy.updated" && void this.policy.load(),
    });
  }
}

function row(one: Delivery): HTMLElement {
  return h(
    "a",
    { class: "project-row", href: `/deliveries/${one.id}` },
    h("span", { class: "project-name" }, h("strong", null, one.name), h("span", { class: "quiet" }, `${one.asset_name} v${one.number} · ${sizeText(one.size)} · ${one.made_by.name}, ${agoText(one.made_at, Date.now())}`)),
    h("span", { class: `badge ${one.recalled_at ? "bad" : "good"}` }, one.recalled_at ? t("Recalled") : t("Delivered")),
  );
}
customElements.define("tp-deliveries", DeliveriesPage);
