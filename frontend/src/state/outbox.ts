// What this person has written and the server has not confirmed yet: kept in the browser, shown at once, sent one after the
// other in the order of writing, each after the files that were picked for it. Each goes out under a key of its own, so that the
// server makes it once, however often an answer is lost, and with whom it is meant to be by, so that it never becomes somebody
// else's who signed in meanwhile. What the server refuses stays here with its reason until its author decides.
import { t } from "../language/translate.ts";
import { ApiError, newKey } from "../net/api.ts";
import type { Attachment, Comment } from "../net/types.ts";
import type { NewComment } from "./comments.ts";
import { Store } from "./store.ts";
import { isWaiting, waitingIn } from "./waiting-files.ts";

export interface Unsent {
  /** The idempotency key. */
  readonly key: string;
  /** Whose it is: several people may use one browser. */
  readonly who: string;
  readonly versionId: string;
  readonly body: NewComment;
  /** When it was written. */
  readonly at: string;
  /** How often it was on its way without an answer: the server may have it already. */
  readonly tries: number;
  /** Why the server refused it, in words. */
  readonly refused: string | null;
}

/** Where unsent comments lie; any method may throw where the browser keeps nothing. */
export interface Shelf {
  /** Of one person, in the order of writing. */
  all(who: string): Promise<readonly Unsent[]>;
  /** At the end. Answers once it is on disk. */
  add(unsent: Unsent): Promise<void>;
  /** In its place; nothing happens if it is gone. */
  replace(key: string, unsent: Unsent): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What tabs tell each other. */
export type OutboxNews = { readonly kind: "changed" } | { readonly kind: "sent"; readonly key: string; readonly comment: Comment };

export interface OutboxPort {
  /** Whoever writes came by a share link, without an account. */
  readonly byLink: boolean;
  /** Refused with `other_person`, and nothing is made, if somebody else is signed in by now, in another tab. Throws ApiError. */
  create(versionId: string, body: NewComment, key: string, who: string): Promise<Comment>;
  /** What was picked for it while the server was away (`waiting-files.ts`). Refused as above. Throws ApiError. */
  sendFile(versionId: string, waiting: Attachment, who: string): Promise<Attachment>;
  /** Forget files that nothing waits for any more. */
  dropFiles(ids: readonly string[]): Promise<void>;
  /** Run when no other tab of this browser does. */
  alone(run: () => Promise<void>): Promise<void>;
  tell(news: OutboxNews): void;
  after(milliseconds: number, callback: () => void): () => void;
  now(): string;
  random(): number;
}

export interface Waiting {
  readonly unsent: Unsent;
  /** sending: on its way; waiting: the server is not reached, it goes by itself; failed: refused. */
  readonly pending: "sending" | "waiting" | "failed";
  readonly problem: string;
}

export interface OutboxState {
  /** In the order of writing. */
  readonly items: readonly Waiting[];
  /** False: this browser keeps nothing, and what waits is lost with the page. */
  readonly kept: boolean;
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;
/** A comment over which the server itself fails again and again lets the others go first. */
const FAILURES_OF_ONE = 5;

export class Outbox {
  readonly store = new Store<OutboxState>({ items: [], kept: true });
  private list: readonly Unsent[] = [];
  private readonly saving = new Map<string, Promise<void>>(); // being written to the shelf
  private readonly listeners = new Set<(key: string, comment: Comment) => void>();
  private readonly failures = new Map<string, number>(); // answers 500 to one comment
  private shown = new Map<string, Waiting>();
  private stalled: string | null = null; // why nothing is sent at present
  private attempt = 0;
  private cancelRetry: (() => void) | null = null;
  private running: Promise<void> | null = null;
  private again = false;

  constructor(
    private shelf: Shelf,
    private readonly port: OutboxPort,
    readonly who: string,
  ) {}

  /** Take up what was left by earlier pages, and begin to send. */
  async open(): Promise<void> {
    await this.refresh();
    this.nudge();
  }

