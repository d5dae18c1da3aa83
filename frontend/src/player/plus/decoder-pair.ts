// Two decoders that take turns. Setting a decoder up takes as long as decoding several pictures; so whoever throws work away
// goes on with the other one, which stands ready, and the first is set up again while nobody waits.
import type { ClockPort } from "../ports.ts";

/** VideoDecoder, as far as it is used here. */
export interface DecoderPort {
  readonly decodeQueueSize: number;
  configure(config: VideoDecoderConfig): void;
  decode(chunk: EncodedVideoChunk): void;
  flush(): Promise<void>;
  reset(): void;
  close(): void;
}

/** The picture that somebody waits for is decoded first. */
const READY_AGAIN_AFTER_MS = 50;

export class DecoderPair {
  private working: DecoderPort | null = null;
  private spare: DecoderPort | null = null;
  private configured = false; // the spare
  private cancelSetUp: (() => void) | null = null;

  /** `failed` is called when the decoder at work fails; it is gone then. A spare that fails is only not used. */
  constructor(
    private readonly make: (error: (error: unknown) => void) => DecoderPort,
    private readonly config: VideoDecoderConfig,
    private readonly clock: ClockPort,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** The one to work with, set up. */
  get current(): DecoderPort {
    this.working ??= this.fresh();
    return this.working;
  }

  /** Whatever was given to the decoder is forgotten; `current` is free at once. */
  discard(): void {
    const { working } = this;
    if (!working) return;
    working.reset();
    this.working = this.spare;
    if (this.working && !this.configured) this.working.configure(this.config);
    this.spare = working;
    this.configured = false;
    this.cancelSetUp?.();
    this.cancelSetUp = this.clock.after(READY_AGAIN_AFTER_MS, () => this.setUp());
  }

  /** The decoder at work is no good. */
  drop(): void {
    const { working } = this;
    this.working = null;
    close(working);
  }

  close(): void {
    this.cancelSetUp?.();
    this.drop();
    close(this.spare);
    this.spare = null;
  }

  private fresh(): DecoderPort {
    const decoder: DecoderPort = this.make((error) => {
      // A decoder that failed is closed.
      if (decoder === this.spare) this.spare = null;
      if (decoder !== this.working) return;
      this.working = null;
      this.failed(error);
    });
    decoder.configure(this.config);
    return decoder;
  }

  private setUp(): void {
    this.cancelSetUp = null;
    this.configured = true;
    this.spare?.configure(this.config);
  }
}

function close(decoder: DecoderPort | null): void {
  try {
    decoder?.close();
  } catch {
    // It closed itself.
  }
}
