// Brings frames of one source to the screen. Where stills can be had, paused pictures are drawn on the canvas by our own
// decoder and the video follows beneath once the playhead rests; otherwise, and whenever the stills fail, the video itself
// seeks. Either way a frame is confirmed only by what is on screen.
import { frameAtSeconds, type FrameTable } from "../core/frame-table.ts";
import type { ClockPort, PicturePort, Stills, StillsEvents, VideoPort } from "./ports.ts";
import { Seeker, type SeekListener } from "./seeker.ts";

export interface MoverListener extends Omit<SeekListener, "confirmed"> {
  /** `sharp`: the picture has its full size; otherwise the same frame comes again. */
  confirmed(frame: number, sharp: boolean): void;
  /** Whether the video is meant to play: its pictures are then what is seen. */
  playing(): boolean;
  /** The stills failed; the video shows paused pictures from now on. */
  stillsLost(): void;
}

/** The video follows this long after the last step: it would only compete with the decoder. Longer would spare the 8 MB that each
 *  of its seeks fetches, but play begins where the video stands: with 300 those who watch together began farther apart. */
const FOLLOW_AFTER_MS = 120;

export class Mover {
  private readonly seeker: Seeker;
  private stills: Stills | null = null;
  /** On its way to the canvas. */
  private asked: number | null = null;
  /** Asked for, and not on the canvas at full size yet. */
  private unsharp: number | null = null;
  /** On the canvas as the video showed it. */
  private frozen: number | null = null;
  /** Frame on the canvas, drawn by the stills; null when the video is what is seen. */
  private drawn: number | null = null;
  /** Where the video was sent beneath the canvas; not told to anybody. */
  private following: number | null = null;
  private readyToPlay: ((ready: boolean) => void) | null = null;
  private cancelFollow: (() => void) | null = null;

  constructor(
    video: VideoPort,
    private readonly clock: ClockPort,
    private readonly picture: PicturePort,
    private readonly table: FrameTable,
    private readonly listener: MoverListener,
  ) {
    this.seeker = new Seeker(video, clock, picture, table, {
      confirmed: (frame) => this.videoConfirmed(frame),
      failed: (asked, shown) => this.videoFailed(asked, shown),
      named: (frame) => this.videoNamed(frame),
    });
  }

  /** Pictures of full size only: they are compared, or measured. */
  sharpOnly = false;

  get busy(): boolean {
    return this.asked !== null || (this.seeker.busy && this.following === null);
  }

  /** The canvas shows a picture of the stills. */
  get covered(): boolean {
    return this.drawn !== null;
  }

  /** What the stills hold in memory. */
  get usage(): Stills["usage"] | null {
    return this.stills?.usage ?? null;
  }

  /** The events to open stills with; they are to be given to `attach`. */
  readonly stillsEvents: StillsEvents = {
    drawn: (frame, sharp) => this.stillDrawn(frame, sharp),
    failed: () => this.stillsFailed(),
  };

  /** From now on paused pictures come from `stills`. `frame`: the one on screen or wished for, null while playing. */
  attach(stills: Stills, frame: number | null): void {
    this.stills = stills;
    if (frame !== null) stills.warm(frame);
  }

  /** Go to a frame, paused. The newest wish counts. */
  request(frame: number): void {
    this.stopFollowing();
    if (!this.stills) {
      this.seeker.request(frame);
      return;
    }
    this.seeker.abandon(); // were it still under way, its late answer would be another frame's
    this.asked = this.unsharp = frame;
    const { frozen } = this;
    this.frozen = null;
    this.stills.show(frame, this.sharpOnly || frame === frozen); // a pause makes no picture worse
  }

  /** The frame on screen at this moment, as far as the browser tells. */
  shownNow(): number | null {
    return this.drawn ?? this.seeker.shownNow();
  }

  /** Cover the video, which is being paused, with the picture that it shows; answers its number, null if unknown. */
  freeze(): number | null {
    if (!this.stills || this.drawn !== null) return this.shownNow();
    const microseconds = this.picture.hold();
    this.frozen = microseconds === null ? this.seeker.lastNamed : frameAtSeconds(this.table, microseconds / 1e6);
    return this.frozen;
  }

  /** Have the video stand on the frame on screen. False if it cannot be confirmed there, or something newer was asked. */
  alignVideo(): Promise<boolean> {
    const { drawn } = this;
    if (drawn === null) return Promise.resolve(!this.seeker.busy);
    this.cancelFollow?.();
    this.cancelFollow = null;
    this.readyToPlay?.(false);
    return new Promise((resolve) => {
      this.readyToPlay = resolve;
      this.follow(drawn);
    });
  }

  /** The video plays now; the canvas goes when its first picture comes. */
  playing(): void {
    this.stopFollowing();
    this.unsharp = null;
    this.stills?.rest();
  }

  abandon(): void {
    this.stopFollowing();
    this.asked = this.unsharp = null;
    this.seeker.abandon();
    this.stills?.rest();
  }

  stop(): void {
    this.abandon();
    this.seeker.stop();
    this.stills?.close();
    this.stills = null;
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  private stillDrawn(frame: number, sharp: boolean): void {
    this.drawn = frame;
    if (this.asked === frame) this.asked = null;
    if (sharp && this.unsharp === frame) {
      this.unsharp = null;
      this.cancelFollow?.();
      this.cancelFollow = this.clock.after(FOLLOW_AFTER_MS, () => this.follow(frame));
    }
    this.listener.confirmed(frame, sharp);
  }

  private stillsFailed(): void {
    this.stills?.close();
    this.stills = null;
    this.listener.stillsLost();
    const wanted = this.asked ?? this.drawn;
    this.asked = this.unsharp = null;
    // What is drawn stays true; the video goes where it is needed, and uncovers itself when it is confirmed there.
    if (wanted === null) return;
    this.stopFollowing();
    this.drawn = null;
    this.seeker.abandon();
    this.seeker.request(wanted);
  }

  private follow(frame: number): void {
    this.cancelFollow = null;
    this.following = frame;
    this.seeker.request(frame);
  }

  private stopFollowing(): void {
    this.cancelFollow?.();
    this.cancelFollow = null;
    if (this.following !== null) {
      this.following = null;
      this.seeker.abandon();
    }
    this.readyToPlay?.(false);
    this.readyToPlay = null;
  }

  private videoConfirmed(frame: number): void {
    if (this.following === frame) {
      this.following = null;
      this.readyToPlay?.(true);
      this.readyToPlay = null;
      return;
    }
    this.drawn = null;
    this.listener.confirmed(frame, true);
  }

  private videoFailed(asked: number, shown: number | null): void {
    if (this.following === asked) {
      // The picture on screen is right; only playing from here cannot be.
      this.following = null;
      const play = this.readyToPlay;
      this.readyToPlay = null;
      if (!play) return;
      this.drawn = null;
      play(false);
    }
    this.listener.failed(asked, shown);
  }

  private videoNamed(frame: number): void {
    if (this.asked !== null || this.following !== null) return;
    if (this.drawn !== null && !this.listener.playing()) return; // it moves beneath the canvas
    this.drawn = null;
    this.listener.named(frame);
  }
}
