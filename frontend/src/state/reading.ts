// What is new to the person who looks: comments of others after the moment until which they had read when they came, and
// those that arrive since. A mark goes when its comment is opened, or all at once; the server remembers the newest seen.
import type { CommentItem } from "./comments.ts";
import { Store } from "./store.ts";

export interface ReadingPort {
  seenUntil(): Promise<string | null>;
  see(until: string): Promise<unknown>;
}

export class Reading {
  readonly store = new Store<{ since: number | null; opened: ReadonlySet<string> }>({ since: null, opened: new Set() });
  private told = 0;

  constructor(
    private readonly port: ReadingPort,
    private readonly me: string,
  ) {}

  /** Ask how far one has read. Until that is known nothing is marked. Nobody who comes for the first time finds everything new. */
  async load(newest: () => number): Promise<void> {
    const until = await this.port.seenUntil();
    this.store.set({ since: until === null ? newest() : Date.parse(until) });
    this.told = until === null ? 0 : Date.parse(until);
  }

  isNew = ({ comment, pending }: CommentItem): boolean => {
    const { since, opened } = this.store.state;
    return since !== null && pending === null && comment.author.id !== this.me && Date.parse(comment.created_at) > since && !opened.has(comment.id);
  };

  /** Somebody looked at these comments: their marks go. */
  open(ids: readonly string[]): void {
    const { opened } = this.store.state;
    if (ids.every((id) => opened.has(id))) return;
    this.store.set({ opened: new Set([...opened, ...ids]) });
  }

  openAll(items: readonly CommentItem[]): void {
    this.open(items.map((item) => item.comment.id));
  }

  /** These comments were on screen: next time they are not new any more. */
  seen(items: readonly CommentItem[]): void {
    let newest = "";
    for (const { comment, pending } of items) if (pending === null && comment.created_at > newest) newest = comment.created_at;
    if (newest === "" || Date.parse(newest) <= this.told) return;
    this.told = Date.parse(newest);
    this.port.see(newest).catch(() => {
      this.told = 0; // told again with the next one
    });
  }
}
