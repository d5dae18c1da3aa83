// Seeking to exact frames of one source: to the middle of the frame's stay, one seek in flight, the newest wish next,
// and done only when the browser itself names the frame that it shows (requestVideoFrameCallback).
import { frameAtSeconds, nudgedSeconds, seekSeconds, type FrameTable } from "../core/frame-table.ts";
import { HAVE_CURRENT_DATA, type ClockPort, type PicturePort, type VideoPort } from "./ports.ts";

export interface SeekListener {
  /** The picture on screen is frame `frame`: asked for, answered, named by the browser. */
  confirmed(frame: number): void;
  /** Frame `asked` cannot be confirmed. `shown` is the last one that the browser named. */
  failed(asked: number, shown: number | null): void;
  /** The picture changed by itself: playing, or a late frame. */
  named(frame: number): void;
}

const CONFIRM_WITHIN_MS = 250;
/** Where the next tries go, as part of the frame's stay away from its middle. */
const NUDGES = [0.2, -0.2, 0.1];
/** How long data may take to arrive before the seek counts as failed. */
const DATA_WITHIN_MS = 20_000;
/** A seek whose data is here but which does not end is asked again after this long. */
const STUCK_AFTER_MS = 1_000;
/** `currentTime` keeps microseconds. */
const SAME_TIME = 0.000_002;

export class Seeker {
  private target: number | null = null;
  private wish: number | null = null;
  private nudges = 0;
  private startedAt = 0;
  private triedAt = 0;
  /** Named since the seek in flight began. */
  private namedSince: number | null = null;
  private settled: number | null = null;
  private cancelTimer: (() => void) | null = null;
  private stopped = false;
  private readonly onSeeked = (): void => this.check();

  constructor(
    private readonly video: VideoPort,
    private readonly clock: ClockPort,
    private readonly picture: Pick<PicturePort, "shownMicroseconds">,
    readonly table: FrameTable,
    private readonly listener: SeekListener,
  ) {
    video.addEventListener("seeked", this.onSeeked);
    this.listen();
  }

  get busy(): boolean {
    return this.target !== null;
  }

  /** Last frame that the browser named, by any way. */
  lastNamed: number | null = null;

  /** Go to frame `frame`. While a seek is in flight only the newest wish is kept. */
  request(frame: number): void {
    if (this.stopped) return;
    if (this.target !== null) {
      this.wish = frame;
      return;
    }
    this.start(frame);
  }

  /** What the video shows at this moment: the painted picture's own time where the browser tells it (Chromium), else
   *  the last frame named. */
  shownNow(): number | null {
    const microseconds = this.picture.shownMicroseconds();
    return microseconds === null ? this.lastNamed : frameAtSeconds(this.table, microseconds / 1e6);
  }

  /** Forget the seek in flight: the video starts to play or gets another source. */
  abandon(): void {
    this.target = this.wish = this.settled = null;
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  stop(): void {
    this.abandon();
    this.stopped = true;
    this.video.removeEventListener("seeked", this.onSeeked);
  }

  private listen(): void {
    this.video.requestVideoFrameCallback?.((_now, metadata) => {
      if (this.stopped) return;
      this.listen();
      const frame = frameAtSeconds(this.table, metadata.mediaTime);
      this.lastNamed = this.namedSince = frame;
      if (this.target === null) {
        if (frame !== this.settled) this.settled = null;
        this.listener.named(frame);
      } else this.check();
    });
  }

  private start(frame: number): void {
    this.target = frame;
    this.nudges = 0;
    this.startedAt = this.clock.now();
    const seconds = this.within(seekSeconds(this.table, frame), frame);
    const unchanged = Math.abs(this.video.currentTime - seconds) < SAME_TIME && !this.video.seeking;
    if (unchanged && this.settled === frame) {
      this.finish(frame); // no callback would come
      return;
    }
    this.move(unchanged ? this.within(nudgedSeconds(this.table, frame, NUDGES[0] as number), frame) : seconds);
  }

  private move(seconds: number): void {
    this.namedSince = null;
    this.triedAt = this.clock.now();
    this.video.currentTime = seconds;
    this.arm();
  }

  /** Never past the end: a browser clamps there, and the last frame may end earlier than its table says. */
  private within(seconds: number, frame: number): number {
    const end = this.video.duration;
    if (!(end > 0) || seconds < end) return seconds;
    const start = this.table.time(frame) / this.table.timescale;
    return start < end ? (start + end) / 2 : start;
  }

  private check(): void {
    if (this.target !== null && !this.video.seeking && this.namedSince === this.target) this.finish(this.target);
  }

  private finish(frame: number): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.target = null;
    this.settled = frame;
    const next = this.wish;
    this.wish = null;
    this.listener.confirmed(frame);
    // The listener may have asked for another frame already; that one is newer.
    if (next !== null && next !== frame && this.target === null && !this.stopped) this.start(next);
  }

  private arm(): void {
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(CONFIRM_WITHIN_MS, () => this.late());
  }

  private late(): void {
    const frame = this.target;
    if (frame === null) return;
    if (this.clock.hidden()) {
      this.arm(); // confirmed when somebody can see it
      return;
    }
    const now = this.clock.now();
    const here = this.video.readyState >= HAVE_CURRENT_DATA || this.hasData(frame);
    if (this.video.seeking && (!here || now - this.triedAt < STUCK_AFTER_MS)) {
      if (now - this.startedAt >= DATA_WITHIN_MS) this.fail(frame);
      else this.arm();
      return;
    }
    if (!this.video.seeking) {
      const microseconds = this.picture.shownMicroseconds();
      if (microseconds !== null && frameAtSeconds(this.table, microseconds / 1e6) === frame) {
        this.lastNamed = frame;
        this.finish(frame);
        return;
      }
    }
    const nudge = NUDGES[this.nudges];
    if (nudge === undefined) {
      this.fail(frame);
      return;
    }
    this.nudges += 1;
    this.move(this.within(nudgedSeconds(this.table, frame, nudge), frame));
  }

  private hasData(frame: number): boolean {
    const seconds = seekSeconds(this.table, frame);
    const { buffered } = this.video;
    for (let i = 0; i < buffered.length; i += 1) if (buffered.start(i) <= seconds && seconds < buffered.end(i)) return true;
    return false;
  }

  private fail(frame: number): void {
    const next = this.wish;
    this.abandon();
    if (next !== null && next !== frame) this.start(next); // somebody already wants another frame
    else this.listener.failed(frame, this.lastNamed);
  }
}
