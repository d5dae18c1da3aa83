// What the sync checks say of a version, as a small link to the report.
import { verdictLook } from "../core/sync-verdict.ts";
import { t } from "../language/translate.ts";
import type { VersionChecks } from "../net/types.ts";
import { fill, h, icon, setAttribute } from "./dom.ts";

export class SyncBadge extends HTMLElement {
  private readonly link = h("a", { class: "badge sync-badge" });
  private shown = "";

  connectedCallback(): void {
    if (!this.firstChild) this.append(this.link);
  }

  show(versionId: string, checks: VersionChecks): void {
    const { text, look, sign, title } = verdictLook(checks);
    const now = [versionId, text, look, title].join("\n");
    if (now === this.shown) return;
    this.shown = now;
    this.link.className = `badge sync-badge ${look}`;
    this.link.href = `/v/${versionId}/checks`;
    this.link.title = `${title} ${t("Open the sync report.")}`;
    setAttribute(this.link, "aria-label", t("Sync report: {title}", { title }));
    fill(this.link, icon(sign), h("span", null, text));
  }
}
customElements.define("tp-sync-badge", SyncBadge);
