// J K L.
import { frameAtTicks, type FrameTable } from "../core/frame-table.ts";
import type { ClockPort } from "./ports.ts";

/** The next shuttle speed: 1, 2, 4 in the direction pressed; turning round starts at 1. */
export function nextShuttle(present: number, direction: 1 | -1): number {
  const same = Math.sign(present) === direction;
  return direction * (same ? Math.min(4, Math.abs(present) * 2) : 1);
}

/** The frame to show after `elapsed` ms of playing backwards from `startTicks`: browsers play backwards by steps only.
 *  Real frame times count, so that a variable rate runs back as it ran forth. Never below frame 0. */
function reverseFrame(table: FrameTable, startTicks: number, elapsed: number, times: number, speed: number): number {
  return frameAtTicks(table, startTicks - Math.floor((elapsed * times * speed * table.timescale) / 1000));
}

const REVERSE_TICK_MS = 16;

/** Play backwards, `times` as fast as `speed()` says, until frame 0 or until what is returned is called: `show` is told each frame
 *  in turn. */
export function playReverse(table: FrameTable, from: number, times: number, speed: () => number, clock: ClockPort, show: (frame: number) => void): () => void {
  const startTicks = table.time(Math.min(from, table.frameCount - 1));
  const startedAt = clock.now();
  let cancel: (() => void) | null = null;
  const tick = (): void => {
    const frame = reverseFrame(table, startTicks, clock.now() - startedAt, times, speed());
    cancel = frame === 0 ? null : clock.after(REVERSE_TICK_MS, tick);
    show(frame);
  };
  tick();
  return () => cancel?.();
}
