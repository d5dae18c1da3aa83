import { expect, it } from "vitest";
import { clusterMarks, rowsOfRanges } from "../../src/core/mark-clusters.ts";
import { hitAt } from "../../src/core/timeline-hit.ts";
import { clipAt, layOut, neighbourMarker, NO_LANES, rangeRow, RANGE_ROWS, type Mark, type TimelineLanes } from "../../src/core/timeline-lanes.ts";

const mark = (id: string, frame: number, frames = 1, selected = false): Mark => ({ id, frame, frames, authorId: "a", author: "A", text: id, done: false, selected, editable: true });
const lanes: TimelineLanes = {
  marks: [mark("a", 100), mark("b", 101), mark("long", 200, 100), mark("short", 220, 20), mark("c", 500)],
  ghosts: [{ id: "g", frame: 700, frames: 20, title: "v2 · Anna: hold it" }, { id: "h", frame: 100, frames: 1, title: "v1 · Ben: early" }],
  markers: [{ id: "m1", frame: 50, duration_frames: 1, name: "Reel 1" }, { id: "m2", frame: 400, duration_frames: 1, name: "Reel 2" }],
  findings: [{ frame: 600, duration_frames: 30, severity: "error", title: "Sound is late" }],
  approvedUpTo: null,
};
const layout = layOut({ film: true, sound: true, markers: true, findings: true, compact: false });
const WIDTH = 1000; // one pixel per frame

const at = (x: number, y: number, touch = false, marks = lanes.marks) =>
  hitAt({ x, y, touch, view: { start: 0, span: 1000 }, width: WIDTH, layout, lanes: { ...lanes, marks }, clusters: clusterMarks(marks, 1), rows: rowsOfRanges(marks, RANGE_ROWS) });
const discs = layout.comments.top + 9;

it("finds comments, in turn where several lie on each other", () => {
  expect(at(101, discs)).toMatchObject({ frame: 100, open: "a", marks: [{ id: "a" }, { id: "b" }] });
  expect(at(101, discs, false, lanes.marks.map((one) => ({ ...one, selected: one.id === "a" })))).toMatchObject({ frame: 101, open: "b" });
  expect(at(507, discs)?.open).toBe("c");
  expect(at(515, discs)).toBeNull();
  expect(at(515, discs, true)?.open).toBe("c"); // fingers are wider
});

it("finds the range under the pointer, by its row", () => {
  const rows = rowsOfRanges(lanes.marks, RANGE_ROWS);
  const y = (id: string): number => rangeRow(layout.comments, rows.get(id) ?? 0).top + 1;
  expect(at(280, y("long"))).toMatchObject({ open: "long", frame: 200, marks: [{ id: "long" }] });
  expect(at(236, y("short"))?.open).toBe("short");
  expect(at(350, y("long"))).toBeNull();
});

it("finds markers and findings, and names them", () => {
  expect(at(405, (layout.markers?.top ?? 0) + 3)).toEqual({ frame: 400, open: null, marks: [], titles: ["Reel 2"] });
  expect(at(620, (layout.findings?.top ?? 0) + 3)).toEqual({ frame: 600, open: null, marks: [], titles: ["Sound is late"] });
  expect(at(660, (layout.findings?.top ?? 0) + 3)).toBeNull();
  expect(at(101, 2)).toBeNull(); // the ruler belongs to the playhead
  expect(at(101, (layout.film?.top ?? 0) + 3)).toBeNull();
});

it("finds what is open in earlier versions, below the comments of this one", () => {
  expect(at(702, discs)).toEqual({ frame: 700, open: null, marks: [], titles: ["v2 · Anna: hold it"], ghost: "g" });
  expect(at(715, discs)?.ghost).toBe("g");
  expect(at(101, discs)?.ghost).toBeUndefined();
});

it("marks the clip that a frame is in", () => {
  expect(clipAt(lanes, 230, 1000)).toEqual({ first: 220, last: 239 });
  expect(clipAt(lanes, 210, 1000)).toEqual({ first: 200, last: 299 });
  expect(clipAt(lanes, 60, 1000)).toEqual({ first: 50, last: 399 });
  expect(clipAt(lanes, 999, 1000)).toEqual({ first: 400, last: 999 });
  expect(clipAt(NO_LANES, 5, 1000)).toEqual({ first: 0, last: 999 });
});

it("goes from marker to marker, findings among them", () => {
  expect([neighbourMarker(lanes, 50, 1), neighbourMarker(lanes, 400, 1), neighbourMarker(lanes, 600, 1), neighbourMarker(lanes, 50, -1), neighbourMarker(lanes, 1000, -1)]).toEqual([400, 600, null, null, 600]);
});