  /** Called with each comment that the server has from now on. Returns what ends it. */
  onSent(listener: (key: string, comment: Comment) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Answers its key. */
  add(versionId: string, body: NewComment): string {
    const unsent: Unsent = { key: newKey(), who: this.who, versionId, body, at: this.port.now(), tries: 0, refused: null };
    this.list = [...this.list, unsent];
    const saved = this.onShelf((shelf) => shelf.add(unsent)).finally(() => this.saving.delete(unsent.key));
    this.saving.set(unsent.key, saved);
    this.publish();
    void saved.then(() => this.port.tell({ kind: "changed" }));
    if (this.stalled === null || this.cancelRetry === null) void this.drain();
    return unsent.key;
  }

  /** The server may be there again (the network is back, the tab is looked at, the socket is open): do not wait out the pause. */
  nudge(): void {
    this.attempt = 0;
    void this.drain();
  }

  /** Send again now, refused or not. */
  resend(key: string): void {
    this.failures.delete(key);
    void this.change(key, { refused: null }).then(() => this.nudge());
  }

  /** Another text for a refused comment. Under a new key: the server answers an old one with what it was used for. */
  async revise(key: string, body: Partial<NewComment>): Promise<string | null> {
    const before = this.find(key);
    if (!before || before.refused === null) return null;
    const revised: Unsent = { ...before, key: newKey(), body: { ...before.body, ...body }, tries: 0, refused: null };
    this.list = this.list.map((one) => (one.key === key ? revised : one));
    this.publish();
    await this.onShelf((shelf) => shelf.replace(key, revised));
    const still = waitingIn(revised.body.attachments);
    await this.port.dropFiles(waitingIn(before.body.attachments).filter((id) => !still.includes(id)));
    this.port.tell({ kind: "changed" });
    this.nudge();
    return revised.key;
  }

  /** Throw away. If its answer was lost the server may have it nevertheless: then it comes back as a comment to be deleted. */
  async discard(key: string): Promise<void> {
    await this.saving.get(key);
    await this.onShelf((shelf) => shelf.remove(key));
    await this.port.dropFiles(waitingIn(this.find(key)?.body.attachments));
    this.list = this.list.filter((one) => one.key !== key);
    this.publish();
    this.port.tell({ kind: "changed" });
  }

  /** Another tab has news. */
  hear(news: OutboxNews): void {
    if (news.kind === "sent") {
      this.stalled = null; // the server is there
      this.sent(news.key, news.comment);
    } else void this.refresh();
  }

  // --- sending ----------------------------------------------------------------------------------------------------------

  /** Send what waits until there is nothing or something is in the way. One run at a time, here and in the whole browser. */
  private drain(): Promise<void> {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.again = true;
    this.running ??= (async () => {
      while (this.again) {
        this.again = false;
        await Promise.all(this.saving.values());
        if (!this.list.some((one) => one.refused === null)) {
          this.stalled = null;
          break;
        }
        await this.port.alone(async () => {
          await this.refresh(); // another tab may have sent some
          while (await this.sendFirst());
        });
      }
    })().finally(() => {
      this.running = null;
      if (this.again) void this.drain(); // asked for between the last look and here
    });
    return this.running;
  }

  /** Whether to go on with the next one. */
  private async sendFirst(): Promise<boolean> {
    const first = this.list.find((one) => one.refused === null);
    if (!first) return false;
    await this.saving.get(first.key);
    try {
      let unsent: Unsent = first;
      while (unsent.body.attachments?.some(isWaiting)) {
        await this.sendFile(unsent);
        const now = this.find(first.key);
        if (!now) return true; // thrown away meanwhile
        unsent = now;
      }
      const comment = await this.port.create(unsent.versionId, unsent.body, unsent.key, this.who);
      await this.onShelf((shelf) => shelf.remove(unsent.key));
      this.stalled = null;
      this.attempt = 0;
      this.sent(unsent.key, comment);
      this.port.tell({ kind: "sent", key: unsent.key, comment });
      return true;
    } catch (error) {
      return this.failed(this.find(first.key) ?? first, error);
    }
  }

  /** Its first file that waits. What the server calls it is kept before anything else: it goes once. */
  private async sendFile({ key, versionId, body }: Unsent): Promise<void> {
    const waiting = body.attachments?.find(isWaiting);
    if (!waiting) return;
    const sent = await this.port.sendFile(versionId, waiting, this.who);
    await this.change(key, { body: { ...body, attachments: body.attachments?.map((one) => (one.id === waiting.id ? sent : one)) ?? [] } });
    await this.port.dropFiles([waiting.id]);
  }

  private async failed(unsent: Unsent, error: unknown): Promise<boolean> {
    if (error instanceof ApiError && error.code === "other_person") {
      const why = this.port.byLink ? t("Not sent: somebody is signed in now, and this was written as a guest. It is kept here until they sign out.") : t("Not sent: somebody else is signed in now. It is kept here until you are again.");
      this.stall(why, LONGEST_RETRY_MS);
      return false;
    }
    if (error instanceof ApiError && error.status === 401) {
      const why = this.port.byLink ? t("Not sent yet: the link does not let you in any more. It is kept here, and sent when it does.") : t("Not sent yet: sign in again. It is kept here and sent then.");
      this.stall(why, LONGEST_RETRY_MS);
      return false;
    }
    if (error instanceof ApiError && !error.transient) {
      await this.change(unsent.key, { refused: `${error.message} ${error.remedy}`.trim() });
      return true;
    }
    await this.change(unsent.key, { tries: unsent.tries + 1 });
    if (error instanceof ApiError && error.status === 500) {
      const times = (this.failures.get(unsent.key) ?? 0) + 1;
      this.failures.set(unsent.key, times);
      if (times >= FAILURES_OF_ONE) {
        await this.change(unsent.key, { refused: `${error.message} ${error.remedy}`.trim() });
        return true;
      }
    }
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.attempt);
    this.attempt += 1;
    const reached = error instanceof ApiError && (error.status === 429 || error.status === 500);
    this.stall(reached ? t("Waiting to be sent: the server is busy.") : t("Waiting to be sent: the server cannot be reached."), wait);
    return false;
  }

