import { expect, it } from "vitest";
import { clampView, followFrame, frameAtX, isWhole, panView, pinchView, revealFrame, viewOfRange, WIDEST_FRAME, wholeView, xOf, zoomView, type View } from "../../src/core/timeline-view.ts";

const HOUR = 107_892;

it.each([
  [980, 480],
  [391, HOUR],
  [1, 3],
  [1600, 1],
])("finds every frame again from where it is drawn, at every zoom (%i px, %i frames)", (width, count) => {
  let view = wholeView(count);
  for (let zoom = 0; zoom < 24; zoom += 1) {
    const first = Math.ceil(view.start);
    const step = Math.max(1, Math.floor(view.span / 300));
    for (let frame = first; frame + 1 <= view.start + view.span; frame += step) {
      for (const part of [0.02, 0.5, 0.98]) {
        const x = xOf(view, width, frame + part);
        if (frameAtX(view, width, count, x) !== frame) throw new Error(`frame ${frame} at ${x} of ${JSON.stringify(view)}`);
      }
    }
    view = zoomView(view, 1.7, width * 0.61, width, count);
  }
  expect(view.span).toBeCloseTo(Math.min(count, Math.max(1, width / WIDEST_FRAME)), 9);
  expect(frameAtX(view, width, count, -1e9)).toBe(0);
  expect(frameAtX(view, width, count, 1e9)).toBe(count - 1);
});

it("zooms around what is pointed at, and never out of the version", () => {
  const view = zoomView(wholeView(HOUR), 40, 700, 1000, HOUR);
  expect(frameAtX(view, 1000, HOUR, 700)).toBe(frameAtX(wholeView(HOUR), 1000, HOUR, 700));
  const out = zoomView(view, 1 / 1000, 700, 1000, HOUR);
  expect(out).toEqual(wholeView(HOUR));
  expect(isWhole(out, HOUR)).toBe(true);
  expect(clampView({ start: 1e9, span: 100 }, HOUR, 1000)).toEqual({ start: HOUR - 100, span: 100 });
  expect(clampView({ start: -5, span: 1e9 }, HOUR, 1000)).toEqual(wholeView(HOUR));
  expect(panView({ start: 100, span: 100 }, -10_000, 1000, HOUR)).toEqual({ start: 0, span: 100 });
  expect(panView({ start: 100, span: 100 }, 100, 1000, HOUR)).toEqual({ start: 110, span: 100 });
});

it("keeps under each finger what was under it", () => {
  const view: View = { start: 1000, span: 500 };
  const pinched = pinchView(view, [300, 500], [200, 600], 1000, HOUR);
  for (const [before, now] of [[300, 200], [500, 600]] as const) {
    const held = view.start + (before * view.span) / 1000;
    expect(pinched.start + (now * pinched.span) / 1000).toBeCloseTo(held, 6);
  }
});

it("moves only when the playhead is out of view", () => {
  const view: View = { start: 1000, span: 100 };
  expect(revealFrame(view, 1050, HOUR, 1000)).toBe(view);
  for (const frame of [1100, 1099.5, 999, 0, HOUR - 1, 50_000]) {
    const moved = revealFrame(view, frame, HOUR, 1000);
    expect(moved.span).toBe(100);
    expect(moved.start).toBeLessThanOrEqual(frame);
    expect(moved.start + 100).toBeGreaterThanOrEqual(Math.min(HOUR, frame + 1));
  }
  expect(followFrame(view, 1100, HOUR, 1000)).toEqual({ start: 1095, span: 100 });
  expect(followFrame(view, 999, HOUR, 1000, true)).toEqual({ start: 905, span: 100 });
  expect(followFrame(view, 1099, HOUR, 1000)).toBe(view);
});

it("shows a range with a margin", () => {
  const view = viewOfRange(100, 199, HOUR, 1000);
  expect(view.start).toBeCloseTo(92);
  expect(view.start + view.span).toBeCloseTo(208);
});
