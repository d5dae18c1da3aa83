import { expect, it } from "vitest";
import { clusterAt, clusterMarks, nextOfCluster, rowsOfRanges } from "../../src/core/mark-clusters.ts";
import { byFrame, laneAt, layOut, rangeAt, type Mark } from "../../src/core/timeline-lanes.ts";

const mark = (frame: number, frames = 1, more: Partial<Mark> = {}): Mark => ({ id: `${frame}+${frames}`, frame, frames, authorId: "a", author: "A", text: "", done: false, selected: false, editable: true, ...more });

it("joins what would overlap, keeps all, and pulls it apart when zoomed in", () => {
  const marks = byFrame(Array.from({ length: 2000 }, (_, i) => mark((i * 7919) % 100_000)));
  for (const pixels of [0.01, 0.1, 1, 20]) {
    const clusters = clusterMarks(marks, pixels);
    expect(clusters.flatMap((cluster) => cluster.marks)).toEqual(marks);
    for (const cluster of clusters) {
      const [first, last] = [cluster.marks[0]?.frame ?? 0, cluster.marks[cluster.marks.length - 1]?.frame ?? 0];
      expect((last - first) * pixels).toBeLessThan(15);
      expect(cluster.x).toBeCloseTo(((first + last + 1) / 2) * pixels, 6);
    }
  }
  expect(clusterMarks(marks, 0.01).length).toBeLessThan(80);
  expect(clusterMarks(marks, 20).length).toBe(2000);
});

it("finds the cluster that is pointed at", () => {
  const clusters = clusterMarks([mark(10), mark(50), mark(51), mark(90)], 10);
  expect(clusters.map((cluster) => cluster.marks.length)).toEqual([1, 2, 1]);
  expect(clusterAt(clusters, 104, 7)?.marks[0]?.frame).toBe(10);
  expect(clusterAt(clusters, 505, 7)?.marks.length).toBe(2);
  expect(clusterAt(clusters, 700, 7)).toBeNull();
  expect(clusterAt([], 5, 7)).toBeNull();
});

it("opens the comments of a cluster in turn", () => {
  const marks = [mark(1), mark(2), mark(3)];
  const at = (selected: number | null): number | undefined => nextOfCluster({ x: 0, marks: marks.map((one, i) => ({ ...one, selected: i === selected })) })?.frame;
  expect([null, 0, 1, 2].map(at)).toEqual([1, 2, 3, 1]);
});

it("lays ranges so that none covers another while there are rows", () => {
  const rows = rowsOfRanges(byFrame([mark(0, 100), mark(50, 100), mark(60, 10), mark(100, 10), mark(5)]), 2);
  expect([rows.get("0+100"), rows.get("50+100"), rows.get("60+10"), rows.get("100+10"), rows.get("5+1")]).toEqual([0, 1, 1, 0, undefined]);
});

it("finds the shortest range under a frame", () => {
  const ranges = [mark(0, 100), mark(50, 10), mark(55)];
  expect([rangeAt(ranges, 55)?.id, rangeAt(ranges, 70)?.id, rangeAt(ranges, 100)]).toEqual(["50+10", "0+100", null]);
});

it("gives lanes only to what there is", () => {
  const bare = layOut({ film: false, sound: false, markers: false, findings: false, compact: false });
  const full = layOut({ film: true, sound: true, markers: true, findings: true, compact: false });
  expect([bare.markers, bare.findings, bare.film, bare.sound]).toEqual([null, null, null, null]);
  expect(full.height).toBeGreaterThan(bare.height);
  expect([2, 25, 50, 64, 80, 130, 1000].map((y) => laneAt(full, y))).toEqual(["ruler", "comments", "markers", "findings", "film", "sound", null]);
  expect(laneAt(bare, 50)).toBeNull();
});
