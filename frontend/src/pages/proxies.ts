// The proxy audit: originals and proxies paired, and whether each proxy may be used in its original's place.
import "../styles/library.css";
import "../styles/proxies.css";
import { fill, h, icon } from "../elements/dom.ts";
import { problemBox, toastProblem } from "../elements/feedback.ts";
import { n, t } from "../language/translate.ts";
import type { ProxyAudit } from "../net/types.ts";
import { after, api, goLive } from "./connect.ts";

type Pair = ProxyAudit["pairs"][number];
type Audited = ProxyAudit["without_proxy"][number];
const POLL_MS = 4_000;
const RESULTS: Readonly<Record<Pair["result"], readonly [string, string, "check" | "close" | "help"]>> = {
  good: [t("May be used"), "good", "check"],
  look: [t("Differs"), "accent", "help"],
  wrong: [t("Not to be used"), "bad", "close"],
  unknown: [t("Not compared"), "", "help"],
};
const BY: Readonly<Record<Pair["by"], string>> = { name: t("paired by name"), content: t("paired by content"), chosen: t("paired by choice") };

class ProxiesPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly mayCompare = (this.dataset["capabilities"] ?? "").split(" ").includes("manage_assets");
  private readonly content = h("div");
  private readonly compare = h("button", { type: "button", class: "button primary", hidden: true, onclick: () => void this.order() }, t("Compare every pair"));
  private shown = "";
  private next: (() => void) | null = null;

  connectedCallback(): void {
    fill(
      this,
      h(
        "div",
        { class: "page-head" },
        h("div", { class: "report-title" }, h("h1", null, t("Proxies")), h("p", { class: "quiet" }, t("Files that are called or look like another one in a larger raster, held against it."))),
        h("a", { class: "button", href: `/projects/${this.projectId}/preflight` }, icon("upload"), t("Check only")),
        this.compare,
      ),
      this.content,
    );
    fill(this.content, h("div", { class: "skeleton" }));
    void this.load();
    goLive(this.projectId, Number(this.dataset["seq"] ?? 0), {
      event: ({ kind }) => {
        if (/^(asset|version|checks|media)\./.test(kind)) this.soon(400);
      },
      progress: () => {},
      state: () => {},
    });
  }

  private soon(milliseconds: number): void {
    this.next?.();
    this.next = after(milliseconds, () => void this.load());
  }

  private async load(): Promise<void> {
    try {
      this.show(await api.send<ProxyAudit>(`projects/${this.projectId}/proxy-audit`));
    } catch (error) {
      if (this.shown === "") fill(this.content, problemBox(error, () => void this.load()));
    }
  }

  private async order(): Promise<void> {
    this.compare.disabled = true;
    try {
      this.show(await api.send<ProxyAudit>(`projects/${this.projectId}/proxy-audit`, { method: "POST", body: {} }));
    } catch (error) {
      toastProblem(error);
    } finally {
      this.compare.disabled = false;
    }
  }

  private show(audit: ProxyAudit): void {
    this.compare.hidden = !this.mayCompare || !audit.pairs.some(({ state }) => state === "none");
    if (audit.unread > 0 || audit.pairs.some(({ state }) => state === "waiting" || state === "running")) this.soon(POLL_MS);
    const now = JSON.stringify(audit);
    if (now === this.shown) return;
    this.shown = now;
    const open = new Set([...this.content.querySelectorAll<HTMLElement>("details[open]")].map((one) => one.dataset["proxy"]));
    fill(
      this.content,
      audit.unread > 0 && h("p", { class: "quiet", role: "status" }, n("{count} file is still being read. | {count} files are still being read.", audit.unread)),
      audit.pairs.length === 0
        ? h("div", { class: "empty" }, icon("folder"), h("h2", null, t("No pairs")), h("p", null, t("Upload originals and proxies to the project, or under “Check only”: A001.mov and A001_proxy.mp4 are a pair by name, and what shows the same in a smaller raster is one by content.")))
        : h("div", { class: "proxy-list" }, audit.pairs.map((one) => card(one, open.has(one.proxy.version_id)))),
      lone(t("Without a proxy"), audit.without_proxy),
      lone(t("Called proxies, of nothing here"), audit.without_original),
    );
  }
}

const named = ({ version_id, asset_name, number, original_name }: Audited): HTMLElement => h("a", { href: `/v/${version_id}/checks`, title: `${asset_name} v${number}` }, original_name);

function card({ original, proxy, by, state, result, summary, rows }: Pair, open: boolean): HTMLElement {
  const [text, look, sign] = RESULTS[result];
  const differing = rows.filter((row) => row.state === "findings");
  const going = state === "waiting" || state === "running";
  return h(
    "section",
    { class: "proxy-pair", "aria-label": proxy.original_name },
    h(
      "div",
      { class: "proxy-head" },
      h("div", null, h("h2", null, named(proxy)), h("p", { class: "quiet" }, t("of"), " ", named(original), ` · ${BY[by]}`)),
      going && h("span", { class: "badge busy", role: "status" }, icon("retry"), t("Being compared")),
      h("span", { class: `badge ${look}` }, icon(sign), text),
    ),
    h("p", null, state === "failed" ? t("The comparison failed.") : summary),
    differing.length > 1 && h("ul", { class: "bullets" }, differing.filter((row) => row.note !== summary).map((row) => h("li", null, row.note))),
    h("details", { "data-proxy": proxy.version_id, open }, h("summary", null, t("All properties")), properties(rows)),
  );
}

function properties(rows: Pair["rows"]): HTMLElement {
  const words: Readonly<Record<string, string>> = { does_not_apply: t("does not apply"), cannot_tell: t("cannot tell") };
  const row = ({ title, original, proxy, state, note }: Pair["rows"][number]): HTMLElement =>
    h("tr", { class: state === "findings" ? "differs" : null }, h("th", { scope: "row" }, title), h("td", null, original || "–"), h("td", null, state in words ? (words[state] ?? "") : proxy || "–", state === "cannot_tell" && h("span", { class: "note quiet" }, note)));
  return h("table", { class: "proxy-rows" }, h("thead", null, h("tr", null, [t("Property"), t("Original"), t("Proxy")].map((text) => h("th", { scope: "col" }, text)))), h("tbody", null, rows.map(row)));
}

function lone(title: string, files: readonly Audited[]): HTMLElement | false {
  return files.length > 0 && h("section", { class: "proxy-lone" }, h("h2", null, `${title} (${files.length})`), h("ul", { class: "bullets" }, files.map((one) => h("li", null, named(one)))));
}
customElements.define("tp-proxies", ProxiesPage);
