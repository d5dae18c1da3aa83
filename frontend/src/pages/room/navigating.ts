// The timeline beside the transport: what it shows, how close it looks, where in and out are; and how positions are shown.
import { clipAt, neighbourMarker } from "../../core/timeline-lanes.ts";
import type { PlayerState } from "../../player/player.ts";
import type { Handlers } from "../../elements/requests.ts";
import type { MediaStatus } from "../../net/types.ts";
import { keptTimes, keptWaveform, timesUrlOf, waveformOf } from "../../state/sound-and-times.ts";
import { ZOOM_STEP } from "../../state/timeline-state.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { SmallPictures } from "./small-pictures.ts";

type Kinds = "set-range" | "go-to-in" | "go-to-out" | "mark-clip" | "marker" | "zoom" | "display" | "timeline-options";

async function bytesOf(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.arrayBuffer();
}

export class Navigating implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private readonly waveform = keptWaveform(bytesOf, (waveform) => this.room.timeline.setWaveform(waveform));
  private readonly times = keptTimes(bytesOf, (times) => {
    this.room.clock.times = times;
    this.room.positionsChanged();
  });

  private small: Promise<SmallPictures | null> | null = null;
  private pictures: SmallPictures | null = null;

  constructor(private readonly room: RoomContext) {
    const { player, timeline } = room;
    timeline.card.setPictures({
      show: (frame, done) => void this.smallPictures().then((small) => small?.card.show(frame, done)),
      rest: () => this.pictures?.card.rest(),
    });
    timeline.painter.close = () => void this.smallPictures();
    const { model } = timeline;
    this.handlers = {
      "set-range": ({ first, last }) => player.setRange({ first, last }),
      "go-to-in": () => player.seek(player.state.range?.first ?? 0),
      "go-to-out": () => player.seek(player.state.range?.last ?? model.state.frameCount - 1),
      "mark-clip": () => player.setRange(clipAt(model.state.lanes, player.intended, model.state.frameCount)),
      marker: ({ direction }) => {
        const frame = neighbourMarker(model.state.lanes, player.intended, direction);
        if (frame === null) return;
        player.seek(frame);
        room.act({ kind: "name-place", frame });
      },
      zoom: ({ direction }) => (direction === 0 ? model.fit() : model.zoomAround(ZOOM_STEP ** direction, player.intended)),
      display: ({ display }) => {
        room.clock.display = display;
        keeping.write("display", display);
        room.positionsChanged();
      },
      "timeline-options": ({ kind: _, ...change }) => {
        model.setOptions(change);
        this.media(room.session.store.state.media);
      },
    };
  }

  entered(): void {
    this.room.clock.times = null;
    this.room.timeline.model.setLanes({ markers: [], findings: [], approvedUpTo: null });
  }

  media(media: MediaStatus | null): void {
    const { transport, timeline } = this.room;
    const { options } = timeline.model.state;
    this.waveform.want(waveformOf(media, options.track)?.url ?? null);
    this.times.want(timesUrlOf(media));
    this.pictures?.media(media);
    transport.setChoices({ options, tracks: media?.audio_tracks ?? [], waveforms: media?.waveforms.map((one) => one.track) ?? [], sprites: media?.sprites != null });
  }

  player(state: PlayerState): void {
    this.pictures?.player(state);
  }

  /** Those of frames, loaded when somebody first looks for one; null where they could not be. */
  private smallPictures(): Promise<SmallPictures | null> {
    const { player, timeline, landing } = this.room;
    return (this.small ??= import("./small-pictures.ts").then(
      (module) => {
        const { painter } = timeline;
        const small = (this.pictures = new module.SmallPictures(timeline.card.video, landing, painter.arrived));
        small.media(this.room.session.store.state.media);
        small.player(player.state);
        painter.close = small.strip.paint;
        painter.arrived();
        return small;
      },
      () => (this.small = null),
    ));
  }

  display(): void {
    this.room.timeline.refresh();
  }
}
