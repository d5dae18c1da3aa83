// Which file is played: the best there is of the version, changed when it disturbs nobody; and what is said about it.
import { setAttribute, setText } from "../../elements/dom.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import type { MediaNotice } from "../../elements/media-notice.ts";
import type { Handlers } from "../../elements/requests.ts";
import type { MediaStatus, Rendition } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import type { LightSource } from "../../player/ports.ts";
import { needOf } from "../../state/bandwidth.ts";
import { landingOf } from "../../state/landing.ts";
import { pictureSourceOf } from "../../state/sound-and-times.ts";
import { changeNow, chooseRendition, qualityChoices, sourceText, waitForFrame, type Quality } from "../../state/sources.ts";
import { keeping } from "../connect.ts";
import { stageNotice } from "../stage-notice.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import { LazyTools } from "./lazy-tools.ts";
import { Pacing } from "./pacing.ts";

/** Bits per second that must have been measured before anything is fetched that nobody may look at. */
const AHEAD_FROM = 10e6;

function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean; type?: string } };
  return connection?.saveData === true || connection?.type === "cellular";
}

export class Showing implements RoomPart {
  readonly handlers: Handlers<"quality" | "test-connection" | "cancel-jobs" | "retry-jobs">;
  private readonly test = new LazyTools(() => import("./measuring.ts"), (measuring) => measuring);
  private readonly pacing = new Pacing((stalled) => this.offer(stalled, stalled));
  private shown: Rendition | null = null;
  private quality: Quality = keeping.read("quality", "auto");
  private landed = false;
  private loadingSource: string | null = null;

  constructor(
    private readonly room: RoomContext,
    private readonly notice: MediaNotice,
    private readonly facts: HTMLElement,
  ) {
    this.handlers = {
      quality: ({ quality }) => this.choose(quality),
      "test-connection": () => this.testConnection(),
      "cancel-jobs": () => room.session.manage("cancel").catch(toastProblem),
      "retry-jobs": () => room.session.manage("retry").catch(toastProblem),
    };
    room.player.setLight({ source: () => this.light(), ahead: () => (this.pacing.bitsPerSecond ?? 0) > AHEAD_FROM && !savesData() });
  }

  entered(): void {
    this.landed = false;
    this.shown = null;
    this.loadingSource = null;
    this.room.player.leave();
  }

  media(media: MediaStatus | null): void {
    const { face, timeline, transport, view, capabilities } = this.room;
    this.notice.show(media, media?.jobs ?? [], capabilities.has("manage_media"));
    timeline.setMedia(face, media?.sprites ?? null, media?.variable_rate === true);
    transport.setMedia(face, qualityChoices(media?.renditions ?? []), this.quality);
    if (media?.poster_url) view.video.poster = media.poster_url;
    this.offer(false);
    this.refresh();
  }

  display(): void {
    const { face, session, transport } = this.room;
    transport.setMedia(face, qualityChoices(session.store.state.media?.renditions ?? []), this.quality);
    this.refresh();
  }

  player(state: PlayerState, before: PlayerState): void {
    this.refresh();
    this.pacing.player(state);
    if (state.status === "failed" || state.sourceId === this.loadingSource) this.loadingSource = null;
    // Its file was replaced by a newer one and taken away: ask which one there is now.
    if (state.failure?.code === "media_gone" && before.failure !== state.failure) void this.room.session.refreshMedia();
    // A better source may have waited for the pause, or for the end of the preview.
    if (state.playing !== before.playing || state.awaited !== before.awaited || (state.playing && state.frame !== before.frame)) this.offer(false);
  }

  /** Go to a frame that the address asked for, once it is known which: by landing there, or by moving there. */
  land(frame: number): void {
    this.room.landing.set("frame", String(frame));
    if (this.landed) this.room.player.seek(frame);
  }

  private choose(quality: Quality): void {
    this.quality = quality;
    keeping.write("quality", quality);
    this.offer(true);
    this.display();
  }

  private async testConnection(): Promise<void> {
    const { session } = this.room;
    const test = await this.test.load();
    const { media } = session.store.state;
    const renditions = media?.renditions ?? [];
    const proxies = renditions.filter((one) => one.kind === "proxy").sort((a, b) => b.height - a.height);
    const offered = proxies.length > 0 ? proxies : renditions.filter((one) => one.kind === "original"); // nothing lighter is made yet
    test?.openConnectionTest(test.connectionPort(session.versionId), {
      qualities: media ? offered.map((one) => ({ quality: one.kind === "proxy" ? one.label : one.kind, name: sourceText(one, media), need: needOf(one, media.duration) })) : [],
      choose: (quality) => this.choose(quality),
      measured: (bitsPerSecond) => this.pacing.measured(bitsPerSecond),
    });
  }

  /** Change to a better source if now is the moment. */
  private offer(chosen: boolean, stalled = false): void {
    const { session, face, player } = this.room;
    const { media } = session.store.state;
    if (!media || !face) return;
    const next = chooseRendition(media.renditions, this.quality, { bitsPerSecond: this.pacing.bitsPerSecond, duration: media.duration, present: this.shown, stalled });
    if (!next || this.loadingSource === next.id) return;
    const state = player.state;
    const situation = { playing: state.playing, chosen, failed: state.status === "failed", frame: state.frame, awaited: state.awaited !== null };
    if (state.status === "failed" && this.shown?.id === next.id) return; // its failure is on screen, with "Try again"
    if (!changeNow(this.shown, next, situation)) return;
    this.shown = next;
    this.loadingSource = next.id;
    const frame = this.landed ? null : this.landingFrame();
    this.landed = true;
    void player.load({ id: next.id, url: next.url, tableUrl: next.table_url }, frame);
    this.refresh();
  }

  /** The lightest proxy of the whole version, if it is much lighter than what is shown. */
  private light(): LightSource | null {
    const light = pictureSourceOf(this.room.session.store.state.media);
    return light && this.shown && light.height * 2 <= this.shown.height ? { url: light.url, tableUrl: light.table_url } : null;
  }

  private landingFrame(): number {
    const { face, landing } = this.room;
    if (!face) return 0;
    const { frame, problem } = landingOf(landing, face);
    if (problem) toast(problem, { bad: true });
    return frame;
  }

  refresh(): void {
    const { root, session, player, face, view, timeline, transport, capabilities } = this.room;
    const { media, mediaError } = session.store.state;
    const state = player.state;
    const eta = state.awaited === null ? null : waitForFrame(media?.jobs ?? [], state.awaited);
    view.show(state, face, eta, stageNotice(media, mediaError, state, capabilities.has("manage_media")));
    timeline.show(state, player.intended);
    transport.show(state);
    const shown = media && this.shown ? sourceText(this.shown, media) : "";
    const size = media?.width && media.height ? `${media.width}×${media.height}` : "";
    setText(this.facts, [shown, face?.rateText ?? "", size].filter(Boolean).join(" · "));
    setAttribute(root, "data-state", media?.state ?? "unknown");
  }
}
