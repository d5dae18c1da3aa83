// The sound of a file as samples on the picture's clock, decoded where it is wanted. Container by mediabunny, sound by
// WebCodecs; the encoder's priming lies before time 0 (edit list) and is never heard.
import { EncodedPacketSink, type Input } from "mediabunny";
import type { Fetch } from "../failures.ts";
import { RangedBytes } from "../plus/bytes.ts";
import { openInput } from "../plus/packets.ts";
import { cut, type Piece } from "./slice.ts";

const BYTE_BUDGET = 8 << 20;
/** Decoded at once and kept together, in seconds. */
const WINDOW = 1;
const WINDOWS_KEPT = 16;
/** A lossy packet needs the ones before it to sound as it was meant: decoding begins this much earlier. */
const RUN_UP = 0.1;

interface Window {
  readonly pieces: Piece[];
}

export class SoundReader {
  private readonly windows = new Map<number, Promise<Window>>(); // in order of use, the oldest first
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;

  private constructor(
    private readonly input: Input,
    private readonly bytes: RangedBytes,
    private readonly sink: EncodedPacketSink,
    private readonly config: AudioDecoderConfig,
  ) {}

  /** Null when the file has no sound, or none that this browser decodes. */
  static async open(url: string, fetcher: Fetch): Promise<SoundReader | null> {
    const bytes = new RangedBytes(url, fetcher, BYTE_BUDGET);
    const input = openInput(bytes);
    try {
      const track = await input.getPrimaryAudioTrack();
      const config = await track?.getDecoderConfig();
      if (track && config && (await AudioDecoder.isConfigSupported(config)).supported) return new SoundReader(input, bytes, new EncodedPacketSink(track), config);
    } catch {
      // No sound then: the picture does not depend on it.
    }
    input.dispose();
    bytes.close();
    return null;
  }

  get sampleRate(): number {
    return this.config.sampleRate;
  }

  get channels(): number {
    return this.config.numberOfChannels;
  }

  /** The samples of [from, to) in seconds, for each channel; silence where the file has none. */
  async samples(from: number, to: number): Promise<Float32Array[]> {
    const pieces: Piece[] = [];
    for (let index = Math.floor(from / WINDOW); index * WINDOW < to; index += 1) pieces.push(...(await this.window(index)).pieces);
    return cut(pieces, this.channels, Math.round(from * this.sampleRate), Math.round(to * this.sampleRate));
  }

  close(): void {
    this.closed = true;
    this.windows.clear();
    this.input.dispose();
    this.bytes.close();
  }

  private window(index: number): Promise<Window> {
    let window = this.windows.get(index);
    if (!window) {
      window = this.queue.then(() => this.decode(index * WINDOW, (index + 1) * WINDOW));
      this.queue = window.catch(() => this.windows.delete(index));
    }
    this.windows.delete(index);
    this.windows.set(index, window);
    for (const oldest of this.windows.keys()) {
      if (this.windows.size <= WINDOWS_KEPT) break;
      this.windows.delete(oldest);
    }
    return window;
  }

  private async decode(from: number, to: number): Promise<Window> {
    const pieces: Piece[] = [];
    if (this.closed) return { pieces };
    let failure: unknown = null;
    const first = Math.round(from * this.sampleRate);
    const decoder = new AudioDecoder({
      output: (data) => {
        const start = Math.round((data.timestamp * data.sampleRate) / 1e6);
        if (start + data.numberOfFrames > first) pieces.push({ start, channels: planes(data) });
        data.close();
      },
      error: (error) => (failure = error),
    });
    try {
      decoder.configure(this.config);
      let packet = (await this.sink.getPacket(from - RUN_UP)) ?? (await this.sink.getFirstPacket());
      for (; packet && packet.timestamp < to && !this.closed; packet = await this.sink.getNextPacket(packet)) {
        decoder.decode(new EncodedAudioChunk({ type: packet.type, timestamp: Math.round(packet.timestamp * 1e6), data: packet.data }));
      }
      await decoder.flush();
    } finally {
      if (decoder.state !== "closed") decoder.close();
    }
    if (failure) throw failure;
    return { pieces };
  }
}

function planes(data: AudioData): Float32Array[] {
  return Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(data.numberOfFrames);
    data.copyTo(plane, { planeIndex, format: "f32-planar" });
    return plane;
  });
}
