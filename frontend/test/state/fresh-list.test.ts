import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FreshList } from "../../src/state/fresh-list.ts";

const NEVER = { end: null };
let server: readonly { end: number | null }[];
let fetched: number;
let away: boolean;
let shown: number;
let errors: number;

function opened(): FreshList<{ end: number | null }> {
  return new FreshList({
    fetch: async () => {
      fetched += 1;
      if (away) throw new Error("away");
      return server;
    },
    show: () => (shown += 1),
    failed: () => (errors += 1),
    endOf: ({ end }) => end,
    now: Date.now,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  [server, fetched, away, shown, errors] = [[NEVER], 0, false, 0, 0];
});
afterEach(() => void vi.useRealTimers());

it("asks once about several events, and when one ends at once", async () => {
  server = [{ end: 1_010_000 }, NEVER];
  const list = opened();
  await list.load();
  list.heard();
  list.heard();
  await vi.advanceTimersByTimeAsync(9900);
  expect(fetched).toBe(2);
  server = [NEVER];
  await vi.advanceTimersByTimeAsync(400);
  expect(fetched).toBe(3);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([fetched, shown], "what is said of how long ago is shown anew").toEqual([3, 5]);
});

it("asks every five seconds at most while a clock that is ahead takes one for ended", async () => {
  server = [{ end: 1_000_000 }];
  const list = opened();
  await list.load();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetched).toBe(13);
  list.close();
});

it("goes on after an error, without a word where something is shown", async () => {
  const list = opened();
  away = true;
  await list.load();
  expect(errors).toBe(1);
  away = false;
  await list.load();
  away = true;
  await list.load();
  await vi.advanceTimersByTimeAsync(30_000);
  expect([fetched, shown, errors]).toEqual([4, 1, 1]);
  away = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect([fetched, shown, errors]).toEqual([5, 2, 1]);
});

it("does nothing more once it is closed, also when an answer is under way or something was just done", async () => {
  const list = opened();
  await list.load();
  list.heard();
  const under = list.load();
  list.close();
  await under;
  await list.load();
  list.heard();
  expect([fetched, shown, vi.getTimerCount()]).toEqual([2, 1, 0]);
});
