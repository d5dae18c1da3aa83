// A jump shows its picture twice: at once from the light file of the same frames, which decodes in a fraction of the time and
// whose bytes lie in memory already, then from the file that is being reviewed. Both are that very frame, and each is reported
// as what it is; the light one only where nothing of full size is there.
import type { ClockPort, LightPort, LightSource, Stills, StillsEvents, StillsUsage } from "../ports.ts";

/** The light file's stills, and a way to have its bytes before they are needed. */
export interface LightStills {
  readonly stills: Stills;
  /** Fetch a piece that is missing, as near to this frame as there is one; false when all that may be kept is there. */
  more(frame: number): Promise<boolean>;
}

/** Null where the file cannot serve: another one's frames, or nothing that this browser decodes. */
export type OpenLight = (source: LightSource, events: StillsEvents) => Promise<LightStills | null>;

/** Nothing is opened or fetched ahead before the playhead has rested so long: whoever looks for a place jumps on. */
const IDLE_MS = 400;
/** Wishes that come closer together are one drag … */
const DRAG_MS = 60;
/** … if they go farther than this: playing backwards does not. What is nearer may be in the making already. */
const TRAVEL = 12;
/** The light picture has the machine to itself, but no longer than this: both at once made the first picture half as late again. */
const LIGHT_ALONE_MS = 80;

export class TwoSizes implements Stills {
  private readonly full: Stills;
  private light: LightStills | null = null;
  private refused: string | null = null;
  private position = 0;
  private movedAt = -Infinity;
  /** Asked for, and not there at full size yet. */
  private wish: number | null = null;
  private cancelIdle: (() => void) | null = null;
  private cancelFull: (() => void) | null = null;
  /** Wanted at full size as soon as its light picture is drawn. */
  private next: number | null = null;
  /** Counts what people do: work that was begun in an idle moment ends with it. */
  private moment = 0;
  private closed = false;

  /** `makeFull`: makes the stills at full size, with events of its own and a way to ask whether it is the only one. */
  constructor(
    makeFull: (events: StillsEvents, alone: () => boolean) => Stills,
    private readonly events: StillsEvents,
    private readonly clock: ClockPort,
    private readonly source: LightPort,
    private readonly openLight: OpenLight,
  ) {
    this.full = makeFull(
      {
        drawn: (frame, sharp) => {
          if (frame === this.wish) this.arrived();
          events.drawn(frame, sharp);
        },
        failed: (error) => {
          this.closed = true;
          this.dropLight();
          events.failed(error);
        },
      },
      () => this.light === null,
    );
  }

  get usage(): StillsUsage {
    const [a, b] = [this.full.usage, this.light?.stills.usage];
    return b ? { frames: a.frames + b.frames, frameBytes: a.frameBytes + b.frameBytes, bytes: a.bytes + b.bytes } : a;
  }

  has(frame: number): boolean {
    return this.full.has(frame);
  }

  show(frame: number, sharpOnly = false): void {
    this.stir();
    const far = Math.abs(frame - this.position) > TRAVEL;
    const dragged = far && this.clock.now() - this.movedAt < DRAG_MS;
    this.movedAt = this.clock.now();
    this.position = frame;
    this.wish = frame;
    if (!this.light || sharpOnly || this.full.has(frame)) {
      this.light?.stills.rest();
      this.full.show(frame);
      return;
    }
    if (far) {
      this.full.rest();
      if (!dragged) this.next = frame;
      this.cancelFull = this.clock.after(dragged ? DRAG_MS : LIGHT_ALONE_MS, () => this.showFull(frame));
    }
    this.light.stills.show(frame);
    if (!far) this.full.show(frame);
  }

  warm(frame: number): void {
    this.stir();
    this.position = frame;
    this.full.warm(frame);
    this.idleSoon();
  }

  rest(): void {
    this.stir();
    this.wish = null;
    this.light?.stills.rest();
    this.full.rest();
  }

  close(): void {
    this.closed = true;
    this.dropLight();
    this.full.close();
  }

  private showFull(frame: number): void {
    this.stir();
    this.full.show(frame);
  }

  private lightDrawn(frame: number): void {
    this.events.drawn(frame, false);
    if (frame === this.next) this.showFull(frame);
  }

  /** The wish is on screen at full size. */
  private arrived(): void {
    this.wish = null;
    this.light?.stills.rest();
    this.idleSoon();
  }

  private stir(): void {
    this.moment += 1;
    this.cancelIdle?.();
    this.cancelFull?.();
    this.cancelIdle = this.cancelFull = this.next = null;
  }

  private idleSoon(): void {
    this.stir();
    const { moment } = this;
    this.cancelIdle = this.clock.after(IDLE_MS, () => void this.idle(moment).catch(() => this.dropLight()));
  }

  private async idle(moment: number): Promise<void> {
    const source = this.source.source();
    if (!this.light && source && this.refused !== source.url) {
      this.refused = source.url; // what could not be opened, or failed, is not tried again
      const light = await this.openLight(source, { drawn: (frame) => this.lightDrawn(frame), failed: () => this.dropLight() });
      if (this.closed) light?.stills.close();
      else this.light = light;
    }
    while (moment === this.moment && this.light && this.source.ahead() && (await this.light.more(this.position)));
  }

  /** The pictures of full size have to do. */
  private dropLight(): void {
    const { light, wish } = this;
    this.light = null;
    light?.stills.close();
    this.stir();
    if (wish !== null && !this.closed) this.full.show(wish);
  }
}
