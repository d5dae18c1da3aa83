// Many browsers that comment while the server is killed: the pages' own queue, each with a database of its own, against a real
// server. Bundled and run by tests/live/test_durability.py:
//   node guests.mjs <url> <version> <headers of every guest, JSON>
// Writes until its input is closed, then waits until every queue is empty, and says what each guest wrote:
// {"<guest>": {"<text>": "<id that the server acknowledged>"}}, in the order of writing.
import "fake-indexeddb/auto";
import { Api } from "../../src/net/api.ts";
import { BrowserShelf, openBase } from "../../src/net/browser-shelf.ts";
import { postComment } from "../../src/net/post-comment.ts";
import { Outbox } from "../../src/state/outbox.ts";

const [url = "", version = "", given = "[]"] = process.argv.slice(2);
const BETWEEN_MS = 2_000;
const MOST_WAITING = 2; // whoever is not answered writes on all the same, up to here: a slow machine has an end in sight
const ANSWER_MS = 5_000;

let stopped = false;
process.stdin.on("end", () => (stopped = true)).resume();
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function browser(headers: Record<string, string>, name: string): Outbox {
  const fetcher = (path: string, init: RequestInit): Promise<Response> => fetch(url + path, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } });
  const api = new Api(fetcher, () => headers["X-CSRFToken"] ?? "");
  let turn = Promise.resolve();
  return new Outbox(
    new BrowserShelf(() => openBase(name)),
    {
      create: (versionId, body, key) => postComment(api, versionId, body, key, AbortSignal.timeout(ANSWER_MS)),
      byLink: true,
      sendFile: () => Promise.reject(new Error("nobody here attaches files")),
      dropFiles: () => Promise.resolve(),
      alone: (run) => (turn = turn.then(run)),
      tell: () => undefined,
      after: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
      now: () => new Date().toISOString(),
      random: Math.random,
    },
    name,
  );
}

async function guest(headers: Record<string, string>, name: string): Promise<[string, Record<string, string | null>]> {
  const outbox = browser(headers, name);
  const wrote: Record<string, string | null> = {};
  outbox.onSent((_key, comment) => (wrote[comment.text] = comment.id));
  outboxes.push(outbox);
  await outbox.open();
  for (let number = 1; !stopped; ) {
    if (outbox.store.state.items.length < MOST_WAITING) {
      const text = `${name}-${number}`;
      wrote[text] = null;
      outbox.add(version, { text, frame: number++, duration_frames: 1, parent_id: null, internal: false });
    }
    await pause(BETWEEN_MS * (0.5 + Math.random()));
  }
  while (outbox.store.state.items.some(({ pending }) => pending !== "failed")) await pause(20);
  return [name, wrote];
}

/** What a page's socket does: it says when the server is there again. */
async function wake(): Promise<void> {
  for (let there = true; ; ) {
    const now = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS) }).then((answer) => answer.ok, () => false);
    if (now && !there) outboxes.forEach((outbox) => outbox.nudge());
    there = now;
    await pause(100);
  }
}

const outboxes: Outbox[] = [];
void wake();
const all = (JSON.parse(given) as Record<string, string>[]).map((headers, i) => guest(headers, `guest${i}`));
void Promise.all(all).then((rows) => process.stdout.write(JSON.stringify(Object.fromEntries(rows)), () => process.exit(0)));
