// One stack: its versions and what each is called, where each stands, and the numbers that are missing.
import "../styles/library.css";
import "../styles/desk.css";
import "../styles/locks.css";
import { STATES } from "../core/approval-words.ts";
import { agoText } from "../core/wording.ts";
import { approvalHistory } from "../elements/approval-history.ts";
import { markerName } from "../elements/approval-panel.ts";
import { deliveryBox } from "../elements/delivery-box.ts";
import { fill, h, icon, signOf } from "../elements/dom.ts";
import { copyText, problemBox, problemText, toast, toastProblem } from "../elements/feedback.ts";
import { LockLine } from "../elements/lock-line.ts";
import { askName } from "../elements/name-dialog.ts";
import { StackOrder } from "../elements/stack-order.ts";
import { SyncBadge } from "../elements/sync-badge.ts";
import type { Asset, Capability, Marker, StackNames, Version, VersionApprovals, VersionName } from "../net/types.ts";
import { isReordered, stackRows, type StackRow } from "../state/stack-rows.ts";
import { after, api, goLive } from "./connect.ts";
import { n, t } from "../language/translate.ts";
import { shareButton } from "./sharing.ts";

const ORDER = "M8 5v14M5 8l3-3 3 3M5 16l3 3 3-3M14.5 7H20M14.5 12H20M14.5 17H20";

