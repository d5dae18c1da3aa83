// The player's rules over one <video>: play, pause with snap, shuttle, sources that replace each other on the same
// frame. Every number in its state comes from the browser naming its picture; `confirmed` says that it is final.
import { seekSeconds, type FrameTable } from "../core/frame-table.ts";
import { Store } from "../state/store.ts";
import { explainSource, FAILURES, type Fetch } from "./failures.ts";
import { grabPicture } from "./grabbing.ts";
import { Mover } from "./mover.ts";
import { fetchTable, metadataOf, unseekable } from "./opening.ts";
import { START, type FrameRange, type PlayerState, type Source } from "./player-state.ts";
import type { ClockPort, LightPort, OpenStills, PicturePort, StillsUsage, VideoPort } from "./ports.ts";
import { nextShuttle, playReverse } from "./shuttle.ts";

export type { FrameRange, PlayerState, Source } from "./player-state.ts";

export class Player {
  readonly store = new Store<PlayerState>(START);
  private mover: Mover | null = null;
  private stillsAskedFor: Mover | null = null;
  private table: FrameTable | null = null;
  private ticket = 0;
  private order = 0;
  /** Shuttle asked for; the state has it once the video really plays. */
  private ordered = 0;
  private source: Source | null = null;
  private resume = false;
  private trimmed = 1;
  private cancelReverse: (() => void) | null = null;
  private light: LightPort = { source: () => null, ahead: () => false };
  private sharpOnly = false;
  private arrivals: ((frame: number | null) => void)[] = [];

  /** `frameCount`: of the version, whatever part of it the present source reaches. `openStills`: how paused pictures are
   *  had without the video element; null where they cannot be. */
  constructor(
    private readonly video: VideoPort,
    private readonly clock: ClockPort,
    private readonly picture: PicturePort,
    private readonly fetcher: Fetch,
    private frameCount: number,
    private readonly openStills: OpenStills | null = null,
  ) {
    video.addEventListener("ended", () => this.ranOut());
    video.addEventListener("pause", () => {
      // Not asked for by us: media keys, a headset unplugged, the browser saving power.
      if (this.state.playing && this.state.shuttle > 0 && video.paused && !video.ended) void this.pause();
    });
    video.addEventListener("waiting", () => this.store.set({ buffering: true }));
    for (const type of ["playing", "seeked", "canplay"]) video.addEventListener(type, () => this.store.set({ buffering: false }));
    video.addEventListener("error", () => {
      if (this.source && this.state.status === "ready") void this.explain(this.source, this.ticket);
    });
    video.addEventListener("volumechange", () => this.store.set({ volume: video.volume, muted: video.muted }));
  }

  get state(): PlayerState {
    return this.store.state;
  }

  /** The source on screen and its frame table; null before the first. */
  get present(): { readonly source: Source; readonly table: FrameTable } | null {
    return this.source && this.table && this.state.status === "ready" ? { source: this.source, table: this.table } : null;
  }

  /** Where the playhead is or is going: what the next step counts from. */
  get intended(): number {
    return this.state.awaited ?? this.state.wish ?? this.state.frame;
  }

  /** Where a lighter file of the same frames is had, for the first picture of a jump. */
  setLight(light: LightPort): void {
    this.light = light;
  }

  /** Whether only pictures of full size may be shown: those that are compared. */
  setSharpOnly(sharpOnly: boolean): void {
    this.sharpOnly = sharpOnly;
    if (this.mover) this.mover.sharpOnly = sharpOnly;
  }

  setFrameCount(frameCount: number): void {
    this.frameCount = frameCount;
  }

