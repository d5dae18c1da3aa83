// The stack that the version is in, to change within it.
import { t } from "../language/translate.ts";
import type { Version } from "../net/types.ts";
import { fill, h } from "./dom.ts";
import { ask } from "./requests.ts";

export class VersionSwitch extends HTMLElement {
  private readonly select = h("select", { class: "compact version-select", "aria-label": t("Version") });

  connectedCallback(): void {
    if (this.firstChild) return;
    this.append(this.select);
    this.select.addEventListener("change", () => ask(this, { kind: "version", id: this.select.value }));
  }

  show(versions: readonly Version[], present: string): void {
    fill(this.select, versions.map((version) => h("option", { value: version.id, title: version.original_name }, `v${version.number}`)));
    this.select.value = present;
    const version = versions.find((one) => one.id === present);
    if (!version) return;
    this.select.title = t("{file}, by {name}", { file: version.original_name, name: version.created_by.name });
    document.title = `${version.asset_name} v${version.number} · Twopop`;
  }
}
customElements.define("tp-versions", VersionSwitch);
