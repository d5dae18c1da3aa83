// The client's page, behind a share link: picture, conversation, one's word. The room's own player and elements, with what
// the link allows and nothing else; the server says what that is, and checks it again with each request.
import "../styles/room.css";
import "../styles/timeline.css";
import "../styles/client.css";
import { clockFace, type ClockFace, type ClockSetting } from "../core/clock-face.ts";
import { CommentPanel } from "../elements/comment-panel.ts";
import { Composer } from "../elements/composer.ts";
import { fill, h, icon, iconButton } from "../elements/dom.ts";
import { LiveDot } from "../elements/live-dot.ts";
import { MediaNotice } from "../elements/media-notice.ts";
import { PlayerView } from "../elements/player-view.ts";
import { PlaylistRow, type PlaylistItem } from "../elements/playlist-row.ts";
import { ask, onRequest, type RoomRequest } from "../elements/requests.ts";
import { listenToKeys } from "../elements/shortcuts.ts";
import { Timeline } from "../elements/timeline.ts";
import { Transport } from "../elements/transport.ts";
import { VerdictBar } from "../elements/verdict-bar.ts";
import { n, t } from "../language/translate.ts";
import type { LiveClient } from "../net/live.ts";
import type { Capability, MediaStatus, OwnDecision, Person, ReviewSession } from "../net/types.ts";
import { browserClock, browserPicture, browserStills } from "../player/browser.ts";
import { Player } from "../player/player.ts";
import { Comments } from "../state/comments.ts";
import type { CompareChoice } from "../state/compare-choices.ts";
import type { Outbox } from "../state/outbox.ts";
import { TimelineModel } from "../state/timeline-state.ts";
import { VersionSession } from "../state/version-session.ts";
import { Conversing } from "./client/conversing.ts";
import { entered, fetchOnceIn } from "./client/entering.ts";
import { Joining } from "./client/joining.ts";
import { Naming } from "./client/naming.ts";
import { commentsPort } from "./comments-port.ts";
import { linkKey } from "./client/unsent-here.ts";
import { after, api, goLiveOn, keeping } from "./connect.ts";
import { GUEST, openOutbox } from "./outbox.ts";
import { Arriving } from "./room/arriving.ts";
import { Comparing } from "./room/comparing.ts";
import type { RoomContext, RoomPart } from "./room/context.ts";
import { Drawing } from "./room/drawing.ts";
import { Looking } from "./room/looking.ts";
import { Navigating } from "./room/navigating.ts";
import { Playing } from "./room/playing.ts";
import { Showing } from "./room/showing.ts";
import { Touching } from "./room/touching.ts";

interface Item extends PlaylistItem {
  /** Whether the link shows the newest version of its stack, whichever that is. */
  readonly follows: boolean;
  readonly versions: readonly { readonly id: string; readonly number: number; readonly created_at: string }[];
}

/** What the server put into the page. */
interface PageData {
  readonly items: readonly Item[];
  /** Whether this browser was still to be let in when the page was made. */
  readonly enter: boolean;
  /** Of the first item; null where it is to be asked for. */
  readonly media: MediaStatus | null;
  readonly decision: OwnDecision | null;
  readonly can: readonly Capability[];
  readonly me: Person | null;
  /** The name that the pictures carry; null where the link burns in none. */
  readonly in_picture: string | null;
  readonly account: boolean;
  readonly from: string;
  readonly seq: number;
  /** Live sessions that run on what is shown. */
  readonly sessions: readonly ReviewSession[];
}

/** What the page was told of its first version when it was made. */
type Told = Pick<PageData, "media" | "decision">;

/** What the link shows of a video. */
const versionsOf = (item: Item | undefined): readonly CompareChoice[] => (item?.versions.length ? item.versions.map(({ id, number }) => ({ id, name: `v${number}` })) : item ? [{ id: item.version_id, name: `v${item.number}` }] : []);

/** The link ended, or shows something else by now: the page says so when it is loaded again. */
const GONE = new Set([4401, 4404]);

class Client extends HTMLElement implements RoomContext {
  readonly root = this;
  readonly preferences = {} as RoomContext["preferences"];
  readonly view = new PlayerView();
  readonly timeline = new Timeline(new TimelineModel(keeping));
  readonly transport = new Transport(true);
  readonly panel = new CommentPanel();
  readonly composer = new Composer();
  readonly projectId = "";
  readonly assetId = "";
  readonly clock: ClockSetting = { display: "record", times: null };
  readonly capabilities: Set<Capability> = new Set();
  me: Person = { id: "", name: "", guest: true };
  landing = new URLSearchParams(location.search);
  face: ClockFace | null = null;
  player!: Player;
  session!: VersionSession;
  comments!: Comments;
  private data!: PageData;
  private outbox!: Outbox;
  private readonly name = h("h1");
  private readonly spoken = h("p", { class: "visually-hidden", "aria-live": "polite" });
  private readonly versions = h("select", { class: "compact version-select", "aria-label": t("Version") });
  private readonly playlist = new PlaylistRow(entered);
  private readonly verdict = new VerdictBar();
  private readonly notice = new MediaNotice();
  private readonly liveDot = new LiveDot();
  private readonly downloads = h("span", { class: "client-downloads" });
  private live: LiveClient | null = null;
  private joining!: Joining;
  private naming!: Naming;
  private parts: readonly RoomPart[] = [];
  private handlers: Readonly<Record<string, (request: never) => unknown>> = {};
  private unwatch: (() => void)[] = [];

