// What this browser keeps for its user across reloads: drafts, unsent comments, settings of the player. Storage may be
// full, forbidden or hold nonsense; then there is simply nothing kept.

export interface KeepPort {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class Keeping {
  constructor(private readonly storage: KeepPort | null) {}

  read<T>(key: string, fallback: T): T {
    try {
      const text = this.storage?.getItem(`twopop.${key}`);
      return text ? (JSON.parse(text) as T) : fallback;
    } catch {
      return fallback;
    }
  }

  write(key: string, value: unknown): void {
    try {
      if (value === null || value === "") this.storage?.removeItem(`twopop.${key}`);
      else this.storage?.setItem(`twopop.${key}`, JSON.stringify(value));
    } catch {
      // Full or forbidden: nothing is kept, the page works on.
    }
  }
}
