// Moving through the picture: transport, range, typed positions.
import { readTypedPosition } from "../../core/typed-position.ts";
import { toast } from "../../elements/feedback.ts";
import type { Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { PlayerState } from "../../player/player.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { Pausing } from "./pausing.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    "pausing-writes": { readonly on: boolean };
  }
}

type Kinds =
  | "toggle" | "pause" | "play" | "home" | "end" | "seek" | "step" | "shuttle" | "go-to"
  | "mark-in" | "mark-out" | "clear-range" | "loop" | "mute" | "volume" | "speed"
  | "pausing-writes" | "fullscreen" | "retry-source" | "stop-waiting";

const KEPT = "pausing-writes";

export class Playing implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private pausing: Pausing | null = null;
  /** Takes away what was said about the position typed before. */
  private unsay: (() => void) | null = null;

  constructor(private readonly room: RoomContext) {
    const { player } = room;
    player.setSpeed(keeping.read("speed", 1));
    room.view.video.volume = keeping.read("volume", 1);
    room.view.video.muted = keeping.read("muted", false);
    this.pauseWrites(keeping.read(KEPT, false));
    room.transport.addEventListener("refresh", () => room.transport.show(player.state));
    room.transport.addEventListener("given-up", () => this.unsay?.());
    this.handlers = {
      toggle: () => this.mayPause(() => player.toggle(), false),
      play: () => player.play(),
      pause: () => this.mayPause(() => void player.pause(), true),
      "pausing-writes": ({ on }) => this.pauseWrites(on),
      shuttle: ({ direction }) => player.shuttle(direction),
      seek: ({ frame }) => player.seek(frame),
      step: ({ frames }) => player.step(frames),
      home: () => player.seek(0),
      end: () => player.seek(this.last),
      "go-to": ({ text }) => this.goTo(text),
      "mark-in": () => {
        const first = player.intended;
        player.setRange({ first, last: Math.max(first, player.state.range?.last ?? this.last) });
      },
      "mark-out": () => {
        const end = player.intended;
        player.setRange({ first: Math.min(end, player.state.range?.first ?? 0), last: end });
      },
      "clear-range": () => player.setRange(null),
      loop: () => player.setLoop(!player.state.loop),
      mute: () => player.setMuted(!player.state.muted),
      volume: ({ volume }) => player.setVolume(volume),
      speed: ({ speed }) => player.setSpeed(speed),
      fullscreen: () => this.fullscreen(),
      "retry-source": () => player.retry(),
      "stop-waiting": () => player.stopWaiting(),
    };
  }

  player(state: PlayerState, before: PlayerState): void {
    if (state.volume !== before.volume) keeping.write("volume", state.volume);
    if (state.muted !== before.muted) keeping.write("muted", state.muted);
    if (state.speed !== before.speed) keeping.write("speed", state.speed);
  }

  /** Whether a pause starts a comment, from now on. */
  private pauseWrites(on: boolean): void {
    keeping.write(KEPT, on || null);
    this.room.transport.setPausing(this.room.capabilities.has("comment") ? on : null);
    if (this.pausing) this.pausing.on = on;
    else if (on) import("./pausing.ts").then(({ Pausing }) => (this.pausing ??= new Pausing(this.room)).on = keeping.read(KEPT, false), () => undefined);
  }

  private mayPause(run: () => void, chord: boolean): void {
    const { playing } = this.room.player.state;
    run();
    if (playing) this.pausing?.paused(chord);
  }

  entered(): void {
    this.room.player.setRange(null);
  }

  private get last(): number {
    return (this.room.face?.frameCount ?? 1) - 1;
  }

  private goTo(text: string): void {
    const { face, player, transport } = this.room;
    if (!face) return;
    this.unsay?.();
    const read = readTypedPosition(text, { rate: face.rate, frameCount: face.frameCount, startFrame: face.startFrame, current: player.intended, display: face.display, times: face.times });
    if (read.ok) {
      transport.answer(null);
      player.seek(read.frame);
      return;
    }
    transport.answer(read.message);
    const nearest = read.suggestions[0];
    const goThere = (frame: number): void => {
      transport.answer(null);
      player.seek(frame);
    };
    this.unsay = toast(read.message, { bad: true, ...(nearest === undefined ? {} : { action: { label: t("Go to {nearest}", { nearest: face.position(nearest) }), run: () => goThere(nearest) } }) });
  }

  private fullscreen(): void {
    const { root, view } = this.room;
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (document.fullscreenEnabled) void root.querySelector(".room-left")?.requestFullscreen();
    else (view.video as HTMLVideoElement & { webkitEnterFullscreen?: () => void }).webkitEnterFullscreen?.(); // iPhone
  }
}
