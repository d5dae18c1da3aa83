// A video element that behaves as browsers do: seeks take time, the number of the picture on screen comes by callback
// after it is painted, sometimes late, sometimes never.
import type { FrameTable } from "../../src/core/frame-table.ts";
import { frameAtSeconds } from "../../src/core/frame-table.ts";
import type { ClockPort, PicturePort, RangesPort, VideoPort } from "../../src/player/ports.ts";

/** Responses are read in tasks, not in microtasks. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeClock implements ClockPort {
  private time = 0;
  private due: { at: number; call: () => void; id: number }[] = [];
  private ids = 0;
  isHidden = false;

  now(): number {
    return this.time;
  }
  after(milliseconds: number, call: () => void): () => void {
    const id = ++this.ids;
    this.due.push({ at: this.time + milliseconds, call, id });
    return () => {
      this.due = this.due.filter((entry) => entry.id !== id);
    };
  }
  hidden(): boolean {
    return this.isHidden;
  }
  /** Let `milliseconds` pass, with promises settling between the calls. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settled();
    for (;;) {
      const next = this.due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!next) break;
      this.due = this.due.filter((entry) => entry !== next);
      this.time = Math.max(this.time, next.at);
      next.call();
      await settled();
    }
    this.time = end;
  }
}

export class FakeVideo implements VideoPort {
  readyState = 0;
  seeking = false;
  paused = true;
  ended = false;
  error = null;
  playbackRate = 1;
  duration = Number.NaN;
  /** Seeks take this long; the callback comes `paintMs` after the picture is decoded. */
  seekMs = 10;
  paintMs = 5;
  /** Tests set these to play a browser's tricks. */
  landOn: (frame: number) => number = (frame) => frame;
  dropCallbacks = 0;
  stuckSeeks = 0;
  noRanges = false;
  failLoad = false;
  seeks: number[] = [];
  /** The picture really on screen. */
  shown = 0;
  private position = 0;
  private address = "";
  private level = 1;
  private silent = false;
  private callbacks: ((now: number, metadata: { mediaTime: number }) => void)[] = [];
  private listeners = new Map<string, Set<() => void>>();

  constructor(
    readonly clock: FakeClock,
    public table: FrameTable,
    private readonly tables: Map<string, FrameTable> = new Map(),
  ) {}

  get seekable(): RangesPort {
    const end = this.noRanges ? 0 : this.duration;
    return { length: 1, start: () => 0, end: () => end };
  }
  get buffered(): RangesPort {
    const end = this.duration;
    return { length: 1, start: () => 0, end: () => end };
  }
  get src(): string {
    return this.address;
  }
  set src(url: string) {
    this.address = url;
    this.readyState = 0;
    this.position = 0;
    this.clock.after(0, () => this.fire("emptied")); // as browsers do, in a task of its own
    if (!url) return;
    this.table = this.tables.get(url) ?? this.table;
    this.clock.after(5, () => {
      if (this.failLoad) return this.fire("error");
      this.readyState = 2;
      this.duration = this.table.end(this.table.frameCount - 1) / this.table.timescale;
      this.fire("loadedmetadata");
    });
  }
  get volume(): number {
    return this.level;
  }
  set volume(level: number) {
    this.level = level;
    this.fire("volumechange");
  }
  get muted(): boolean {
    return this.silent;
  }
  set muted(muted: boolean) {
    this.silent = muted;
    this.fire("volumechange");
  }
  get currentTime(): number {
    return this.position;
  }
  set currentTime(seconds: number) {
    this.seeks.push(seconds);
    const changed = Math.abs(seconds - this.position) > 1e-6;
    this.position = Math.min(Math.max(0, seconds), this.duration);
    this.ended = false;
    this.seeking = true;
    if (this.stuckSeeks > 0) {
      this.stuckSeeks -= 1;
      return;
    }
    const asked = this.position;
    this.clock.after(this.seekMs, () => {
      if (asked !== this.position) return;
      this.seeking = false;
      this.fire("seeked");
      // The picture of a burst comes after `seeked`; without a change of time none comes at all.
      if (changed) this.clock.after(this.paintMs, () => this.paint(this.landOn(frameAtSeconds(this.table, asked))));
    });
  }

  /** Put a picture on screen and name it. */
  paint(frame: number): void {
    this.shown = frame;
    if (this.dropCallbacks > 0) {
      this.dropCallbacks -= 1;
      return;
    }
    this.name(frame);
  }
  name(frame: number): void {
    const waiting = this.callbacks;
    this.callbacks = [];
    for (const callback of waiting) callback(this.clock.now(), { mediaTime: this.table.time(frame) / this.table.timescale });
  }
  requestVideoFrameCallback(callback: (now: number, metadata: { mediaTime: number }) => void): number {
    this.callbacks.push(callback);
    return this.callbacks.length;
  }
  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.clock.after(0, () => this.fire("pause"));
  }
  /** Playing on: the picture advances, its number is told `lag` pictures late. */
  advance(frame: number, lag = 0): void {
    this.shown = frame;
    this.position = this.table.time(frame) / this.table.timescale + 0.001;
    if (frame - lag >= 0) this.name(frame - lag);
  }
  runOut(): void {
    this.shown = this.table.frameCount - 1;
    this.position = this.duration;
    this.ended = this.paused = true;
    this.fire("pause");
    this.fire("ended");
  }
  addEventListener(type: string, listener: () => void): void {
    const set = this.listeners.get(type) ?? new Set();
    set.add(listener);
    this.listeners.set(type, set);
  }
  removeEventListener(type: string, listener: () => void): void {
    this.listeners.get(type)?.delete(listener);
  }
  fire(type: string): void {
    for (const listener of [...(this.listeners.get(type) ?? [])]) listener();
  }
}

export class FakePicture implements PicturePort {
  held = false;
  holds = 0;
  /** Chromium tells the time of the painted picture; Firefox and Safari may not. */
  knows = false;
  constructor(private readonly video: () => FakeVideo) {}
  shownMicroseconds(): number | null {
    const video = this.video();
    return this.knows ? Math.round((video.table.time(video.shown) * 1e6) / video.table.timescale) : null;
  }
  hold(): number | null {
    if (this.held) return null;
    this.held = true;
    this.holds += 1;
    return this.shownMicroseconds();
  }
  release(): void {
    this.held = false;
    this.image = null;
  }
  /** What the stills drew. */
  image: unknown = null;
  show(image: VideoFrame | ImageBitmap): void {
    this.held = true;
    this.image = image;
  }
  colours(): null {
    return null;
  }
  grab(): Promise<{ image: ImageBitmap; microseconds: number | null } | null> {
    return Promise.resolve(this.held ? { image: { close: () => undefined } as ImageBitmap, microseconds: null } : null);
  }
}
