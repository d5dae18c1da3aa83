// The uploads at the foot of the page: what goes up, how fast, how long still, and what became of it.
import { sizeText, waitText } from "../core/wording.ts";
import { n, t } from "../language/translate.ts";
import type { OpenUpload } from "../net/types.ts";
import type { UploadItem, UploadQueue } from "../net/upload-queue.ts";
import { fill, h, icon, iconButton, setText } from "./dom.ts";
import { problemText } from "./feedback.ts";
import { lockedBy, lockStand, uploadLockOffer, type UploadLocks } from "./upload-lock.ts";

export interface UploadPanelPort {
  /** The person chose the file of an upload that an earlier visit began. */
  goOn(upload: OpenUpload): void;
  drop(upload: OpenUpload): void;
  /** The right name of a version that has none; null if it has one, or nobody knows a better one. */
  suggest?(versionId: string): Promise<string | null>;
  /** Give the version this name. Throws what was refused. */
  name?(versionId: string, name: string): Promise<void>;
  /** Try a refused upload again under this name. Throws what was refused. */
  uploadAs?(id: number, name: string): Promise<void>;
  /** Locks that may be in the way. */
  readonly locks?: UploadLocks;
}

interface Row {
  readonly node: HTMLElement;
  readonly detail: HTMLElement;
  readonly bar: HTMLElement;
  readonly tools: HTMLElement;
  readonly offer: HTMLElement;
  shape: string;
}

