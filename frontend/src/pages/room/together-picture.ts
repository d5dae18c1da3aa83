// What a live session shows on the picture: the pointer and the drawing under way of who leads. Where one leads oneself: one's own
// hand and board, told to the others.
import { readAnnotation, type Shape, type Size } from "../../core/drawing.ts";
import { pressedKey } from "../../core/keymap.ts";
import { keymap } from "../../elements/key-hints.ts";
import { SessionLayer } from "../../elements/session-layer.ts";
import { belongsToControl } from "../../elements/shortcuts.ts";
import type { LiveSession, Parts } from "../../state/live-session.ts";
import { Pointing } from "../../state/pointing.ts";
import { Sketching, type Sketch } from "../../state/sketching.ts";
import type { RoomContext } from "./context.ts";
import { onSketch } from "./sketch-news.ts";

export interface PicturePorts {
  /** Tell the session, not more often than that; of what comes faster the newest counts. */
  send(order: Readonly<Record<string, unknown>>, everyMs: number): void;
  /** One points, or does so no longer. */
  changed(): void;
}

/** Between two messages: what looks like one movement; with many people, who each get one, a little more. */
const POINT_MS = 60;
const NONE: readonly Shape[] = [];

export class TogetherPicture {
  readonly pointing = new Pointing();
  private readonly sketching = new Sketching();
  private readonly layer: SessionLayer;
  private live: LiveSession | null = null;
  private led = false;
  private board: Sketch | null = null;
  private pointer: Parts["pointer"] = null;
  private read: { readonly of: Parts["drawing"]; readonly shapes: readonly Shape[] } = { of: null, shapes: NONE };
  private shown: { readonly shapes: readonly Shape[]; readonly size: Size | null } = { shapes: NONE, size: null };

  constructor(
    private readonly room: RoomContext,
    private readonly ports: PicturePorts,
  ) {
    this.layer = new SessionLayer(room.view, { move: (x, y) => this.pointing.move(x, y), leave: () => this.pointing.leave() });
    room.view.tools.before(this.layer);
    this.pointing.store.watch((state, before) => {
      if (state.on !== before.on) {
        this.layer.setActive(state.on);
        ports.changed();
      }
      if (state.at === before.at) return;
      this.layer.point(state.at, this.live?.state.you?.person.name ?? "", true);
      if (this.led) ports.send({ do: "pointer", x: state.at?.x ?? null, ...(state.at ? { y: state.at.y } : {}) }, POINT_MS + this.crowd);
    });
    onSketch(room.root, (sketch) => {
      this.board = sketch;
      if (sketch.active) this.pointing.set(false); // one hand
      this.look();
    });
    window.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("keyup", (event) => {
      if (this.isOurs(event)) this.pointing.release(event.timeStamp);
    });
    window.addEventListener("blur", () => this.pointing.release(performance.now()));
  }

  /** The session as it is now; null: we are in none. `follows`: this page shows what the session shows. */
  show(live: LiveSession | null, follows: boolean): void {
    this.live = live;
    const leads = live?.leads === true;
    if (leads && !this.led) this.sketching.again();
    this.led = leads;
    if (!leads) this.pointing.set(false);
    const pointer = live !== null && !leads && follows && this.onVersion ? live.state.parts.pointer : null;
    if (pointer !== this.pointer && !leads) this.layer.point(pointer, live?.state.session?.controller.name ?? "", false);
    this.pointer = leads ? null : pointer;
    this.look();
  }

  /** Whatever decides about drawings may have changed: the frame on the screen, the board, whether the comment is internal. */
  look(): void {
    const { room, live, board } = this;
    if (this.led && board && this.onVersion) {
      const { player, composer } = room;
      const next = this.sketching.next({ ...board, kept: board.kept || composer.isInternal }, player.state.frame);
      if (next) this.ports.send({ do: "drawing", frame: next.drawn?.frame ?? 0, shapes: next.drawn?.shapes ?? [] }, next.after + this.crowd);
    }
    const drawing = live !== null && !this.led && this.onVersion ? live.state.parts.drawing : null;
    this.sketch(drawing);
  }

  /** What was said of the drawing under way may be forgotten. */
  again(): void {
    this.sketching.again();
  }

  leaveVersion(): void {
    this.board = null;
    this.sketching.forget();
    this.pointing.leave();
  }

  private get onVersion(): boolean {
    return this.live?.state.parts.play?.version_id === this.room.session.versionId;
  }

  private get crowd(): number {
    return this.live?.state.people.length ?? 0;
  }

  private sketch(drawing: Parts["drawing"]): void {
    const { state } = this.room.player;
    if (drawing !== this.read.of) this.read = { of: drawing, shapes: readAnnotation({ v: 1, shapes: drawing?.shapes })?.shapes ?? NONE };
    const shapes = drawing !== null && state.status === "ready" && state.frame === drawing.frame ? this.read.shapes : NONE;
    const size = this.room.view.pictureSize();
    if (!size || (shapes === this.shown.shapes && (shapes === NONE || (size.width === this.shown.size?.width && size.height === this.shown.size.height)))) return;
    this.shown = { shapes, size };
    this.layer.sketch(shapes, size);
  }

  private isOurs(event: KeyboardEvent): boolean {
    const key = pressedKey(event);
    return key !== null && keymap().action("room", key) === "point";
  }

  private key(event: KeyboardEvent): void {
    if (!this.led || event.defaultPrevented || event.repeat || belongsToControl(event) || this.room.root.classList.contains("drawing") || !this.isOurs(event)) return;
    event.preventDefault();
    this.pointing.press(event.timeStamp);
  }
}
