// Comments that would lie on each other are drawn as one, with their number.
import type { Mark } from "./timeline-lanes.ts";

export interface Cluster {
  /** Middle, in pixels from frame 0 at the present zoom. */
  readonly x: number;
  readonly marks: readonly Mark[];
}

/** Two marks nearer than this, in CSS pixels, are drawn as one. */
export const CLUSTER_GAP = 15;

/** `marks` in order of frames. Counted from frame 0, not from what is in view: panning regroups nothing. */
export function clusterMarks(marks: readonly Mark[], pixelsPerFrame: number, gap = CLUSTER_GAP): Cluster[] {
  const clusters: Cluster[] = [];
  let first = 0;
  let open: Mark[] = [];
  let last = 0;
  const close = (): void => {
    if (open.length > 0) clusters.push({ x: (first + last) / 2, marks: open });
  };
  for (const mark of marks) {
    const x = (mark.frame + 0.5) * pixelsPerFrame;
    if (open.length > 0 && x - first < gap) open.push(mark);
    else {
      close();
      first = x;
      open = [mark];
    }
    last = x;
  }
  close();
  return clusters;
}

/** Rows in which ranges lie so that none covers another; -1 for points. At most `rows`: the rest share the last one. */
export function rowsOfRanges(marks: readonly Mark[], rows: number): Map<string, number> {
  const found = new Map<string, number>();
  const ends: number[] = Array<number>(rows).fill(-1);
  for (const mark of marks) {
    if (mark.frames <= 1) continue;
    const free = ends.findIndex((end) => end <= mark.frame);
    const row = free === -1 ? rows - 1 : free;
    ends[row] = Math.max(ends[row] ?? 0, mark.frame + mark.frames);
    found.set(mark.id, row);
  }
  return found;
}

/** The cluster nearest to `x` (pixels from frame 0) within `reach`; null if none is. */
export function clusterAt(clusters: readonly Cluster[], x: number, reach: number): Cluster | null {
  let low = 0;
  let high = clusters.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((clusters[middle] as Cluster).x < x) low = middle + 1;
    else high = middle;
  }
  let best: Cluster | null = null;
  for (const cluster of [clusters[low - 1], clusters[low]]) {
    if (cluster && Math.abs(cluster.x - x) <= reach && (!best || Math.abs(cluster.x - x) < Math.abs(best.x - x))) best = cluster;
  }
  return best;
}

/** What a click on a cluster opens: the one after the selected one, going round; else the first. */
export function nextOfCluster(cluster: Cluster): Mark | null {
  const selected = cluster.marks.findIndex((mark) => mark.selected);
  return cluster.marks[(selected + 1) % cluster.marks.length] ?? null;
}
