// Two players as one: A leads, B follows on the frame that belongs to A's. Paused, both are on their exact frames; playing,
// B runs beside A, is held to it by small changes of its speed, and snaps to it again at the pause.
import type { PairedFrame } from "../core/pair-map.ts";
import type { Player } from "../player/player.ts";
import { Store } from "./store.ts";

/** What the pair needs of a player. */
export type PairSide = Pick<Player, "store" | "state" | "intended" | "seek" | "play" | "setSpeed">;

export interface PairState {
  /** In frames of B. */
  readonly offset: number;
  /** Both pictures are final, and belong together. */
  readonly locked: boolean;
  /** B has nothing to show where A is. */
  readonly outside: boolean;
  /** Frames that B is ahead of where it belongs (behind if negative), while playing. */
  readonly drift: number;
}

/** From so many frames on B jumps instead of hurrying. */
const JUMP = 12;
/** Less than this is the jitter of two pictures that are painted one after the other. */
const CALM = 2;
/** Of the speed, for each frame of drift; no more than a fifth, which still looks like play. */
const PER_FRAME = 0.03;
const MOST = 0.2;

export class Pair {
  readonly store = new Store<PairState>({ offset: 0, locked: false, outside: false, drift: 0 });
  private starting = false;
  private asked: number | null = null;
  private readonly unwatch: (() => void)[];

  constructor(
    private readonly a: PairSide,
    private readonly b: PairSide,
    private readonly belongs: (frameA: number, offset: number) => PairedFrame,
  ) {
    this.unwatch = [a.store.watch(() => this.follow()), b.store.watch(() => this.follow())];
  }

  setOffset(offset: number): void {
    this.store.set({ offset });
    this.follow();
  }

  stop(): void {
    this.unwatch.forEach((stop) => stop());
  }

  private follow(): void {
    const [a, b] = [this.a.state, this.b.state];
    if (a.status !== "ready" || b.status !== "ready") {
      this.store.set({ locked: false });
      return;
    }
    const present = this.belongs(a.frame, this.store.state.offset);
    this.store.set({ outside: present.outside });
    if (a.playing && a.shuttle > 0) {
      this.store.set({ locked: false });
      this.accompany(present);
      return;
    }
    const { frame } = this.belongs(this.a.intended, this.store.state.offset);
    // B may have been overtaken on its way, or have stopped by itself without settling.
    const unsettled = !b.confirmed && b.wish === null && b.awaited === null;
    if (this.b.intended !== frame || b.playing || unsettled) {
      this.asked = frame;
      this.b.seek(frame);
    }
    const [now, then] = [this.a.state, this.b.state];
    this.store.set({ drift: 0, locked: now.confirmed && then.confirmed && !now.playing && !then.playing && then.frame === this.belongs(now.frame, this.store.state.offset).frame });
  }

  private accompany({ frame, outside }: PairedFrame): void {
    const [a, b] = [this.a.state, this.b.state];
    if (outside) {
      if (b.playing || this.asked !== frame) {
        this.asked = frame;
        this.b.seek(frame);
      }
      return;
    }
    const speed = a.speed * a.shuttle;
    if (!b.playing) return this.start(frame, speed);
    const drift = b.frame - frame;
    this.store.set({ drift });
    if (Math.abs(drift) >= JUMP) {
      this.start(frame, speed);
      return;
    }
    const wanted = Math.abs(drift) < CALM ? speed : speed * (1 - Math.min(MOST, Math.max(-MOST, drift * PER_FRAME)));
    if (b.speed !== wanted) this.b.setSpeed(wanted);
  }

  private start(frame: number, speed: number): void {
    if (this.starting) return;
    this.starting = true;
    this.asked = null;
    this.b.setSpeed(speed);
    if (Math.abs(this.b.intended - frame) >= CALM || this.b.state.playing) this.b.seek(frame);
    void this.b.play().finally(() => {
      this.starting = false;
      if (!this.a.state.playing) this.follow(); // A stopped meanwhile; if not, its next picture says where it is
    });
  }
}
