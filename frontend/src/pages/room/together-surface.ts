// A live session in the room, loaded when it is needed: the connection, and this player as leader or follower of it.
import "../../styles/session.css";
import type { Timing } from "../../core/expected-frame.ts";
import type { Report } from "../../core/session-standing.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import type { RequestKind, RoomRequest } from "../../elements/requests.ts";
import { SessionBar } from "../../elements/session-bar.ts";
import type { PlaylistPlace } from "../../elements/session-playlist.ts";
import { n, t } from "../../language/translate.ts";
import { SessionSocket, type SessionLink } from "../../net/session-socket.ts";
import type { SocketPort } from "../../net/live.ts";
import type { ReviewSession } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { LiveSession, type LiveSessionState } from "../../state/live-session.ts";
import { isSeen, SharedCompare } from "../../state/session-compare.ts";
import { Follower } from "../../state/session-follower.ts";
import { Leader } from "../../state/session-leader.ts";
import { after, api } from "../connect.ts";
import type { RoomContext } from "./context.ts";
import { onCompared } from "./compare-news.ts";
import { TogetherPicture } from "./together-picture.ts";

const TICK_MS = 200;
const REPORT_MS = 500;
const ORDER_MS = 50;
const COMPARE_MS = 100;
/** What moves the picture: whoever asks for it looks around by themselves. */
const MOVES: ReadonlySet<RequestKind> = new Set<RequestKind>(["toggle", "play", "home", "end", "seek", "step", "shuttle", "go-to", "go-to-in", "go-to-out", "marker", "speed", "version", "neighbour", "open-comment"]);

export interface TogetherPorts {
  begin(): void;
  left(): void;
  /** Show this version, which is another than the present one; false: this page cannot. */
  goTo(versionId: string, assetId: string, frame: number, sessionId: string): boolean;
}

export class TogetherSurface {
  private readonly bar: SessionBar;
  private readonly picture: TogetherPicture;
  private readonly compare: SharedCompare;
  private socket: SessionSocket | null = null;
  private live = new LiveSession(() => this.socket?.send({ type: "whole" }));
  private readonly follower: Follower;
  private readonly leader: Leader;
  private link: SessionLink | null = null;
  /** Seconds after which whoever is not let in may ask again. */
  private pause = 30;
  private sessionId = "";
  private following = true;
  private ledBefore = false; // and has taken over
  private saidSo = false;
  private fresh = false;
  private ready = false; // the player has a picture
  private heading = ""; // a version of another video that we lead to
  private elsewhere = false; // what is shown cannot be shown on this page
  private guided = false;
  private reported = "";
  private ownSpeed = 1;
  private ticking = 0;

  constructor(
    private readonly room: RoomContext,
    private readonly ports: TogetherPorts,
    /** Somebody who came by a link: has no minutes to read, and hands nothing over. */
    private readonly guest = false,
  ) {
    const { player } = room;
    const now = (): number => this.socket?.clock.now() ?? 0;
    this.follower = new Follower(player, now);
    this.leader = new Leader(player, now, ({ do: what, ...order }) => this.order({ do: what, ...order }));
    const act = (path: string, method: "POST" | "PUT" | "PATCH", body?: object): void => void api.send(`sessions/${this.sessionId}${path}`, { method, ...(body ? { body } : {}) }).catch(toastProblem);
    this.bar = new SessionBar({
      join: () => ports.begin(),
      leave: () => this.leave(),
      end: () => act("/end", "POST"),
      follow: (on) => this.follow(on),
      handOver: (userId) => act("/controller", "PUT", { user_id: userId }),
      admit: (userId, admitted) => act(`/attendees/${userId}`, "PUT", { admitted }),
      waitingRoom: (on) => act("", "PATCH", { waiting_room: on }),
      leadHere: () => this.order({ do: "lead" }),
      point: (on) => this.picture.pointing.set(on),
      go: (item) => this.leadTo(item),
    });
    this.picture = new TogetherPicture(room, {
      send: (order, everyMs) => this.socket?.sendNewest(String(order["do"]), { type: "do", ...order }, everyMs),
      changed: () => this.show(),
    });
    this.compare = new SharedCompare({
      send: (seen) => {
        // What a guest compares by themselves is no matter of the session's.
        if (!this.guest) this.socket?.sendNewest("compare", { type: "do", do: "compare", ...(seen ?? { with: null }) }, COMPARE_MS);
      },
      show: (seen) => room.act({ kind: "compare-as", seen }),
    });
    onCompared(room.root, (seen) => this.compare.here(seen));
    this.bar.hidden = true;
    room.root.querySelector(".room-left")?.prepend(this.bar);
    for (const name of ["online", "visibilitychange"]) window.addEventListener(name, () => this.socket?.nudge());
  }

  get inside(): boolean {
    return this.socket !== null;
  }

  offer(running: ReviewSession | null): void {
    if (!this.inside) this.bar.offer(running?.host.name ?? null);
  }

