// Tells a live session what the player of who leads does: by frame numbers, as little as needed. While it plays only what the
// others cannot reckon themselves is said: that it stalls, jumps, or has drifted away from what was said.
import { expectedFrame, speedFraction, type Played, type Timing } from "../core/expected-frame.ts";
import type { Player } from "../player/player.ts";

export type LeadingPlayer = Pick<Player, "state" | "intended">;

export type Order = { readonly do: "play" | "pause" | "seek"; readonly frame: number; readonly num?: number; readonly den?: number; readonly at?: number };

/** Frames that may lie between what is said and what is seen, while it plays, before it is said anew. */
const DRIFT = 2;
/** So often in a row: single pictures are late without meaning anything. */
const TIMES = 4;
const STALL_MS = 300;

export class Leader {
  private told: Pick<Played, "frame" | "playing" | "num" | "den" | "since"> | null = null;
  private off = 0;
  private stalledAt: number | null = null;

  constructor(
    private readonly player: LeadingPlayer,
    private readonly now: () => number,
    private readonly send: (order: Order) => void,
  ) {}

  /** What the session has from us, or from whoever led before. */
  begin(played: Played): void {
    this.told = played;
    this.off = 0;
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
    const away = Math.abs(state.frame - frame);
    this.off = away > DRIFT ? this.off + 1 : 0;
    if (this.off >= TIMES || away * 2 * timing.rate.den > timing.rate.num) play();
  }

  private say(order: Order): void {
    const { told } = this;
    this.off = 0;
    this.told = { frame: order.frame, playing: order.do === "play", num: order.num ?? told?.num ?? 1, den: order.den ?? told?.den ?? 1, since: order.at ?? this.now() };
    this.send(order);
  }
}
