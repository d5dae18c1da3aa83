// The exact picture of any frame on a small second <video>, for the card above the timeline: sought and confirmed by the
// same rules as the big one, so that what is shown there is that frame and no neighbour.
import { parseFrameTable, type FrameTable } from "../core/frame-table.ts";
import type { Fetch } from "./failures.ts";
import { HAVE_METADATA, type ClockPort, type VideoPort } from "./ports.ts";
import { Seeker } from "./seeker.ts";

export interface PictureSource {
  readonly url: string;
  readonly tableUrl: string;
}

/** A pointer that passes by asks for nothing. */
const REST_MS = 40;

export class FramePictures {
  private source: PictureSource | null = null;
  private seeker: Seeker | null = null;
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
    this.seeker?.stop();
    this.seeker = null;
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
    const { wish, seeker } = this;
    if (!wish) return;
    if (!seeker) void this.open();
    else if (wish.frame >= seeker.table.frameCount) this.answer(wish.frame, false);
    else seeker.request(wish.frame);
  }

  private async open(): Promise<void> {
    const { source } = this;
    if (this.opening || !source || !this.video.requestVideoFrameCallback) return;
    this.opening = true;
    const ticket = ++this.ticket;
    const table = await this.table(source);
    if (ticket !== this.ticket) return;
    if (table) this.video.src = source.url;
    const usable = table !== null && (await this.metadata());
    if (ticket !== this.ticket) return;
    if (!table || !usable) {
      if (this.wish) this.answer(this.wish.frame, false); // nor any later one: `opening` stays
      return;
    }
    this.seeker = new Seeker(this.video, this.clock, { shownMicroseconds: () => null }, table, {
      confirmed: (frame) => this.answer(frame, true),
      failed: (frame) => this.answer(frame, false),
      named: () => undefined,
    });
    this.go();
  }

  private async table(source: PictureSource): Promise<FrameTable | null> {
    try {
      const answer = await this.fetcher(source.tableUrl, { credentials: "same-origin" });
      return answer.ok ? parseFrameTable(await answer.arrayBuffer()) : null;
    } catch {
      return null; // the card keeps the sprite, and says which frame it is of
    }
  }

  private metadata(): Promise<boolean> {
    if (this.video.readyState >= HAVE_METADATA) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (ok: boolean): void => {
        this.video.removeEventListener("loadedmetadata", good);
        this.video.removeEventListener("error", bad);
        resolve(ok);
      };
      const good = (): void => done(true);
      const bad = (): void => done(false);
      this.video.addEventListener("loadedmetadata", good);
      this.video.addEventListener("error", bad);
    });
  }

  private answer(frame: number, exact: boolean): void {
    if (this.wish?.frame === frame) this.wish.done(exact);
  }
}
