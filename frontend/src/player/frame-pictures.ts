// The exact picture of any frame on a small second <video>, for the card above the timeline: brought and confirmed by the same
// mover as the big one, so that what is shown there is that frame and no neighbour. It does without a decoder of its own: a
// second cache of pictures would cost the big one more than a thumbnail gains.
import type { Fetch } from "./failures.ts";
import { Mover } from "./mover.ts";
import { fetchTable, metadataOf, unseekable } from "./opening.ts";
import type { ClockPort, PicturePort, VideoPort } from "./ports.ts";

/** Nothing lies over the small video. */
const NO_CANVAS: PicturePort = {
  shownMicroseconds: () => null,
  colours: () => null,
  hold: () => null,
  show: () => undefined,
  release: () => undefined,
  grab: () => Promise.resolve(null),
};

export interface PictureSource {
  readonly url: string;
  readonly tableUrl: string;
}

/** A pointer that passes by asks for nothing. */
const REST_MS = 40;

export class FramePictures {
  private source: PictureSource | null = null;
  private mover: Mover | null = null;
  private frames = 0;
  private opening = false;
  private ticket = 0;
  private wish: { readonly frame: number; readonly done: (exact: boolean) => void } | null = null;
  private cancelWait: (() => void) | null = null;
  /** Off while the big picture plays: decoders and the network are its own then. */
  enabled = true;

  constructor(
    private readonly video: VideoPort,
    private readonly clock: ClockPort,
    private readonly fetcher: Fetch,
  ) {}

  /** Where to take pictures from; nothing is loaded before the first one is asked for. */
  setSource(source: PictureSource | null): void {
    if (source?.url === this.source?.url) return;
    this.rest();
    this.ticket += 1;
    this.mover?.stop();
    this.mover = null;
    this.opening = false;
    if (this.source) this.video.src = "";
    this.source = source;
  }

  /** Show a frame; `done(true)`: it is on the video now. Of several wishes only the newest is answered. */
  show(frame: number, done: (exact: boolean) => void): void {
    this.rest();
    if (!this.enabled || !this.source) return done(false);
    this.wish = { frame, done };
    this.cancelWait = this.clock.after(REST_MS, () => this.go());
  }

  /** Nobody looks any more. */
  rest(): void {
    this.cancelWait?.();
    this.cancelWait = null;
    this.wish = null;
  }

  private go(): void {
    const { wish, mover } = this;
    if (!wish) return;
    if (!mover) void this.open();
    else if (wish.frame >= this.frames) this.answer(wish.frame, false);
    else mover.request(wish.frame);
  }

  private async open(): Promise<void> {
    const { source } = this;
    if (this.opening || !source || !this.video.requestVideoFrameCallback) return;
    this.opening = true;
    const ticket = ++this.ticket;
    const found = await fetchTable(source.tableUrl, this.fetcher);
    if (ticket !== this.ticket) return;
    const table = "code" in found ? null : found; // without one the card keeps the sprite, and says which frame it is of
    if (table) this.video.src = source.url;
    const usable = table !== null && (await metadataOf(this.video)) && !unseekable(this.video, table);
    if (ticket !== this.ticket) return;
    if (!table || !usable) {
      if (this.wish) this.answer(this.wish.frame, false); // nor any later one: `opening` stays
      return;
    }
    this.frames = table.frameCount;
    this.mover = new Mover(this.video, this.clock, NO_CANVAS, table, {
      confirmed: (frame) => this.answer(frame, true),
      failed: (frame) => this.answer(frame, false),
      named: () => undefined,
      playing: () => false,
      stillsLost: () => undefined,
    });
    this.go();
  }

  private answer(frame: number, exact: boolean): void {
    if (this.wish?.frame === frame) this.wish.done(exact);
  }
}
