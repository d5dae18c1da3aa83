// A project: its assets, uploads by drag and drop anywhere, and its people.
import "../styles/library.css";
import "../styles/desk.css";
import "../styles/locks.css";
import { AssetCard } from "../elements/asset-card.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { chosenFiles, type FoundFile } from "../elements/dropped-files.ts";
import { problemBox, toast, toastProblem } from "../elements/feedback.ts";
import { openMembers } from "../elements/members-dialog.ts";
import { forceLock, LockLine } from "../elements/lock-line.ts";
import { askName } from "../elements/name-dialog.ts";
import { SessionLine } from "../elements/session-line.ts";
import { UploadPanel } from "../elements/upload-panel.ts";
import { t } from "../language/translate.ts";
import { csrfFrom } from "../net/api.ts";
import { recogniser } from "../net/recognising.ts";
import { tusTransfers } from "../net/tus-transfer.ts";
import type { Asset, BoardCard, Capability, Sequence, VersionName } from "../net/types.ts";
import { UploadQueue } from "../net/upload-queue.ts";
import { after, api, goLive } from "./connect.ts";
import { acceptDrops } from "./project/drops.ts";
import { EarlierUploads } from "./project/earlier-uploads.ts";
import { shareButton } from "./sharing.ts";

class ProjectPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly may = new Set((this.dataset["capabilities"] ?? "").split(" ") as Capability[]);
  private readonly lock = new LockLine(api, this.projectId, this.dataset["me"] ?? "", this.may, () => this.pick(null, true));
  private readonly session = new SessionLine(api, this.projectId);
  private readonly grid = h("div", { class: "asset-grid" });
  private readonly tabs = h("div", { class: "sequence-tabs", role: "group", "aria-label": t("Sequence") });
  private readonly dropHint = h("div", { class: "drop-hint", hidden: true });
  private readonly uploads = new UploadPanel();
  private readonly queue = new UploadQueue(
    tusTransfers(() => csrfFrom(document.cookie)),
    { now: () => performance.now(), after },
    recogniser(api),
  );
  private readonly earlier = new EarlierUploads(this.projectId, this.uploads, this.queue);
  private readonly picker = h("input", { type: "file", multiple: true, class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  private readonly folderPicker = h("input", { type: "file", webkitdirectory: true, class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  private assets = new Map<string, Asset>();
  private cards = new Map<string, AssetCard>();
  private sequences: readonly Sequence[] = [];
  private sequence: string | null = new URLSearchParams(location.search).get("sequence");
  private states: ReadonlyMap<string, BoardCard> = new Map();
  private loaded = false;
  private pickFor: string | null = null;
  private releasing = false;
  private reloading: (() => void) | null = null;
  private asking: Promise<void> | null = null;
  private askAgain = false;

  connectedCallback(): void {
    const upload = this.may.has("upload");
    fill(
      this,
      h(
        "div",
        { class: "page-head" },
        h("h1", null, this.dataset["name"]),
        upload && h("a", { class: "button", href: `/projects/${this.projectId}/preflight`, title: t("Check files without adding them to the project") }, icon("check"), t("Check only")),
        shareButton(this.projectId, this.may, () => null, t("Share links")),
        h("button", { type: "button", class: "button", onclick: () => openMembers(api, this.projectId, this.dataset["me"] ?? "", this.may.has("manage_members")) }, icon("people"), t("People")),
        upload && h("button", { type: "button", class: "button folder-button", onclick: () => this.folderPicker.click() }, icon("folder"), t("Upload folder")),
        upload && h("button", { type: "button", class: "button primary", onclick: () => this.pick(null) }, icon("upload"), t("Upload")),
      ),
      this.tabs,
      this.session,
      this.lock,
      this.grid,
      this.picker,
      this.folderPicker,
      this.uploads,
      this.dropHint,
    );
    fill(this.grid, [1, 2, 3, 4].map(() => h("div", { class: "skeleton asset-skeleton" })));
    this.picker.addEventListener("change", () => this.takePicked(this.picker));
    this.folderPicker.addEventListener("change", () => this.takePicked(this.folderPicker));
    this.uploads.bind(this.queue, {
      goOn: (open) => this.earlier.goOn(open),
      drop: (open) => void this.earlier.discard(open),
      suggest: async (versionId) => (await api.send<VersionName>(`versions/${versionId}/name`).catch(() => null))?.offered ?? null,
      name: (versionId, name) => api.send(`versions/${versionId}/name`, { method: "PUT", body: { name } }),
      locks: {
        me: this.dataset["me"] ?? "",
        mayForce: this.may.has("force_locks"),
        sequence: (id) => this.sequences.find((one) => one.id === id) ?? null,
        wait: (id, there) => void api.send<Sequence>(`sequences/${id}/lock/queue`, { method: there ? "PUT" : "DELETE" }).then((now) => this.sequenceIs(now), toastProblem),
        force: (sequence, holder) => forceLock(api, sequence, holder, (now) => this.sequenceIs(now)),
      },
      uploadAs: (id, name) => this.queue.resumeAs(id, name, (url, right) => this.earlier.rename(url, right)),
    });
    if (upload) acceptDrops(this.dropHint, { cards: () => this.cards.values(), sequence: () => this.sequences.find((one) => one.id === this.sequence), send: (files, assetId) => this.send(files, assetId) });
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.busy) event.preventDefault();
    });
    window.addEventListener("online", () => this.queue.nudge());
    void this.load();
    if (upload) void this.earlier.load();
    goLive(this.projectId, Number(this.dataset["seq"] ?? 0), {
      event: ({ kind, payload }) => {
        this.lock.event(kind, payload);
        this.event(kind, payload);
      },
      progress: (mediaId, jobs) => this.cards.forEach((card) => card.progress(mediaId, jobs)),
      state: () => {},
    });
  }

  // --- data -----------------------------------------------------------------------------------------------------------

  /** One request at a time: what changes meanwhile is asked for once more afterwards. */
  private load(): Promise<void> {
    if (this.asking) this.askAgain = true;
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  }

  private async ask(): Promise<void> {
    do {
      this.askAgain = false;
      await this.fetch();
    } while (this.askAgain);
  }

  private async fetch(): Promise<void> {
    try {
      const [board, sequences] = await Promise.all([api.send<BoardCard[]>(`projects/${this.projectId}/board`), api.all<Sequence>(`projects/${this.projectId}/sequences?page_size=200`)]);
      this.assets = new Map(board.map((one) => [one.asset_id, this.assetOf(one)]));
      this.sequences = sequences;
      this.states = new Map(board.map((one) => [one.asset_id, one]));
      this.loaded = true;
      this.show();
      if (this.may.has("see_internal")) void this.session.load(this.sequence);
    } catch (error) {
      if (!this.loaded) fill(this.grid, problemBox(error, () => void this.load()));
    }
  }

  private assetOf({ asset_id, asset_name, sequence_id, version, version_count, created_at }: BoardCard): Asset {
    return { id: asset_id, project_id: this.projectId, name: asset_name, sequence_id, latest_version: version, version_count, created_at };
  }

  private event(kind: string, payload: unknown): void {
    const about = (payload ?? {}) as { media_id?: string };
    if (kind === "media.changed") this.cards.forEach((card) => card.mediaChanged(about.media_id ?? ""));
    if (!/^(asset|version|sequence|checks|approvals|policy|delivery|comment|protocol)\./.test(kind)) return;
    // Several events of one action: one request.
    this.reloading?.();
    this.reloading = after(120, () => void this.load());
  }

  private sequenceIs(now: Sequence): void {
    this.sequences = this.sequences.map((one) => (one.id === now.id ? now : one));
    this.show();
  }

  private show(): void {
    this.uploads.locksChanged();
    if (this.sequence !== null && !this.sequences.some((one) => one.id === this.sequence)) this.sequence = null;
    const tab = (id: string | null, name: string): HTMLElement => h("button", { type: "button", class: "chip", "aria-pressed": String(this.sequence === id), onclick: () => this.choose(id) }, name);
    this.lock.show(this.sequences.find((one) => one.id === this.sequence) ?? null);
    const arrange = this.may.has("manage_assets");
    fill(this.tabs, tab(null, t("All")), this.sequences.map((sequence) => tab(sequence.id, sequence.name)), arrange && h("button", { type: "button", class: "chip ghost-chip", onclick: () => this.newSequence() }, icon("plus"), t("Sequence")));
    this.tabs.hidden = this.sequences.length === 0 && !arrange;
    const shown = [...this.assets.values()].filter((asset) => this.sequence === null || asset.sequence_id === this.sequence);
    for (const id of [...this.cards.keys()]) if (!this.assets.has(id)) this.cards.delete(id);
    if (shown.length === 0) return fill(this.grid, this.empty());
    const nodes = shown.map((asset) => {
      let card = this.cards.get(asset.id);
      if (!card) {
        card = new AssetCard(api, this.may, {
          rename: (one) => this.rename(one),
          move: (one, sequenceId) => void this.change(one, { sequence_id: sequenceId }),
          upload: (one) => this.pick(one.id),
          remove: (one) => void this.removeAsset(one),
        });
        this.cards.set(asset.id, card);
      }
      card.show(asset, this.sequences);
      card.showStanding(this.states.get(asset.id) ?? null, this.sequences.find((one) => one.id === asset.sequence_id) ?? null);
      return card;
    });
    const same = nodes.length === this.grid.children.length && nodes.every((node, i) => node === this.grid.children[i]);
    if (!same) fill(this.grid, nodes);
  }

  private empty(): HTMLElement {
    const upload = this.may.has("upload");
    return h(
      "div",
      { class: "empty drop-zone" },
      icon("upload"),
      h("h2", null, this.sequence ? t("Nothing in this sequence yet") : t("Nothing here yet")),
      h("p", null, upload ? t("Drop renders or whole folders anywhere on this page. Any format that FFmpeg reads will do; a file may be as large as your disk.") : t("Renders appear here as soon as an editor uploads them.")),
      upload && h("button", { type: "button", class: "button primary", onclick: () => this.pick(null) }, t("Choose files")),
    );
  }

  private choose(id: string | null): void {
    this.sequence = id;
    history.replaceState(null, "", id ? `?sequence=${id}` : location.pathname);
    this.show();
    if (this.may.has("see_internal")) void this.session.load(id);
  }

  private newSequence(): void {
    askName(t("New sequence"), t("Name"), "", t("Create"), async (name) => {
      const made = await api.send<Sequence>(`projects/${this.projectId}/sequences`, { method: "POST", body: { name, position: this.sequences.length } });
      this.sequence = made.id;
      await this.load();
    });
  }

  private rename(asset: Asset): void {
    askName(t("Rename"), t("Name"), asset.name, t("Rename"), async (name) => this.change(asset, { name }, true));
  }

  private async change(asset: Asset, body: Partial<Pick<Asset, "name" | "sequence_id">>, strict = false): Promise<void> {
    try {
      this.assets.set(asset.id, await api.send<Asset>(`assets/${asset.id}`, { method: "PATCH", body }));
      this.show();
    } catch (error) {
      if (strict) throw error;
      toastProblem(error);
    }
  }

  private async removeAsset(asset: Asset): Promise<void> {
    try {
      await api.send(`assets/${asset.id}`, { method: "DELETE" });
      this.assets.delete(asset.id);
      this.show();
      toast(t("“{name}” was deleted.", { name: asset.name }));
    } catch (error) {
      toastProblem(error);
    }
  }

  // --- uploads ----------------------------------------------------------------------------------------------------------

  /** `releasing`: the lock of the sequence is given back with it. */
  private pick(assetId: string | null, releasing = false): void {
    this.pickFor = assetId;
    this.releasing = releasing;
    this.picker.multiple = assetId === null && !releasing;
    this.picker.click();
  }

  private takePicked(picker: HTMLInputElement): void {
    if (picker.files) this.send(chosenFiles(picker.files), picker === this.picker ? this.pickFor : null, picker === this.picker && this.releasing);
    picker.value = "";
  }

  private send(files: readonly FoundFile[], assetId: string | null, releaseLock = false): void {
    if (files.length === 0) return void toast(t("No files were found in there."), { bad: true });
    for (const { file, relativePath } of files) {
      this.queue.add(file, {
        projectId: this.projectId,
        ...(assetId ? { assetId } : this.sequence ? { sequenceId: this.sequence } : {}),
        ...(relativePath ? { relativePath } : {}),
        ...(releaseLock ? { releaseLock } : {}),
      });
    }
  }
}
customElements.define("tp-project", ProjectPage);
