// What lies on the timeline, and in which lane.

/** A comment: a point, or a range of `frames` from `frame` on. */
export interface Mark {
  readonly id: string;
  readonly frame: number;
  readonly frames: number;
  readonly authorId: string;
  readonly author: string;
  readonly text: string;
  readonly done: boolean;
  readonly selected: boolean;
  /** Its ends may be dragged by who looks at it. */
  readonly editable: boolean;
}

/** A named place, such as one that an editing program put there. */
export interface TimelineMarker {
  readonly id: string;
  readonly frame: number;
  readonly duration_frames: number;
  readonly name: string;
  /** "#rrggbb"; absent: that of all markers. */
  readonly colour?: string;
}

/** An open comment of an earlier version, on this version's frames. */
export interface GhostMark {
  readonly id: string;
  readonly frame: number;
  readonly frames: number;
  /** Whose version it is, who wrote it, and what. */
  readonly title: string;
}

export type Severity = "error" | "warn" | "info";

/** What a sync check found. */
export interface TimelineFinding {
  readonly frame: number;
  readonly duration_frames: number;
  readonly severity: Severity;
  readonly title: string;
}

export interface TimelineLanes {
  readonly marks: readonly Mark[];
  readonly ghosts: readonly GhostMark[];
  readonly markers: readonly TimelineMarker[];
  readonly findings: readonly TimelineFinding[];
  /** The last frame that is approved; null when none is. */
  readonly approvedUpTo: number | null;
}

export const NO_LANES: TimelineLanes = { marks: [], ghosts: [], markers: [], findings: [], approvedUpTo: null };

export interface Lane {
  readonly top: number;
  readonly height: number;
}

/** Top and height of each lane in CSS pixels; null: there is nothing to show in it. */
export interface LaneLayout {
  readonly ruler: Lane;
  readonly comments: Lane;
  readonly markers: Lane | null;
  readonly findings: Lane | null;
  readonly film: Lane | null;
  readonly sound: Lane | null;
  readonly height: number;
}

export interface LaneWishes {
  readonly film: boolean;
  readonly sound: boolean;
  readonly markers: boolean;
  readonly findings: boolean;
  /** A low window: everything is smaller. */
  readonly compact: boolean;
}

export function layOut(wishes: LaneWishes): LaneLayout {
  let top = 0;
  const lane = (height: number): Lane => {
    const made = { top, height };
    top += height;
    return made;
  };
  const ruler = lane(20);
  const comments = lane(wishes.compact ? 22 : 28);
  const markers = wishes.markers ? lane(14) : null;
  const findings = wishes.findings ? lane(9) : null;
  const film = wishes.film ? lane(wishes.compact ? 30 : 42) : null;
  const sound = wishes.sound ? lane(wishes.compact ? 24 : 32) : null;
  return { ruler, comments, markers, findings, film, sound, height: top };
}

/** Ranges lie below the discs of the comments, in so many rows. */
export const RANGE_ROWS = 2;
/** Radius of a comment's disc, and where its middle lies in the lane. */
export const DISC = 5;
export const DISC_MIDDLE = 9;
/** A ghost is a ring around where the disc of a comment would be: both can be seen on one frame. */
export const GHOST_RING = 7.5;

/** Top and height of a row of ranges in the comments' lane. */
export function rangeRow(comments: Lane, row: number): Lane {
  const top = DISC_MIDDLE + DISC + 2;
  const height = Math.max(3, Math.floor((comments.height - top - 1) / RANGE_ROWS) - 1);
  return { top: comments.top + top + row * (height + 1), height };
}

export const laneAt = (layout: LaneLayout, y: number): keyof Omit<LaneLayout, "height"> | null => {
  for (const name of ["ruler", "comments", "markers", "findings", "film", "sound"] as const) {
    const lane = layout[name];
    if (lane && y >= lane.top && y < lane.top + lane.height) return name;
  }
  return null;
};

/** Things in order, the first frame first. */
export const byFrame = <T extends { readonly frame: number }>(items: readonly T[]): T[] => [...items].sort((a, b) => a.frame - b.frame);

/** What stands around a frame: the shortest range of a comment or marker over it, else what lies between the markers on
 *  both sides, else all. Both ends included. */
export function clipAt(lanes: TimelineLanes, frame: number, frameCount: number): { readonly first: number; readonly last: number } {
  const ranges = [...lanes.marks, ...lanes.markers.map((marker) => ({ frame: marker.frame, frames: marker.duration_frames }))];
  const found = rangeAt(ranges, frame);
  if (found) return { first: found.frame, last: found.frame + found.frames - 1 };
  const first = Math.max(0, ...lanes.markers.map((marker) => marker.frame).filter((at) => at <= frame));
  const next = Math.min(frameCount, ...lanes.markers.map((marker) => marker.frame).filter((at) => at > frame));
  return { first, last: next - 1 };
}

/** The frame of the next marker or finding after (1) or before (-1) a frame; null if there is none. */
export function neighbourMarker(lanes: TimelineLanes, frame: number, direction: 1 | -1): number | null {
  const places = [...lanes.markers, ...lanes.findings].map((one) => one.frame).filter((at) => (direction === 1 ? at > frame : at < frame));
  if (places.length === 0) return null;
  return direction === 1 ? Math.min(...places) : Math.max(...places);
}

/** The one of `items` under `frame`, the shortest first; null if none is. Points reach nowhere: they are hit by x. */
export function rangeAt<T extends { readonly frame: number; readonly frames: number }>(items: readonly T[], frame: number): T | null {
  let best: T | null = null;
  for (const item of items) {
    if (item.frames > 1 && frame >= item.frame && frame < item.frame + item.frames && (!best || item.frames < best.frames)) best = item;
  }
  return best;
}
