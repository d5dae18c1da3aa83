// Comparing two videos, loaded when it is needed: a second player that follows the room's, and how the two are shown.
import "../../styles/comparing.css";
import { parseFrameTable, type FrameTable } from "../../core/frame-table.ts";
import { frameForFrame, pairedFrame } from "../../core/pair-map.ts";
import { CompareTools, type CompareCommand } from "../../elements/compare-tools.ts";
import { CompareView, type CompareMode, type CompareShown } from "../../elements/compare-view.ts";
import { setAttribute } from "../../elements/dom.ts";
import { keymap } from "../../elements/key-hints.ts";
import { belongsToControl } from "../../elements/shortcuts.ts";
import { pressedKey } from "../../core/keymap.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import { t } from "../../language/translate.ts";
import type { Asset, MediaStatus, Rendition, Version } from "../../net/types.ts";
import { browserClock, browserPicture, browserStills } from "../../player/browser.ts";
import type { Fetch } from "../../player/failures.ts";
import { Player } from "../../player/player.ts";
import { CompareChoices, type CompareChoice, type CompareVideo } from "../../state/compare-choices.ts";
import type { CompareSeen } from "../../state/live-session.ts";
import { Pair } from "../../state/pair.ts";
import { chooseRendition, renditionOf } from "../../state/sources.ts";
import { api, keeping } from "../connect.ts";
import { tellCompared } from "./compare-news.ts";
import type { CompareSource } from "./comparing.ts";
import type { RoomContext } from "./context.ts";

const START: CompareShown = { mode: "side", wipe: 50, opacity: 50, gain: 4, flipped: false };
const fetcher: Fetch = (url, init) => fetch(url, init);

interface Second {
  readonly view: CompareView;
  readonly player: Player;
  readonly pair: Pair;
  readonly mapping: string;
}

export class ComparingSurface {
  private readonly tools = new CompareTools();
  private choices: CompareChoices | null = null;
  private chosen = "";
  private shown: CompareShown = { ...START, ...keeping.read<Partial<CompareShown>>("compare", {}), flipped: true };
  private second: Second | null = null;
  private ticket = 0;

  constructor(
    private readonly room: RoomContext,
    private readonly button: HTMLElement,
    private readonly source: CompareSource | null,
  ) {
    room.timeline.before(this.tools);
    this.tools.hidden = true;
    window.addEventListener("keydown", (event) => this.key(event), { capture: true });
  }

  async toggle(): Promise<void> {
    if (!this.tools.hidden) return this.close();
    if (!this.room.face) return;
    try {
      this.choices = await this.others();
    } catch (error) {
      return toastProblem(error);
    }
    const { first } = this.choices;
    if (!first) return void toast(this.source ? t("This link shows no other version of this video to compare with.") : t("There is no other video in this project to compare with."));
    this.tools.hidden = false;
    setAttribute(this.button, "aria-pressed", "true");
    await this.compareWith(this.choices.of(this.chosen) ? this.chosen : first.id);
  }

  /** Compare as somebody else does: what one has set for oneself stays as it was. */
  async showAs({ with: versionId, mode, wipe, opacity, gain, flipped, offset }: CompareSeen): Promise<void> {
    this.shown = { mode: mode as CompareMode, wipe, opacity, gain, flipped };
    if (!this.tools.hidden && this.chosen === versionId) {
      this.second?.pair.setOffset(offset);
      return this.refresh();
    }
    await this.know(versionId).catch(() => undefined); // then it is compared without a name
    this.tools.hidden = false;
    setAttribute(this.button, "aria-pressed", "true");
    await this.compareWith(versionId, offset);
  }

  act(command: CompareCommand): void {
    switch (command.do) {
      case "video":
        return void this.compareWith(this.choices?.video(command.id)?.versions[0]?.id ?? this.chosen);
      case "with":
        return void this.compareWith(command.id);
      case "mode":
        return this.set({ mode: command.mode, flipped: true });
      case "offset":
        return this.second?.pair.setOffset(this.second.pair.store.state.offset + command.by);
      case "amount":
        return this.set(this.shown.mode === "difference" ? { gain: command.value } : { opacity: command.value });
      case "flip":
        return this.set({ flipped: !this.shown.flipped });
      case "swap":
        return void (this.chosen && this.room.enter(this.chosen, this.second?.player.state.frame ?? 0));
      case "close":
        return this.close();
    }
  }

  close(): void {
    this.ticket += 1;
    this.drop();
    this.tools.hidden = true;
    setAttribute(this.button, "aria-pressed", "false");
    tellCompared(this.room.root, null);
  }

  /** The other versions of this video as its stack stands, and the other videos of the project. */
  private async others(): Promise<CompareChoices> {
    const { session, projectId, assetId, root } = this.room;
    const { versionId } = session;
    const { source } = this;
    if (source) return new CompareChoices(source.others(versionId), source.own(versionId), () => Promise.resolve([]));
    const assets = await api.all<Asset>(`projects/${projectId}/assets?page_size=200`);
    const own = session.store.state.versions.filter(({ id }) => id !== versionId).map(named);
    const rest = assets.flatMap(({ id, name, latest_version: newest, version_count: count }): CompareVideo[] => (id !== assetId && newest ? [{ id, name, versions: [named(newest)], all: count === 1 }] : []));
    const all = async (id: string): Promise<CompareChoice[]> => (await api.all<Version>(`assets/${id}/versions?page_size=200`)).map(named);
    return new CompareChoices(own.length > 0 ? [{ id: assetId, name: root.dataset["assetName"] ?? "", versions: own, all: true }, ...rest] : rest, assetId, all);
  }

