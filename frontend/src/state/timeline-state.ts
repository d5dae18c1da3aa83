// What the timeline shows and how it moves along: zoom, place, lanes, what people chose to see. No DOM.
import { byFrame, NO_LANES, type TimelineLanes } from "../core/timeline-lanes.ts";
import { clampView, followFrame, isWhole, panView, pinchView, revealFrame, viewOfRange, wholeView, zoomView, type View } from "../core/timeline-view.ts";
import type { Keeping } from "./keeping.ts";
import { Store } from "./store.ts";

export interface TimelineOptions {
  readonly film: boolean;
  /** Number of the sound track whose waveform is shown; null for none. */
  readonly track: number | null;
}

export interface TimelineState {
  readonly view: View;
  readonly frameCount: number;
  /** Of the lanes, in CSS pixels. */
  readonly width: number;
  readonly lanes: TimelineLanes;
  readonly options: TimelineOptions;
}

const KEPT = "timeline";
/** One press of a zoom key or button. */
export const ZOOM_STEP = 2;

export class TimelineModel {
  readonly store: Store<TimelineState>;
  /** Somebody looked away from the playhead while it plays: it is not followed until it comes by, or rests. */
  private away = false;

  constructor(private readonly keeping: Pick<Keeping, "read" | "write">) {
    const kept = keeping.read<Partial<TimelineOptions>>(KEPT, {});
    const options = { film: kept.film !== false, track: typeof kept.track === "number" || kept.track === null ? kept.track : 0 };
    this.store = new Store<TimelineState>({ view: wholeView(1), frameCount: 0, width: 0, lanes: NO_LANES, options });
  }

  get state(): TimelineState {
    return this.store.state;
  }

  get whole(): boolean {
    return isWhole(this.state.view, this.state.frameCount);
  }

  /** Another version: all of it is shown, unless it is as long as the one before. */
  setFrameCount(frameCount: number): void {
    if (frameCount === this.state.frameCount) return;
    this.away = false;
    this.store.set({ frameCount, view: wholeView(frameCount) });
  }

  /** The same part stays in view. */
  setWidth(width: number): void {
    if (width === this.state.width) return;
    this.store.set({ width, view: width > 0 ? clampView(this.state.view, this.state.frameCount, width) : this.state.view });
  }

  setLanes(change: Partial<TimelineLanes>): void {
    const sorted: Partial<TimelineLanes> = {
      ...change,
      ...(change.marks ? { marks: byFrame(change.marks) } : {}),
      ...(change.ghosts ? { ghosts: byFrame(change.ghosts) } : {}),
      ...(change.markers ? { markers: byFrame(change.markers) } : {}),
      ...(change.findings ? { findings: byFrame(change.findings) } : {}),
    };
    this.store.set({ lanes: { ...this.state.lanes, ...sorted } });
  }

  setOptions(change: Partial<TimelineOptions>): void {
    const options = { ...this.state.options, ...change };
    this.keeping.write(KEPT, options);
    this.store.set({ options });
  }

  /** Zoom around `x` pixels from the left. */
  zoom(factor: number, x: number): void {
    const { view, width, frameCount } = this.state;
    this.look(zoomView(view, factor, x, width, frameCount));
  }

  /** Zoom around a frame where it is in view, else around the middle. */
  zoomAround(factor: number, frame: number): void {
    const { view, width } = this.state;
    const share = (frame + 0.5 - view.start) / view.span;
    this.zoom(factor, (share >= 0 && share <= 1 ? share : 0.5) * width);
  }

  pan(pixels: number): void {
    const { view, width, frameCount } = this.state;
    this.look(panView(view, pixels, width, frameCount));
  }

  pinch(from: View, before: readonly [number, number], now: readonly [number, number]): void {
    const { width, frameCount } = this.state;
    this.look(pinchView(from, before, now, width, frameCount));
  }

  fit(): void {
    this.look(wholeView(this.state.frameCount));
  }

  /** Show a range with some room around it. */
  showRange(first: number, last: number): void {
    const { width, frameCount } = this.state;
    this.look(viewOfRange(first, last, frameCount, width));
  }

  /** Show exactly this part; it is kept within the version. */
  look(view: View): void {
    const { width, frameCount } = this.state;
    this.away = true;
    this.set(clampView(view, frameCount, width));
  }

  /** The playhead moved to `frame`. `held`: by a drag on the timeline itself, whose edges scroll by themselves. */
  playheadAt(frame: number, move: { readonly playing: boolean; readonly backwards: boolean; readonly held: boolean }): void {
    const { view, width, frameCount } = this.state;
    if (width <= 0 || move.held) return;
    const inView = frame >= view.start && frame + 1 <= view.start + view.span;
    if (inView || !move.playing) this.away = false;
    if (inView || this.away) return;
    this.set(move.playing ? followFrame(view, frame, frameCount, width, move.backwards) : revealFrame(view, frame, frameCount, width));
  }

  private set(view: View): void {
    const before = this.state.view;
    if (view.start !== before.start || view.span !== before.span) this.store.set({ view });
  }
}
