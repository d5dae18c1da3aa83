// A list of things that end at a time of theirs, kept as it is on the server: fetched again when something is heard of
// it, when one of them ends, and after an error. How long something is ago is shown anew in between.

export interface FreshPorts<T> {
  fetch(): Promise<readonly T[]>;
  show(items: readonly T[]): void;
  /** It could not be fetched, and nothing is shown yet. Afterwards it is tried again without a word. */
  failed(error: unknown): void;
  /** When it ends, in milliseconds since 1970; null: never, or it has. */
  endOf(item: T): number | null;
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
}

/** What several events of one moment tell is fetched once; so late one that ends is looked at. */
const SOON_MS = 250;
/** "5 min ago" grows older by itself. */
const AGO_MS = 30_000;
/** A clock that is ahead of the server's takes for ended what the server does not: time alone asks no oftener. */
const PAUSE_MS = 5000;

export class FreshList<T> {
  private shown: readonly T[] | null = null;
  private soon: (() => void) | null = null;
  private wait: () => void = () => undefined; // until one ends, or its words are too old
  private asked = 0;
  private timedAt = -Infinity;
  private closed = false;

  constructor(private readonly ports: FreshPorts<T>) {}

  /** Something was heard of it. */
  heard(): void {
    if (this.closed) return;
    this.soon ??= this.ports.after(SOON_MS, () => {
      this.soon = null;
      void this.load();
    });
  }

  async load(): Promise<void> {
    if (this.closed) return;
    const turn = ++this.asked;
    const outdated = (): boolean => this.closed || turn !== this.asked; // an older answer than one on its way tells nothing new
    try {
      const items = await this.ports.fetch();
      if (!outdated()) this.show(items);
    } catch (error) {
      if (outdated()) return;
      if (this.shown === null) this.ports.failed(error);
      else this.plan(this.shown, () => this.loadInTime());
    }
  }

  close(): void {
    this.closed = true;
    this.wait();
    this.soon?.();
  }

  private show(items: readonly T[]): void {
    this.shown = items;
    this.ports.show(items);
    this.plan(items, () => this.show(items));
  }

  private plan(items: readonly T[], otherwise: () => void): void {
    this.wait();
    const now = this.ports.now();
    const next = Math.min(...items.map((one) => this.ports.endOf(one) ?? Infinity)) - now;
    const pause = this.timedAt + PAUSE_MS - now;
    this.wait = next <= AGO_MS ? this.ports.after(Math.max(Math.max(next, 0) + SOON_MS, pause), () => this.loadInTime()) : this.ports.after(AGO_MS, otherwise);
  }

  private loadInTime(): void {
    this.timedAt = this.ports.now();
    void this.load();
  }
}
