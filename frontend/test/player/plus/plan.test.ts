import { describe, expect, it } from "vitest";
import { FrameCache } from "../../../src/player/plus/frame-cache.ts";
import { groupOf, jobFor, prefetch, REACH } from "../../../src/player/plus/plan.ts";
import { tableWithKeys } from "./tables.ts";

const short = tableWithKeys(100, 12);
const long = tableWithKeys(500, 250);

describe("which pictures to decode", () => {
  it("whole groups where they are short", () => {
    expect(groupOf(short, 13)).toEqual({ first: 12, end: 24 });
    expect(groupOf(short, 99)).toEqual({ first: 96, end: 100 });
    expect(jobFor(short, 13, 82)).toEqual({ first: 12, end: 24, low: 12, high: 23 });
  });

  it("a window that holds the frame where a group would fill the room", () => {
    for (const lead of [0, 0.5, 1])
      for (const frame of [0, 1, 130, 248, 249, 250, 499])
        for (const room of [3, 10, 82, null]) {
          const job = jobFor(long, frame, room, lead);
          expect(job.first).toBe(frame < 250 ? 0 : 250);
          expect(job.low).toBeLessThanOrEqual(frame);
          expect(job.high).toBeGreaterThanOrEqual(frame);
          expect(job.low).toBeGreaterThanOrEqual(job.first);
          expect(job.high).toBeLessThan(job.end);
          expect(job.high - job.low + 1).toBeLessThanOrEqual((room ?? REACH) / 3 + 1);
        }
  });

  it("then what is missing around the playhead, first in the direction of travel, and then no more", () => {
    const here = new Set([...Array(12).keys()].map((i) => 36 + i));
    const order: number[] = [];
    for (;;) {
      const job = prefetch(short, 40, -1, (i) => here.has(i), 82);
      if (!job) break;
      order.push(job.first);
      for (let i = job.low; i <= job.high; i += 1) here.add(i);
    }
    expect(order).toEqual([24, 12, 48, 60]);
  });

  it("settles with every room: what is fetched is not thrown out by what is fetched next", () => {
    for (const table of [short, long])
      for (const room of [3, 4, 6, 10, 20, 40, 82])
        for (const position of [0, 11, 50, 99]) {
          const cache = new FrameCache<{ bytes: number; close(): void }>(room, () => position);
          let rounds = 0;
          const fill = (job: { low: number; high: number }): void => {
            for (let i = job.low; i <= job.high; i += 1) if (!cache.has(i)) cache.put(i, { bytes: 1, close: () => undefined });
          };
          fill(jobFor(table, position, room));
          for (let job; (job = prefetch(table, position, 1, (i) => cache.has(i), room)); fill(job)) expect(++rounds).toBeLessThan(30);
          expect(cache.has(position)).toBe(true);
          expect(cache.bytes).toBeLessThanOrEqual(room);
        }
  });
});

describe("pictures kept", () => {
  it("go when far away, are closed once, and never the one under the playhead", () => {
    let center = 5;
    const closed: number[] = [];
    const cache = new FrameCache<{ bytes: number; close(): void }>(30, () => center);
    const put = (i: number): void => cache.put(i, { bytes: 10, close: () => void closed.push(i) });
    [5, 6, 7, 4].forEach(put);
    expect(closed).toEqual([7]);
    center = 100;
    put(100);
    put(100); // the same again replaces
    expect(closed).toEqual([7, 4, 100]);
    expect([...[5, 6, 100].map((i) => cache.has(i))]).toEqual([true, true, true]);
    expect(cache.bytes).toBe(30);
    cache.clear();
    expect([cache.bytes, cache.count, closed.length]).toEqual([0, 0, 6]);
  });
});
