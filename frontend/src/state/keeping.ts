// What this browser keeps for its user across reloads: drafts, unsent comments, settings of the player. Storage may be
// full, forbidden or hold nonsense; then there is simply nothing kept.

export interface KeepPort {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  readonly length: number;
  key(index: number): string | null;
}

const OURS = "twopop.";

export class Keeping {
  constructor(private readonly storage: KeepPort | null) {}

  read<T>(key: string, fallback: T): T {
    try {
      const text = this.storage?.getItem(`${OURS}${key}`);
      return text ? (JSON.parse(text) as T) : fallback;
    } catch {
      return fallback;
    }
  }

  write(key: string, value: unknown): void {
    try {
      if (value === null || value === "") this.storage?.removeItem(`${OURS}${key}`);
      else this.storage?.setItem(`${OURS}${key}`, JSON.stringify(value));
    } catch {
      // Full or forbidden: nothing is kept, the page works on.
    }
  }

  /** Under which something is kept, of those that begin so. */
  keys(beginning: string): readonly string[] {
    try {
      const all = Array.from({ length: this.storage?.length ?? 0 }, (_, index) => this.storage?.key(index) ?? "");
      return all.filter((key) => key.startsWith(OURS + beginning)).map((key) => key.slice(OURS.length));
    } catch {
      return [];
    }
  }
}
