// How much of the inbox is unread, for the bell in the header: asked now and then while somebody looks at the page, and soon
// after something happened that may be told to them. No element, no browser: the ports are given.
import type { NotificationCounts } from "../net/types.ts";

export interface UnreadPorts {
  fetch(): Promise<NotificationCounts>;
  /** Mark what the present page shows as read. */
  markSeen(): Promise<NotificationCounts>;
  show(counts: NotificationCounts): void;
  after(milliseconds: number, callback: () => void): () => void;
  now(): number;
  looking(): boolean;
}

export const POLL_MS = 60_000;
/** The worker tells of an event within some seconds. */
export const AFTER_EVENT_MS = 4000;
export const FRESH_MS = 10_000;
const TELLING = /^(comment\.(created|updated)|approvals|version\.created|checks|media|lock|delivery)/;

export class Unread {
  private last = -Infinity;
  private total = -1;
  private cancel: (() => void) | null = null;
  private cancelSoon: (() => void) | null = null;

  constructor(
    private readonly ports: UnreadPorts,
    private readonly showsSomething: boolean,
  ) {}

  async start(): Promise<void> {
    await this.ask();
    if (this.showsSomething && this.total > 0) await this.ask(() => this.ports.markSeen());
  }

  /** The page is looked at again. */
  looked(): void {
    if (this.ports.now() - this.last > FRESH_MS) void this.ask();
  }

  /** Something happened in the project that the page shows. */
  happened(kind: string): void {
    if (this.cancelSoon !== null || !TELLING.test(kind)) return;
    this.cancelSoon = this.ports.after(AFTER_EVENT_MS, () => {
      this.cancelSoon = null;
      void this.ask();
    });
  }

  /** What the server answered elsewhere on this page. */
  take(counts: NotificationCounts): void {
    this.last = this.ports.now();
    this.total = counts.unread;
    this.ports.show(counts);
  }

  private async ask(how: () => Promise<NotificationCounts> = () => this.ports.fetch()): Promise<void> {
    this.cancel?.();
    if (this.ports.looking()) {
      try {
        this.take(await how());
      } catch {
        // Unreachable, or signed out: the bell keeps what it shows and asks again.
      }
    }
    this.cancel = this.ports.after(POLL_MS, () => void this.ask());
  }
}

/** "9", "99+". */
export const countText = (count: number): string => (count > 99 ? "99+" : String(count));

/** What the page at this address shows of what people are told of; null: nothing. */
export function seenAt(path: string, query: string): { version_id: string; comment_id?: string } | null {
  const version = /^\/v\/([a-z0-9]{1,16})(\/checks)?$/.exec(path)?.[1];
  if (version === undefined) return null;
  const comment = new URLSearchParams(query).get("comment");
  return comment !== null && /^[a-z0-9]{1,16}$/.test(comment) ? { version_id: version, comment_id: comment } : { version_id: version };
}
