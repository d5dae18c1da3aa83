// Sound of another file, held to the video that plays silently: a channel or a track that the video's own file does not carry.
// An <audio> plays it, so that every browser can, at any speed; its clock is its own and is led back to the video's.
import type { ClockPort, VideoPort } from "../ports.ts";

export interface AudioPort {
  src: string;
  currentTime: number;
  playbackRate: number;
  volume: number;
  muted: boolean;
  readonly paused: boolean;
  readonly seeking: boolean;
  play(): Promise<void>;
  pause(): void;
  addEventListener(type: string, listener: () => void): void;
}

const LOOK_EVERY_MS = 100;
/** Nearer than this, in seconds, nobody hears a difference (a 60th is a frame at the highest usual rate). */
const CLOSE = 0.008;
/** Further than this it jumps; below, it plays a little faster or slower. */
const FAR = 0.08;
const LED_BACK_WITHIN = 0.5;
const MOST = 0.05;
/** A jump may take so long before it sounds; how long it really takes is learnt. */
const LONGEST_LEAD = 0.3;

/** How sound that is `drift` seconds ahead of its picture is led back: by a jump, or by playing at this part of the speed. */
export function correction(drift: number): { readonly jump: boolean; readonly factor: number } {
  if (Math.abs(drift) > FAR) return { jump: true, factor: 1 };
  if (Math.abs(drift) < CLOSE) return { jump: false, factor: 1 };
  return { jump: false, factor: 1 - Math.min(MOST, Math.max(-MOST, drift / LED_BACK_WITHIN)) };
}

export class Companion {
  private url: string | null = null;
  private offset = 0;
  /** Real seconds that a jump takes. */
  private lead = 0;
  private jumped = false;
  private stalled = false;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly audio: AudioPort,
    private readonly video: VideoPort,
    private readonly clock: ClockPort,
  ) {
    const follow = (): void => this.follow();
    for (const type of ["play", "pause", "ended", "seeking", "seeked", "ratechange", "volumechange"]) video.addEventListener(type, follow);
    for (const [type, stalled] of [["waiting", true], ["playing", false]] as const) {
      video.addEventListener(type, () => {
        this.stalled = stalled;
        this.follow();
      });
    }
    for (const type of ["loadedmetadata", "seeked"]) audio.addEventListener(type, follow);
  }

  /** Hear this file beside the video (null: none). `offset`: seconds on the video's clock at which the file begins. */
  hear(url: string | null, offset: number): void {
    this.offset = offset;
    if (url !== this.url) {
      this.url = url;
      this.jumped = false;
      if (url === null) this.audio.pause();
      else this.audio.src = url;
    }
    this.follow();
  }

  /** Seconds by which the sound is ahead of the picture. */
  get drift(): number {
    return this.audio.currentTime - this.wanted;
  }

  private get wanted(): number {
    return Math.max(0, this.video.currentTime - this.offset);
  }

  private follow(): void {
    this.cancel?.();
    this.cancel = null;
    const { audio, video } = this;
    if (this.url === null) return;
    audio.volume = video.volume;
    audio.muted = video.muted;
    const moving = !video.paused && !video.ended && !video.seeking && !this.stalled;
    if (!moving) {
      if (!audio.paused) audio.pause();
      audio.playbackRate = video.playbackRate;
      this.jumped = false;
      if (!audio.seeking && !video.seeking && Math.abs(this.drift) > CLOSE) audio.currentTime = this.wanted;
      return;
    }
    if (!audio.seeking) this.keepUp();
    if (audio.paused) void audio.play().catch(() => undefined); // refused before a click or key: then the video is silent too
    this.cancel = this.clock.after(LOOK_EVERY_MS, () => this.follow());
  }

  private keepUp(): void {
    const { audio, video } = this;
    if (this.jumped) {
      this.jumped = false;
      this.lead = Math.min(LONGEST_LEAD, Math.max(0, this.lead - this.drift / video.playbackRate));
    }
    const { jump, factor } = correction(this.drift);
    if (jump) {
      this.jumped = true;
      audio.currentTime = this.wanted + this.lead * video.playbackRate;
    }
    const rate = video.playbackRate * factor;
    if (audio.playbackRate !== rate) audio.playbackRate = rate;
  }
}
