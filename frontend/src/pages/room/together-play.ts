// This page's player as leader or follower of a live session: it does what the session says, or tells it what is done here.
import type { Timing } from "../../core/expected-frame.ts";
import type { Report } from "../../core/session-standing.ts";
import type { PlaylistPlace } from "../../elements/session-playlist.ts";
import type { PlayerState } from "../../player/player.ts";
import type { LiveSession } from "../../state/live-session.ts";
import { Follower } from "../../state/session-follower.ts";
import { Leader } from "../../state/session-leader.ts";
import type { RoomContext } from "./context.ts";

export interface PlayPorts {
  /** The session's clock. */
  now(): number;
  order(order: Readonly<Record<string, unknown>>): void;
  report(report: Report): void;
  /** Show this version, which is another than the present one; false: this page cannot. */
  goTo(versionId: string, assetId: string, frame: number): boolean;
}

export class TogetherPlay {
  private readonly follower: Follower;
  private readonly leader: Leader;
  /** Null outside of a session. */
  private live: LiveSession | null = null;
  following = true;
  /** What the session shows cannot be shown on this page. */
  elsewhere = false;
  /** It is the session that moves this page now. */
  guided = false;
  private ledBefore = false; // and has taken over
  private fresh = false;
  private ready = false; // the player has a picture
  private heading = ""; // a version of another video that we lead to
  private reported = "";
  private ownSpeed = 1;

  constructor(
    private readonly room: RoomContext,
    private readonly ports: PlayPorts,
  ) {
    this.follower = new Follower(room.player, ports.now);
    this.leader = new Leader(room.player, ports.now, ({ do: what, ...order }) => ports.order({ do: what, ...order }));
  }

  /** `fresh`: the session was started here, and begins where this page is. */
  begin(live: LiveSession, fresh: boolean): void {
    this.live = live;
    this.fresh = fresh;
    this.following = true;
    this.ledBefore = false;
    this.heading = "";
    this.ownSpeed = this.room.player.state.speed;
  }

  end(): void {
    const { player } = this.room;
    this.live = null;
    this.follower.stop();
    if (player.state.speed !== this.ownSpeed) player.setSpeed(this.ownSpeed);
  }

  /** Whether one leads, and has taken over. */
  get leads(): boolean {
    return this.live?.leads === true && this.ledBefore;
  }

  /** Whether the version here is the session's. */
  get onVersion(): boolean {
    return this.live?.state.parts.play?.version_id === this.room.session.versionId;
  }

  private get timing(): Timing | null {
    const { face, player } = this.room;
    return face && { rate: face.rate, frameCount: face.frameCount, table: player.present?.table ?? null };
  }

  follow(on: boolean): void {
    this.following = on;
    if (!on) this.follower.stop();
    this.apply();
    this.report();
  }

  /** Another thing of the playlist: this page goes there once the session has heard of it. */
  leadTo({ version_id, asset_id }: PlaylistPlace): void {
    if (asset_id === this.room.assetId) return this.room.act({ kind: "version", id: version_id });
    this.heading = version_id;
    this.ports.order({ do: "version", version_id, frame: 0 });
  }

  /** Another version is shown: by us for the session, by the session, or by somebody who follows no longer. */
  entered(versionId: string): void {
    const play = this.live?.state.parts.play;
    if (!play || play.version_id === versionId) return;
    if (this.live?.leads) this.ports.order({ do: "version", version_id: versionId, frame: Number(this.room.landing.get("frame") ?? 0) });
  }

  leaveVersion(): void {
    this.follower.set(null, null);
  }

  player({ status }: PlayerState): void {
    const ready = status === "ready" && !this.ready;
    this.ready = status === "ready";
    if (!this.live) return;
    if (ready) queueMicrotask(() => this.apply()); // once it is done with beginning: nobody rests where a page begins
    if (this.live.leads && this.onVersion) this.leader.look(this.timing);
  }

  tick(): void {
    const { live } = this;
    if (live?.leads && !this.ledBefore) this.apply();
    if (this.leads && this.onVersion) {
      const play = live?.state.parts.play;
      if (play) this.leader.heard(play);
      this.leader.look(this.timing);
    } else if (this.following && this.onVersion) this.follower.tick();
  }

  /** Do what the session says, or tell it what is done here. */
  apply(): void {
    const { room, live } = this;
    if (!live?.state.whole) return;
    const { play } = live.state.parts;
    if (!play || (!live.leads && !this.following)) return this.follower.set(null, null);
    this.elsewhere = play.version_id !== room.session.versionId && !this.goTo(play.version_id, play.asset_id, play.frame);
    if (play.version_id !== room.session.versionId) return this.follower.set(null, null);
    if (this.leads) {
      this.follower.set(null, null);
      this.leader.look(this.timing);
    } else if (live.leads) this.takeOver(play);
    else this.follower.set(play, this.timing);
  }

  /** From follower to leader: go on from where everybody is. */
  private takeOver(play: NonNullable<LiveSession["state"]["parts"]["play"]>): void {
    const { timing, room } = this;
    if (!timing || room.player.state.status !== "ready") return;
    if (!this.fresh) this.follower.set(play, timing);
    this.fresh = false;
    this.follower.stop();
    this.leader.begin(play);
    this.ledBefore = true;
  }

  /** Somebody else leads. Taking over again waits for the picture. */
  handedOver(): void {
    this.ledBefore = false;
  }

  /** Who led before a connection broke goes on where they are now; which version that is may not have been heard. The leader
   *  says the rest. */
  leadOn(): void {
    const play = this.live?.state.parts.play;
    const { session, player } = this.room;
    if (this.leads && play && !this.onVersion && this.heading !== play.version_id) this.ports.order({ do: "version", version_id: session.versionId, frame: Math.max(0, player.intended) });
  }

  private goTo(versionId: string, assetId: string, frame: number): boolean {
    if (this.leads && this.heading !== versionId) return true; // our own order is on its way
    this.guided = true;
    const shown = this.ports.goTo(versionId, assetId, frame);
    this.guided = false;
    return shown;
  }

  /** The session may not know what was reported. */
  sayAgain(): void {
    this.reported = "";
  }

  /** Tell the session how this player stands, when that is news. */
  report(): void {
    const { live, room } = this;
    if (!live?.state.whole) return;
    const { play } = live.state.parts;
    const { state } = room.player;
    const follows = this.following || live.leads;
    const lag = follows && this.onVersion && play?.playing ? this.follower.lag : 0;
    const calm = Math.abs(lag) <= 1 ? 0 : lag; // what is as good as there is not said again and again
    const report: Report = { version_id: room.session.versionId, frame: play?.playing && calm === 0 ? play.frame : state.frame, at_rest: state.confirmed && !state.playing, lag: calm, buffering: state.status !== "ready" || state.buffering, following: follows };
    const now = JSON.stringify(report);
    if (now === this.reported) return;
    this.reported = now;
    this.ports.report(report);
  }
}