export class UploadPanel extends HTMLElement {
  private readonly headline = h("strong");
  private readonly list = h("div", { class: "upload-list" });
  private readonly fold = iconButton("fold", t("Fold or unfold"), () => this.classList.toggle("folded"), true);
  private rows = new Map<number, Row>();
  /** The right names of versions that arrived under another: asked once; "" once taken. */
  private readonly suggested = new Map<string, string>();
  private earlier: readonly OpenUpload[] = [];
  private queue: UploadQueue | null = null;
  private port: UploadPanelPort | null = null;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.hidden = true;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("Uploads"));
    this.append(h("div", { class: "upload-head" }, this.headline, h("span", { class: "upload-head-tools" }, this.fold, iconButton("close", t("Clear what is finished"), () => this.clear(), true))), this.list);
  }

  bind(queue: UploadQueue, port: UploadPanelPort): void {
    this.queue = queue;
    this.port = port;
    queue.store.watch(() => this.show());
  }

  showEarlier(earlier: readonly OpenUpload[]): void {
    this.earlier = earlier;
    this.show();
  }

  /** The locks of the project may be others now. */
  locksChanged(): void {
    if ((this.queue?.store.state.items ?? []).some((item) => item.lockedSequence !== null)) this.show();
  }

  private clear(): void {
    for (const item of this.queue?.store.state.items ?? []) if (["done", "failed", "cancelled"].includes(item.state)) this.queue?.forget(item.id);
  }

  private show(): void {
    const items = this.queue?.store.state.items ?? [];
    this.hidden = items.length === 0 && this.earlier.length === 0;
    const moving = items.filter((item) => ["waiting", "reading", "sending", "retrying", "finishing", "paused"].includes(item.state));
    const done = items.filter((item) => item.state === "done").length;
    const failed = items.filter((item) => item.state === "failed").length;
    if (moving.length > 0) {
      const left = Math.max(...moving.map((item) => item.secondsLeft ?? 0));
      setText(this.headline, `${n("Uploading {count} file | Uploading {count} files", moving.length)}${left > 0 ? ` · ${t("{wait} left", { wait: waitText(left) })}` : ""}`);
    } else if (failed > 0) setText(this.headline, n("{count} upload failed | {count} uploads failed", failed));
    else if (done > 0) setText(this.headline, n("{count} upload done | {count} uploads done", done));
    else setText(this.headline, n("{count} unfinished upload | {count} unfinished uploads", this.earlier.length));
    const nodes: HTMLElement[] = this.earlier.map((upload) => this.earlierRow(upload));
    for (const item of items) nodes.push(this.row(item));
    for (const id of [...this.rows.keys()]) if (!items.some((item) => item.id === id)) this.rows.delete(id);
    const same = nodes.length === this.list.children.length && this.earlier.length === 0 && nodes.every((node, i) => node === this.list.children[i]);
    if (!same) fill(this.list, nodes);
  }

  private earlierRow(upload: OpenUpload): HTMLElement {
    const part = upload.size > 0 ? Math.floor((upload.offset * 100) / upload.size) : 0;
    const bar = h("div", { class: "bar" }, h("i"));
    bar.style.setProperty("--part", String(part / 100));
    return h(
      "div",
      { class: "upload-row", "data-state": "earlier" },
      h("div", { class: "upload-line" }, h("span", { class: "upload-name" }, upload.filename), h("span", { class: "upload-tools" }, h("button", { type: "button", class: "button small", onclick: () => this.port?.goOn(upload) }, t("Choose the file again")), iconButton("close", t("Discard the upload of {filename}", { filename: upload.filename }), () => this.port?.drop(upload), true))),
      bar,
      h("span", { class: "quiet num" }, t("Began earlier, {part} % of {size} is here. It goes on where it stopped.", { part, size: sizeText(upload.size) })),
    );
  }

  private row(item: UploadItem): HTMLElement {
    let row = this.rows.get(item.id);
    if (!row) {
      const detail = h("span", { class: "quiet num" });
      const bar = h("div", { class: "bar" }, h("i"));
      const tools = h("span", { class: "upload-tools" });
      const offer = h("div", { class: "upload-offer" });
      const node = h("div", { class: "upload-row" }, h("div", { class: "upload-line" }, h("span", { class: "upload-name", title: item.path }, item.path), tools), bar, detail, offer);
      row = { node, detail, bar, tools, offer, shape: "" };
      this.rows.set(item.id, row);
    }
    row.node.dataset["state"] = item.state;
    row.bar.style.setProperty("--part", String(item.size > 0 ? item.sent / item.size : 0));
    row.bar.classList.toggle("indefinite", item.state === "finishing");
    row.bar.hidden = ["done", "failed", "cancelled"].includes(item.state);
    const versionId = item.result?.versionId ?? "";
    const offered = (this.port?.uploadAs ? item.offered : null) ?? this.suggested.get(versionId) ?? "";
    if (item.state === "done" && versionId && item.result?.known === null) this.askName(versionId);
    const locks = item.state === "failed" && item.lockedSequence !== null ? (this.port?.locks ?? null) : null;
    const stand = locks && item.lockedSequence ? lockStand(locks, item.lockedSequence) : "";
    setText(row.detail, locks && item.lockedSequence && stand !== "unknown" ? lockedBy(locks, item.lockedSequence) : this.detail(item));
    const shape = `${item.state}:${versionId}:${offered}:${stand}`;
    if (shape !== row.shape) {
      row.shape = shape;
      fill(row.tools, this.tools(item));
      fill(row.offer, offered && this.offer(item, offered), locks && item.lockedSequence && uploadLockOffer(locks, item.lockedSequence, () => this.queue?.resume(item.id)));
      if (row.offer.firstChild) requestAnimationFrame(() => row.node.scrollIntoView({ block: "nearest" }));
    }
    return row.node;
  }

  private detail(item: UploadItem): string {
    const part = item.size > 0 ? Math.floor((item.sent * 100) / item.size) : 0;
    switch (item.state) {
      case "waiting":
        return `${sizeText(item.size)} · ${t("waiting")}`;
      case "reading":
        return t("{part} % read · looking whether it is here already", { part });
      case "sending": {
        const speed = item.bytesPerSecond > 0 ? ` · ${sizeText(Math.round(item.bytesPerSecond))}/s` : "";
        const left = item.secondsLeft !== null ? ` · ${t("{wait} left", { wait: waitText(item.secondsLeft) })}` : "";
        return `${t("{part} % of {size}", { part, size: sizeText(item.size) })}${speed}${left}`;
      }
      case "finishing":
        return t("{size} sent · checking and storing", { size: sizeText(item.size) });
      case "paused":
        return t("Paused at {part} % of {size}", { part, size: sizeText(item.size) });
      case "retrying":
        return `${item.problem} ${t("{part} % is safe on the server.", { part })}`;
      case "failed":
        return `${item.problem} ${item.remedy}`.trim();
      case "cancelled":
        return t("Cancelled");
      case "done":
        if (item.result?.known === "version") return t("This stack already has exactly this file: its version is linked.");
        if (item.result?.known === "project") return t("Known already: nothing needed to be stored or prepared again.");
        return `${sizeText(item.size)} · ${item.releases ? t("uploaded, the lock is given back") : t("uploaded")}`;
    }
  }

  private askName(versionId: string): void {
    if (this.suggested.has(versionId)) return;
    this.suggested.set(versionId, "");
    void this.port?.suggest?.(versionId).then((name) => {
      if (!name) return;
      this.suggested.set(versionId, name);
      this.show();
    });
  }

  /** The right name, a click away. */
  private offer(item: UploadItem, name: string): HTMLElement {
    const versionId = item.result?.versionId ?? null;
    const button = h("button", { type: "button", class: "button small", onclick: () => void take() }, versionId ? t("Call it ") : t("Upload it as "), h("code", null, name));
    const error = h("p", { class: "field-error", role: "alert" });
    const take = async (): Promise<void> => {
      button.disabled = true;
      try {
        if (versionId) {
          await this.port?.name?.(versionId, name);
          this.suggested.set(versionId, "");
          this.show();
        } else await this.port?.uploadAs?.(item.id, name);
      } catch (problem) {
        button.disabled = false;
        fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`);
      }
    };
    return h("div", { class: "upload-offer-line" }, versionId && h("span", { class: "quiet" }, t("Its name is not written by the project's pattern.")), button, error);
  }

  private tools(item: UploadItem): (HTMLElement | null)[] {
    const { queue } = this;
    if (!queue) return [];
    const cancel = iconButton("close", t("Cancel {name}", { name: item.name }), () => void queue.cancel(item.id), true);
    switch (item.state) {
      case "waiting":
      case "reading":
      case "sending":
      case "retrying":
        return [item.state === "retrying" ? iconButton("retry", t("Try now"), () => queue.resume(item.id), true) : null, iconButton("pause", t("Pause {name}", { name: item.name }), () => queue.pause(item.id), true), cancel];
      case "paused":
        return [iconButton("play", t("Go on with {name}", { name: item.name }), () => queue.resume(item.id), true), cancel];
      case "failed":
        return [item.size > 0 ? iconButton("retry", t("Try again"), () => queue.resume(item.id), true) : null, iconButton("close", t("Take off the list"), () => queue.forget(item.id), true)];
      case "done":
        return [item.result?.versionId ? h("a", { class: "button small", href: `/v/${item.result.versionId}` }, icon("play"), t("Open")) : null];
      default:
        return [];
    }
  }
}
customElements.define("tp-uploads", UploadPanel);
