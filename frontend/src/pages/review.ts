// The review room: builds the elements, holds the version that is shown, and passes on what changes and what is asked for
// to the room's parts (pages/room/), which do the rest.
import "../styles/room.css";
import "../styles/locks.css";
import "../styles/timeline.css";
import { clockFace, type ClockFace, type ClockSetting } from "../core/clock-face.ts";
import { isDisplay } from "../core/position-display.ts";
import { ApprovalPanel } from "../elements/approval-panel.ts";
import { GhostPanel } from "../elements/ghost-panel.ts";
import { CommentPanel } from "../elements/comment-panel.ts";
import { Composer } from "../elements/composer.ts";
import { fill, h, icon, iconButton } from "../elements/dom.ts";
import { toast } from "../elements/feedback.ts";
import { hinted } from "../elements/key-hints.ts";
import { LiveDot } from "../elements/live-dot.ts";
import { LockLine } from "../elements/lock-line.ts";
import { MediaNotice } from "../elements/media-notice.ts";
import { PlayerView } from "../elements/player-view.ts";
import { ask, onRequest, type Handlers, type RoomRequest } from "../elements/requests.ts";
import { listenToKeys } from "../elements/shortcuts.ts";
import { SyncBadge } from "../elements/sync-badge.ts";
import { Timeline } from "../elements/timeline.ts";
import { Transport } from "../elements/transport.ts";
import { VersionSwitch } from "../elements/version-switch.ts";
import { t } from "../language/translate.ts";
import type { Capability, MediaStatus, Person, Preferences, Version } from "../net/types.ts";
import { browserClock, browserPicture, browserStills } from "../player/browser.ts";
import type { Fetch } from "../player/failures.ts";
import { Player } from "../player/player.ts";
import { Comments } from "../state/comments.ts";
import { TimelineModel } from "../state/timeline-state.ts";
import { VersionSession } from "../state/version-session.ts";
import type { Outbox } from "../state/outbox.ts";
import { commentsPort } from "./comments-port.ts";
import { after, api, goLive, keeping } from "./connect.ts";
import { openOutbox } from "./outbox.ts";
import { Approving } from "./room/approving.ts";
import { Arriving } from "./room/arriving.ts";
import { Comparing } from "./room/comparing.ts";
import type { RoomContext, RoomPart } from "./room/context.ts";
import { Finding } from "./room/finding.ts";
import { Ghosts } from "./room/ghosts.ts";
import { Hearing } from "./room/hearing.ts";
import { Navigating } from "./room/navigating.ts";
import { Keys } from "./room/keys.ts";
import { Drawing } from "./room/drawing.ts";
import { Looking } from "./room/looking.ts";
import { Playing } from "./room/playing.ts";
import { Showing } from "./room/showing.ts";
import { Talking } from "./room/talking.ts";
import { Together } from "./room/together.ts";
import { Touching } from "./room/touching.ts";
import { Touring } from "./room/touring.ts";
import { shareButton } from "./sharing.ts";
import { wireAccountMenu } from "./site.ts";

class Room extends HTMLElement implements RoomContext {
  readonly root = this;
  readonly preferences: Preferences = JSON.parse(this.dataset["preferences"] || "{}") as Preferences;
  private readonly keys = new Keys(this.preferences.keys, () => this.act({ kind: "tour" })); // before all that name their keys
  readonly view = new PlayerView();
  readonly timeline = new Timeline(new TimelineModel(keeping));
  readonly transport = new Transport();
  readonly panel = new CommentPanel();
  readonly composer = new Composer();
  projectId = "";
  assetId = "";
  me: Person = { id: "", name: "" };
  capabilities: ReadonlySet<Capability> = new Set();
  landing = new URLSearchParams(location.search);
  face: ClockFace | null = null;
  readonly clock: ClockSetting = { display: "record", times: null };
  player!: Player;
  session!: VersionSession;
  comments!: Comments;
  private readonly approvals = new ApprovalPanel();
  private readonly ghosts = new GhostPanel();
  private readonly notice = new MediaNotice();
  private readonly versions = new VersionSwitch();
  private readonly sync = new SyncBadge();
  private readonly facts = h("span", { class: "room-facts dim" });
  private readonly liveDot = new LiveDot();
  private readonly spoken = h("p", { class: "visually-hidden", "aria-live": "polite" });
  private lock: LockLine | null = null;
  private outbox!: Outbox;
  private together: Together | null = null;
  private parts: readonly RoomPart[] = [];
  private handlers!: Handlers;
  private unwatch: (() => void)[] = [];