  /** Show `source`, on the frame that is shown or wished now (or `frame`). The old picture stays until the new source
   *  confirms the frame; play goes on if it was on. */
  async load(source: Source, frame: number | null = null): Promise<void> {
    const ticket = ++this.ticket;
    const first = this.table === null;
    if (!this.video.requestVideoFrameCallback) {
      this.store.set({ status: "failed", failure: FAILURES.noFrameCallback });
      return;
    }
    if (first || this.state.status === "failed") this.store.set({ status: "loading", failure: null });
    const table = await fetchTable(source.tableUrl, this.fetcher);
    if (ticket !== this.ticket) return;
    if ("code" in table) {
      this.source = source;
      this.store.set({ status: "failed", failure: table });
      return;
    }
    this.letGo(frame);
    this.source = source;
    this.table = table;
    this.video.src = source.url;
    const loaded = await metadataOf(this.video);
    if (ticket !== this.ticket) return;
    if (!loaded || unseekable(this.video, table)) {
      await this.explain(source, ticket);
      return;
    }
    this.mover = this.makeMover(source, table);
    this.video.playbackRate = this.state.speed;
    const target = this.intended; // somebody may have moved on meanwhile
    this.store.set({ status: "ready", failure: null, sourceId: source.id, available: table.frameCount, awaited: null });
    const goOn = this.resume;
    this.resume = false;
    if (target >= table.frameCount && target < this.frameCount) {
      // Wait on the picture that was there before; the nearest one there is, if there was none.
      this.seekTo(first ? table.frameCount - 1 : Math.min(this.state.frame, table.frameCount - 1));
      this.store.set({ awaited: target });
      this.resume = goOn;
    } else {
      this.seekTo(Math.min(target, table.frameCount - 1));
      if (goOn) void this.play();
    }
  }

  /** Another version is entered: what stays on screen until its source comes is none of its frames. Wishes are for it. */
  leave(): void {
    this.ticket += 1;
    if (this.mover) this.letGo(null);
  }

  /** Load the present source again after a failure. */
  retry(): void {
    const { source } = this;
    if (source) void this.load(source, this.intended);
  }

  /** Go to a frame, paused. Frames outside the version are taken to its ends. A frame that the present source does not
   *  reach yet is remembered (`awaited`) until a source that does is loaded. */
  seek(frame: number): void {
    const target = Math.min(Math.max(0, frame), this.frameCount - 1);
    this.resume = false;
    this.halt();
    if (this.table && target >= this.table.frameCount) {
      this.store.set({ awaited: target, wish: null });
      return;
    }
    this.store.set({ awaited: null });
    this.seekTo(target);
  }

  step(frames: number): void {
    this.seek(this.intended + frames);
  }

  /** Give up waiting for a frame that is not there yet. */
  stopWaiting(): void {
    this.resume = false;
    this.store.set({ awaited: null });
  }

  /** Play forward at speed × shuttle. */
  async play(shuttle = 1): Promise<void> {
    const { table, mover } = this;
    if (!table || this.state.status !== "ready") return;
    if (!mover) {
      this.resume = true; // another source is on its way
      return;
    }
    this.stopReverse();
    if (this.state.shuttle < 0) this.halt();
    this.ordered = shuttle;
    if (this.state.playing) {
      this.video.playbackRate = this.rate(shuttle);
      this.store.set({ shuttle });
      return;
    }
    if (this.intended >= this.frameCount - 1) this.seekTo(this.state.range && this.state.loop ? this.state.range.first : 0);
    const order = ++this.order;
    const overtaken = (): boolean => order !== this.order || this.mover !== mover || this.state.awaited !== null;
    if (mover.busy) await this.arrival();
    if (overtaken() || !(await mover.alignVideo()) || overtaken()) return;
    mover.playing();
    this.video.playbackRate = this.rate(this.ordered);
    this.store.set({ playing: true, shuttle: this.ordered, confirmed: false });
    try {
      await this.video.play();
    } catch {
      // Refused by the browser's autoplay rule, or overtaken by a pause: either way nothing plays.
      if (this.state.playing && this.video.paused) await this.pause();
    }
  }

  /** Stop, and settle on the frame that was on screen. Answers its number, null if it could not be confirmed. */
  async pause(): Promise<number | null> {
    this.resume = false;
    if (this.halt()) {
      const frame = this.mover?.freeze() ?? this.state.frame;
      this.seekTo(frame);
    }
    if (this.state.confirmed) return this.state.frame;
    return this.state.wish === null ? null : this.arrival();
  }

