import { describe, expect, test } from "vitest";
import type { NotificationCounts } from "../../src/net/types.ts";
import { AFTER_EVENT_MS, countText, POLL_MS, seenAt, Unread } from "../../src/state/unread.ts";

const counts = (unread: number): NotificationCounts => ({ unread, projects: [] });

/** A clock that is set by hand, and a server that answers with `unread`. */
function stage(unread: number, showsSomething = false) {
  const timers: { at: number; callback: () => void }[] = [];
  const world = { now: 0, asked: 0, seen: 0, unread, shown: [] as number[], looking: true, fails: false };
  const answer = (): Promise<NotificationCounts> => (world.fails ? Promise.reject(new Error("offline")) : Promise.resolve(counts(world.unread)));
  const bell = new Unread(
    {
      fetch: () => ((world.asked += 1), answer()),
      markSeen: () => ((world.seen += 1), (world.unread = 0), answer()),
      show: (found) => void world.shown.push(found.unread),
      after: (milliseconds, callback) => {
        const timer = { at: world.now + milliseconds, callback };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
      },
      now: () => world.now,
      looking: () => world.looking,
    },
    showsSomething,
  );
  const pass = async (milliseconds: number): Promise<void> => {
    world.now += milliseconds;
    for (const timer of timers.filter(({ at }) => at <= world.now)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.callback();
    }
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { bell, world, pass };
}

describe("the bell", () => {
  test("asks at once, then once a minute while somebody looks", async () => {
    const { bell, world, pass } = stage(2);
    await bell.start();
    expect([world.asked, world.shown]).toEqual([1, [2]]);
    await pass(POLL_MS);
    expect(world.asked).toBe(2);
    world.looking = false;
    await pass(POLL_MS);
    await pass(POLL_MS);
    expect(world.asked).toBe(2);
    world.looking = true;
    bell.looked();
    await pass(0);
    expect(world.asked).toBe(3);
    bell.looked();
    expect(world.asked).toBe(3);
  });

  test("asks soon after many events, once", async () => {
    const { bell, world, pass } = stage(0);
    await bell.start();
    bell.happened("marker.created");
    for (const kind of ["comment.created", "comment.updated", "media.changed"]) bell.happened(kind);
    await pass(AFTER_EVENT_MS);
    expect(world.asked).toBe(2);
    bell.happened("comment.created");
    await pass(AFTER_EVENT_MS);
    expect(world.asked).toBe(3);
  });

  test("reads what the page shows, only if something is unread", async () => {
    const some = stage(3, true);
    await some.bell.start();
    expect([some.world.seen, some.world.shown]).toEqual([1, [3, 0]]);
    const none = stage(0, true);
    await none.bell.start();
    expect(none.world.seen).toBe(0);
  });

  test("keeps what it shows while the server is away", async () => {
    const { bell, world, pass } = stage(4);
    await bell.start();
    world.fails = true;
    await pass(POLL_MS);
    expect(world.shown).toEqual([4]);
    world.fails = false;
    await pass(POLL_MS);
    expect(world.shown).toEqual([4, 4]);
  });
});

test("what a page shows", () => {
  expect(seenAt("/v/abc123", "?frame=4&comment=def456")).toEqual({ version_id: "abc123", comment_id: "def456" });
  expect(seenAt("/v/abc123/checks", "")).toEqual({ version_id: "abc123" });
  expect(seenAt("/v/abc123", "?comment=<x>")).toEqual({ version_id: "abc123" });
  expect(seenAt("/projects/abc123", "")).toBeNull();
  expect([countText(7), countText(120)]).toEqual(["7", "99+"]);
});
