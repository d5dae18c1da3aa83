// The sound of the room in a browser: the desk, and the reader that steps are heard by (loaded when it is first wanted).
import type { Fetch } from "../failures.ts";
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
  private channel: number | null = null;

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

  /** A single channel is heard through the desk, and so is everything from then on. */
  solo(channel: number | null): void {
    this.channel = channel;
    if (channel !== null) this.takeVideo();
    this.desk?.solo(channel);
  }

  /** Send the video through the desk, so that its meters move. Call it from a click or a key. */
  takeVideo(): void {
    const desk = this.ready();
    void desk.wake().then(() => desk.take(this.video));
  }

  /** Levels of what is heard, before volume and mute; null while the video does not pass the desk. */
  levels(): Level[] | null {
    if (!this.desk?.hasVideo) return null;
    const gain = this.video.muted ? 0 : this.video.volume;
    const up = gain > 0 ? -20 * Math.log10(gain) : 0;
    return this.desk.levels().map(({ peak, rms }) => ({ peak: peak + up, rms: rms + up }));
  }

  private ready(): Desk {
    if (!this.desk) {
      this.desk = new Desk(STEREO);
      this.desk.solo(this.channel);
    }
    return this.desk;
  }
}
