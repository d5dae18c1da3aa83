// One asset in the grid: its poster, its newest version, and how far that is.
import { lockAt, untilText } from "../core/lock-words.ts";
import { agoText, sentence } from "../core/wording.ts";
import { n, t } from "../language/translate.ts";
import type { Api } from "../net/api.ts";
import { STATES as APPROVAL } from "../core/approval-words.ts";
import type { Asset, BoardCard, Capability, Job, MediaStatus, Sequence } from "../net/types.ts";
import { activeJob, failedJob } from "../state/sources.ts";
import { fill, h, icon, setText } from "./dom.ts";
import { openDialog } from "./feedback.ts";
import { SyncBadge } from "./sync-badge.ts";

export interface AssetCardPort {
  rename(asset: Asset): void;
  move(asset: Asset, sequenceId: string | null): void;
  upload(asset: Asset): void;
  remove(asset: Asset): void;
}

const STATES: Readonly<Record<MediaStatus["state"], readonly [string, string]>> = {
  new: [t("Waiting"), "busy"],
  indexing: [t("Reading"), "busy"],
  preparing: [t("Preparing"), "busy"],
  reviewable: [t("Reviewable, preparing"), "good"],
  ready: ["", ""],
  failed: [t("Failed"), "bad"],
  cancelled: [t("Cancelled"), "bad"],
};

const SEEN = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      SEEN.unobserve(target);
      (target as AssetCard).seen();
    }
  },
  { rootMargin: "200px" },
);

export class AssetCard extends HTMLElement {
  asset: Asset | null = null;
  private readonly picture = h("span", { class: "asset-picture" }, icon("film"));
  private readonly link = h("a", { class: "asset-link" });
  private readonly meta = h("span", { class: "quiet num asset-meta" });
  private readonly lock = h("span", { class: "badge asset-lock", hidden: true });
  private readonly standing = h("p", { class: "asset-standing", hidden: true });
  private readonly problem = h("p", { class: "asset-problem", hidden: true });
  private readonly badge = h("span", { class: "badge", hidden: true });
  private readonly sync = new SyncBadge();
  private readonly bar = h("div", { class: "bar", hidden: true }, h("i"));
  private readonly menu = h("div", { class: "menu-panel" });
  private media: MediaStatus | null = null;
  private asked = "";

  constructor(
    private readonly api: Api,
    private readonly may: ReadonlySet<Capability>,
    private readonly port: AssetCardPort,
  ) {
    super();
  }

  connectedCallback(): void {
    if (this.firstChild) return;
    this.append(
      h("div", { class: "asset-frame" }, this.picture, this.badge, this.lock, this.sync, this.bar),
      h("div", { class: "asset-text" }, h("div", { class: "asset-names" }, this.link, this.meta), h("details", { class: "menu asset-menu" }, h("summary", { class: "icon-button small", "aria-label": t("More about {name}", { name: this.asset?.name ?? "" }), title: t("More") }, icon("more")), this.menu)),
      this.standing,
      this.problem,
    );
  }

  /** Where the stack stands; null: not known, or it has no version. */
  showStanding(state: BoardCard | null, sequence: Sequence | null): void {
    const lock = sequence && lockAt(sequence, Date.now());
    this.lock.hidden = !lock;
    if (lock) {
      fill(this.lock, icon("lock"), lock.holder.name);
      this.lock.title = `${lock.holder.name} is working on ${sequence.name} until ${untilText(lock.until, new Date())}${lock.note ? `: ${lock.note}` : ""}`;
    }
    this.standing.hidden = !state?.state;
    if (!state?.state) return;
    const [text, look] = APPROVAL[state.state];
    const waiting = state.state === "in_review" && state.waiting_for.length > 0 ? t("waiting for {people}", { people: state.waiting_for.map((one) => one.name).join(", ") }) : "";
    const open = state.open_comments > 0 ? n("{count} open comment | {count} open comments", state.open_comments) : "";
    fill(this.standing, h("a", { class: `badge ${look}`, href: `/stacks/${state.asset_id}`, title: t("Open the stack") }, text), h("span", { class: "quiet" }, [open, waiting].filter(Boolean).join(" · ")));
  }

