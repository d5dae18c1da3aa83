// The mixing desk: what is heard goes through it on its way out, the video's own sound only once somebody looks at the
// meters or picks a channel. Meters stand before the choice of a channel: a channel that is not heard still moves.
import { levels } from "./slice.ts";

export interface Level {
  /** dBFS of the loudest sample and of the mean, -Infinity for silence. */
  readonly peak: number;
  readonly rms: number;
}

const FADE = 0.002;
const METERED = 4096;

export class Desk {
  private readonly context = new AudioContext({ latencyHint: "interactive" });
  private readonly entry = this.context.createGain();
  private readonly out = this.context.createGain();
  private readonly meters: AnalyserNode[] = [];
  private readonly splitter: ChannelSplitterNode;
  private readonly merger = this.context.createChannelMerger(2);
  private readonly buffer = new Float32Array(METERED);
  private last: { source: AudioBufferSourceNode; gain: GainNode } | null = null;
  private readonly taken = new Map<HTMLMediaElement, GainNode>();

  constructor(readonly channels: number) {
    this.splitter = this.context.createChannelSplitter(channels);
    this.entry.channelCountMode = "explicit";
    this.entry.channelCount = channels;
    this.entry.channelInterpretation = channels > 2 ? "discrete" : "speakers";
    this.entry.connect(this.splitter);
    for (let channel = 0; channel < channels; channel += 1) {
      const meter = this.context.createAnalyser();
      meter.fftSize = METERED;
      this.splitter.connect(meter, channel);
      this.meters.push(meter);
    }
    this.merger.connect(this.out);
    this.out.connect(this.context.destination);
    this.solo(null);
  }

  /** Browsers let sound begin only after a key or a click. */
  async wake(): Promise<void> {
    if (this.context.state === "suspended") await this.context.resume();
  }

  /** Hear this element, and no other one that passes the desk. What was taken once stays with the desk, as the platform wants it. */
  take(element: HTMLMediaElement): void {
    if (!this.taken.has(element)) {
      // Connected for good, at no gain while another one is heard: an element whose sound nobody takes stands still.
      const gain = this.context.createGain();
      this.context.createMediaElementSource(element).connect(gain).connect(this.entry);
      this.taken.set(element, gain);
    }
    for (const [one, gain] of this.taken) gain.gain.value = one === element ? 1 : 0;
  }

  get hasSound(): boolean {
    return this.taken.size > 0;
  }

  /** Hear one channel only, on both sides; null: all as they are. */
  solo(channel: number | null): void {
    for (let i = 0; i < this.channels; i += 1) {
      for (const side of [0, 1]) {
        try {
          this.splitter.disconnect(this.merger, i, side);
        } catch {
          // It was not connected.
        }
      }
    }
    if (channel !== null) for (const side of [0, 1]) this.splitter.connect(this.merger, Math.min(channel, this.channels - 1), side);
    else for (const side of [0, 1]) this.splitter.connect(this.merger, Math.min(side, this.channels - 1), side);
  }

  /** Play a piece of sound now, once, over what was played so before. `gain`: 0 … 1. */
  play(samples: readonly Float32Array[], sampleRate: number, gain: number): void {
    const length = samples[0]?.length ?? 0;
    this.hush();
    if (length === 0 || gain === 0) return;
    const now = this.context.currentTime;
    const buffer = this.context.createBuffer(samples.length, length, sampleRate);
    samples.forEach((channel, i) => buffer.copyToChannel(new Float32Array(channel), i));
    const source = this.context.createBufferSource();
    const envelope = this.context.createGain();
    source.buffer = buffer;
    const end = now + length / sampleRate;
    envelope.gain.setValueAtTime(0, now);
    envelope.gain.linearRampToValueAtTime(gain, now + FADE);
    envelope.gain.setValueAtTime(gain, Math.max(now + FADE, end - FADE));
    envelope.gain.linearRampToValueAtTime(0, end);
    source.connect(envelope);
    envelope.connect(this.entry);
    source.addEventListener("ended", () => envelope.disconnect());
    source.start(now);
    this.last = { source, gain: envelope };
  }

  /** Stop what play() plays, without a click. */
  hush(): void {
    if (!this.last) return;
    const now = this.context.currentTime;
    this.last.gain.gain.cancelScheduledValues(now);
    this.last.gain.gain.setTargetAtTime(0, now, FADE);
    this.last.source.stop(now + 4 * FADE);
    this.last = null;
  }

  /** What passes at this moment, per channel; the last 4,096 samples, several display refreshes. */
  levels(): Level[] {
    return this.meters.map((meter) => {
      meter.getFloatTimeDomainData(this.buffer);
      return levels(this.buffer);
    });
  }

  close(): void {
    this.hush();
    void this.context.close();
  }
}
