// The review room: joins the player, the conversation and the live connection, and acts on what the elements ask for.
import "../styles/room.css";
import { clockFace, type ClockFace } from "../core/clock-face.ts";
import { readTypedPosition } from "../core/typed-position.ts";
import { CommentPanel } from "../elements/comment-panel.ts";
import { Composer } from "../elements/composer.ts";
import { fill, h, icon, iconButton, setAttribute, setText } from "../elements/dom.ts";
import { copyText, toast, toastProblem } from "../elements/feedback.ts";
import { LiveDot } from "../elements/live-dot.ts";
import { MediaNotice } from "../elements/media-notice.ts";
import { PlayerView } from "../elements/player-view.ts";
import { onRequest, type RoomRequest } from "../elements/requests.ts";
import { shortcutOf, showHelp } from "../elements/shortcuts.ts";
import { Timeline } from "../elements/timeline.ts";
import { Transport } from "../elements/transport.ts";
import { VersionSwitch } from "../elements/version-switch.ts";
import type { Capability, MediaStatus, Person, Rendition, Version } from "../net/types.ts";
import { browserClock, browserPicture } from "../player/browser.ts";
import { Player, type PlayerState } from "../player/player.ts";
import { Comments, neighbour } from "../state/comments.ts";
import { landingOf } from "../state/landing.ts";
import { changeNow, chooseRendition, qualityChoices, sourceText, waitForFrame, type Quality } from "../state/sources.ts";
import { VersionSession } from "../state/version-session.ts";
import { commentsPort } from "./comments-port.ts";
import { after, api, goLive, keeping } from "./connect.ts";
import { stageNotice } from "./stage-notice.ts";
import { wireAccountMenu } from "./site.ts";

class Room extends HTMLElement {
  private readonly view = new PlayerView();
  private readonly timeline = new Timeline();
  private readonly transport = new Transport();
  private readonly panel = new CommentPanel();
  private readonly composer = new Composer();
  private readonly notice = new MediaNotice();
  private readonly versions = new VersionSwitch();
  private readonly facts = h("span", { class: "room-facts dim" });
  private readonly liveDot = new LiveDot();
  private readonly spoken = h("p", { class: "visually-hidden", "aria-live": "polite" });
  private player!: Player;
  private session!: VersionSession;
  private comments!: Comments;
  private unwatch: (() => void)[] = [];
  private face: ClockFace | null = null;
  private shown: Rendition | null = null;
  private quality: Quality = keeping.read("quality", "auto");
  private landing = new URLSearchParams(location.search);
  private landed = false;
  private capabilities = new Set<Capability>();
  private me: Person = { id: "", name: "" };
  private loadingSource: string | null = null;
  private forgetArrival: (() => void) | null = null;

  connectedCallback(): void {
    const data = this.dataset;
    this.me = { id: data["me"] ?? "", name: data["meName"] ?? "" };
    this.capabilities = new Set((data["capabilities"] ?? "").split(" ") as Capability[]);
    this.build();
    this.player = new Player(this.view.video, browserClock, browserPicture(this.view.video, this.view.still), (url, init) => fetch(url, init), 1);
    this.player.setSpeed(keeping.read("speed", 1));
    this.view.video.volume = keeping.read("volume", 1);
    this.view.video.muted = keeping.read("muted", false);
    this.transport.addEventListener("refresh", () => this.transport.show(this.player.state));
    onRequest(this, (request) => void this.act(request));
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("pagehide", () => this.comments.flush());
    window.addEventListener("popstate", () => location.reload());
    this.enter(data["version"] ?? "", null);
    this.player.store.watch((state, before) => this.playerChanged(state, before));
    goLive(data["project"] ?? "", Number(data["seq"] ?? 0), {
      event: ({ kind, payload }) => {
        this.session.event(kind, payload);
        this.comments.apply(kind, payload);
        if (kind === "version.created") this.announceVersion(payload as Version);
      },
      progress: (mediaId, jobs) => this.session.progress(mediaId, jobs),
      state: (state) => this.liveDot.show(state),
    });
  }

