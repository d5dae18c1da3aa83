// Files that are only to be checked: dropped here, checked as every upload is, gone after a day.
import "../styles/library.css";
import "../styles/preflight.css";
import { agoText } from "../core/wording.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { chosenFiles, takeDrops, type FoundFile } from "../elements/dropped-files.ts";
import { problemBox } from "../elements/feedback.ts";
import { SyncBadge } from "../elements/sync-badge.ts";
import { UploadPanel } from "../elements/upload-panel.ts";
import { n, t } from "../language/translate.ts";
import { csrfFrom } from "../net/api.ts";
import { tusTransfers } from "../net/tus-transfer.ts";
import type { Preflight } from "../net/types.ts";
import { UploadQueue } from "../net/upload-queue.ts";
import { after, api, goLive } from "./connect.ts";

const POLL_MS = 3_000;

class PreflightPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly list = h("div", { class: "row-list" });
  private readonly picker = h("input", { type: "file", multiple: true, class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  private readonly uploads = new UploadPanel();
  private readonly queue = new UploadQueue(
    tusTransfers(() => csrfFrom(document.cookie)),
    { now: () => performance.now(), after },
  );
  private loaded = false;
  private next: (() => void) | null = null;

  connectedCallback(): void {
    const zone = h(
      "div",
      { class: "empty drop-zone preflight-zone" },
      icon("upload"),
      h("h2", null, t("Drop files to check them")),
      h("p", null, t("They get the same sync report as every upload, become no version of anything, and are removed after a day.")),
      h("button", { type: "button", class: "button primary", onclick: () => this.picker.click() }, t("Choose files")),
    );
    fill(this, h("div", { class: "page-head" }, h("h1", null, t("Check only")), h("a", { class: "button", href: `/projects/${this.projectId}/proxies` }, t("Proxies")), h("a", { class: "button", href: `/projects/${this.projectId}/test-render`, title: t("Render three minutes before the whole film") }, t("Test render"))), zone, this.picker, this.list, this.uploads);
    fill(this.list, h("div", { class: "skeleton" }));
    this.picker.addEventListener("change", () => {
      if (this.picker.files) this.send(chosenFiles(this.picker.files));
      this.picker.value = "";
    });
    this.uploads.bind(this.queue, { goOn: () => {}, drop: () => {} });
    this.queue.store.watch(({ items }, before) => {
      const done = (all: typeof items): number => all.filter((one) => one.state === "done").length;
      if (done(items) > done(before.items)) void this.load();
    });
    takeDrops(document, zone, (files) => this.send(files));
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.busy) event.preventDefault();
    });
    void this.load();
    goLive(this.projectId, Number(this.dataset["seq"] ?? 0), {
      event: ({ kind }) => {
        if (kind === "checks.changed" || kind === "media.changed") this.soon(300);
      },
      progress: () => {},
      state: () => {},
    });
  }

  private send(files: readonly FoundFile[]): void {
    for (const { file } of files) this.queue.add(file, { projectId: this.projectId, checkOnly: true });
  }

  private soon(milliseconds: number): void {
    this.next?.();
    this.next = after(milliseconds, () => void this.load());
  }

  private async load(): Promise<void> {
    try {
      const files = await api.all<Preflight>(`projects/${this.projectId}/preflights`);
      this.loaded = true;
      fill(this.list, files.map(row));
      if (files.some(({ version }) => version.checks.state === "waiting" || version.checks.state === "running")) this.soon(POLL_MS);
    } catch (error) {
      if (!this.loaded) fill(this.list, problemBox(error, () => void this.load()));
    }
  }
}

function row({ version, expires_at }: Preflight): HTMLElement {
  const badge = new SyncBadge();
  const hours = Math.max(1, Math.round((Date.parse(expires_at) - Date.now()) / 3_600_000));
  const made = h(
    "div",
    { class: "row" },
    h("div", { class: "row-text" }, h("strong", null, h("a", { href: `/v/${version.id}/checks` }, version.original_name)), h("span", { class: "quiet" }, `${t("By {name} {ago}", { name: version.created_by.name, ago: agoText(version.created_at, Date.now()) })} · ${n("removed within the hour | removed in {count} hours", hours)}`)),
    badge,
  );
  badge.connectedCallback();
  badge.show(version.id, version.checks);
  return made;
}
customElements.define("tp-preflight", PreflightPage);
