// Paused pictures from our own decoder: frame number in, exactly that picture on the canvas. The number is the packet's
// timestamp through the decoder, so picture and number are one object; nothing is ever inferred from a clock.
import type { FrameTable } from "../../core/frame-table.ts";
import type { ClockPort, Stills, StillsEvents, StillSurface, StillsUsage } from "../ports.ts";
import { DecoderPair, type DecoderPort } from "./decoder-pair.ts";
import { FrameCache } from "./frame-cache.ts";
import type { PacketSource } from "./packets.ts";
import { keepAsIs, type KeptPicture } from "./pictures.ts";
import { jobFor, prefetch, type Job } from "./plan.ts";

export interface StillsOptions {
  readonly frameBudget: number;
  /** Copy every picture at once (hardware decoders). */
  readonly copy: boolean;
  copyPicture(frame: VideoFrame): Promise<KeptPicture>;
  makeDecoder(output: (frame: VideoFrame) => void, error: (error: unknown) => void): DecoderPort;
  bytesHeld(): number;
  /** Called once, when all is given back. */
  released(): void;
  /** Whether a picture is drawn that the playhead has left while it was made: somebody who drags sees pictures. Otherwise it is
   *  given up. */
  passing(): boolean;
  /** Whether the pictures around the playhead are wanted, too. */
  readonly surroundings: boolean;
  makeChunk(init: EncodedVideoChunkInit): EncodedVideoChunk;
}

interface Running {
  readonly job: Job;
  /** Drawn as soon as it is out, even if the wish has moved on: somebody who drags sees pictures. */
  target: number | null;
  cancelled: boolean;
}

/** A decoder that owes pictures and gives none for this long has stalled. */
const STALLED_AFTER_MS = 2_000;
/** How long the next packet may take to arrive. */
const DATA_WITHIN_MS = 15_000;
/** After a jump the surroundings wait this long, from when its picture is drawn: that is to be painted first, and whoever looks
 *  for a place jumps on. The rest of its group is decoded with it. */
const SURROUNDINGS_AFTER_MS = 150;
/** Moves up to this far are steps: their surroundings are wanted at once. */
const STEP = 3;
/** The next picture on the way is prepared so long after this one is drawn, which is to be painted first. */
const PREPARE_AFTER_MS = 20;
/** Packets given to the decoder ahead of its pictures. */
const QUEUE = 24;
const FAILURES_FORGIVEN = 2;

export class StillDecoder implements Stills {
  private readonly cache: FrameCache<KeptPicture>;
  private readonly decoders: DecoderPair;
  private running: Running | null = null;
  private wish: number | null = null;
  private position = 0;
  private direction: 1 | -1 = 1;
  private copy: boolean;
  private failures = 0;
  private closed = false;
  private cancelWatch: (() => void) | null = null;
  private cancelCalm: (() => void) | null = null;
  private cancelPrepare: (() => void) | null = null;
  /** Not just jumped. */
  private calm = false;
  /** Copies under way. */
  private keeping = 0;

  constructor(
    private readonly packets: PacketSource,
    private readonly table: FrameTable,
    private readonly surface: StillSurface,
    private readonly clock: ClockPort,
    private readonly options: StillsOptions,
    private readonly events: StillsEvents,
  ) {
    this.copy = options.copy;
    this.cache = new FrameCache(options.frameBudget, () => this.position);
    this.decoders = new DecoderPair((error) => options.makeDecoder((frame) => this.output(frame), error), packets.config, clock, (error) => {
      if (this.running) this.broke(this.running, error);
    });
  }

  get usage(): StillsUsage {
    return { frames: this.cache.count, frameBytes: this.cache.bytes, bytes: this.options.bytesHeld() };
  }

  has(frame: number): boolean {
    return this.cache.has(frame);
  }

  show(frame: number): void {
    this.move(frame);
    const kept = this.cache.get(frame);
    if (kept) {
      this.wish = null;
      this.draw(frame, kept);
    } else {
      this.wish = frame;
      // One picture in the making is finished, then the newest wish has its turn.
      if (this.running && (this.running.target === null || !this.options.passing()) && !this.covers(this.running, frame)) this.cancel();
    }
    this.pump();
  }

  warm(frame: number): void {
    this.move(frame);
    this.settle();
    this.pump();
  }

  rest(): void {
    this.wish = null;
    this.stopCalming();
    this.cancelPrepare?.();
    this.cancel();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.rest();
    this.decoders.close();
    this.cache.clear();
    this.packets.close();
    this.options.released();
  }

  private move(frame: number): void {
    if (frame !== this.position) this.direction = frame > this.position ? 1 : -1;
    if (Math.abs(frame - this.position) > STEP) {
      this.calm = false;
      this.stopCalming();
    }
    this.position = frame;
  }

  private stopCalming(): void {
    this.cancelCalm?.();
    this.cancelCalm = null;
  }

  /** The picture at the playhead is drawn: soon its surroundings have their turn. */
  private settle(): void {
    if (this.calm || this.closed || this.cancelCalm || !this.options.surroundings) return; // steps put it off no further
    this.cancelCalm = this.clock.after(SURROUNDINGS_AFTER_MS, () => {
      this.cancelCalm = null;
      this.calm = true;
      this.pump();
    });
  }