  private build(): void {
    const data = this.dataset;
    const menu = document.getElementById("account-menu") as HTMLTemplateElement | null;
    const right = h("div", { class: "room-tools" }, this.liveDot, iconButton("help", "Keyboard shortcuts (?)", showHelp));
    if (menu) right.append(menu.content.cloneNode(true));
    fill(
      this,
      h(
        "header",
        { class: "room-head" },
        h("a", { class: "icon-button", href: `/projects/${data["project"]}`, "aria-label": `Back to ${data["projectName"]}`, title: `Back to ${data["projectName"]}` }, icon("back")),
        h("div", { class: "room-title" }, h("h1", null, data["assetName"]), this.versions),
        this.facts,
        right,
      ),
      h("div", { class: "room-left" }, this.view, h("div", { class: "deck" }, this.notice, this.timeline, this.transport)),
      h("aside", { class: "room-right", "aria-label": "Comments" }, this.panel, this.composer),
      this.spoken,
    );
    wireAccountMenu(right);
    this.composer.hidden = !this.capabilities.has("comment");
  }

  /** Show a version; `frame`: where to stay, null to follow the page's address. */
  private enter(versionId: string, frame: number | null): void {
    const switching = frame !== null;
    this.unwatch.forEach((stop) => stop());
    this.forgetArrival?.(); // of another version
    this.session?.stop();
    this.comments?.flush();
    this.landed = false;
    this.face = null;
    this.shown = this.loadingSource = null;
    if (switching) {
      this.landing = new URLSearchParams({ frame: String(frame) });
      history.pushState(null, "", `/v/${versionId}?frame=${frame}`);
      this.player.setRange(null);
    }
    const assetId = this.dataset["asset"] ?? "";
    this.session = new VersionSession(api, versionId, assetId, after);
    this.comments = new Comments(commentsPort(versionId), keeping, versionId, this.me, this.capabilities);
    this.panel.select(null);
    this.unwatch = [
      this.session.store.watch(({ media, versions }, before) => {
        if (versions !== before.versions) this.versions.show(versions, versionId);
        if (media !== before.media || media === null) this.mediaChanged(media);
        else this.refreshView();
      }),
      this.comments.store.watch((state) => {
        this.panel.show(state);
        this.showMarks();
        this.landOnComment();
      }),
    ];
    this.session.start();
    void this.comments.load();
  }

  // --- what the server says -------------------------------------------------------------------------------------------

  private mediaChanged(media: MediaStatus | null): void {
    this.notice.show(media, media?.jobs ?? [], this.capabilities.has("manage_media"));
    const known = media?.rate && media.frame_count ? clockFace(media.rate, media.start_frame, media.frame_count, media.variable_rate === true) : null;
    const fresh = known !== null && this.face === null;
    if (fresh && known) {
      this.face = known;
      this.player.setFrameCount(known.frameCount);
      const versionId = this.session.versionId;
      const mayHide = this.capabilities.has("see_internal");
      this.panel.configure({ face: known, mayWrite: this.capabilities.has("comment"), mayHide, keeping });
      this.composer.configure({ face: known, versionId, mayHide, keeping, port: { settle: () => this.player.pause(), range: () => this.player.state.range } });
    }
    if (!known) this.panel.configure({ face: null, mayWrite: this.capabilities.has("comment") && media?.state !== "failed", mayHide: false, keeping });
    const renditions = media?.renditions ?? [];
    this.timeline.setMedia(this.face, media?.sprites ?? null);
    this.transport.setMedia(this.face, qualityChoices(renditions), this.quality);
    if (media?.poster_url) this.view.video.poster = media.poster_url;
    this.offerSource(false);
    this.refreshView();
    this.showMarks();
  }

  /** Change to a better source if now is the moment. */
  private offerSource(chosen: boolean): void {
    const { media } = this.session.store.state;
    if (!media || !this.face) return;
    const next = chooseRendition(media.renditions, this.quality);
    if (!next || this.loadingSource === next.id) return;
    const state = this.player.state;
    const situation = { playing: state.playing, chosen, failed: state.status === "failed", frame: state.frame, awaited: state.awaited !== null };
    if (state.status === "failed" && this.shown?.id === next.id) return; // its failure is on screen, with "Try again"
    if (!changeNow(this.shown, next, situation)) return;
    this.shown = next;
    this.loadingSource = next.id;
    const frame = this.landed ? null : this.landingFrame();
    this.landed = true;
    void this.player.load({ id: next.id, url: next.url, tableUrl: next.table_url }, frame);
    this.refreshView();
  }

