// What the timeline needs beside pictures: the waveform of the track that is shown, and the real times of a version
// whose rate varies.
import { parseFrameTable, type FrameTable } from "../core/frame-table.ts";
import { parseWaveform, type Waveform } from "../core/waveform.ts";
import { t } from "../language/translate.ts";
import type { MediaStatus } from "../net/types.ts";

export type BytesOf = (url: string) => Promise<ArrayBuffer>;

/** The waveform to show: the track that was chosen, else the first that has one; null if none is wished for or made. */
export function waveformOf(media: MediaStatus | null, track: number | null): MediaStatus["waveforms"][number] | null {
  if (!media || track === null) return null;
  return media.waveforms.find((one) => one.track === track) ?? media.waveforms[0] ?? null;
}

/** Address of a frame table that holds every frame; only a version of variable rate needs one here. */
export function timesUrlOf(media: MediaStatus | null): string | null {
  if (media?.variable_rate !== true) return null;
  return media.renditions.find((rendition) => rendition.complete && rendition.frame_count === media.frame_count)?.table_url ?? null;
}

/** The smallest file that holds every frame: enough for a card. */
export function pictureSourceOf(media: MediaStatus | null): MediaStatus["renditions"][number] | null {
  const whole = (media?.renditions ?? []).filter((rendition) => rendition.complete && rendition.frame_count === media?.frame_count);
  return whole.sort((a, b) => a.height - b.height)[0] ?? null;
}

/** Keeps one file, by its address, and tells when it is there. A file that cannot be had is not asked for again. */
export class Kept<T> {
  private url: string | null = null;
  private ticket = 0;

  constructor(
    private readonly bytes: BytesOf,
    private readonly parse: (buffer: ArrayBuffer) => T,
    private readonly arrived: (value: T | null) => void,
  ) {}

  want(url: string | null): void {
    if (url === this.url) return;
    this.url = url;
    const ticket = ++this.ticket;
    if (url === null) return this.arrived(null);
    // What was there before stays until the new one comes: nothing jumps.
    void this.bytes(url)
      .then(this.parse)
      .catch(() => null)
      .then((value) => {
        if (ticket === this.ticket) this.arrived(value);
      });
  }
}

export const keptWaveform = (bytes: BytesOf, arrived: (value: Waveform | null) => void): Kept<Waveform> => new Kept(bytes, parseWaveform, arrived);
export const keptTimes = (bytes: BytesOf, arrived: (value: FrameTable | null) => void): Kept<FrameTable> => new Kept(bytes, parseFrameTable, arrived);

/** "Track 1 · stereo · eng": how a sound track is called. */
export function trackName(track: MediaStatus["audio_tracks"][number], count: number): string {
  // What encoders call every track of theirs says nothing.
  const title = /handler$/i.test(track.title) ? "" : track.title;
  const facts = [title || track.layout || (track.channels > 0 ? `${track.channels} ch` : ""), track.language].filter((fact) => fact !== "" && fact !== "und");
  const name = count > 1 ? t("Track {number}", { number: track.index + 1 }) : t("Sound");
  return [name, ...facts].join(" · ");
}
