import { expect, test } from "vitest";
import { numberText, pathThrough, place, scaleOf } from "../../src/core/plot.ts";

test.each([
  [[0, 10], 0, 10],
  [[-3.2, 41.7], -10, 50],
  [[0.0012, 0.0049], 0.001, 0.005],
  [[7, 7], 6, 8],
  [[], 0, 1],
  [[-5, -5], -5.6, -4.4],
])("a scale of %j goes from %d to %d with round ticks", (values, low, high) => {
  const scale = scaleOf(values);
  expect(scale.low).toBeLessThanOrEqual(Math.min(...values));
  expect([scale.low, scale.high]).toEqual([expect.closeTo(low, 9), expect.closeTo(high, 9)]);
  expect(scale.ticks.length).toBeGreaterThan(2);
  expect(scale.ticks.length).toBeLessThan(12);
  const steps = scale.ticks.slice(1).map((tick, i) => tick - (scale.ticks[i] ?? 0));
  for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 9);
});

test("zero is on the scale where it is asked for", () => {
  expect(scaleOf([40, 42], 4, true).ticks).toContain(0);
  expect(scaleOf([-40, -42], 4, true).ticks).toContain(0);
});

test("what is nothing looks like nothing", () => {
  const scale = scaleOf([0, -0.00014], 4, true, 0.1);
  expect(scale.high - scale.low).toBeGreaterThanOrEqual(0.1);
  expect(scaleOf([0, 80], 4, true, 0.1)).toEqual(scaleOf([0, 80], 4, true));
});

test("values lie where the scale says", () => {
  expect(place(5, { low: 0, high: 10 }, 200)).toBe(100);
  expect(pathThrough([[0, 1], [2, 3], [4, NaN], [5, 6], [7, 8]])).toBe("M0.0 1.0L2.0 3.0M5.0 6.0L7.0 8.0");
});

test("numbers are shown with the digits that are worth it", () => {
  expect(numberText(41.708, 2)).toBe("41.71");
  expect(numberText(12_000, 0)).toBe("12,000");
  expect(numberText(0.30000000000000004)).toBe("0.3");
  expect(numberText(-0.0004, 2)).toBe("0.00");
  expect(numberText(-0.04, 2)).toBe("-0.04");
});