  private landingFrame(): number {
    if (!this.face) return 0;
    const { frame, problem } = landingOf(this.landing, this.face);
    if (problem) toast(problem, { bad: true });
    return frame;
  }

  private landOnComment(): void {
    const id = this.landing.get("comment");
    if (!id || !this.comments.store.state.loaded) return;
    const item = this.comments.store.state.items.find(({ comment }) => comment.id === id);
    this.landing.delete("comment");
    if (!item) {
      toast("The comment of this link is no longer there.");
      return;
    }
    this.panel.select(id);
    this.showMarks();
    if (this.landing.get("frame") === null) {
      this.landing.set("frame", String(item.comment.frame));
      if (this.landed) this.player.seek(item.comment.frame);
    }
  }

  private announceVersion(version: Version): void {
    if (version.asset_id !== this.dataset["asset"] || version.id === this.session.versionId) return;
    toast(`Version ${version.number} is here.`, { milliseconds: 12_000, action: { label: "Open", run: () => this.enter(version.id, this.player.intended) } });
  }

  // --- what the player says ---------------------------------------------------------------------------------------------

  private playerChanged(state: PlayerState, before: PlayerState): void {
    this.refreshView();
    if (state.status === "failed" || state.sourceId === this.loadingSource) this.loadingSource = null;
    // Its file was replaced by a newer one and taken away: ask which one there is now.
    if (state.failure?.code === "media_gone" && before.failure !== state.failure) void this.session.refreshMedia();
    this.composer.show(state.frame);
    if (state.range !== before.range) this.composer.rangeChanged();
    if (state.volume !== before.volume) keeping.write("volume", state.volume);
    if (state.muted !== before.muted) keeping.write("muted", state.muted);
    if (state.speed !== before.speed) keeping.write("speed", state.speed);
    // A better source may have waited for the pause, or for the end of the preview.
    if (state.playing !== before.playing || state.awaited !== before.awaited || (state.playing && state.frame !== before.frame)) this.offerSource(false);
    if (state.confirmed && !before.confirmed && this.face) this.arrived(state.frame, this.face);
  }

  /** Tell the address bar and screen readers, once the playhead rests: browsers refuse an address that changes often
   *  (Safari with an error), and nobody wants every step of a run of steps read out. */
  private arrived(frame: number, face: ClockFace): void {
    this.forgetArrival?.();
    this.forgetArrival = after(300, () => {
      const query = new URLSearchParams({ frame: String(frame) });
      history.replaceState(null, "", `${location.pathname.replace(/\/v\/.*/, `/v/${this.session.versionId}`)}?${query}`);
      setText(this.spoken, `${face.record(frame)}, frame ${frame}`);
    });
  }

  private refreshView(): void {
    const { media, mediaError } = this.session.store.state;
    const state = this.player.state;
    const jobs = media?.jobs ?? [];
    const eta = state.awaited === null ? null : waitForFrame(jobs, state.awaited);
    this.view.show(state, this.face, eta, stageNotice(media, mediaError, state, this.capabilities.has("manage_media")));
    this.timeline.show(state, this.player.intended);
    this.transport.show(state);
    const shown = media && this.shown ? sourceText(this.shown, media) : "";
    const size = media?.width && media.height ? `${media.width}×${media.height}` : "";
    const words = [shown, this.face?.rateText ?? "", size].filter(Boolean).join(" · ");
    setText(this.facts, words);
    setAttribute(this, "data-state", media?.state ?? "unknown");
  }

  private showMarks(): void {
    const selected = this.panel.selectedId;
    this.timeline.setMarks(
      this.comments.store.state.items
        .filter(({ comment }) => comment.parent_id === null)
        .map(({ comment }) => ({ id: comment.id, frame: comment.frame, frames: comment.duration_frames, authorId: comment.author.id, done: comment.completed_at !== null, selected: comment.id === selected })),
    );
  }

