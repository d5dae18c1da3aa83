// Which pictures to decode next: those of the group that holds the frame wished for, then those around the playhead.
import type { FrameTable } from "../../core/frame-table.ts";

export interface Job {
  /** The group of pictures: from a key frame up to the next one, exclusive. */
  readonly first: number;
  readonly end: number;
  /** What of it is kept, both ends included. */
  readonly low: number;
  readonly high: number;
}

/** Frames looked after on each side of the playhead: two groups of a proxy. */
export const REACH = 24;

/** The group that frame i is in. Frame 0 begins one whatever the table says. */
export function groupOf(table: FrameTable, i: number): { first: number; end: number } {
  let first = i;
  while (first > 0 && !table.isKeyframe(first)) first -= 1;
  let end = i + 1;
  while (end < table.frameCount && !table.isKeyframe(end)) end += 1;
  return { first, end };
}

/** The job that brings frame i. `room`: how many pictures the cache holds, null when that is not known yet; of a group
 *  that would fill most of it only a third of the room is kept, the part `lead` of it before i. */
export function jobFor(table: FrameTable, i: number, room: number | null, lead = 0.5): Job {
  const group = groupOf(table, i);
  const most = room ?? REACH;
  if (group.end - group.first <= most * 0.6) return { ...group, low: group.first, high: group.end - 1 };
  const kept = Math.max(1, Math.floor(most / 3));
  const low = Math.max(group.first, i - Math.floor((kept - 1) * lead));
  return { ...group, low, high: Math.min(group.end - 1, low + kept - 1) };
}

/** What to decode while nobody waits: the nearest frame that is missing within reach, first in the direction of travel. */
export function prefetch(table: FrameTable, position: number, direction: 1 | -1, has: (frame: number) => boolean, room: number | null): Job | null {
  const reach = Math.min(REACH, Math.floor((room ?? REACH) / 4));
  for (const way of [direction, -direction]) {
    for (let distance = 1; distance <= reach; distance += 1) {
      const frame = position + way * distance;
      if (frame < 0 || frame >= table.frameCount) break;
      if (!has(frame)) return jobFor(table, frame, room, way > 0 ? 0 : 1);
    }
  }
  return null;
}
