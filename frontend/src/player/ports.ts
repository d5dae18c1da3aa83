// What the player needs of a browser: small enough to be faked in tests. HTMLVideoElement is a VideoPort as it is.

export interface RangesPort {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}

export interface VideoPort {
  currentTime: number;
  readonly duration: number;
  readonly seeking: boolean;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly readyState: number;
  readonly seekable: RangesPort;
  readonly buffered: RangesPort;
  readonly error: { readonly code: number; readonly message: string } | null;
  src: string;
  playbackRate: number;
  volume: number;
  muted: boolean;
  play(): Promise<void>;
  pause(): void;
  requestVideoFrameCallback?(callback: (now: number, metadata: { readonly mediaTime: number }) => void): number;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export interface ClockPort {
  /** Milliseconds, monotonic. */
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
  /** A hidden tab paints nothing, so no picture can be confirmed there. */
  hidden(): boolean;
}

/** The picture itself: what is painted now, and a copy of it held in front while the source changes. */
export interface PicturePort {
  /** Media time in microseconds of the picture that the video shows now; null where the browser cannot say. */
  shownMicroseconds(): number | null;
  /** Cover the video with a still of its present picture. */
  hold(): void;
  /** Show the video again. */
  release(): void;
}

export const HAVE_METADATA = 1;
export const HAVE_CURRENT_DATA = 2;