  /** `fresh`: it was started here, and begins where this page is. */
  join({ id }: ReviewSession, fresh: boolean): void {
    this.sessionId = id;
    this.heading = "";
    this.bar.playlist.offer([]);
    this.fresh = fresh;
    this.room.view.classList.add("together");
    this.following = true;
    this.ledBefore = this.saidSo = false;
    this.ownSpeed = this.room.player.state.speed;
    this.live = new LiveSession(() => this.socket?.send({ type: "whole" }));
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new SessionSocket(
      { open: () => new WebSocket(`${scheme}://${location.host}/ws/sessions/${id}${this.instead}`) as SocketPort, after, now: () => performance.now(), random: Math.random },
      { message: (message) => this.heard(message), link: (state) => this.linked(state) },
    );
    this.live.store.watch((state, before) => this.changed(state, before));
    this.socket.start();
    if (!this.guest) api.send<PlaylistPlace[]>(`sessions/${id}/playlist`).then((items) => this.listed(id, items), () => undefined);
    this.ticking = window.setInterval(() => this.tick(), TICK_MS);
  }

  private listed(id: string, items: readonly PlaylistPlace[]): void {
    if (id !== this.sessionId) return;
    this.bar.playlist.offer(items);
    this.show();
  }

  /** Another thing of the playlist: this page goes there once the session has heard of it. */
  private leadTo({ version_id, asset_id }: PlaylistPlace): void {
    if (asset_id === this.room.assetId) return this.room.act({ kind: "version", id: version_id });
    this.heading = version_id;
    this.order({ do: "version", version_id, frame: 0 });
  }

  leave(): void {
    this.socket?.stop();
    this.over("");
  }

  intends({ kind }: RoomRequest): void {
    if (!this.inside || this.live.leads || this.live.state.waiting || !this.following || this.guided) return;
    if (MOVES.has(kind) || (kind === "pause" && this.room.player.state.playing)) {
      this.follow(false);
      toast(t("You look around by yourself now."), { action: { label: t("Follow again"), run: () => this.follow(true) } });
    }
  }

  /** Another version is shown: by us for the session, by the session, or by somebody who follows no longer. */
  entered(versionId: string): void {
    const { play } = this.live.state.parts;
    if (!this.inside || !play || play.version_id === versionId) return;
    const frame = Number(this.room.landing.get("frame") ?? 0);
    if (this.live.leads) this.order({ do: "version", version_id: versionId, frame });
  }

  leaveVersion(): void {
    this.follower.set(null, null);
    this.picture.leaveVersion();
    this.compare.forget();
  }

  /** The frames of the version in the room are known. */
  timed(): void {
    this.apply();
  }

  player({ status }: PlayerState): void {
    const ready = status === "ready" && !this.ready;
    this.ready = status === "ready";
    if (!this.inside) return;
    if (ready) queueMicrotask(() => this.apply()); // once it is done with beginning: nobody rests where a page begins
    if (this.live.leads && this.onVersion) this.leader.look(this.timing);
    this.picture.look();
    this.together();
    this.report();
  }

  /** Compare as the session does. */
  private together(): void {
    const { live, room } = this;
    const { compare } = live.state.parts;
    this.compare.look(isSeen(compare) ? compare : null, live.leads && this.ledBefore, this.following && this.onVersion && room.player.state.status === "ready");
  }

  private get onVersion(): boolean {
    return this.live.state.parts.play?.version_id === this.room.session.versionId;
  }

  private get timing(): Timing | null {
    const { face, player } = this.room;
    return face && { rate: face.rate, frameCount: face.frameCount, table: player.present?.table ?? null };
  }

  private follow(on: boolean): void {
    this.following = on;
    if (!on) this.follower.stop();
    this.apply();
    this.report();
    this.show();
  }

  private order(order: Readonly<Record<string, unknown>>): void {
    const message = { type: "do", ...order };
    if (order["do"] === "seek") this.socket?.sendNewest("seek", message, ORDER_MS);
    else this.socket?.sendNow("seek", message); // a seek that still waits is overtaken by it
  }

  /** By another connection we take the place that we have, though the server may not have noticed yet that the one before broke. */
  private get instead(): string {
    const { you } = this.live.state;
    return you ? `?instead=${encodeURIComponent(you.seat)}` : "";
  }

  private heard(message: Readonly<Record<string, unknown>>): void {
    if (message["type"] === "pause") this.pause = Number(message["seconds"]);
    if (message["type"] === "hello") this.forgotten();
    const before = this.live.state;
    this.live.receive(message);
    if (this.live.state.whole && !before.whole) this.leadOn();
  }

  /** Of what this page said before, the session may know nothing. */
  private forgotten(): void {
    this.reported = "";
    this.picture.again();
    this.compare.look(null, false, false);
  }

