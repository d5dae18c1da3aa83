import { describe, expect, it } from "vitest";
import { Bandwidth, needOf, rungFor, type Rung } from "../../src/state/bandwidth.ts";

const MEGABYTE = 1_000_000;

describe("measured speed", () => {
  it("is not told before enough has come, and small answers do not count", () => {
    const speed = new Bandwidth();
    speed.add({ bytes: 5_000, start: 0, end: 1_000 });
    speed.add({ bytes: 100_000, start: 1_000, end: 1_100 });
    expect(speed.bitsPerSecond).toBeNull();
    speed.add({ bytes: 100_000, start: 1_100, end: 1_200 });
    expect(speed.bitsPerSecond).toBeCloseTo(8 * MEGABYTE, -3);
    expect(new Bandwidth(3_000_000).bitsPerSecond).toBe(3_000_000);
  });

  it("falls at once and rises slowly", () => {
    const speed = new Bandwidth();
    for (let i = 0; i < 10; i += 1) speed.add({ bytes: MEGABYTE, start: i * 1000, end: (i + 1) * 1000 });
    expect(speed.bitsPerSecond).toBeCloseTo(8 * MEGABYTE, -3);
    speed.add({ bytes: MEGABYTE / 4, start: 10_000, end: 12_000 }); // 1 Mbit/s for two seconds
    expect(speed.bitsPerSecond).toBeGreaterThan(4 * MEGABYTE); // two seconds are half of the quick average
    expect(speed.bitsPerSecond).toBeLessThan(4.6 * MEGABYTE);
    for (let i = 0; i < 10; i += 1) speed.add({ bytes: MEGABYTE / 8, start: 12_000 + i * 1000, end: 13_000 + i * 1000 });
    const low = speed.bitsPerSecond ?? 0;
    expect(low).toBeLessThan(1.3 * MEGABYTE);
    speed.add({ bytes: 2 * MEGABYTE, start: 22_000, end: 23_000 }); // 16 Mbit/s for one second
    expect(speed.bitsPerSecond).toBeLessThan(4 * MEGABYTE); // the slow average
  });

  it("counts answers that overlap as what they are: one stretch of time", () => {
    const speed = new Bandwidth();
    // Two connections share 8 Mbit/s.
    for (let i = 0; i < 5; i += 1) {
      speed.add({ bytes: MEGABYTE, start: i * 2000, end: (i + 1) * 2000 - 0.5 });
      speed.add({ bytes: MEGABYTE, start: i * 2000, end: (i + 1) * 2000 });
    }
    speed.add({ bytes: MEGABYTE, start: 10_000, end: 11_000 });
    expect(speed.bitsPerSecond).toBeGreaterThan(7 * MEGABYTE);
    expect(speed.bitsPerSecond).toBeLessThan(9 * MEGABYTE);
  });
});

describe("the proxy for a speed", () => {
  const rungs: Rung[] = [{ height: 720, need: 4_000_000 }, { height: 360, need: 1_000_000 }];

  it("is the best that it is enough for, and the lightest if it is enough for none", () => {
    const chosen = [10_000_000, 4_000_000, 3_900_000, 1_000_000, 100_000].map((speed) => rungFor(rungs, speed, null));
    expect(chosen).toEqual([0, 0, 1, 1, 1]);
    expect(rungFor(rungs, null, null)).toBe(0);
    expect(rungFor(rungs, null, 1)).toBe(1);
    expect(rungFor([{ height: 720, need: null }], 1, null)).toBe(0);
  });

  it("does not change to and fro while the speed wavers around its need", () => {
    let present = 0;
    const seen: number[] = [];
    for (const speed of [4_100_000, 3_900_000, 4_200_000, 5_000_000, 6_300_000, 6_500_000, 4_100_000, 3_000_000]) {
      present = rungFor(rungs, speed, present);
      seen.push(present);
    }
    expect(seen).toEqual([0, 1, 1, 1, 1, 0, 0, 1]);
  });

  it("is a lighter one when the present one runs dry, whatever was measured", () => {
    expect(rungFor(rungs, 50_000_000, 0, true)).toBe(1);
    expect(rungFor(rungs, 50_000_000, 1, true)).toBe(1);
  });

  it("needs the rate of its file and a quarter more", () => {
    expect(needOf({ size: 10 * MEGABYTE }, { num: 20, den: 1 })).toBe(5_000_000);
    expect(needOf({ size: 10 * MEGABYTE }, null)).toBeNull();
  });
});
