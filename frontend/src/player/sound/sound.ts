// Sound that follows the picture: a slice of it on each step, a channel by itself, meters. The player knows nothing of it.
import { Store } from "../../state/store.ts";
import type { PlayerState } from "../player-state.ts";
import type { Span } from "./slice.ts";

export interface SoundState {
  /** Steps are heard. */
  readonly scrub: boolean;
  /** Whether steps can be heard in this browser. */
  readonly canScrub: boolean;
  /** Channel heard by itself, 0-based; null for all. */
  readonly solo: number | null;
}

/** What makes the sound; made when it is first needed, for it costs a script and an audio device. */
export interface SoundPort {
  /** Have the sound of `url` ready; another file than before replaces it. */
  open(url: string): Promise<void>;
  /** Play that part of the file's sound once, at this volume. Quietly does nothing when the file has no sound. */
  slice(span: Span, volume: number): Promise<void>;
  hush(): void;
  solo(channel: number | null): void;
}

export class Sound {
  readonly store: Store<SoundState>;
  private heard: number | null = null;
  private url: string | null = null;

  constructor(
    private readonly port: SoundPort,
    /** The part of the sound that belongs to a frame of the present source; null when that is not known. */
    private readonly span: (frame: number) => Span | null,
    settings: { scrub: boolean; canScrub: boolean },
  ) {
    this.store = new Store<SoundState>({ ...settings, solo: null });
  }

  setScrub(scrub: boolean): void {
    this.store.set({ scrub });
    if (!scrub) this.port.hush();
  }

  setSolo(solo: number | null): void {
    this.store.set({ solo });
    this.port.solo(solo);
  }

  /** Another source is shown; its sound is fetched when a step wants it. */
  source(url: string | null): void {
    if (url !== this.url) this.heard = null;
    this.url = url;
  }

  /** The player's state changed: a frame that somebody moved to is heard, one that play stopped on is not. */
  player(state: PlayerState, before: PlayerState): void {
    const { scrub, canScrub } = this.store.state;
    const forward = state.playing && state.shuttle > 0;
    if (state.status !== "ready" || forward) {
      this.heard = null;
      if (forward && !before.playing) this.port.hush();
      return;
    }
    if (!state.confirmed && !(state.playing && state.shuttle < 0)) return;
    const { frame } = state;
    if (frame === this.heard) return;
    const moved = this.heard !== null;
    this.heard = frame;
    if (!moved || !scrub || !canScrub || state.muted || state.volume === 0 || this.url === null) return;
    void this.hear(this.url, frame, state.volume);
  }

  private async hear(url: string, frame: number, volume: number): Promise<void> {
    const span = this.span(frame);
    if (!span) return;
    await this.port.open(url);
    if (this.heard === frame && this.url === url) await this.port.slice(span, volume);
  }
}
