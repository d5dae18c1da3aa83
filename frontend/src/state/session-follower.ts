// Holds a player to the frame of a live session. Paused it goes to the very frame; playing it is held there by changes of its
// rate that nobody sees, and jumps only when it is far off. It is told the time and asked to act again and again (`tick`); it
// knows no clock of its own, so tests can be one.
import { expectedFrame, type Played, type Timing } from "../core/expected-frame.ts";
import type { Player } from "../player/player.ts";

/** What it needs of a player. */
export type FollowedPlayer = Pick<Player, "state" | "intended" | "seek" | "play" | "setSpeed" | "setMuted" | "trim">;

/** Farther off than this part of a second it jumps. */
const JUMP_PER_SECOND = 2;
/** Of the rate, what it is changed by: for a frame or two, and for more. */
const LITTLE = 0.02;
const MUCH = 0.05;
const FEW_FRAMES = 2;
/** It is changed from so many frames of drift on, until there are so few: not to and fro. */
const FROM = 0.75;
const UNTIL = 0.25;
/** Right after the start, when nobody has heard how it ought to sound, it may hurry: a fifth still looks like play. */
const START_MS = 1200;
const AT_START = 0.2;
/** Each measurement of the drift counts with this weight: single pictures are early or late by one. */
const WEIGHT = 0.34;
const FIRST_START_MS = 80;

export class Follower {
  private played: Played | null = null;
  private timing: Timing | null = null;
  private starting = false;
  private startedAt: number | null = null;
  private measuredStart = false;
  /** How long this browser takes from being told to play until its picture moves; learnt. */
  private startMs = FIRST_START_MS;
  private smooth: number | null = null;
  private trimming = false;
  private refused = 0;

  constructor(
    private readonly player: FollowedPlayer,
    /** Milliseconds since 1970 by the server's clock. */
    private readonly now: () => number,
  ) {}

  /** What is played, and when its frames are; null: nothing to follow. */
  set(played: Played | null, timing: Timing | null): void {
    const jumped = played?.since !== this.played?.since || played?.num !== this.played?.num || played?.den !== this.played?.den;
    this.played = played;
    this.timing = timing;
    if (jumped) this.smooth = null;
    this.tick();
  }

  /** Frames that the picture is behind where it belongs (negative: ahead); 0 when nothing plays. */
  get lag(): number {
    const { played, timing, player } = this;
    if (!played?.playing || !timing) return 0;
    return expectedFrame(played, this.now(), timing) - player.state.frame;
  }

  tick(): void {
    const { player, played, timing } = this;
    if (!played || !timing || player.state.status !== "ready") return;
    const frame = expectedFrame(played, this.now(), timing);
    if (!played.playing) this.rest(frame);
    else if (played.num < 0) this.backwards(frame);
    else this.run(frame, played, timing);
  }

  /** Follow no longer; the player stays as it is, at its own rate. */
  stop(): void {
    this.player.trim(1);
    this.played = null;
    this.smooth = null;
  }

  private rest(frame: number): void {
    const { player } = this;
    player.trim(1);
    this.smooth = null;
    if (player.state.playing || player.intended !== frame || this.starting) player.seek(frame);
    else if (!player.state.confirmed && player.state.wish === null && player.state.awaited === null) player.seek(frame);
  }

  /** Browsers play forwards only: each moment has its own still, as in the player itself. */
  private backwards(frame: number): void {
    if (this.player.state.playing || this.player.intended !== frame) this.player.seek(frame);
  }

  private run(frame: number, played: Played, timing: Timing): void {
    const { player } = this;
    const speed = played.num / played.den;
    if (frame >= timing.frameCount - 1) {
      if (!player.state.playing && player.intended !== frame) player.seek(frame);
      return;
    }
    if (player.state.speed !== speed) player.setSpeed(speed);
    if (this.starting) return;
    if (!player.state.playing) return this.start(played, timing);
    if (player.state.buffering) return;
    const drift = player.state.frame - frame;
    this.smooth = this.smooth === null ? drift : this.smooth + (drift - this.smooth) * WEIGHT;
    const perSecond = Math.max(1, Math.abs((speed * timing.rate.num) / timing.rate.den));
    const running = this.now() - (this.startedAt ?? 0);
    if (Math.abs(drift) * JUMP_PER_SECOND > perSecond && Math.abs(this.smooth) * JUMP_PER_SECOND > perSecond) return this.start(played, timing);
    if (!this.measuredStart && running > 250) {
      this.measuredStart = true;
      this.startMs = Math.min(600, Math.max(0, this.startMs - (this.smooth / perSecond) * 1000 * 0.5));
    }
    const off = Math.abs(this.smooth);
    this.trimming = off > (this.trimming ? UNTIL : FROM);
    const change = !this.trimming ? 0 : off < FEW_FRAMES ? LITTLE : running < START_MS ? AT_START : MUCH;
    player.trim(1 - Math.sign(this.smooth) * change);
  }

  /** Begin (again) where it will be by the time that the picture moves. */
  private start(played: Played, timing: Timing): void {
    const { player } = this;
    const aim = Math.min(expectedFrame(played, this.now() + this.startMs, timing), timing.frameCount - 1);
    if (player.state.playing || Math.abs(player.intended - aim) > 1) player.seek(aim);
    player.trim(1);
    this.starting = true;
    this.smooth = null;
    // A browser that was touched by nobody yet plays no sound: then the picture alone.
    if (this.refused >= 2) player.setMuted(true);
    void player.play().finally(() => {
      this.starting = false;
      this.startedAt = this.now();
      this.measuredStart = false;
      this.refused = player.state.playing ? 0 : this.refused + 1;
      this.tick();
    });
  }
}
