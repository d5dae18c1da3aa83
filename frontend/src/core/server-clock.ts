// What the server's clock says, by asking it (as NTP does): the answer to the quickest question is the best one, because its way
// there and back had the least time to be unequal. Its error is at most half of that question's time.

const KEPT = 24;
/** Clocks of machines drift by some ten parts in a million: older answers are off by more than a millisecond. */
const OLD_MS = 90_000;

interface Answer {
  readonly at: number;
  readonly took: number;
  readonly offset: number;
}

export class ServerClock {
  private answers: Answer[] = [];

  /** `local`: milliseconds, monotonic. */
  constructor(private readonly local: () => number) {}

  /** A question sent at `sent` (local) was answered with `server` (milliseconds since 1970), and the answer is here. */
  heard(sent: number, server: number): void {
    const at = this.local();
    const took = at - sent;
    if (took < 0) return;
    this.answers.push({ at, took, offset: server - (sent + took / 2) });
    this.answers = this.answers.filter((one) => at - one.at < OLD_MS || one === this.answers.at(-1)).slice(-KEPT);
  }

  private get best(): Answer | null {
    return this.answers.reduce<Answer | null>((best, one) => (best === null || one.took < best.took ? one : best), null);
  }

  get known(): boolean {
    return this.answers.length > 0;
  }

  /** Milliseconds since 1970 by the server's clock; 0 before the first answer. */
  now(): number {
    const { best } = this;
    return best === null ? 0 : Math.round(this.local() + best.offset);
  }

  /** How long the quickest question took; half of it bounds the error. Null before the first answer. */
  get took(): number | null {
    return this.best?.took ?? null;
  }
}
