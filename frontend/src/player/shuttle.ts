// J K L.
import { frameAtTicks, type FrameTable } from "../core/frame-table.ts";

/** The next shuttle speed: 1, 2, 4 in the direction pressed; turning round starts at 1. */
export function nextShuttle(present: number, direction: 1 | -1): number {
  const same = Math.sign(present) === direction;
  return direction * (same ? Math.min(4, Math.abs(present) * 2) : 1);
}

/** The frame to show after `elapsed` ms of playing backwards from `startTicks`: browsers play backwards by steps only.
 *  Real frame times count, so that a variable rate runs back as it ran forth. Never below frame 0. */
export function reverseFrame(table: FrameTable, startTicks: number, elapsed: number, times: number, speed: number): number {
  return frameAtTicks(table, startTicks - Math.floor((elapsed * times * speed * table.timescale) / 1000));
}
