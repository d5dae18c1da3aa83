// A decoder that behaves as browsers' do: takes time, gives pictures in the order shown, sometimes stalls or fails.
import type { Packet, PacketSource } from "../../../src/player/plus/packets.ts";
import type { KeptPicture } from "../../../src/player/plus/pictures.ts";
import type { DecoderPort } from "../../../src/player/plus/decoder-pair.ts";
import type { FakeClock } from "../fakes.ts";

export const open = new Set<FakeFrame>();

export class FakeFrame {
  readonly format = "I420";
  readonly displayWidth = 10;
  readonly displayHeight = 10;
  constructor(readonly timestamp: number) {
    open.add(this);
  }
  allocationSize(): number {
    return 150;
  }
  close(): void {
    open.delete(this);
  }
}

export const copyFake = (frame: VideoFrame): Promise<KeptPicture> =>
  Promise.resolve().then(() => {
    const copy = new FakeFrame(frame.timestamp);
    frame.close();
    return { image: copy as unknown as VideoFrame, bytes: 150, close: () => copy.close() };
  });

export class FakeDecoder implements DecoderPort {
  decodeQueueSize = 0;
  decoded: number[] = [];
  resets = 0;
  closed = false;
  private configured = false;
  private generation = 0;
  private flushing: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  constructor(
    private readonly clock: FakeClock,
    private readonly output: (frame: VideoFrame) => void,
    readonly error: (error: unknown) => void,
    private readonly tricks: { stall?: boolean; swallow?: number },
  ) {}
  configure(): void {
    if (this.closed) throw new Error("closed");
    this.configured = true;
  }
  decode(chunk: EncodedVideoChunk): void {
    if (this.closed || !this.configured) throw new Error("not set up");
    const { generation } = this;
    this.decodeQueueSize += 1;
    this.clock.after(3 * this.decodeQueueSize, () => {
      if (generation !== this.generation) return;
      this.decodeQueueSize -= 1;
      this.decoded.push(chunk.timestamp);
      if (!this.tricks.stall && chunk.timestamp !== this.tricks.swallow) this.output(new FakeFrame(chunk.timestamp) as unknown as VideoFrame);
      if (this.decodeQueueSize === 0 && !this.tricks.stall) this.flushing?.resolve();
    });
  }
  flush(): Promise<void> {
    if (this.decodeQueueSize === 0 && !this.tricks.stall) return Promise.resolve();
    return new Promise((resolve, reject) => (this.flushing = { resolve, reject }));
  }
  reset(): void {
    this.resets += 1;
    this.configured = false;
    this.generation += 1;
    this.decodeQueueSize = 0;
    this.flushing?.reject(new DOMException("reset", "AbortError"));
    this.flushing = null;
  }
  close(): void {
    this.reset();
    this.closed = true;
  }
}

export function fakePackets(clock: FakeClock, log: number[] = []): PacketSource & { closed: boolean } {
  return {
    config: { codec: "avc1.640028" },
    turn: 0,
    closed: false,
    async *group(first: number, end: number): AsyncGenerator<Packet> {
      log.push(first);
      await new Promise<void>((resolve) => clock.after(10, resolve));
      for (let frame = first; frame < end; frame += 1) yield { frame, key: frame === first, data: new Uint8Array() };
    },
    close() {
      this.closed = true;
    },
  };
}
