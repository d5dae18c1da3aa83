import { beforeEach, expect, it } from "vitest";
import { leave } from "../../src/pages/client/leaving.ts";
import { KEPT_SESSION } from "../../src/pages/room/kept-session.ts";
import { Keeping } from "../../src/state/keeping.ts";
import { ApiError } from "../../src/net/api.ts";
import { MemoryShelf, Outbox, type Unsent } from "../../src/state/outbox.ts";
import { keptIn } from "./kept-in.ts";

const kept = new Map<string, string>();
const keeping = new Keeping(keptIn(kept));
const refused: Unsent = { key: "k", who: "guest", versionId: "of another link", body: { text: "Too late", frame: 0, duration_frames: 1, parent_id: null, internal: false }, at: "", tries: 1, refused: "The link has ended." };
let done: string[];

const outboxWith = (...rows: Unsent[]): Outbox =>
  new Outbox(
    new MemoryShelf(rows),
    { byLink: true, create: () => Promise.reject(new ApiError(0, "offline", "away", "")), sendFile: () => Promise.reject(new Error("none")), dropFiles: () => Promise.resolve(), alone: (run) => run(), tell: () => undefined, after: () => () => undefined, now: () => "", random: () => 0 },
    "guest",
  );
const going = (outbox: Outbox, entered = Promise.resolve()): Promise<boolean> =>
  leave({ outbox, keeping, entered, tab: { removeItem: (key) => void done.push(`forgot ${key}`) }, end: () => Promise.resolve(void done.push("told")) });

beforeEach(() => {
  done = [];
  kept.clear();
  keeping.write("link./s/one", ["a"]);
  keeping.write("drawing.a", { v: 1, shapes: [] });
});

it("leaves once the link let this browser in, and forgets what was begun and the live session", async () => {
  let letIn = (): void => undefined;
  const left = going(outboxWith(), new Promise((resolve) => (letIn = resolve)));
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).toEqual([]);
  letIn();
  expect(await left).toBe(true);
  expect(done).toEqual(["told", `forgot ${KEPT_SESSION}`]);
  expect([...kept.keys()]).toEqual(["twopop.link./s/one"]);
});

it("stays while a comment waits that only the shelf knows of, of whichever link, until it is discarded", async () => {
  const outbox = outboxWith(refused);
  expect(outbox.store.state.items).toEqual([]);
  expect(await going(outbox)).toBe(false);
  expect([done, outbox.store.state.items.length, kept.has("twopop.drawing.a")]).toEqual([[], 1, true]);
  await outbox.discard("k");
  expect(await going(outbox)).toBe(true);
});