  toggle(): void {
    if (this.state.playing) void this.pause();
    else void this.play();
  }

  /** J (-1), L (+1): each press doubles up to four times, the other direction starts at one. */
  shuttle(direction: 1 | -1): void {
    const next = nextShuttle(this.ordered, direction);
    if (next > 0) void this.play(next);
    else this.reverse(next);
  }

  setSpeed(speed: number): void {
    this.store.set({ speed });
    if (this.state.shuttle >= 0) this.video.playbackRate = this.rate(Math.max(1, this.state.shuttle));
  }

  /** Play so much faster or slower than the speed says, to keep step with others: no speed that anybody chose. */
  trim(factor: number): void {
    if (this.trimmed === factor) return;
    this.trimmed = factor;
    this.setSpeed(this.state.speed);
  }

  setVolume(volume: number): void {
    this.video.volume = Math.min(1, Math.max(0, volume));
    if (volume > 0) this.video.muted = false;
  }

  setMuted(muted: boolean): void {
    this.video.muted = muted;
  }

  setRange(range: FrameRange | null): void {
    this.store.set({ range: range && range.first <= range.last ? range : null });
  }

  setLoop(loop: boolean): void {
    this.store.set({ loop });
  }

  /** What is seen, as a picture at the size of the source, and its frame; null when it is not certain which one it is. */
  grabPicture(): Promise<{ frame: number; image: ImageBitmap } | null> {
    return grabPicture(this.store, this.picture, () => this.table);
  }

  /** What the exact stills hold in memory; null without them. */
  get usage(): StillsUsage | null {
    return this.mover?.usage ?? null;
  }