  connectedCallback(): void {
    this.data = JSON.parse(this.dataset["page"] ?? "") as PageData;
    this.removeAttribute("data-page");
    for (const one of this.data.can) this.capabilities.add(one);
    if (this.data.me) this.me = this.data.me;
    const first = this.data.items[0];
    if (!first) return;
    keeping.write(linkKey(location.pathname), this.data.items.flatMap((item) => [item.version_id, ...item.versions.map((one) => one.id)]));
    this.outbox = openOutbox(this.data.account ? this.me.id : GUEST);
    this.naming = new Naming({ me: this.me, outbox: this.outbox, inPicture: this.data.in_picture, named: (first) => this.called(first) });
    this.build();
    const { video, still, lightStill } = this.view;
    this.player = new Player(video, browserClock, browserPicture(video, still, lightStill), fetchOnceIn, 1, browserStills(fetchOnceIn, this.landing));
    this.assemble();
    onRequest(this, (request) => this.act(request));
    listenToKeys((request) => this.handlers[request.kind] !== undefined && (this.act(request), true), () => this.transport.type(), after);
    window.addEventListener("beforeunload", (event) => this.comments.queued && event.preventDefault());
    const asked = this.landing.get("version") ?? "";
    const landing = this.itemOf(asked) ? asked : first.version_id;
    this.show(landing, landing === first.version_id ? this.data : null);
    this.player.store.watch((state, before) => this.parts.forEach((part) => part.player?.(state, before)));
  }

  private build(): void {
    const talks = this.capabilities.has("comment") || this.capabilities.has("see_comments");
    const decides = this.capabilities.has("approve");
    this.versions.addEventListener("change", () => ask(this, { kind: "version", id: this.versions.value }));
    fill(
      this,
      h("header", { class: "room-head client-head" }, h("div", { class: "room-title" }, this.name, this.versions), h("span", { class: "client-from dim" }, t("from {person}", { person: this.data.from })), h("div", { class: "room-tools" }, this.liveDot, iconButton("meter", t("Test the connection…"), () => ask(this, { kind: "test-connection" })), this.downloads, !this.data.account && this.naming.button)),
      this.playlist,
      h("div", { class: "room-left" }, this.view, h("div", { class: "deck" }, this.notice, this.timeline, this.transport)),
      (talks || decides) && h("aside", { class: "room-right", "aria-label": t("Comments") }, decides && this.verdict, talks && this.panel, this.composer),
      this.spoken,
    );
    this.classList.toggle("watch-only", !talks && !decides);
    this.notice.hidden = true; // what is being made is the team's business; the stage says when there is no picture yet
  }

  private assemble(): void {
    const navigating = new Navigating(this);
    const playing = new Playing(this);
    const showing = new Showing(this, this.notice, h("span"));
    const conversing = new Conversing(this, (why) => this.naming.named(why));
    const drawing = new Drawing(this);
    this.joining = new Joining(this, { named: (why) => this.naming.named(why), shows: (versionId) => this.itemOf(versionId) !== undefined }, this.data.sessions);
    const looking = new Looking(this, true);
    new Touching(this);
    const comparing = new Comparing(this, {
      own: (versionId) => this.itemOf(versionId)?.version_id ?? "",
      others: (versionId) => this.data.items.map((item) => ({ id: item.version_id, name: item.name, versions: versionsOf(item).filter(({ id }) => id !== versionId), all: true })).filter(({ versions }) => versions.length > 0),
      nameOf: (versionId) => versionsOf(this.itemOf(versionId)).find(({ id }) => id === versionId)?.name ?? "",
    });
    this.parts = [navigating, showing, conversing, playing, drawing, this.joining, looking, comparing, new Arriving(this, this.spoken)];
    const handlers = { ...navigating.handlers, ...playing.handlers, ...showing.handlers, ...conversing.handlers, ...drawing.handlers, ...looking.handlers, ...comparing.handlers };
    this.handlers = { ...handlers, version: ({ id }: { readonly id: string }) => this.enter(id, 0) };
  }

  // --- which version -------------------------------------------------------------------------------------------------------

  private itemOf(versionId: string): Item | undefined {
    return this.data.items.find((item) => item.version_id === versionId || item.versions.some((one) => one.id === versionId));
  }

  enter(versionId: string, frame: number): void {
    this.unwatch.forEach((stop) => stop());
    this.parts.forEach((part) => part.leave?.());
    this.session.stop();
    this.comments.stop();
    this.face = null;
    this.landing = new URLSearchParams({ frame: String(frame) });
    history.replaceState(null, "", `${location.pathname}?version=${versionId}`);
    this.show(versionId);
  }