  /** Who led before a connection broke goes on where they are now; which version that is may not have been heard. The leader
   *  says the rest. */
  private leadOn(): void {
    const { play } = this.live.state.parts;
    const { session, player } = this.room;
    if (this.live.leads && this.ledBefore && play && !this.onVersion && this.heading !== play.version_id) this.order({ do: "version", version_id: session.versionId, frame: Math.max(0, player.intended) });
  }

  private linked(link: SessionLink): void {
    this.link = link;
    if (link === "ended") this.over(t("The live session is over."), true);
    else if (link === "refused") this.over(n("You were not let in. You can ask again in {count} second. | You were not let in. You can ask again in {count} seconds.", this.pause));
    else if (link === "crowded") this.over(t("You are in this session in five windows already. Close one of them, then join here."));
    else if (link === "gone") this.over(t("You can no longer see this session."));
    else this.show();
  }

  private over(words: string, minutes = false): void {
    const { player } = this.room;
    window.clearInterval(this.ticking);
    this.socket = null;
    this.follower.stop();
    this.live.leave();
    this.picture.show(null, false);
    this.compare.look(null, false, true);
    this.compare.forget();
    this.room.view.classList.remove("together");
    this.link = null;
    if (player.state.speed !== this.ownSpeed) player.setSpeed(this.ownSpeed);
    this.bar.hidden = true;
    if (words) toast(words, { milliseconds: 12_000, ...(minutes && !this.guest ? { action: { label: t("Minutes"), run: () => location.assign(`/sessions/${this.sessionId}`) } } : {}) });
    this.ports.left();
  }

  private changed(state: LiveSessionState, before: LiveSessionState): void {
    if (!this.inside) return;
    const { leads } = this.live;
    if (state.parts !== before.parts || state.whole !== before.whole || state.session !== before.session) this.apply();
    if (leads && !this.saidSo && before.whole) toast(t("You lead now."));
    this.saidSo = leads;
    if (!leads) this.ledBefore = false; // taking over waits for the picture
    this.show();
  }

  /** Do what the session says, or tell it what is done here. */
  private apply(): void {
    const { room, live } = this;
    const { play } = live.state.parts;
    if (!this.inside || !live.state.whole) return;
    if (!play || (!live.leads && !this.following)) return this.follower.set(null, null);
    this.elsewhere = play.version_id !== room.session.versionId && !this.goTo(play.version_id, play.asset_id, play.frame);
    if (play.version_id !== room.session.versionId) return this.follower.set(null, null);
    if (live.leads && this.ledBefore) {
      this.follower.set(null, null);
      this.leader.look(this.timing);
    } else if (live.leads) this.takeOver();
    else this.follower.set(play, this.timing);
  }

  /** From follower to leader: go on from where everybody is. */
  private takeOver(): void {
    const { play } = this.live.state.parts;
    const { timing, room } = this;
    if (!play || !timing || room.player.state.status !== "ready") return;
    if (!this.fresh) this.follower.set(play, timing);
    this.fresh = false;
    this.follower.stop();
    this.leader.begin(play);
    this.ledBefore = true;
  }

  private goTo(versionId: string, assetId: string, frame: number): boolean {
    if (this.live.leads && this.ledBefore && this.heading !== versionId) return true; // our own order is on its way
    this.guided = true;
    const shown = this.ports.goTo(versionId, assetId, frame, this.sessionId);
    this.guided = false;
    return shown;
  }

  private tick(): void {
    const { leads } = this.live;
    if (leads && !this.ledBefore) this.apply();
    if (leads && this.ledBefore && this.onVersion) {
      const { play } = this.live.state.parts;
      if (play) this.leader.heard(play);
      this.leader.look(this.timing);
    } else if (this.following && this.onVersion) this.follower.tick();
    this.picture.look();
    this.together();
    this.report();
  }

  private report(): void {
    const { player, session } = this.room;
    const { play } = this.live.state.parts;
    if (!this.socket || !this.live.state.whole) return;
    const { state } = player;
    const follows = this.following || this.live.leads;
    const lag = follows && this.onVersion && play?.playing ? this.follower.lag : 0;
    const calm = Math.abs(lag) <= 1 ? 0 : lag; // what is as good as there is not said again and again
    const report: Report = { version_id: session.versionId, frame: play?.playing && calm === 0 ? play.frame : state.frame, at_rest: state.confirmed && !state.playing, lag: calm, buffering: state.status !== "ready" || state.buffering, following: follows };
    const now = JSON.stringify(report);
    if (now === this.reported) return;
    this.reported = now;
    this.socket.sendNewest("report", { type: "report", ...report }, REPORT_MS);
  }

  private show(): void {
    if (!this.inside) return;
    const { live, leads } = { live: this.live.state, leads: this.live.leads };
    this.picture.show(this.live, this.following);
    this.bar.show({ link: this.link, live, leads, guest: this.guest, following: this.following, pointing: this.picture.pointing.state.on, hidden: live.whole && !live.waiting && (live.parts.play === null || this.elsewhere) });
  }
}