  show(asset: Asset, sequences: readonly Sequence[]): void {
    this.asset = asset;
    const version = asset.latest_version;
    setText(this.link, asset.name);
    this.link.title = version ? version.original_name : asset.name;
    if (version) this.link.href = `/v/${version.id}`;
    else this.link.removeAttribute("href");
    setText(this.meta, version ? `${asset.version_count > 1 ? n("v{number} of {count} version | v{number} of {count} versions", asset.version_count, { number: version.number }) : `v${version.number}`} · ${agoText(version.created_at, Date.now())}` : t("No version yet"));
    this.showState(version?.media_state ?? "new");
    this.sync.hidden = version === null;
    if (version) this.sync.show(version.id, version.checks);
    const item = (sign: "edit" | "upload" | "trash" | "folder", text: string, onclick: () => void, danger = false): HTMLElement => h("button", { type: "button", class: danger ? "menu-item danger" : "menu-item", onclick }, icon(sign), text);
    const arrange = this.may.has("manage_assets");
    fill(
      this.menu,
      h("a", { class: "menu-item", href: `/stacks/${asset.id}` }, icon("film"), t("Versions, names, approval")),
      this.may.has("upload") && item("upload", t("Upload next version"), () => this.port.upload(asset)),
      arrange && item("edit", t("Rename"), () => this.port.rename(asset)),
      arrange && sequences.filter((one) => one.id !== asset.sequence_id).map((one) => item("folder", t("Move to {name}", { name: one.name }), () => this.port.move(asset, one.id))),
      arrange && asset.sequence_id && item("folder", t("Take out of its sequence"), () => this.port.move(asset, null)),
      arrange && item("trash", t("Delete"), () => this.confirmRemoval(asset), true),
    );
    if (version && this.asked !== version.id) {
      this.asked = version.id;
      this.media = null;
      fill(this.picture, icon("film"));
      // What is ready needs no more than the list tells.
      if (version.media_state !== "ready") this.refreshOnceSeen();
    }
    this.showPoster(version?.poster_url ?? null);
  }

  mediaChanged(mediaId: string): void {
    if (this.asset?.latest_version?.media_id === mediaId) void this.refresh();
  }

  progress(mediaId: string, jobs: readonly Job[]): void {
    if (this.asset?.latest_version?.media_id !== mediaId) return;
    const active = activeJob(jobs);
    this.bar.hidden = active === null;
    this.bar.classList.toggle("indefinite", active?.total === 0);
    this.bar.style.setProperty("--part", String(active && active.total > 0 ? active.done / active.total : 0));
  }

  /** Of hundreds of cards only those ask that somebody looks at. */
  private refreshOnceSeen(): void {
    SEEN.unobserve(this);
    SEEN.observe(this);
  }

  seen(): void {
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    const versionId = this.asset?.latest_version?.id;
    if (!versionId) return;
    try {
      const media = await this.api.send<MediaStatus>(`versions/${versionId}/media`);
      if (this.asset?.latest_version?.id !== versionId) return;
      this.media = media;
      this.showState(media.state);
      this.progress(media.id, media.jobs);
      this.showPoster(media.poster_url);
    } catch {
      // The card does without its picture.
    }
  }

  private showPoster(url: string | null): void {
    if (!url || this.picture.querySelector("img")?.getAttribute("src") === url) return;
    fill(this.picture, h("img", { src: url, alt: "", loading: "lazy", decoding: "async" }));
  }

  private showState(state: MediaStatus["state"]): void {
    const [text, look] = STATES[state];
    this.badge.hidden = text === "";
    this.badge.className = `badge ${look}`;
    setText(this.badge, text);
    const failed = this.media ? failedJob(this.media.jobs) : null;
    this.problem.hidden = state !== "failed" || !failed?.error;
    setText(this.problem, failed?.error ? `${sentence(failed.error.message)} ${failed.error.remedy}` : "");
    this.dataset["state"] = state;
  }

  private confirmRemoval(asset: Asset): void {
    openDialog(t("Delete “{name}”?", { name: asset.name }), (body, close) => {
      body.append(
        h("p", null, n("It disappears for everybody with its {count} version and all comments on it. | It disappears for everybody with its {count} versions and all comments on them.", asset.version_count)),
        h("div", { class: "form-actions" }, h("button", { type: "button", class: "button danger", onclick: () => { close(); this.port.remove(asset); } }, t("Delete")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Keep it"))),
      );
    });
  }
}
customElements.define("tp-asset-card", AssetCard);
