// J K L.
import { frameAtTicks, type FrameTable } from "../core/frame-table.ts";
import type { FrameRange } from "./player-state.ts";
import type { ClockPort } from "./ports.ts";

/** The next shuttle speed: 1, 2, 4 in the direction pressed; turning round starts at 1. */
export function nextShuttle(present: number, direction: 1 | -1): number {
  const same = Math.sign(present) === direction;
  return direction * (same ? Math.min(4, Math.abs(present) * 2) : 1);
}

const REVERSE_TICK_MS = 16;

/** Play backwards, `times` as fast as `speed()` says, until frame 0 or until what is returned is called: `show` is told each frame in
 *  turn. Browsers play backwards by steps only. Real frame times count, so that a variable rate runs back as it ran forth. Below the
 *  first frame of `loop()` it goes on at its last one. */
export function playReverse(table: FrameTable, from: number, times: number, speed: () => number, loop: () => FrameRange | null, clock: ClockPort, show: (frame: number) => void): () => void {
  let startTicks = table.time(Math.min(from, table.frameCount - 1));
  let startedAt = clock.now();
  let cancel: (() => void) | null = null;
  const tick = (): void => {
    let ticks = startTicks - Math.floor(((clock.now() - startedAt) * times * speed() * table.timescale) / 1000);
    const again = loop();
    if (again && ticks < table.time(again.first)) {
      startTicks = ticks = table.time(Math.min(again.last, table.frameCount - 1));
      startedAt = clock.now();
    }
    const frame = frameAtTicks(table, ticks);
    cancel = frame === 0 && !again ? null : clock.after(REVERSE_TICK_MS, tick);
    show(frame);
  };
  tick();
  return () => cancel?.();
}
