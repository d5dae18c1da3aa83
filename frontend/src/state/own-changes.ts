// What this person has changed of comments and the server has not answered yet. It is laid over what the server says, so that
// nothing that comes meanwhile (the event of the comment itself, a list, the answer to the change before) shows the old again, on
// which a next change would then be built. Of one comment they are sent one after the other: two requests under way at once may
// arrive in either order.
import type { Comment } from "../net/types.ts";

interface Change {
  readonly shown: Partial<Comment>;
  readonly done: Promise<void>;
}

interface Laid<I> {
  readonly under: I;
  readonly changes: readonly Change[];
  readonly item: I;
}

export class OwnChanges<I extends { readonly comment: Comment }> {
  private readonly pending = new Map<string, readonly Change[]>();
  private readonly laid = new Map<string, Laid<I>>();

  /** Whether one has not been sent, since one before it is not answered. */
  get queued(): boolean {
    return [...this.pending.values()].some((changes) => changes.length > 1);
  }

  /** The item as its author wants it; the same object for as long as nothing of it changes. */
  over(under: I): I {
    const { id } = under.comment;
    const changes = this.pending.get(id);
    if (!changes) {
      this.laid.delete(id);
      return under;
    }
    const before = this.laid.get(id);
    if (before && before.under === under && before.changes === changes) return before.item;
    const item = { ...under, comment: Object.assign({}, under.comment, ...changes.map(({ shown }) => shown)) as Comment };
    this.laid.set(id, { under, changes, item });
    return item;
  }

  /** Show the comment so from now on, until `send` has been answered, which is called after those of the changes before.
   *  `ended`: shown no longer, whether it went well or not; in the same moment in which the answer is known. */
  add(id: string, shown: Partial<Comment>, send: () => Promise<void>, ended: () => void): Promise<void> {
    const before = this.pending.get(id) ?? [];
    const last = before.at(-1)?.done.catch(() => undefined);
    const run = async (): Promise<void> => {
      await last;
      try {
        await send();
      } finally {
        const left = (this.pending.get(id) ?? []).filter((one) => one !== change);
        if (left.length > 0) this.pending.set(id, left);
        else this.pending.delete(id);
        ended();
      }
    };
    const change: Change = { shown, done: last ? run() : Promise.resolve().then(run) };
    this.pending.set(id, [...before, change]);
    return change.done;
  }
}
