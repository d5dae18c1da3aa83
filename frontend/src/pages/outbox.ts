// The page's outbox: comments that the server has not confirmed yet, in this browser's database; one tab at a time sends them.
import { toast } from "../elements/feedback.ts";
import { openUnsent, refusedOf } from "../elements/unsent-dialog.ts";
import { n, t } from "../language/translate.ts";
import { newKey } from "../net/api.ts";
import { BrowserFiles } from "../net/browser-files.ts";
import { BrowserShelf, inTurn, openBase } from "../net/browser-shelf.ts";
import { postComment } from "../net/post-comment.ts";
import { within } from "../net/within.ts";
import { Outbox, type OutboxNews } from "../state/outbox.ts";
import { waitingIn, WaitingFiles } from "../state/waiting-files.ts";
import { sendFile } from "./comments-port.ts";
import { after, api, keeping } from "./connect.ts";

const NAME = "twopop-outbox";
/** A connection that died without a word must not hold up the queue for minutes. */
const ANSWER_MS = 30_000;

/** What a file may take besides: 20 kB a second are a bad line. */
const fileMs = (bytes: number): number => ANSWER_MS + bytes / 20;

/** Of those who came by share links: one browser has one guest, and the server knows whether it still lets them in. */
export const GUEST = "guest";

/** Files that cannot be sent now: kept here, and sent with the comments that they are picked for. */
export const waitingFiles = new WaitingFiles(
  new BrowserFiles(),
  (versionId, file, name, who) => sendFile(versionId, file, name, within(fileMs(file.size)), who),
  Date.now,
);

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
export function openOutbox(who: string, versionId: string | null = null): Outbox {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);
  const shelf = new BrowserShelf();
  const outbox = new Outbox(
    shelf,
    {
      byLink: who === GUEST,
      create: (id, body, key, person) => postComment(api, id, body, key, within(ANSWER_MS), person),
      sendFile: (id, waiting, person) => waitingFiles.send(id, waiting, person),
      dropFiles: (ids) => waitingFiles.drop(ids),
      alone,
      tell: (news) => channel?.postMessage({ who, news }),
      after,
      now: () => new Date().toISOString(),
      random: Math.random,
    },
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
    shelf.everybodys().then((rows) => waitingFiles.sweep(rows.flatMap(({ body }) => waitingIn(body.attachments))), () => undefined);
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
