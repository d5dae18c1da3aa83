// What lies under a place on the timeline, and the frame to which pressing it leads.
import { clusterAt, nextOfCluster, type Cluster } from "./mark-clusters.ts";
import { laneAt, rangeRow, type LaneLayout, type Mark, type TimelineLanes } from "./timeline-lanes.ts";
import { xOf, type View } from "./timeline-view.ts";

export interface HitInput {
  readonly x: number;
  readonly y: number;
  /** Fingers are wider than pointers. */
  readonly touch: boolean;
  readonly view: View;
  readonly width: number;
  readonly layout: LaneLayout;
  readonly lanes: TimelineLanes;
  readonly clusters: readonly Cluster[];
  readonly rows: ReadonlyMap<string, number>;
}

export interface Hit {
  readonly frame: number;
  /** The comment that pressing opens. */
  readonly open: string | null;
  readonly marks: readonly Mark[];
  readonly titles: readonly string[];
  /** The ghost that pressing shows in its list. */
  readonly ghost?: string;
}

const REACH = 8;
const TOUCH_REACH = 18;

/** Null where there is nothing but the picture's frame. */
export function hitAt(input: HitInput): Hit | null {
  switch (laneAt(input.layout, input.y)) {
    case "comments":
      return commentAt(input) ?? ghostAt(input);
    case "markers":
      return spanAt(input, input.lanes.markers, (marker) => marker.name);
    case "findings":
      return spanAt(input, input.lanes.findings, (finding) => finding.title);
    default:
      return null;
  }
}

function commentAt({ x, y, touch, view, width, layout, lanes, clusters, rows }: HitInput): Hit | null {
  const onBar = lanes.marks.filter((mark) => {
    if (mark.frames <= 1) return false;
    const row = rangeRow(layout.comments, rows.get(mark.id) ?? 0);
    return y >= row.top - 1 && y < row.top + row.height + 1 && x >= xOf(view, width, mark.frame) && x < xOf(view, width, mark.frame + mark.frames);
  });
  const bar = onBar.sort((a, b) => a.frames - b.frames)[0] ?? null;
  const cluster = clusterAt(clusters, x + (view.start * width) / view.span, touch ? TOUCH_REACH : REACH);
  const mark = (bar && !touch) || !cluster ? bar : nextOfCluster(cluster);
  if (!mark) return null;
  return { frame: mark.frame, open: mark.id, marks: mark === bar || !cluster ? [mark] : cluster.marks, titles: [] };
}

function ghostAt(input: HitInput): Hit | null {
  const ghosts = input.lanes.ghosts.map((ghost) => ({ ...ghost, duration_frames: ghost.frames }));
  const hit = spanAt(input, ghosts, (ghost) => ghost.title);
  const ghost = hit && ghosts.find((one) => one.frame === hit.frame && one.title === hit.titles[0]);
  return hit && ghost ? { ...hit, ghost: ghost.id } : null;
}

function spanAt<T extends { readonly frame: number; readonly duration_frames: number }>({ x, touch, view, width }: HitInput, items: readonly T[], title: (item: T) => string): Hit | null {
  const reach = touch ? TOUCH_REACH : REACH;
  const near = items
    .map((item) => {
      const left = xOf(view, width, item.frame);
      const right = xOf(view, width, item.frame + item.duration_frames);
      return { item, away: x < left ? left - x : x > right ? x - right : 0 };
    })
    .filter(({ away }) => away <= reach)
    .sort((a, b) => a.away - b.away || b.item.frame - a.item.frame);
  const [best] = near;
  if (!best) return null;
  return { frame: best.item.frame, open: null, marks: [], titles: near.slice(0, 3).map(({ item }) => title(item)) };
}
