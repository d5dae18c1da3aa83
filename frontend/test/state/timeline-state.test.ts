import { beforeEach, expect, it } from "vitest";
import { Keeping } from "../../src/state/keeping.ts";
import { TimelineModel } from "../../src/state/timeline-state.ts";
import { keptIn } from "./kept-in.ts";

let model: TimelineModel;
const still = { playing: false, backwards: false, held: false };
const playing = { ...still, playing: true };

beforeEach(() => {
  model = new TimelineModel(new Keeping(null));
  model.setFrameCount(10_000);
  model.setWidth(1000);
});

it("begins with all of the version, and shows all of the next one", () => {
  expect(model.whole).toBe(true);
  model.zoom(8, 500);
  expect(model.whole).toBe(false);
  model.setFrameCount(10_000); // said again: nothing changes
  expect(model.whole).toBe(false);
  model.setFrameCount(500);
  expect(model.state.view).toEqual({ start: 0, span: 500 });
});

it("keeps the playhead in view when it is moved, however far", () => {
  model.zoom(100, 0);
  expect(model.state.view).toEqual({ start: 0, span: 100 });
  model.playheadAt(5000, still);
  const { start, span } = model.state.view;
  expect(start <= 5000 && 5001 <= start + span).toBe(true);
  model.playheadAt(9999, { ...still, held: true });
  expect(model.state.view.start).toBe(start);
});

it("turns the page while playing, unless somebody looks elsewhere", () => {
  model.zoom(100, 0);
  model.playheadAt(99, playing);
  expect(model.state.view.start).toBe(0);
  model.playheadAt(100, playing);
  expect(model.state.view.start).toBe(95);
  model.pan(5000);
  expect(model.state.view.start).toBe(595);
  model.playheadAt(300, playing);
  expect(model.state.view.start).toBe(595); // left alone
  model.playheadAt(650, playing); // came by: followed again
  model.playheadAt(696, playing);
  expect(model.state.view.start).toBe(691);
  model.pan(5000);
  model.playheadAt(696, still); // at rest it is shown
  expect(model.state.view.start).toBeLessThan(697);
});

it("zooms around the playhead where it can be seen, else around the middle", () => {
  model.zoomAround(10, 9000);
  expect(model.state.view.start + 0.9 * model.state.view.span).toBeCloseTo(9000.05, 0);
  model.look({ start: 0, span: 1000 });
  model.zoomAround(2, 9000);
  expect(model.state.view).toEqual({ start: 250, span: 500 });
  model.fit();
  expect(model.whole).toBe(true);
});

it("keeps lanes in order of frames", () => {
  const finding = (frame: number) => ({ frame, duration_frames: 1, severity: "info" as const, title: "" });
  model.setLanes({ findings: [finding(9), finding(3)], approvedUpTo: 5 });
  expect(model.state.lanes.findings.map(({ frame }) => frame)).toEqual([3, 9]);
  model.setLanes({ markers: [] });
  expect(model.state.lanes.approvedUpTo).toBe(5);
});

it("remembers what people chose to see", () => {
  const kept = new Map<string, string>();
  const keeping = new Keeping(keptIn(kept));
  const first = new TimelineModel(keeping);
  expect(first.state.options).toEqual({ film: true, track: 0 });
  first.setOptions({ track: null });
  first.setOptions({ film: false });
  expect(new TimelineModel(keeping).state.options).toEqual({ film: false, track: null });
});
