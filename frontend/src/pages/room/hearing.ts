// Sound that follows the picture: steps that are heard, tracks and channels by themselves, meters.
import { parseLevels, type Levels } from "../../core/levels.ts";
import { SoundPanel } from "../../elements/sound-panel.ts";
import type { Handlers } from "../../elements/requests.ts";
import type { MediaStatus } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { BrowserSound, canScrub } from "../../player/sound/browser-sound.ts";
import { Sound } from "../../player/sound/sound.ts";
import { Kept } from "../../state/sound-and-times.ts";
import { soundChoices, type SoundChoice } from "../../state/sound-choices.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

/** A frame that was moved to moves the meters so long. */
const STEP_SEEN_MS = 120;

const bytesOf = async (url: string): Promise<ArrayBuffer> => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  return answer.arrayBuffer();
};

export class Hearing implements RoomPart {
  readonly handlers: Handlers<"scrub-sound" | "solo" | "meters">;
  readonly sound: Sound;
  private readonly panel = new SoundPanel();

  private readonly port: BrowserSound;
  private readonly levels = new Map<number, { file: Kept<Levels>; value: Levels | null }>();
  private files: MediaStatus["levels"] = [];
  private movedAt = -Infinity;
  /** Meters are fetched when somebody looks at them. */
  private looking = false;

  constructor(private readonly room: RoomContext) {
    this.port = new BrowserSound(room.view.video, (url, init) => fetch(url, init));
    this.sound = new Sound(this.port, () => room.player.present?.table ?? null, { scrub: keeping.read("scrub-sound", true), canScrub: canScrub() });
    this.panel.level = (choice) => this.level(choice);
    this.panel.hidden = true;
    room.transport.querySelector(".volume-box")?.append(this.panel);
    this.sound.store.watch((state) => this.panel.show(state));
    this.handlers = {
      "scrub-sound": ({ on }) => {
        keeping.write("scrub-sound", on);
        this.sound.setScrub(on);
      },
      solo: (heard) => this.sound.hearOnly(heard),
      meters: () => {
        this.port.takeSound();
        this.looking = true;
        this.fetchLevels();
      },
    };
  }

  /** Seconds by which sound of another file is ahead of the picture; null while the video's own is heard. */
  get drift(): number | null {
    return this.port.drift;
  }

  media(media: MediaStatus | null): void {
    this.panel.hidden = !media?.audio_tracks.length;
    this.sound.offer(soundChoices(media));
    this.files = media?.levels ?? [];
    if (this.looking) this.fetchLevels();
  }

  player(state: PlayerState, before: PlayerState): void {
    if (state.frame !== before.frame) this.movedAt = performance.now();
    this.sound.source(this.panel.hidden ? null : (this.room.player.present?.source.url ?? null));
    this.sound.player(state, before);
  }

  private fetchLevels(): void {
    for (const track of new Set([...this.levels.keys(), ...this.files.map((one) => one.track)])) {
      let kept = this.levels.get(track);
      if (!kept) {
        const fresh = { file: new Kept(bytesOf, parseLevels, (value) => (fresh.value = value)), value: null as Levels | null };
        kept = fresh;
        this.levels.set(track, fresh);
      }
      kept.file.want(this.files.find((one) => one.track === track)?.url ?? null);
    }
  }

  /** Of files with several channels or tracks the source's own level, heard or not; of others what passes the desk. */
  private level({ track, metered, side }: SoundChoice): number {
    const levels = track === null ? null : this.levels.get(track)?.value;
    if (!levels) return this.files.length > 0 ? -Infinity : (this.port.levels()?.[side ?? 0]?.peak ?? -Infinity);
    const { player } = this.room;
    const { playing, frame } = player.state;
    const table = player.present?.table;
    if (!table || metered === null || frame >= table.frameCount || (!playing && performance.now() - this.movedAt > STEP_SEEN_MS)) return -Infinity;
    return levels.at(metered, (table.time(frame) - table.time(0)) / table.timescale);
  }
}
