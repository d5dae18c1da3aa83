// A live session in the room, loaded when it is needed: the connection, and what is said of it.
import "../../styles/session.css";
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
import { after, api } from "../connect.ts";
import type { RoomContext } from "./context.ts";
import { onCompared } from "./compare-news.ts";
import { TogetherPicture } from "./together-picture.ts";
import { TogetherPlay } from "./together-play.ts";

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
  private readonly play: TogetherPlay;
  private link: SessionLink | null = null;
  /** Seconds after which whoever is not let in may ask again. */
  private pause = 30;
  private sessionId = "";
  private saidSo = false;
  private ticking = 0;

  constructor(
    private readonly room: RoomContext,
    private readonly ports: TogetherPorts,
    /** Somebody who came by a link: has no minutes to read, and hands nothing over. */
    private readonly guest = false,
  ) {
    this.play = new TogetherPlay(room, {
      now: () => this.socket?.clock.now() ?? 0,
      order: (order) => this.order(order),
      report: (report) => this.socket?.sendNewest("report", { type: "report", ...report }, REPORT_MS),
      goTo: (...place) => ports.goTo(...place, this.sessionId),
    });
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
      go: (item) => this.play.leadTo(item),
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
    this.bar.playlist.offer([]);
    this.room.view.classList.add("together");
    this.saidSo = false;
    this.live = new LiveSession(() => this.socket?.send({ type: "whole" }));
    this.play.begin(this.live, fresh);
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

  leave(): void {
    this.socket?.stop();
    this.over("");
  }

  intends({ kind }: RoomRequest): void {
    if (!this.inside || this.live.leads || this.live.state.waiting || !this.play.following || this.play.guided) return;
    if (MOVES.has(kind) || (kind === "pause" && this.room.player.state.playing)) {
      this.follow(false);
      toast(t("You look around by yourself now."), { action: { label: t("Follow again"), run: () => this.follow(true) } });
    }
  }

  /** Another version is shown: by us for the session, by the session, or by somebody who follows no longer. */
  entered(versionId: string): void {
    this.play.entered(versionId);
  }

  leaveVersion(): void {
    this.play.leaveVersion();
    this.picture.leaveVersion();
    this.compare.forget();
  }

  /** The frames of the version in the room are known. */
  timed(): void {
    this.play.apply();
  }

  player(state: PlayerState): void {
    this.play.player(state);
    if (this.inside) this.look();
  }

  /** Keep the others' picture of this page, and this page's of theirs, up to date. */
  private look(): void {
    this.picture.look();
    this.together();
    this.play.report();
  }

  /** Compare as the session does. */
  private together(): void {
    const { live, room } = this;
    const { compare } = live.state.parts;
    this.compare.look(isSeen(compare) ? compare : null, this.play.leads, this.play.following && this.play.onVersion && room.player.state.status === "ready");
  }

  private follow(on: boolean): void {
    this.play.follow(on);
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
    if (this.live.state.whole && !before.whole) this.play.leadOn();
  }

  /** Of what this page said before, the session may know nothing. */
  private forgotten(): void {
    this.play.sayAgain();
    this.picture.again();
    this.compare.look(null, false, false);
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
    window.clearInterval(this.ticking);
    this.socket = null;
    this.play.end();
    this.live.leave();
    this.picture.show(null, false);
    this.compare.look(null, false, true);
    this.compare.forget();
    this.room.view.classList.remove("together");
    this.link = null;
    this.bar.hidden = true;
    if (words) toast(words, { milliseconds: 12_000, ...(minutes && !this.guest ? { action: { label: t("Minutes"), run: () => location.assign(`/sessions/${this.sessionId}`) } } : {}) });
    this.ports.left();
  }

  private changed(state: LiveSessionState, before: LiveSessionState): void {
    if (!this.inside) return;
    const { leads } = this.live;
    if (state.parts !== before.parts || state.whole !== before.whole || state.session !== before.session) this.play.apply();
    if (leads && !this.saidSo && before.whole) toast(t("You lead now."));
    this.saidSo = leads;
    if (!leads) this.play.handedOver();
    this.show();
  }

  private tick(): void {
    this.play.tick();
    this.look();
  }

  private show(): void {
    if (!this.inside) return;
    const { live, leads } = { live: this.live.state, leads: this.live.leads };
    this.picture.show(this.live, this.play.following);
    this.bar.show({ link: this.link, live, leads, guest: this.guest, following: this.play.following, pointing: this.picture.pointing.state.on, hidden: live.whole && !live.waiting && (live.parts.play === null || this.play.elsewhere) });
  }
}