  private show(versionId: string, told: Told | null = null): void {
    // Of the stack a guest is told by the page; the list of the API is for members.
    const port = { send: api.send.bind(api), all: <T>() => Promise.resolve<T[]>([]) };
    this.session = new VersionSession(port, versionId, "", after);
    this.comments = new Comments(commentsPort(versionId), this.outbox, versionId, this.me, this.capabilities);
    this.heading(versionId);
    this.parts.forEach((part) => part.entered?.(versionId));
    this.unwatch = [this.session.store.watch(({ media }) => this.mediaChanged(media)), this.comments.store.watch((state) => this.parts.forEach((part) => part.comments?.(state)))];
    this.verdict.show(told?.decision ?? null);
    this.verdict.bind({ from: this.data.from, follows: this.itemOf(versionId)?.follows ?? false, decide: (word, text) => this.decide(word, text) });
    // Before this browser is in, one can write already; the files beside the picture are not served to it yet.
    if (told?.media) this.session.startWith(this.data.enter ? { ...told.media, poster_url: null, sprites: null, waveforms: [], levels: [], sounds: [] } : told.media);
    void entered.then(() => {
      if (this.session.versionId === versionId) this.catchUp(told);
    });
  }

  /** What the page was not told, once the link lets this browser in. */
  private catchUp(told: Told | null): void {
    const { versionId } = this.session;
    if (!told?.media) this.session.start();
    else if (this.data.enter) this.session.startWith(told.media);
    void this.comments.load();
    this.listen();
    if (!told?.decision && this.capabilities.has("approve")) api.send<OwnDecision>(`versions/${versionId}/decision`).then((said) => this.verdict.show(said), () => undefined);
  }

  private heading(versionId: string): void {
    const item = this.itemOf(versionId);
    if (!item) return;
    this.name.textContent = item.name;
    document.title = item.name;
    this.playlist.show(this.data.items, item.version_id);
    this.versions.hidden = item.versions.length < 2;
    fill(this.versions, item.versions.map((one) => h("option", { value: one.id }, `v${one.number}`)));
    this.versions.value = versionId;
    const link = (path: string, text: string): HTMLElement => h("a", { class: "button small", href: `/media/${versionId}/${path}`, download: true, title: text }, icon("download"), text);
    fill(this.downloads, this.capabilities.has("download_original") ? link("original", t("Original")) : null, this.capabilities.has("download_proxy") ? link("proxy", t("Preview file")) : null);
  }

  private mediaChanged(media: MediaStatus | null): void {
    const fresh = this.face === null && media?.rate != null && media.frame_count !== null && media.frame_count > 0;
    if (fresh && media?.rate && media.frame_count) {
      this.face = clockFace(media.rate, media.start_frame, media.frame_count, media.variable_rate === true, this.clock);
      this.player.setFrameCount(media.frame_count);
      this.name.title = n("{count} frame | {count} frames", media.frame_count);
    }
    this.parts.forEach((part) => part.media?.(media, fresh));
  }

  // --- what happens elsewhere ------------------------------------------------------------------------------------------------

  private listen(): void {
    this.live?.stop();
    const { versionId } = this.session;
    this.live = goLiveOn(versionId, this.data.seq, {
      event: ({ kind, payload }) => {
        this.session.event(kind, payload);
        this.comments.apply(kind, payload);
        this.joining.event(kind, payload);
        if (kind === "guest.renamed") this.naming.renamed(payload as Person);
      },
      progress: (mediaId, jobs) => this.session.progress(mediaId, jobs),
      state: (state) => {
        this.liveDot.show(state);
        if (state === "live") this.outbox.nudge(); // the server is there
      },
      closed: (code) => {
        if (GONE.has(code)) this.leave();
      },
    });
  }

  /** The link ended, or a newer version took the place of this one: what counts now is what the server shows. */
  private leave(): void {
    this.player.pause().finally(() => location.assign(location.pathname));
  }

  // --- who is here -----------------------------------------------------------------------------------------------------------

  private called(first: boolean): void {
    this.comments.apply("guest.renamed", this.me);
    if (first) this.listen(); // as somebody who is answered
  }

  private async decide(word: "approved" | "changes_requested", text: string): Promise<boolean> {
    if (!(await this.naming.named(t("So that everybody knows who decided.")))) return false;
    this.verdict.show(await api.send<OwnDecision>(`versions/${this.session.versionId}/decision`, { method: "PUT", body: { decision: word, text } }));
    return true;
  }

  // --- requests ----------------------------------------------------------------------------------------------------------------

  positionsChanged(): void {
    this.parts.forEach((part) => part.display?.());
  }

  /** What this page does not offer is asked for by nobody; a key for it does nothing. */
  act(request: RoomRequest): void {
    this.joining.intends(request);
    void this.handlers[request.kind]?.(request as never);
  }
}
customElements.define("tp-client", Client);