  /** Have a version among the choices that somebody else has chosen. */
  private async know(versionId: string): Promise<void> {
    if (this.choices?.of(versionId)) return;
    this.choices = await this.others();
    if (!this.source && !this.choices.of(versionId)) await this.choices.complete((await api.send<Version>(`versions/${versionId}`)).asset_id);
  }

  private offer(): void {
    const { choices, chosen } = this;
    if (choices) this.tools.offer(choices.list, choices.of(chosen), chosen);
  }

  private async compareWith(versionId: string, offset = 0): Promise<void> {
    const ticket = ++this.ticket;
    this.chosen = versionId;
    this.offer();
    this.drop();
    this.choices?.complete(this.choices.of(versionId)?.id ?? "").then(() => ticket === this.ticket && this.offer(), () => undefined); // the newest is there
    try {
      const media = await api.send<MediaStatus>(`versions/${versionId}/media`);
      const source = chooseRendition(media.renditions, "auto");
      const own = renditionOf(this.room.session.store.state.media, this.room.player.state.sourceId);
      if (!source || !own || !media.frame_count) return void toast(t("There is no picture of that video yet."), { bad: true });
      const [tableA, tableB] = await Promise.all([tableOf(own), tableOf(source)]);
      if (ticket === this.ticket && !this.tools.hidden) this.begin(tableA, tableB, source, media.frame_count, offset);
    } catch (error) {
      toastProblem(error);
    }
  }

  private begin(tableA: FrameTable, tableB: FrameTable, source: Rendition, countB: number, offset: number): void {
    const { view: stage, player: a } = this.room;
    const view = new CompareView();
    stage.still.after(view);
    const player = new Player(view.video, browserClock, browserPicture(view.video, view.still), fetcher, countB, browserStills(fetcher, new URLSearchParams(location.search)));
    const belongs = (frame: number, offset: number): ReturnType<typeof pairedFrame> => pairedFrame(frame, tableA, tableB, offset, countB);
    const pair = new Pair(a, player, belongs);
    if (offset !== 0) pair.setOffset(offset);
    a.setSharpOnly(true); // two pictures of different sizes would differ
    this.second = { view, player, pair, mapping: frameForFrame(tableA, tableB) ? "" : t("other rate: by time") };
    view.onWipe((wipe) => this.set({ wipe }));
    player.store.watch((state) => {
      view.video.muted = true; // one sound: that of A
      setAttribute(view, "data-frame", state.frame);
      setAttribute(view, "data-confirmed", String(state.confirmed));
      if (state.failure) toast(state.failure.message, { bad: true });
    });
    pair.store.watch((state) => {
      setAttribute(view, "data-locked", String(state.locked));
      setAttribute(view, "data-offset", state.offset);
      this.refresh();
    });
    void player.load({ id: source.id, url: source.url, tableUrl: source.table_url }, belongs(a.intended, offset).frame);
    this.refresh();
  }

  private drop(): void {
    this.room.player.setSharpOnly(false);
    this.second?.pair.stop();
    this.second?.player.destroy();
    this.second?.view.remove();
    this.second = null;
    this.room.view.setSide(false);
    this.room.view.classList.remove("comparing-difference");
  }

  private set(change: Partial<CompareShown>): void {
    this.shown = { ...this.shown, ...change };
    keeping.write("compare", { ...this.shown, flipped: undefined });
    this.refresh();
  }

  private refresh(): void {
    const { second, shown, room } = this;
    if (!second) return;
    const { versionId } = room.session;
    const number = room.session.store.state.versions.find(({ id }) => id === versionId)?.number;
    const present = this.source?.nameOf(versionId) ?? (number === undefined ? "" : `v${number}`);
    const { offset, outside } = second.pair.store.state;
    second.view.show(shown, [present, this.choices?.nameOf(this.chosen) ?? ""], outside);
    this.tools.show(shown, offset, second.mapping);
    room.view.setSide(shown.mode === "side");
    room.view.classList.toggle("comparing-difference", shown.mode === "difference");
    const { mode, wipe, opacity, gain, flipped } = shown;
    tellCompared(room.root, { with: this.chosen, mode, wipe: Math.round(wipe), opacity: Math.round(opacity), gain: Math.round(gain), flipped, offset });
  }

  private key(event: KeyboardEvent): void {
    if (!this.second || event.defaultPrevented || belongsToControl(event)) return;
    const key = pressedKey(event);
    if (key === null || keymap().action("comparing", key) !== "compare-flip") return;
    if (this.room.root.classList.contains("drawing")) return; // drawing has keys of its own
    event.preventDefault();
    this.set(this.shown.mode === "flip" ? { flipped: !this.shown.flipped } : { mode: "flip", flipped: true });
  }
}

async function tableOf(rendition: Rendition): Promise<FrameTable> {
  const answer = await fetch(rendition.table_url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(t("The list of frame times could not be fetched ({status}).", { status: answer.status }));
  return parseFrameTable(await answer.arrayBuffer());
}

const named = ({ id, number }: Version): CompareChoice => ({ id, name: `v${number}` });