  // --- what people ask for ------------------------------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    const request = shortcutOf(event);
    if (request === null) return;
    event.preventDefault();
    if (request === "type-position") this.transport.type();
    else void this.act(request);
  }

  private async act(request: RoomRequest): Promise<void> {
    const { player } = this;
    const state = player.state;
    const last = (this.face?.frameCount ?? 1) - 1;
    switch (request.kind) {
      case "toggle":
        return player.toggle();
      case "play":
        return void player.play();
      case "pause":
        return void player.pause();
      case "shuttle":
        return player.shuttle(request.direction);
      case "seek":
        return player.seek(request.frame);
      case "step":
        return player.step(request.frames);
      case "home":
        return player.seek(0);
      case "end":
        return player.seek(last);
      case "mark-in": {
        const first = player.intended;
        return player.setRange({ first, last: Math.max(first, state.range?.last ?? last) });
      }
      case "mark-out": {
        const end = player.intended;
        return player.setRange({ first: Math.min(end, state.range?.first ?? 0), last: end });
      }
      case "clear-range":
        return player.setRange(null);
      case "loop":
        return player.setLoop(!state.loop);
      case "mute":
        return player.setMuted(!state.muted);
      case "volume":
        return player.setVolume(request.volume);
      case "speed":
        return player.setSpeed(request.speed);
      case "quality":
        this.quality = request.quality;
        keeping.write("quality", request.quality);
        return this.offerSource(true);
      case "version":
        return this.enter(request.id, player.intended);
      case "fullscreen":
        return this.fullscreen();
      case "help":
        return showHelp();
      case "retry-source":
        return player.retry();
      case "stop-waiting":
        return player.stopWaiting();
      case "go-to":
        return this.goTo(request.text);
      case "write":
        return this.composer.write();
      case "neighbour":
        return this.goToNeighbour(request.direction);
      case "cancel-jobs":
        return this.session.manage("cancel").catch(toastProblem);
      case "retry-jobs":
        return this.session.manage("retry").catch(toastProblem);
      case "reload-comments":
        return this.comments.load();
      case "open-comment":
        return this.openComment(request.id);
      case "copy-link":
        return this.copyLink(request.id);
      case "comment": {
        const id = this.comments.add(request.body);
        if (request.body.parent_id === null) this.panel.select(id);
        return;
      }
      case "edit-comment":
        return this.comments.edit(request.id, request.text).catch(toastProblem);
      case "complete":
        return this.comments.setCompleted(request.id, request.completed).catch(toastProblem);
      case "internal":
        return this.comments.setInternal(request.id, request.internal).catch(toastProblem);
      case "delete-comment": {
        const undo = this.comments.remove(request.id, toastProblem);
        toast("Comment deleted.", { milliseconds: 5_800, action: { label: "Undo", run: undo } });
        return;
      }
      case "resend":
        return this.comments.resend(request.id);
      case "discard":
        this.comments.discard(request.id);
        return;
    }
  }

  private goTo(text: string): void {
    const { face } = this;
    if (!face) return;
    const read = readTypedPosition(text, { rate: face.rate, frameCount: face.frameCount, startFrame: face.startFrame, current: this.player.intended });
    if (read.ok) {
      this.transport.answer(null);
      this.player.seek(read.frame);
      return;
    }
    this.transport.answer(read.message);
    const nearest = read.suggestions[0];
    toast(read.message, {
      bad: true,
      ...(nearest === undefined ? {} : { action: { label: `Go to ${face.record(nearest)}`, run: () => { this.transport.answer(null); this.player.seek(nearest); } } }),
    });
  }

  private goToNeighbour(direction: 1 | -1): void {
    const found = neighbour(this.comments.store.state.items, this.player.intended, direction);
    if (found) this.openComment(found.id);
  }

  private openComment(id: string): void {
    const item = this.comments.store.state.items.find(({ comment }) => comment.id === id);
    if (!item) return;
    this.panel.select(id);
    this.showMarks();
    this.player.seek(item.comment.frame);
  }

  private async copyLink(id: string): Promise<void> {
    const item = this.comments.store.state.items.find(({ comment }) => comment.id === id);
    if (!item) return;
    const url = `${location.origin}/v/${item.comment.version_id}?frame=${item.comment.frame}&comment=${id}`;
    toast((await copyText(url)) ? `Link to frame ${item.comment.frame} copied.` : url);
  }

  private fullscreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (document.fullscreenEnabled) void this.querySelector(".room-left")?.requestFullscreen();
    else (this.view.video as HTMLVideoElement & { webkitEnterFullscreen?: () => void }).webkitEnterFullscreen?.(); // iPhone
  }
}
customElements.define("tp-room", Room);
