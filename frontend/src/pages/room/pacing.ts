// How fast media come to this page, and when they do not come fast enough: by what goes "auto".
import type { PlayerState } from "../../player/player.ts";
import { Bandwidth } from "../../state/bandwidth.ts";
import { after, keeping } from "../connect.ts";

/** Waiting in mid-play for so long is felt as a stop. */
const STALL_MS = 1_500;
/** After a stop a heavier file is not tried again for so long, whatever single answers seem to say. */
const SHY_MS = 60_000;
/** What was measured before counts as a first guess for so long. */
const REMEMBERED_MS = 30 * 60_000;

interface Remembered {
  readonly bitsPerSecond: number;
  readonly at: number;
}

export class Pacing {
  private readonly speed: Bandwidth;
  private stopWaiting: (() => void) | null = null;
  private shyUntil = 0;

  /** `ask`: which file is right may be another one now; `stalled`: the present one has run dry. */
  constructor(private readonly ask: (stalled: boolean) => void) {
    const known = keeping.read<Remembered | null>("speed-measured", null);
    this.speed = new Bandwidth(known && Date.now() - known.at < REMEMBERED_MS ? known.bitsPerSecond : null);
    if (typeof PerformanceObserver !== "undefined") new PerformanceObserver((list) => this.heard(list.getEntries() as PerformanceResourceTiming[])).observe({ type: "resource", buffered: true });
  }

  /** Bits per second; null: nothing is known, stay with what there is. */
  get bitsPerSecond(): number | null {
    return performance.now() < this.shyUntil ? null : this.speed.bitsPerSecond;
  }

  player(state: PlayerState): void {
    const waits = state.playing && state.buffering;
    if (!waits) {
      this.stopWaiting?.();
      this.stopWaiting = null;
    } else
      this.stopWaiting ??= after(STALL_MS, () => {
        this.shyUntil = performance.now() + SHY_MS;
        this.ask(true);
      });
  }

  /** What a test of the connection found. */
  measured(bitsPerSecond: number): void {
    keeping.write("speed-measured", { bitsPerSecond, at: Date.now() } satisfies Remembered);
  }

  /** Only what scripts fetched: a video element takes as much as it wants, and as slowly. */
  private heard(entries: readonly PerformanceResourceTiming[]): void {
    const before = this.speed.bitsPerSecond;
    for (const one of entries) {
      const fresh = one.initiatorType === "fetch" && one.transferSize > 0 && one.requestStart > 0;
      if (fresh && new URL(one.name).pathname.startsWith("/media/")) this.speed.add({ bytes: one.encodedBodySize, start: one.requestStart, end: one.responseEnd });
    }
    const now = this.speed.bitsPerSecond;
    if (now === null || now === before) return;
    this.measured(now);
    this.ask(false);
  }
}