  private stall(why: string, wait: number): void {
    this.stalled = why;
    this.again = false;
    this.publish();
    this.cancelRetry?.();
    // Everybody comes back after a restart: not all in the same moment.
    this.cancelRetry = this.port.after(Math.round(wait * (0.75 + this.port.random() / 4)), () => void this.drain());
  }

  private sent(key: string, comment: Comment): void {
    this.list = this.list.filter((one) => one.key !== key);
    this.failures.delete(key);
    for (const listener of [...this.listeners]) listener(key, comment);
    this.publish();
  }

  // --- what lies here ---------------------------------------------------------------------------------------------------

  private find(key: string): Unsent | undefined {
    return this.list.find((one) => one.key === key);
  }

  private async change(key: string, change: Partial<Unsent>): Promise<void> {
    const before = this.find(key);
    if (!before) return;
    const now = { ...before, ...change };
    this.list = this.list.map((one) => (one.key === key ? now : one));
    this.publish();
    await this.onShelf((shelf) => shelf.replace(key, now));
    this.port.tell({ kind: "changed" });
  }

  /** Take what lies on the shelf, and what is on its way there. */
  private async refresh(): Promise<void> {
    let rows: readonly Unsent[] = [];
    await this.onShelf(async (shelf) => void (rows = await shelf.all(this.who)));
    const there = new Set(rows.map((one) => one.key));
    this.list = [...rows, ...this.list.filter((one) => this.saving.has(one.key) && !there.has(one.key))];
    this.publish();
  }

  /** Where the browser keeps nothing (forbidden, full), the page itself does, and says so. */
  private async onShelf(run: (shelf: Shelf) => Promise<void>): Promise<void> {
    try {
      await run(this.shelf);
    } catch {
      if (!this.store.state.kept) return;
      this.shelf = new MemoryShelf(this.list);
      this.store.set({ kept: false });
      await run(this.shelf);
    }
  }

  private publish(): void {
    const next = new Map<string, Waiting>();
    for (const unsent of this.list) {
      const pending = unsent.refused !== null ? "failed" : this.stalled !== null ? "waiting" : "sending";
      const loose = this.store.state.kept ? "" : ` ${t("This browser keeps nothing: leave the page open until it is sent.")}`;
      const problem = unsent.refused ?? (this.stalled === null ? "" : this.stalled + loose);
      const before = this.shown.get(unsent.key);
      // The same object for as long as nothing of it changes: lists draw anew what is another one.
      next.set(unsent.key, before && before.unsent === unsent && before.pending === pending && before.problem === problem ? before : { unsent, pending, problem });
    }
    const same = next.size === this.shown.size && [...next].every(([key, one]) => this.shown.get(key) === one);
    this.shown = next;
    if (!same) this.store.set({ items: [...next.values()] });
  }
}

/** Keeps for as long as the page is open. */
export class MemoryShelf implements Shelf {
  constructor(private rows: readonly Unsent[] = []) {}

  all(who: string): Promise<readonly Unsent[]> {
    return Promise.resolve(this.rows.filter((one) => one.who === who));
  }

  add(unsent: Unsent): Promise<void> {
    this.rows = [...this.rows.filter((one) => one.key !== unsent.key), unsent];
    return Promise.resolve();
  }

  replace(key: string, unsent: Unsent): Promise<void> {
    this.rows = this.rows.map((one) => (one.key === key ? unsent : one));
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.rows = this.rows.filter((one) => one.key !== key);
    return Promise.resolve();
  }
}