  connectedCallback(): void {
    const data = this.dataset;
    this.me = { id: data["me"] ?? "", name: data["meName"] ?? "" };
    this.capabilities = new Set((data["capabilities"] ?? "").split(" ") as Capability[]);
    this.outbox = openOutbox(this.me.id, data["version"] ?? null);
    this.projectId = data["project"] ?? "";
    this.assetId = data["asset"] ?? "";
    const display: unknown = keeping.read("display", "record");
    if (isDisplay(display)) this.clock.display = display;
    this.build();
    const { video, still, lightStill } = this.view;
    const fetcher: Fetch = (url, init) => fetch(url, init);
    this.player = new Player(video, browserClock, browserPicture(video, still, lightStill), fetcher, 1, browserStills(fetcher, this.landing));
    this.assemble();
    onRequest(this, (request) => this.act(request));
    listenToKeys((request) => (this.act(request), true), () => this.transport.type(), after);
    window.addEventListener("popstate", () => location.reload());
    window.addEventListener("beforeunload", (event) => this.comments.queued && event.preventDefault());
    this.show(data["version"] ?? "");
    this.player.store.watch((state, before) => this.parts.forEach((part) => part.player?.(state, before)));
    goLive(this.projectId, Number(data["seq"] ?? 0), {
      event: ({ kind, payload }) => {
        this.session.event(kind, payload);
        this.comments.apply(kind, payload);
        this.parts.forEach((part) => part.event?.(kind, payload));
        this.lock?.event(kind, payload);
        if (kind === "version.created") this.announceVersion(payload as Version);
      },
      progress: (mediaId, jobs) => this.session.progress(mediaId, jobs),
      state: (state) => {
        this.liveDot.show(state);
        if (state === "live") this.outbox.nudge(); // the server is there
      },
    });
  }

  private build(): void {
    const data = this.dataset;
    const menu = document.getElementById("account-menu") as HTMLTemplateElement | null;
    const keys = hinted(iconButton("help", t("Keyboard"), () => ask(this, { kind: "help" })), t("Keyboard"), "help");
    keys.classList.add("keys-button");
    const share = shareButton(this.projectId, this.capabilities, () => ({ assetId: this.assetId, assetName: data["assetName"] ?? "", version: this.session.store.state.versions.find((one) => one.id === this.session.versionId) ?? null }));
    const right = h("div", { class: "room-tools" }, this.liveDot, share, keys);
    if (menu) right.append(menu.content.cloneNode(true));
    fill(
      this,
      h(
        "header",
        { class: "room-head" },
        h("a", { class: "icon-button", href: `/projects/${this.projectId}`, "aria-label": t("Back to {project}", { project: data["projectName"] ?? "" }), title: t("Back to {project}", { project: data["projectName"] ?? "" }) }, icon("back")),
        h("div", { class: "room-title" }, h("h1", null, data["assetName"]), this.versions, this.sync),
        this.facts,
        right,
      ),
      h("div", { class: "room-left" }, this.view, h("div", { class: "deck" }, this.notice, this.timeline, this.transport)),
      h("aside", { class: "room-right", "aria-label": t("Comments") }, this.lockLine(), this.approvals, this.ghosts, this.panel, this.composer),
      this.spoken,
    );
    wireAccountMenu(right);
  }

