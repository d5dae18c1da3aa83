// What the player needs of a browser: small enough to be faked in tests. HTMLVideoElement is a VideoPort as it is.
import type { FrameTable } from "../core/frame-table.ts";


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

/** The canvas over the video. */
export interface StillSurface {
  /** Cover the video with this picture, turned clockwise by so many degrees. */
  show(image: VideoFrame | ImageBitmap, turn: 0 | 90 | 180 | 270): void;
  /** Have this picture's pixels ready: it is likely to be shown next. */
  prepare?(image: VideoFrame | ImageBitmap, turn: 0 | 90 | 180 | 270): void;
  /** How the video element understands the colours of its present picture; null where the browser cannot say. */
  colours(): VideoColorSpaceInit | null;
}

/** The picture itself: what is painted now, and a copy of it held in front while the source changes. */
export interface PicturePort extends StillSurface {
  /** Media time in microseconds of the picture that the video shows now; null where the browser cannot say. */
  shownMicroseconds(): number | null;
  /** Cover the video with a still of its present picture, if nothing covers it. Answers that picture's own media time in
   *  microseconds, null where the browser cannot say. */
  hold(): number | null;
  /** Show the video again. */
  release(): void;
  /** A copy of what is seen, upright and at the size of the source, with the media time of a playing picture. */
  grab(): Promise<{ image: ImageBitmap; microseconds: number | null } | null>;
}

export interface StillsUsage {
  readonly frames: number;
  readonly frameBytes: number;
  readonly bytes: number;
}

export interface StillsEvents {
  /** Frame `frame` is on the canvas: at full size, or (`sharp` false) that frame from a lighter file, with the other to follow. */
  drawn(frame: number, sharp: boolean): void;
  /** It cannot go on; the base player takes over. Nothing is reported after this. */
  failed(error: unknown): void;
}

/** Exact paused pictures without the video element. */
export interface Stills {
  readonly usage: StillsUsage;
  /** Whether a frame is there at full size. */
  has(frame: number): boolean;
  /** Draw a frame. Of wishes that come faster than pictures the newest counts; `drawn` follows for it. `sharpOnly`: at full size or
   *  not at all. */
  show(frame: number, sharpOnly?: boolean): void;
  /** Have the pictures around a frame ready, without drawing. */
  warm(frame: number): void;
  /** Stop working; what is decoded is kept. */
  rest(): void;
  close(): void;
}

/** A lighter file of the same frames, for the first picture of a jump. */
export interface LightSource {
  readonly url: string;
  readonly tableUrl: string;
}

export interface LightPort {
  /** Null while there is none. */
  source(): LightSource | null;
  /** Whether its bytes may be fetched before they are needed. */
  ahead(): boolean;
}

/** Null when this browser cannot decode this file outside of a video element. */
export type OpenStills = (url: string, table: FrameTable, surface: StillSurface, events: StillsEvents, light: LightPort) => Promise<Stills | null>;

export const HAVE_METADATA = 1;
export const HAVE_CURRENT_DATA = 2;
