// What the player shows of itself to the elements and the page.
import type { PlayerFailure } from "./failures.ts";

export interface Source {
  readonly id: string;
  readonly url: string;
  readonly tableUrl: string;
}

export interface FrameRange {
  readonly first: number;
  readonly last: number;
}

export interface PlayerState {
  readonly status: "empty" | "loading" | "ready" | "failed";
  readonly failure: PlayerFailure | null;
  /** Frame on screen. Final only when `confirmed`; while playing it follows the picture. */
  readonly frame: number;
  readonly confirmed: boolean;
  /** The picture has its full size. False for a moment after a jump: that frame from the lightest proxy. */
  readonly sharp: boolean;
  /** Where the playhead is on its way to; null when it has arrived. */
  readonly wish: number | null;
  readonly playing: boolean;
  /** -4 … 4; 0 when paused. */
  readonly shuttle: number;
  readonly speed: number;
  readonly buffering: boolean;
  /** A frame asked for that the present source does not reach yet. */
  readonly awaited: number | null;
  readonly sourceId: string | null;
  /** Frames that the present source can show. */
  readonly available: number;
  /** Paused pictures come from our own decoder (true) or from the video element (false). */
  readonly stills: boolean;
  readonly range: FrameRange | null;
  readonly loop: boolean;
  readonly volume: number;
  readonly muted: boolean;
}

export const START: PlayerState = {
  status: "empty",
  failure: null,
  frame: 0,
  confirmed: false,
  sharp: true,
  wish: null,
  playing: false,
  shuttle: 0,
  speed: 1,
  buffering: false,
  awaited: null,
  sourceId: null,
  available: 0,
  stills: false,
  range: null,
  loop: false,
  volume: 1,
  muted: false,
};
