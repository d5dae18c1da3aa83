// Tells a live session what the player of who leads does: by frame numbers, as little as needed. While it plays only what the
// others cannot reckon themselves is said: that it stalls, jumps, or has drifted away from what was said.
import { expectedFrame, millisecondsTo, speedFraction, type Played, type Timing } from "../core/expected-frame.ts";
import type { Player } from "../player/player.ts";

export type LeadingPlayer = Pick<Player, "state" | "intended">;

export type Order = { readonly do: "play" | "pause" | "seek"; readonly frame: number; readonly num?: number; readonly den?: number; readonly at?: number };

/** Frames that may lie between what is said and what is seen, on average, while it plays, before it is said more exactly. */
const DRIFT = 0.75;
/** Looks that the average is made of: single pictures are early or late by one. A browser needs some time to begin. */
const TIMES = 12;
const STALL_MS = 300;
const ANSWER_MS = 1_500;

export class Leader {
  private told: Pick<Played, "frame" | "playing" | "num" | "den" | "since"> | null = null;
  private seen: number[] = [];
  private stalledAt: number | null = null;
  private saidAt = 0;

  constructor(
    private readonly player: LeadingPlayer,
    private readonly now: () => number,
    private readonly send: (order: Order) => void,
  ) {}

  /** What the session has from us, or from whoever led before. */
  begin(played: Played): void {
    this.told = played;
    this.seen = [];
  }

  /** What the session has after all. An order may be lost on its way (a line that broke just then, or too many at once): once
   *  nothing was said for a while and the session still has something else, the next look says it again. */
  heard(played: Played): void {
    const { told } = this;
    if (!told || this.now() - this.saidAt < ANSWER_MS) return;
    if (played.frame === told.frame && played.playing === told.playing && played.num === told.num && played.den === told.den) return;
    this.saidAt = this.now(); // what the session does not take is said no more often
    this.begin(played);
  }

  /** Look at the player: whenever it changed, and a few times a second. */
  look(timing: Timing | null): void {
    const { player, told } = this;
    const { state } = player;
    if (!timing || !told || state.status !== "ready") return;
    if (!state.buffering || !state.playing) this.stalledAt = null;
    else this.stalledAt ??= this.now();
    const stalls = this.stalledAt !== null && this.now() - this.stalledAt > STALL_MS;
    if (!state.playing || stalls) {
      const frame = stalls ? state.frame : player.intended;
      if (told.playing) this.say({ do: "pause", frame });
      else if (told.frame !== frame) this.say({ do: "seek", frame });
      return;
    }
    const { num, den } = speedFraction(state.speed * state.shuttle);
    if (num === 0) return;
    const play = (): void => this.say({ do: "play", frame: state.frame, num, den, at: this.now() });
    if (!told.playing || num !== told.num || den !== told.den) return play();
    const frame = expectedFrame({ version_id: "", asset_id: "", ...told }, this.now(), timing);
    const away = state.frame - frame;
    if (Math.abs(away) * 2 * timing.rate.den > timing.rate.num) return play();
    this.seen.push(away);
    if (this.seen.length < TIMES) return;
    const average = this.seen.reduce((sum, one) => sum + one, 0) / TIMES;
    this.seen = [];
    if (Math.abs(average) <= DRIFT) return;
    // The same movement, so much earlier or later: nobody jumps for it.
    const since = told.since - Math.round((average * 1000 * timing.rate.den * den) / (timing.rate.num * num));
    const now = expectedFrame({ version_id: "", asset_id: "", ...told, since }, this.now(), timing);
    this.say({ do: "play", frame: now, num, den, at: since + millisecondsTo(now, told, timing) });
  }

  private say(order: Order): void {
    const { told } = this;
    this.seen = [];
    this.saidAt = this.now();
    this.told = { frame: order.frame, playing: order.do === "play", num: order.num ?? told?.num ?? 1, den: order.den ?? told?.den ?? 1, since: order.at ?? this.now() };
    this.send(order);
  }
}
