// Sound that follows the picture: a slice of it on each step, a channel by itself, meters. The player knows nothing of it.
import type { FrameTable } from "../../core/frame-table.ts";
import { ALL, choiceOf, type Heard, type SoundChoice, type SoundGroup } from "../../state/sound-choices.ts";
import { Store } from "../../state/store.ts";
import type { PlayerState } from "../player-state.ts";
import { spanOfFrame, type Span } from "./slice.ts";

export interface SoundState {
  /** Steps are heard. */
  readonly scrub: boolean;
  /** Whether steps can be heard in this browser. */
  readonly canScrub: boolean;
  /** Track or channel heard by itself; `ALL` for the sound as it is. */
  readonly heard: Heard;
  /** What can be chosen of this version's sound. */
  readonly groups: readonly SoundGroup[];
}

/** What makes the sound; made when it is first needed, for it costs a script and an audio device. */
export interface SoundPort {
  /** Have the sound of `url` ready; another file than before replaces it. */
  open(url: string): Promise<void>;
  /** Play that part of the file's sound once, at this volume. Quietly does nothing when the file has no sound. */
  slice(span: Span, volume: number): Promise<void>;
  hush(): void;
  /** Hear this file beside the silent video (null: the video's own sound), or one side of it; see BrowserSound. */
  hear(url: string | null, side: number | null, offset: number): void;
}

export class Sound {
  readonly store: Store<SoundState>;
  private heard: number | null = null;
  private url: string | null = null;
  private applied = "null null 0";

  constructor(
    private readonly port: SoundPort,
    /** The frames of the source on screen; null when there is none. */
    private readonly table: () => FrameTable | null,
    settings: { scrub: boolean; canScrub: boolean },
  ) {
    this.store = new Store<SoundState>({ ...settings, heard: ALL, groups: [] });
  }

  setScrub(scrub: boolean): void {
    this.store.set({ scrub });
    if (!scrub) this.port.hush();
  }

  /** Another version's sound, or more of it: what was heard by itself stays so if it is there. */
  offer(groups: readonly SoundGroup[]): void {
    const { state } = this.store;
    const there = groups.length === 0 || choiceOf(groups, state.heard) !== null; // none: nothing is known yet
    if (JSON.stringify(groups) !== JSON.stringify(state.groups)) this.store.set({ groups, heard: there ? state.heard : ALL });
    this.apply();
  }

  hearOnly(heard: Heard): void {
    this.store.set({ heard });
    this.apply();
  }

  /** Another source is shown; its sound is fetched when a step wants it. */
  source(url: string | null): void {
    if (url === this.url) return;
    this.heard = null;
    this.url = url;
    this.apply();
  }

  private apply(): void {
    const { url, side } = this.choice;
    const wanted = `${url} ${side} ${this.offset}`;
    if (wanted === this.applied) return;
    this.applied = wanted;
    this.port.hear(url, side, this.offset);
  }

  private get choice(): Pick<SoundChoice, "url" | "side"> {
    return choiceOf(this.store.state.groups, this.store.state.heard) ?? { url: null, side: null };
  }

  /** Seconds on the video's clock at which frame 0 appears: files beside it begin there. */
  private get offset(): number {
    const table = this.table();
    return table ? table.time(0) / table.timescale : 0;
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
    void this.hear(frame, state.volume);
  }

  private async hear(frame: number, volume: number): Promise<void> {
    const table = this.table();
    const { url } = this.choice;
    const source = url ?? this.url;
    if (!table || frame >= table.frameCount || source === null) return;
    const { from, to } = spanOfFrame(table, frame);
    const before = url === null ? 0 : this.offset;
    await this.port.open(source);
    if (this.heard === frame && source === (this.choice.url ?? this.url)) await this.port.slice({ from: from - before, to: to - before }, volume);
  }
}
