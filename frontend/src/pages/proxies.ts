// The proxy audit: originals and proxies paired, and whether each proxy may be used in its original's place.
import "../styles/library.css";
import "../styles/proxies.css";
import { fill, h, icon } from "../elements/dom.ts";
import { openDialog, problemBox, toastProblem } from "../elements/feedback.ts";
import { n, t } from "../language/translate.ts";
import type { ProxyAudit } from "../net/types.ts";
import { after, api, goLive } from "./connect.ts";

type Pair = ProxyAudit["pairs"][number];
type Audited = ProxyAudit["without_proxy"][number];
type Order = ProxyAudit["making"][number];
type Preset = "prores_half" | "h264_half";
const PRESETS: Readonly<Record<Preset, string>> = { prores_half: t("ProRes 422 Proxy, half size"), h264_half: t("H.264 of key pictures, half size") };
const POLL_MS = 4_000;
const GOING_MS = 1_000; // while a bar moves
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
  private readonly mayDownload = (this.dataset["capabilities"] ?? "").split(" ").includes("download_original");
  private readonly content = h("div");
  private readonly make = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.choosePreset() }, icon("edit"), t("Make missing proxies"));
  private lacking: readonly string[] = [];
  private readonly compare = h("button", { type: "button", class: "button primary", hidden: true, onclick: () => void this.order() }, t("Compare every pair"));
  private shown = "";
  private next: (() => void) | null = null;

  connectedCallback(): void {
    fill(
      this,
      h(
        "div",
        { class: "page-head" },
        h("div", { class: "report-title" }, h("h1", null, t("Proxies")), h("p", { class: "quiet" }, t("Smaller copies for editing, each compared with the file that it was made of."))),
        h("a", { class: "button", href: `/projects/${this.projectId}/preflight` }, icon("upload"), t("Check only")),
        this.make,
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

  private async order(body: { make?: Preset } = {}): Promise<void> {
    this.compare.disabled = this.make.disabled = true;
    try {
      this.show(await api.send<ProxyAudit>(`projects/${this.projectId}/proxy-audit`, { method: "POST", body }));
    } catch (error) {
      toastProblem(error);
    } finally {
      this.compare.disabled = this.make.disabled = false;
    }
  }

  private choosePreset(): void {
    openDialog(t("Make missing proxies"), (body, close) => {
      const preset = h("select", { class: "input", id: "proxy-preset" }, Object.entries(PRESETS).map(([value, text]) => h("option", { value }, text)));
      const form = h(
        "form",
        { class: "form" },
        h("p", null, n("{count} file has no proxy that may be used. | {count} files have no proxy that may be used.", this.lacking.length)),
        h("div", { class: "field" }, h("label", { for: "proxy-preset" }, t("Preset")), preset),
        h("p", { class: "quiet" }, t("Rate, frames, timecode and sound stay those of the original. Each proxy is compared with it by itself, and kept here for 30 days.")),
        h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, n("Make {count} proxy | Make {count} proxies", this.lacking.length))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        close();
        void this.order({ make: preset.value as Preset });
      });
      fill(body, form);
      preset.focus();
    });
  }

  private show(audit: ProxyAudit): void {
    this.compare.hidden = !this.mayCompare || !audit.pairs.some(({ state }) => state === "none");
    this.lacking = audit.lacking;
    this.make.hidden = !this.mayCompare || audit.lacking.length === 0;
    const going = audit.making.some(({ state }) => state !== "failed");
    if (going || audit.unread > 0 || audit.pairs.some(({ state }) => state === "waiting" || state === "running")) this.soon(going ? GOING_MS : POLL_MS);
    const now = JSON.stringify(audit);
    if (now === this.shown) return;
    this.shown = now;
    const open = new Set([...this.content.querySelectorAll<HTMLElement>("details[open]")].map((one) => one.dataset["proxy"]));
    fill(
      this.content,
      audit.unread > 0 && h("p", { class: "quiet", role: "status" }, n("{count} file is still being read. | {count} files are still being read.", audit.unread)),
      audit.making.length > 0 && h("section", { class: "proxy-making", "aria-label": t("Proxies being made") }, audit.making.map(order)),
      audit.pairs.length === 0
        ? h("div", { class: "empty" }, icon("folder"), h("h2", null, t("No pairs")), h("p", null, t("Upload originals and proxies to the project, or under “Check only”: A001.mov and A001_proxy.mp4 are a pair by name, and what shows the same in a smaller raster is one by content.")))
        : h("div", { class: "proxy-list" }, audit.pairs.map((one) => card(one, open.has(one.proxy.version_id), this.mayDownload))),
      lone(t("Without a proxy"), audit.without_proxy),
      lone(t("Called proxies, of nothing here"), audit.without_original),
    );
  }
}

const named = ({ version_id, asset_name, number, original_name }: Audited): HTMLElement => h("a", { href: `/v/${version_id}/checks`, title: `${asset_name} v${number}` }, original_name);

function order({ original, state, done, total, words, error }: Order): HTMLElement {
  const what = h("p", null, named(original), h("span", { class: "quiet" }, ` · ${words.join("; ")}`));
  if (state === "failed") return h("div", { class: "proxy-order", role: "alert" }, what, h("p", { class: "field-error" }, error?.message), h("p", { class: "quiet" }, error?.remedy));
  const bar = h("progress", { max: 1, "aria-label": t("Progress of the proxy of {name}", { name: original.original_name }) });
  if (total > 0) bar.value = Math.min(1, done / total);
  return h("div", { class: "proxy-order", role: "status" }, what, bar, h("p", { class: "quiet" }, state === "running" ? t("Being made") : t("Waiting")));
}

function card({ original, proxy, by, state, result, summary, rows }: Pair, open: boolean, mayDownload: boolean): HTMLElement {
  const [text, look, sign] = RESULTS[result];
  const differing = rows.filter((row) => row.state === "findings");
  const going = state === "waiting" || state === "running";
  return h(
    "section",
    { class: "proxy-pair", "aria-label": proxy.original_name },
    h(
      "div",
      { class: "proxy-head" },
      h("div", null, h("h2", null, named(proxy)), h("p", { class: "quiet" }, t("of"), " ", named(original), ` · ${BY[by]}`, proxy.made_here && ` · ${t("made here")}`)),
      going && h("span", { class: "badge busy", role: "status" }, icon("retry"), t("Being compared")),
      h("span", { class: `badge ${look}` }, icon(sign), text),
      mayDownload && h("a", { class: "button small", href: `/media/${proxy.version_id}/original`, download: proxy.original_name, "aria-label": t("Download {name}", { name: proxy.original_name }) }, t("Download")),
    ),
    differing.length > 1 && state !== "failed" ? h("ul", { class: "bullets" }, differing.map((row) => h("li", null, row.note))) : h("p", null, state === "failed" ? t("The comparison failed.") : summary),
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