  private covers({ job, cancelled }: Running, frame: number): boolean {
    return !cancelled && frame >= job.low && frame <= job.high && !this.cache.has(frame);
  }

  private pump(): void {
    if (this.closed || this.running) return;
    const room = this.cache.room;
    const missing = this.cache.has(this.position) ? null : jobFor(this.table, this.position, room);
    const around = (): Job | null => (this.calm ? prefetch(this.table, this.position, this.direction, (i) => this.cache.has(i), room) : null);
    const job = this.wish === null ? (missing ?? around()) : jobFor(this.table, this.wish, room);
    if (!job) return;
    const running: Running = { job, target: this.wish, cancelled: false };
    this.running = running;
    this.watch(DATA_WITHIN_MS);
    void this.run(running)
      .catch((error: unknown) => this.broke(running, error))
      .then(() => {
        if (this.running === running) this.running = null;
        if (!this.running) this.cancelWatch?.();
        this.pump();
      });
  }

  private async run(running: Running): Promise<void> {
    const { job } = running;
    const decoder = this.decoders.current;
    let unseen = -1;
    let beyond = 0;
    for await (const packet of this.packets.group(job.first, job.end)) {
      if (running.cancelled) return;
      // Whatever is shown after the last frame kept needs not be decoded, save for what reordering may hold back.
      if (packet.frame > job.high && ++beyond > 8) break;
      const timestamp = packet.frame >= 0 ? packet.frame : unseen--;
      decoder.decode(this.options.makeChunk({ type: packet.key ? "key" : "delta", timestamp, data: packet.data }));
      this.watch(DATA_WITHIN_MS);
      while (decoder.decodeQueueSize > QUEUE && !running.cancelled) await new Promise<void>((resolve) => this.clock.after(4, resolve));
    }
    if (running.cancelled) return;
    this.watch(STALLED_AFTER_MS);
    await decoder.flush();
    while (this.keeping > 0 && !running.cancelled) await new Promise<void>((resolve) => this.clock.after(1, resolve));
    const owed = this.wish ?? running.target;
    if (!running.cancelled && owed !== null && this.covers(running, owed)) throw new Error(`frame ${owed} did not come out of the decoder`);
  }

  private output(frame: VideoFrame): void {
    const { running } = this;
    const number = frame.timestamp;
    if (!running || running.cancelled || number < running.job.low || number > running.job.high || this.cache.has(number)) {
      frame.close();
      return;
    }
    this.watch(STALLED_AFTER_MS);
    if (!this.copy) {
      this.keep(running, number, keepAsIs(frame));
      return;
    }
    this.keeping += 1;
    this.options
      .copyPicture(frame)
      .then(
        (kept) => {
          if (running.cancelled || this.closed) kept.close();
          else this.keep(running, number, kept);
        },
        (error: unknown) => this.broke(running, error),
      )
      .finally(() => (this.keeping -= 1));
  }

  private keep(running: Running, number: number, kept: KeptPicture): void {
    this.cache.put(number, kept);
    if (number === this.position + this.direction && this.wish === null) this.prepareNext();
    if (number === this.wish) {
      this.wish = running.target = null;
      this.failures = 0;
      this.draw(number, kept);
    } else if (number === running.target) {
      running.target = null;
      if (this.cache.has(number) && this.options.passing()) this.draw(number, kept);
      if (this.wish !== null && !this.covers(running, this.wish)) {
        this.cancel();
        this.pump();
      }
    }
  }

  private draw(frame: number, { image }: KeptPicture): void {
    this.surface.show(image, this.packets.turn);
    if (frame === this.position) this.settle();
    this.prepareNext();
    this.events.drawn(frame, true);
  }

  /** Whoever steps goes on the same way, most of the time. */
  private prepareNext(): void {
    if (!this.options.surroundings) return;
    this.cancelPrepare?.();
    this.cancelPrepare = this.clock.after(PREPARE_AFTER_MS, () => {
      const next = this.wish === null ? this.cache.get(this.position + this.direction) : null;
      if (next) this.surface.prepare?.(next.image, this.packets.turn);
    });
  }

  private cancel(): void {
    const { running } = this;
    this.cancelWatch?.();
    if (!running) return;
    running.cancelled = true;
    this.running = null;
    this.decoders.discard();
  }

  /** Something failed: once or twice it is tried again with a new decoder and copied pictures, then the base player
   *  takes over. */
  private broke(running: Running, error: unknown): void {
    if (running.cancelled || this.closed) return;
    running.cancelled = true;
    this.running = null;
    this.cancelWatch?.();
    this.failures += 1;
    this.decoders.drop();
    if (this.failures > FAILURES_FORGIVEN) {
      this.close();
      this.events.failed(error);
      return;
    }
    this.copy = true;
    this.pump();
  }

  private watch(milliseconds: number): void {
    this.cancelWatch?.();
    this.cancelWatch = this.clock.after(milliseconds, () => {
      if (!this.running) return;
      if (this.running.target === null && this.wish === null) this.cancel();
      else this.broke(this.running, new Error("the decoder or the connection stalled"));
    });
  }
}
