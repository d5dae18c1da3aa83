// Which frame a live session is on, from where it was and since when: whole numbers all the way (docs/adr/0001).
import { frameAtTicks, type FrameTable } from "./frame-table.ts";

/** What is played in a session. `since`: when it was on `frame`, in milliseconds since 1970 by the server's clock. `num`/`den`:
 *  how fast, negative backwards. */
export interface Played {
  readonly version_id: string;
  readonly asset_id: string;
  readonly frame: number;
  readonly playing: boolean;
  readonly num: number;
  readonly den: number;
  readonly since: number;
}

/** The frames of a version in time: by its table where it is at hand (variable rates need it), else by its rate. */
export interface Timing {
  readonly rate: { readonly num: number; readonly den: number };
  readonly frameCount: number;
  readonly table: Pick<FrameTable, "frameCount" | "time" | "timescale"> | null;
}

/** The frame that belongs on the screen at `now` (server's clock), within the version. */
export function expectedFrame(played: Played, now: number, { rate, frameCount, table }: Timing): number {
  const within = (frame: number): number => Math.min(Math.max(0, frame), frameCount - 1);
  if (!played.playing) return within(played.frame);
  const elapsed = BigInt(Math.max(0, Math.round(now - played.since)));
  const [num, den] = [BigInt(played.num), BigInt(played.den)];
  if (table && played.frame < table.frameCount) {
    const ticks = (elapsed * num * BigInt(table.timescale)) / (den * 1000n);
    const there = table.time(played.frame) + Number(ticks);
    if (there < table.time(table.frameCount - 1) || table.frameCount >= frameCount) return within(frameAtTicks(table, there));
  }
  // Division of BigInt cuts towards zero: also backwards a frame stays for its whole time.
  return within(played.frame + Number((elapsed * num * BigInt(rate.num)) / (den * 1000n * BigInt(rate.den))));
}

/** Milliseconds from where it was until `frame` comes to the screen, to the nearest one. */
export function millisecondsTo(frame: number, played: Pick<Played, "frame" | "num" | "den">, { rate, table }: Timing): number {
  const { num, den } = played;
  if (table && Math.max(frame, played.frame) < table.frameCount) return Math.round(((table.time(frame) - table.time(played.frame)) * 1000 * den) / (table.timescale * num));
  return Math.round(((frame - played.frame) * 1000 * rate.den * den) / (rate.num * num));
}

/** A speed (of the player: a number) as a fraction of whole numbers. */
export function speedFraction(speed: number): { num: number; den: number } {
  const num = Math.round(speed * 1000);
  const divide = (a: number, b: number): number => (b === 0 ? Math.abs(a) : divide(b, a % b));
  const common = divide(num, 1000) || 1;
  return { num: num / common, den: 1000 / common };
}