class StackPage extends HTMLElement {
  private readonly assetId = this.dataset["asset"] ?? "";
  private readonly may = new Set((this.dataset["capabilities"] ?? "").split(" ") as Capability[]);
  private readonly state = h("span", { class: "badge", hidden: true });
  private readonly lock = new LockLine(api, this.dataset["project"] ?? "", this.dataset["me"] ?? "", this.may);
  private readonly summary = h("div", { class: "stack-names" });
  private readonly list = h("ol", { class: "stack-list" });
  private open = new Set<string>();
  private readonly unfolded = new Map<string, HTMLElement>();
  /** Open while somebody changes the order; it shows the list then. */
  private order: StackOrder | null = null;
  private readonly ordering = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.reorder() }, signOf(ORDER), t("Change the order"));
  private versions: readonly Version[] = [];
  private loaded = false;
  private soon: (() => void) | null = null;

  connectedCallback(): void {
    fill(this, h("div", { class: "page-head" }, h("div", { class: "report-title stack-title" }, h("h1", null, this.dataset["name"]), this.state), this.ordering, shareButton(this.dataset["project"] ?? "", this.may, () => ({ assetId: this.assetId, assetName: this.dataset["name"] ?? "", version: null }))), this.lock, this.summary, this.list);
    fill(this.list, [1, 2, 3].map(() => h("li", { class: "skeleton project-skeleton" })));
    void this.load();
    void this.lock.watch(this.dataset["sequence"] || null);
    goLive(this.dataset["project"] ?? "", Number(this.dataset["seq"] ?? 0), {
      event: ({ kind, payload }) => {
        this.lock.event(kind, payload);
        if (!/^(version|asset|checks|media|approvals|policy|delivery|marker)\./.test(kind)) return;
        this.soon?.();
        this.soon = after(250, () => void this.load());
      },
      progress: () => {},
      state: () => {},
    });
  }

  private async load(): Promise<void> {
    try {
      const path = `assets/${this.assetId}`;
      const [asset, versions, names] = await Promise.all([api.send<Asset>(path), api.all<Version>(`${path}/versions?page_size=200`), api.send<StackNames>(`${path}/names`)]);
      this.loaded = true;
      this.show(asset, versions, names);
    } catch (error) {
      if (!this.loaded) fill(this.list, problemBox(error, () => void this.load()));
    }
  }

  private show(asset: Asset, versions: readonly Version[], names: StackNames): void {
    const newest = asset.latest_version;
    fill(
      this.summary,
      h("p", { class: "quiet" }, n("{count} version | {count} versions", asset.version_count)),
      this.may.has("upload") && names.next_name !== null && h("p", { class: "next-name" }, h("span", { class: "quiet" }, t("The next one is called ")), h("code", null, names.next_name), h("button", { type: "button", class: "button small ghost", onclick: () => void copyText(names.next_name ?? "").then((done) => done && toast(t("Name copied."))) }, t("Copy"))),
    );
    if (newest) void this.showState(newest.id);
    this.versions = versions;
    this.order?.show(versions);
    this.ordering.hidden = this.order !== null || versions.length < 2 || !this.may.has("manage_assets");
    this.list.hidden = this.order !== null;
    if (versions.length === 0) return fill(this.list, h("li", { class: "empty" }, icon("film"), h("h2", null, t("No version yet")), h("p", null, t("Upload a render to this stack: it becomes version 1."))));
    const reordered = isReordered(versions);
    fill(this.list, stackRows(versions, names).map((row) => this.row(row, newest?.id ?? "", reordered)));
  }

  private reorder(): void {
    const order = new StackOrder({
      save: (ids) => api.send<Version[]>(`assets/${this.assetId}/order`, { method: "PUT", body: { version_ids: ids } }),
      refused: () => void this.load(),
      done: () => {
        this.order = null;
        order.remove();
        this.list.hidden = false;
        this.ordering.hidden = false;
        this.ordering.focus();
        void this.load();
      },
    });
    this.order = order;
    this.list.before(order);
    order.show(this.versions);
    this.list.hidden = true;
    this.ordering.hidden = true;
    order.querySelector<HTMLElement>(".order-grip")?.focus();
  }

  private async showState(versionId: string): Promise<void> {
    const now = await api.send<VersionApprovals>(`versions/${versionId}/approvals`).catch(() => null);
    if (!now) return;
    const [text, look] = STATES[now.state];
    this.state.className = `badge ${look}`;
    this.state.hidden = false;
    fill(this.state, text);
  }

  private row(row: StackRow, newest: string, reordered: boolean): HTMLElement {
    if (row.kind !== "version") {
      const numbers = row.number === row.last ? `v${row.number}` : `v${row.number} – v${row.last}`;
      return h("li", { class: "stack-gap" }, row.kind === "gap" ? t("{numbers} never came", { numbers }) : row.number === row.last ? t("{numbers} was deleted; the number is not used again", { numbers }) : t("{numbers} were deleted; their numbers are not used again", { numbers }));
    }
    const { version } = row;
    const sync = new SyncBadge();
    // What is unfolded stays to be seen while the list is drawn anew, until it is fetched.
    const more = this.unfolded.get(version.id) ?? h("div", { class: "stack-more" });
    this.unfolded.set(version.id, more);
    const fold = h("details", { class: "stack-fold" }, h("summary", null, t("Approval, markers, delivery")), more);
    fold.addEventListener("toggle", () => {
      if (!fold.open) return void this.open.delete(version.id);
      this.open.add(version.id);
      if (mayName && !offer.firstChild) void this.offer(offer, version);
      void this.fillMore(more, version);
    });
    const offer = h("div", { class: "stack-offer" });
    // The newest is named first; what is older is looked after by whoever unfolds it.
    const mayName = !version.name && this.may.has("upload");
    if (mayName && version.id === newest) void this.offer(offer, version);
    const item = h(
      "li",
      { class: "stack-row" },
      h("a", { class: "stack-poster", href: `/v/${version.id}`, tabindex: -1, "aria-hidden": "true" }, version.poster_url ? h("img", { src: version.poster_url, alt: "", loading: "lazy", decoding: "async" }) : icon("film")),
      h(
        "div",
        { class: "stack-text" },
        h("p", { class: "stack-head" }, h("a", { class: "stack-number", href: `/v/${version.id}` }, `v${version.number}`), reordered && version.id === newest && h("span", { class: "badge accent" }, t("Newest")), sync, version.media_state === "failed" && h("span", { class: "badge bad" }, t("Failed"))),
        h("p", { class: "stack-name" }, version.name ? h("code", null, version.name) : h("span", { class: "quiet" }, version.original_name)),
        h("p", { class: "quiet" }, `${version.created_by.name}, ${agoText(version.created_at, Date.now())}`, version.name && stemOf(version.original_name) !== version.name ? t(" · came as {originalName}", { originalName: version.original_name }) : ""),
        version.note && h("p", null, version.note),
        offer,
        fold,
      ),
    );
    queueMicrotask(() => sync.show(version.id, version.checks));
    if (this.open.has(version.id)) fold.open = true;
    return item;
  }

  /** A name that is none of the project's: the right one is a click away. */
  private async offer(place: HTMLElement, version: Version): Promise<void> {
    const found = await api.send<VersionName>(`versions/${version.id}/name`).catch(() => null);
    if (!found) return;
    const put = async (name: string): Promise<void> => {
      await api.send(`versions/${version.id}/name`, { method: "PUT", body: { name } });
      toast(t("It is called {name} now.", { name }));
      await this.load();
    };
    fill(
      place,
      h("p", { class: "quiet" }, found.why_not ? t("This name is not written by the project's pattern: {why}.", { why: found.why_not }) : t("Its name is not written by the project's pattern.")),
      h(
        "div",
        { class: "form-actions" },
        found.offered !== null && h("button", { type: "button", class: "button small", onclick: () => void put(found.offered ?? "").catch(toastProblem) }, t("Call it "), h("code", null, found.offered)),
        h("button", { type: "button", class: "button small ghost", onclick: () => askName(t("Name of v{number}", { number: version.number }), t("Name, without ending"), found.offered ?? "", t("Save"), put) }, t("Another name …")),
      ),
    );
  }

  private async fillMore(place: HTMLElement, version: Version): Promise<void> {
    try {
      const [approvals, markers] = await Promise.all([api.send<VersionApprovals>(`versions/${version.id}/approvals`), api.all<Marker>(`versions/${version.id}/markers?page_size=200`)]);
      const [text, look] = STATES[approvals.state];
      const changed = (): void => void this.load();
      fill(
        place,
        h("p", null, h("span", { class: `badge ${look}` }, text)),
        approvals.entries.length > 0 ? approvalHistory(approvals.entries, Date.now()) : h("p", { class: "quiet" }, t("Nobody was asked, and nobody has said anything.")),
        markers.length > 0 && h("div", null, h("h3", null, t("Markers")), h("ul", { class: "history" }, markers.map((one) => h("li", null, h("a", { href: `/v/${version.id}?frame=${one.frame}` }, markerName(one)), h("span", { class: "tc quiet" }, ` ${one.timecode ?? one.frame}`))))),
        deliveryBox(api, version, approvals, this.may, changed),
      );
    } catch (error) {
      fill(place, h("p", { class: "field-error" }, problemText(error).message));
    }
  }
}

const stemOf = (name: string): string => name.replace(/\.[A-Za-z0-9]{1,8}$/, "");
customElements.define("tp-stack", StackPage);