  destroy(): void {
    this.ticket += 1;
    this.halt();
    this.mover?.stop();
    this.settle(null);
    this.source = null; // a video without a file is an error to browsers, and to nobody else
    this.video.src = "";
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  /** Hold the picture, and remember where to go on (at `frame`) and whether to play. */
  private letGo(frame: number | null): void {
    this.resume ||= this.state.playing && this.state.shuttle > 0;
    const keep = frame ?? (this.state.playing ? (this.mover?.shownNow() ?? this.state.frame) : this.intended);
    if (this.table) this.picture.hold();
    this.stopReverse();
    this.ordered = 0;
    this.mover?.stop();
    this.mover = null; // until the next one's metadata is here wishes are only remembered
    // Not playing any more before the pause event comes, so that it is not taken for somebody else's.
    this.store.set({ playing: false, shuttle: 0, confirmed: false, wish: keep, awaited: null, buffering: false, stills: false });
    this.video.pause();
  }

  private makeMover(source: Source, table: FrameTable): Mover {
    const mover: Mover = new Mover(this.video, this.clock, this.picture, table, {
      playing: () => this.state.playing && this.state.shuttle > 0,
      stillsLost: () => this.store.set({ stills: false }),
      confirmed: (frame, sharp) => {
        if (!mover.covered) this.picture.release();
        void this.addStills(source, table, mover);
        // A newer wish may be on its way already; then this one is only a picture passed by.
        const arrived = this.state.wish === frame || this.state.wish === null;
        this.store.set({ frame, sharp, confirmed: arrived && !this.state.playing, wish: arrived ? null : this.state.wish, buffering: false });
        if (arrived) this.settle(frame);
      },
      failed: (_asked, shown) => {
        this.picture.release();
        this.store.set({ wish: null, confirmed: false, ...(shown === null ? {} : { frame: shown }) });
        this.store.set({ status: "failed", failure: FAILURES.unconfirmed });
        this.settle(null);
      },
      named: (frame) => {
        void this.addStills(source, table, mover);
        if (this.state.playing && this.state.shuttle > 0) {
          this.picture.release();
          this.store.set({ frame, confirmed: false, sharp: true, buffering: false });
          this.loopAt(frame);
        } else if (!this.state.playing && this.state.status === "ready" && frame !== this.state.frame && this.state.awaited === null) {
          this.seekTo(frame); // the picture moved after all: settle on what it shows
        }
      },
    });
    mover.sharpOnly = this.sharpOnly;
    return mover;
  }

  /** Once the video shows its first picture: open the exact stills of the same file. Without them all works as before. */
  private async addStills(source: Source, table: FrameTable, mover: Mover): Promise<void> {
    if (!this.openStills || this.stillsAskedFor === mover) return;
    this.stillsAskedFor = mover;
    const stills = await this.openStills(source.url, table, this.picture, mover.stillsEvents, this.light).catch(() => null);
    if (!stills) return;
    if (this.mover !== mover) {
      stills.close();
      return;
    }
    mover.attach(stills, this.state.playing ? null : Math.min(this.intended, table.frameCount - 1));
    this.store.set({ stills: true });
  }

  private seekTo(frame: number): void {
    if (this.state.status === "failed" && this.state.failure === FAILURES.unconfirmed) {
      this.store.set({ status: "ready", failure: null });
    }
    this.store.set({ wish: frame, confirmed: false });
    this.mover?.request(frame);
  }

  private rate(shuttle: number): number {
    return Math.min(16, Math.max(0.0625, this.state.speed * shuttle * this.trimmed));
  }

  /** Stop moving by itself. True if it moved. */
  private halt(): boolean {
    this.order += 1; // a play that still waits for its seek is overtaken
    this.ordered = 0;
    const moved = this.state.playing;
    this.stopReverse();
    if (moved) {
      this.store.set({ playing: false, shuttle: 0, buffering: false });
      this.video.pause();
      this.video.playbackRate = this.state.speed;
    }
    return moved;
  }

  private reverse(shuttle: number): void {
    const { table } = this;
    if (!table || this.state.status !== "ready") return;
    const from = this.state.playing && this.state.shuttle > 0 ? (this.mover?.shownNow() ?? this.state.frame) : this.intended;
    this.halt();
    this.ordered = shuttle;
    this.store.set({ playing: true, shuttle, awaited: null });
    this.cancelReverse = playReverse(table, from, -shuttle, () => this.state.speed, () => (this.state.loop ? (this.state.range ?? { first: 0, last: table.frameCount - 1 }) : null), this.clock, (frame) => {
      if (frame !== this.intended) this.seekTo(frame);
      if (frame > 0 || this.state.loop) return;
      this.halt();
      this.seekTo(0);
    });
  }

  private stopReverse(): void {
    this.cancelReverse?.();
    this.cancelReverse = null;
  }

  /** The end of what the source holds. */
  private ranOut(): void {
    const { table } = this;
    if (!table || !this.state.playing) return;
    const { range, loop } = this.state;
    this.halt();
    if (loop) {
      this.seekTo(range?.first ?? 0);
      void this.play();
      return;
    }
    this.seekTo(table.frameCount - 1);
    if (table.frameCount < this.frameCount) {
      this.resume = true;
      this.store.set({ awaited: table.frameCount });
    }
  }

  private loopAt(frame: number): void {
    const { range, loop } = this.state;
    if (!loop || !range || !this.table || frame < range.last) return;
    this.video.currentTime = seekSeconds(this.table, range.first);
  }

  private arrival(): Promise<number | null> {
    return new Promise((resolve) => this.arrivals.push(resolve));
  }

  private settle(frame: number | null): void {
    const waiting = this.arrivals;
    this.arrivals = [];
    for (const resolve of waiting) resolve(frame);
  }

  private async explain(source: Source, ticket: number): Promise<void> {
    const failure = await explainSource(source.url, this.fetcher);
    if (ticket !== this.ticket) return;
    this.mover?.abandon();
    this.store.set({ status: "failed", failure, playing: false, shuttle: 0, wish: null, confirmed: false });
    this.settle(null);
  }
}
