// The page's outbox: comments that the server has not confirmed yet, in this browser's database; one tab at a time sends them.
import { toast } from "../elements/feedback.ts";
import { openUnsent, refusedOf } from "../elements/unsent-dialog.ts";
import { n, t } from "../language/translate.ts";
import { ApiError, newKey } from "../net/api.ts";
import { BrowserShelf, inTurn, openBase } from "../net/browser-shelf.ts";
import { postComment } from "../net/post-comment.ts";
import type { Comment, Person } from "../net/types.ts";
import type { NewComment } from "../state/comments.ts";
import { Outbox, type OutboxNews } from "../state/outbox.ts";
import { after, api, keeping } from "./connect.ts";

const NAME = "twopop-outbox";
/** A connection that died without a word must not hold up the queue for minutes. */
const ANSWER_MS = 30_000;

const create = (versionId: string, body: NewComment, key: string): Promise<Comment> => postComment(api, versionId, body, key, AbortSignal.timeout(ANSWER_MS));

async function isStill(who: string): Promise<boolean> {
  try {
    return (await api.send<Person>("me", { signal: AbortSignal.timeout(ANSWER_MS) })).id === who;
  } catch (error) {
    if (error instanceof ApiError && !error.transient && error.status !== 401) return true; // the comment's own answer says why
    throw error;
  }
}

/** Of guests: one browser has one, and the server knows whether it still lets them in. */
export async function isStillGuest(): Promise<boolean> {
  await api.send<Person>("guest", { signal: AbortSignal.timeout(ANSWER_MS) });
  return true;
}

async function alone(run: () => Promise<void>): Promise<void> {
  // Types have it always; browsers on https and localhost only.
  const locks = navigator.locks as LockManager | undefined;
  if (locks) return await locks.request(NAME, run);
  const base = await openBase().catch(() => null);
  return base ? inTurn(base, holder, { now: Date.now, after }, run) : run();
}

const holder = newKey();

/** The outbox of who looks at this page, open, and woken by whatever says that the server may be there again.
 *  `versionId`: the version whose conversation the page shows, where what was refused stands anyway. */
export function openOutbox(who: string, versionId: string | null = null, still = isStill): Outbox {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);
  const outbox = new Outbox(
    new BrowserShelf(),
    { byLink: still !== isStill, create, isStill: still, alone, tell: (news) => channel?.postMessage({ who, news }), after, now: () => new Date().toISOString(), random: Math.random },
    who,
  );
  channel?.addEventListener("message", ({ data }: MessageEvent<{ who: string; news: OutboxNews }>) => {
    if (data.who === who) outbox.hear(data.news);
  });
  window.addEventListener("online", () => outbox.nudge());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) outbox.nudge();
  });
  window.addEventListener("beforeunload", (event) => {
    const { items, kept } = outbox.store.state;
    if (!kept && items.length > 0) event.preventDefault();
  });
  void outbox.open().then(() => {
    // Other pages look only if there is something (site.ts): most never load this.
    outbox.store.watch(({ items }) => keeping.write(`unsent.${who}`, items.length > 0 || null));
    const refused = refusedOf(outbox).filter(({ unsent }) => unsent.versionId !== versionId).length;
    if (refused > 0) toast(n("A comment of yours could not be sent. | {count} comments of yours could not be sent.", refused), { bad: true, milliseconds: 30_000, action: { label: t("Show"), run: () => openUnsent(outbox) } });

    const earlier = new Set(outbox.store.state.items.filter(({ pending }) => pending !== "failed").map(({ unsent }) => unsent.key));
    tellOf(outbox, earlier);
  });
  return outbox;
}

/** Say when all that was written before this page came has been sent. */
function tellOf(outbox: Outbox, earlier: Set<string>): void {
  const count = earlier.size;
  if (count === 0) return;
  const stop = outbox.onSent((key) => {
    if (!earlier.delete(key) || earlier.size > 0) return;
    stop();
    toast(n("A comment written earlier has been sent. | {count} comments written earlier have been sent.", count));
  });
}
