// The exact pictures of the frames that a film strip shows close up: made one after the other while nobody needs the machine for
// the big picture, kept small and few. What is kept is kept under the number that its maker gave it, never under the one asked for.
import type { ClockPort } from "./ports.ts";
import type { PictureSource } from "./frame-pictures.ts";

export type FilmImage = VideoFrame | ImageBitmap | HTMLVideoElement;
/** Degrees clockwise by which a picture is to be turned. */
export type Turn = 0 | 90 | 180 | 270;

/** Makes pictures of one file. */
export interface FilmReader {
  /** Make this one; `drawn` is called with it, or `failed`. */
  show(frame: number): void;
  /** Stop working. */
  rest(): void;
  close(): void;
}

export interface FilmEvents {
  drawn(frame: number, image: FilmImage, turn: Turn): void;
  /** This one cannot be had; null: none can any more. */
  failed(frame: number | null): void;
}

/** Null where there is no way to read this file. */
export type OpenFilm = (source: PictureSource, events: FilmEvents) => Promise<FilmReader | null>;

/** The player and the timeline have rested for so long. */
const REST_MS = 250;

export class FilmFrames {
  private source: PictureSource | null = null;
  private reader: Promise<FilmReader | null> | null = null;
  private here: FilmReader | null = null;
  private readonly refused = new Set<number>();
  private wanted: readonly number[] = [];
  private calm = false;
  private asked: number | null = null;
  private cancelWait: (() => void) | null = null;

  /** `put`: keep a picture, it is lent for the moment of the call. */
  constructor(
    private readonly open: OpenFilm,
    private readonly clock: ClockPort,
    private readonly slots: Slots,
    private readonly put: (slot: number, image: FilmImage, turn: Turn) => void,
  ) {}

  /** Where pictures come from; those of another file are forgotten. */
  setSource(source: PictureSource | null): void {
    if (source?.url === this.source?.url) return;
    this.source = source;
    this.stop();
    void this.reader?.then((reader) => reader?.close());
    this.reader = this.here = null;
    this.refused.clear();
    this.slots.clear();
    this.wait();
  }

  /** Whether the big picture stands, at full size. As soon as it does not, nothing is done here. */
  setCalm(calm: boolean): void {
    if (calm === this.calm) return;
    this.calm = calm;
    this.stop();
    this.wait();
  }

  /** The frames that are to be seen now. */
  want(frames: readonly number[]): void {
    const wanted = frames.slice(0, this.slots.count);
    if (wanted.length === this.wanted.length && wanted.every((frame, i) => frame === this.wanted[i])) return;
    this.wanted = wanted;
    this.stop();
    this.wait();
  }

  private stop(): void {
    this.cancelWait?.();
    this.cancelWait = null;
    if (this.asked !== null) this.here?.rest();
    this.asked = null;
  }

  private get next(): number | null {
    return this.wanted.find((frame) => this.slots.find(frame) === null && !this.refused.has(frame)) ?? null;
  }

  private wait(milliseconds = REST_MS): void {
    if (this.calm && this.source && this.next !== null) this.cancelWait = this.clock.after(milliseconds, () => void this.go());
  }

  private async go(): Promise<void> {
    this.cancelWait = null;
    const { source } = this;
    if (!source) return;
    if (!this.reader) {
      const reader: Promise<FilmReader | null> = (this.reader = this.open(source, {
        drawn: (frame, image, turn) => reader === this.reader && this.drawn(frame, image, turn),
        failed: (frame) => reader === this.reader && this.failed(frame),
      }).catch(() => null));
      const opened = await reader;
      if (reader !== this.reader) return;
      this.here = opened;
      if (!this.cancelWait) this.wait(0); // unless it has been put off meanwhile
      return;
    }
    const frame = this.next;
    if (!this.here || frame === null) return;
    this.asked = frame;
    this.here.show(frame);
  }

  private drawn(frame: number, image: FilmImage, turn: Turn): void {
    this.put(this.slots.take(frame), image, turn);
    this.goOn(frame);
  }

  private failed(frame: number | null): void {
    if (frame === null) {
      this.stop();
      this.here = null; // the file is not opened again
    } else {
      this.refused.add(frame);
      this.goOn(frame);
    }
  }

  /** The next one, after whatever else waits for its turn. */
  private goOn(frame: number): void {
    if (frame !== this.asked) return;
    this.asked = null;
    this.wait(0);
  }
}

/** So many places for pictures; the one that was not looked at for longest is used again. */
export class Slots {
  private readonly places = new Map<number, number>(); // slot by frame, in order of use, the oldest first

  constructor(readonly count: number) {}

  /** Where the picture of a frame is; null when it is not here. */
  find(frame: number): number | null {
    return this.places.get(frame) ?? null;
  }

  /** Where it is, and that somebody looks at it. */
  look(frame: number): number | null {
    const slot = this.places.get(frame);
    if (slot === undefined) return null;
    this.places.delete(frame);
    this.places.set(frame, slot);
    return slot;
  }

  /** A place for the picture of a frame. */
  take(frame: number): number {
    const known = this.look(frame);
    if (known !== null) return known;
    let slot = this.places.size;
    if (slot >= this.count) {
      const [oldest, place] = this.places.entries().next().value as [number, number];
      this.places.delete(oldest);
      slot = place;
    }
    this.places.set(frame, slot);
    return slot;
  }

  clear(): void {
    this.places.clear();
  }
}