  private lockLine(): LockLine {
    this.lock = new LockLine(api, this.projectId, this.me.id, this.capabilities);
    void this.lock.watch(this.dataset["sequence"] || null);
    return this.lock;
  }

  /** The parts of the room. Each request has one that answers it: the compiler says when one is missing. */
  private assemble(): void {
    const navigating = new Navigating(this);
    const playing = new Playing(this);
    const showing = new Showing(this, this.notice, this.facts);
    const hearing = new Hearing(this);
    const finding = new Finding(this);
    const talking = new Talking(this, (frame) => showing.land(frame));
    const drawing = new Drawing(this);
    const looking = new Looking(this);
    const comparing = new Comparing(this);
    const touring = new Touring(this);
    const approving = new Approving(this, this.approvals);
    const ghosts = new Ghosts(this, this.ghosts);
    const together = (this.together = new Together(this, this.querySelector(".room-tools") ?? this));
    new Touching(this);
    this.parts = [navigating, showing, talking, playing, drawing, looking, comparing, new Arriving(this, this.spoken), hearing, finding, approving, ghosts, touring, together];
    this.handlers = {
      ...navigating.handlers,
      ...drawing.handlers,
      ...looking.handlers,
      ...comparing.handlers,
      ...playing.handlers,
      ...showing.handlers,
      ...talking.handlers,
      ...hearing.handlers,
      ...finding.handlers,
      ...ghosts.handlers,
      ...touring.handlers,
      ...together.handlers,
      version: ({ id }) => this.enter(id, this.player.intended),
      ...this.keys.handlers,
    };
  }

  enter(versionId: string, frame: number): void {
    this.unwatch.forEach((stop) => stop());
    this.parts.forEach((part) => part.leave?.());
    this.session.stop();
    this.comments.stop();
    this.face = null;
    this.landing = new URLSearchParams({ frame: String(frame) });
    history.pushState(null, "", `/v/${versionId}?frame=${frame}`);
    this.show(versionId);
  }

  private show(versionId: string): void {
    this.session = new VersionSession(api, versionId, this.assetId, after);
    this.comments = new Comments(commentsPort(versionId), this.outbox, versionId, this.me, this.capabilities);
    this.parts.forEach((part) => part.entered?.(versionId));
    this.unwatch = [
      this.session.store.watch(({ media, versions }, before) => {
        if (versions !== before.versions) {
          this.versions.show(versions, versionId);
          const present = versions.find((one) => one.id === versionId);
          if (present) this.sync.show(present.id, present.checks);
        }
        this.mediaChanged(media);
      }),
      this.comments.store.watch((state) => this.parts.forEach((part) => part.comments?.(state))),
    ];
    this.session.start();
    void this.comments.load();
  }

  private mediaChanged(media: MediaStatus | null): void {
    const fresh = this.face === null && media?.rate != null && media.frame_count !== null && media.frame_count > 0;
    if (fresh && media?.rate && media.frame_count) {
      this.face = clockFace(media.rate, media.start_frame, media.frame_count, media.variable_rate === true, this.clock);
      this.player.setFrameCount(media.frame_count);
    }
    this.parts.forEach((part) => part.media?.(media, fresh));
  }

  private announceVersion(version: Version): void {
    if (version.asset_id !== this.assetId || version.id === this.session.versionId) return;
    toast(t("Version {number} is here.", { number: version.number }), { milliseconds: 12_000, action: { label: t("Open"), run: () => ask(this, { kind: "version", id: version.id }) } });
  }

  positionsChanged(): void {
    this.parts.forEach((part) => part.display?.());
  }

  act(request: RoomRequest): void {
    this.together?.intends(request);
    const handle = this.handlers[request.kind] as (request: RoomRequest) => unknown;
    void handle(request);
  }
}
customElements.define("tp-room", Room);
