// Sound that follows the picture: steps that are heard, channels, meters.
import { SoundPanel } from "../../elements/sound-panel.ts";
import type { Handlers } from "../../elements/requests.ts";
import type { MediaStatus } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { BrowserSound, canScrub } from "../../player/sound/browser-sound.ts";
import { spanOfFrame } from "../../player/sound/slice.ts";
import { Sound } from "../../player/sound/sound.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

export class Hearing implements RoomPart {
  readonly handlers: Handlers<"scrub-sound" | "solo" | "meters">;
  readonly sound: Sound;
  private readonly panel = new SoundPanel();

  constructor(private readonly room: RoomContext) {
    const port = new BrowserSound(room.view.video, (url, init) => fetch(url, init));
    const span = (frame: number): ReturnType<typeof spanOfFrame> | null => {
      const { present } = room.player;
      return present && frame < present.table.frameCount ? spanOfFrame(present.table, frame) : null;
    };
    this.sound = new Sound(port, span, { scrub: keeping.read("scrub-sound", true), canScrub: canScrub() });
    this.panel.levels = () => port.levels();
    this.panel.hidden = true;
    room.transport.querySelector(".volume-box")?.append(this.panel);
    this.sound.store.watch((state) => this.panel.show(state));
    this.handlers = {
      "scrub-sound": ({ on }) => {
        keeping.write("scrub-sound", on);
        this.sound.setScrub(on);
      },
      solo: ({ channel }) => this.sound.setSolo(channel),
      meters: () => port.takeVideo(),
    };
  }

  media(media: MediaStatus | null): void {
    this.panel.hidden = !media?.audio_tracks.length;
  }

  player(state: PlayerState, before: PlayerState): void {
    this.sound.source(this.panel.hidden ? null : (this.room.player.present?.source.url ?? null));
    this.sound.player(state, before);
  }
}
