// The sound of the room in a browser: the desk, and the reader that steps are heard by (loaded when it is first wanted).
import type { Fetch } from "../failures.ts";
import { browserClock } from "../browser-clock.ts";
import { Companion } from "./companion.ts";
import { Desk, type Level } from "./desk.ts";
import type { SoundReader } from "./reader.ts";
import type { Span } from "./slice.ts";
import type { SoundPort } from "./sound.ts";

const STEREO = 2;

export const canScrub = (): boolean => typeof AudioDecoder !== "undefined" && typeof AudioContext !== "undefined";

export class BrowserSound implements SoundPort {
  private desk: Desk | null = null;
  private opened: { url: string; reader: Promise<SoundReader | null> } | null = null;
  private newest = 0;
  private side: number | null = null;
  private beside = false;
  private companion: Companion | null = null;
  private readonly audio = new Audio();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly fetcher: Fetch,
  ) {}

  async open(url: string): Promise<void> {
    if (this.opened?.url !== url) {
      void this.opened?.reader.then((reader) => reader?.close());
      const reader = import("./reader.ts").then(({ SoundReader }) => SoundReader.open(url, this.fetcher)).catch(() => null);
      this.opened = { url, reader };
    }
    await this.opened.reader;
  }

  async slice(span: Span, volume: number): Promise<void> {
    const order = ++this.newest;
    const reader = await this.opened?.reader;
    if (!reader) return;
    const samples = await reader.samples(span.from, span.to).catch(() => null);
    if (!samples || order !== this.newest) return;
    const desk = this.ready();
    await desk.wake();
    if (order === this.newest) desk.play(samples, reader.sampleRate, volume);
  }

  hush(): void {
    this.newest += 1;
    this.desk?.hush();
  }

  /** Hear a file beside the silent video (null: the video's own sound), or one side of it only. `offset`: seconds on the video's
   *  clock at which the file begins. All but the video's whole sound goes through the desk, and so does that from then on. */
  hear(url: string | null, side: number | null, offset: number): void {
    this.side = side;
    if (url !== null) this.companion ??= new Companion(this.audio, this.video, browserClock);
    this.companion?.hear(url, offset);
    this.beside = url !== null;
    if (this.beside || side !== null || this.desk?.hasSound) this.takeSound();
    this.desk?.solo(side);
  }

  /** Send what is heard through the desk, so that its meters move. Call it from a click or a key. */
  takeSound(): void {
    const desk = this.ready();
    if (this.beside) desk.take(this.video); // so that it is silent, whatever it was before
    desk.take(this.beside ? this.audio : this.video);
    void desk.wake();
  }

  /** Seconds by which a file beside the video is ahead of it; null when there is none. */
  get drift(): number | null {
    return this.beside ? (this.companion?.drift ?? null) : null;
  }

  /** Levels of what is heard, before volume and mute; null while it does not pass the desk. */
  levels(): Level[] | null {
    if (!this.desk?.hasSound) return null;
    const gain = this.video.muted ? 0 : this.video.volume;
    const up = gain > 0 ? -20 * Math.log10(gain) : 0;
    return this.desk.levels().map(({ peak, rms }) => ({ peak: peak + up, rms: rms + up }));
  }

  private ready(): Desk {
    if (!this.desk) {
      this.desk = new Desk(STEREO);
      this.desk.solo(this.side);
    }
    return this.desk;
  }
}
