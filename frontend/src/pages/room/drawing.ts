// Drawing on frames, the part that is always there: it loads the rest when somebody draws or there is a drawing to see.
import { h, signOf } from "../../elements/dom.ts";
import { hinted } from "../../elements/key-hints.ts";
import { ask, type Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { PlayerState } from "../../player/player.ts";
import type { CommentsState } from "../../state/comments.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import { LazyTools } from "./lazy-tools.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Begin (or, `on: false`, end) to draw on the frame that is shown; without `on` the other way round. */
    draw: { readonly on?: boolean };
    /** Change what a comment that was sent has drawn. */
    "edit-drawing": { readonly id: string };
  }
}

type Kinds = "draw" | "drawing" | "edit-drawing";
const PENCIL = "M5 19l1-4L16 5l3 3L9 18zM4 21.5h16";

export const draftKey = (versionId: string): string => `drawing.${versionId}`;

export class Drawing implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private readonly tools = new LazyTools(() => import("./drawing-surface.ts"), ({ DrawingSurface }) => {
    const surface = new DrawingSurface(this.room);
    if (this.room.face) surface.enter();
    return surface;
  }, t("The drawing tools could not be loaded. Check the network, then try again."));

  constructor(private readonly room: RoomContext) {
    this.handlers = {
      draw: ({ on }) => this.draw(on),
      drawing: ({ command }) => this.tools.here?.act(command),
      "edit-drawing": async ({ id }) => (await this.tools.load())?.edit(id),
    };
    if (!room.capabilities.has("comment")) return;
    const button = hinted(h("button", { type: "button", class: "icon-button", "aria-label": t("Draw on this frame"), onclick: () => ask(button, { kind: "draw" }) }, signOf(PENCIL)), t("Draw on this frame"), "draw");
    room.view.tools.append(button);
  }

  leave(): void {
    this.tools.here?.leave();
  }

  media(_media: unknown, fresh: boolean): void {
    const { session, capabilities } = this.room;
    if (!fresh) return;
    if (this.tools.here) this.tools.here.enter();
    else if (capabilities.has("comment") && keeping.read<unknown>(draftKey(session.versionId), null) !== null) void this.tools.load();
  }

  comments(state: CommentsState): void {
    if (this.tools.here) this.tools.here.refresh();
    else if (state.items.some(({ comment }) => comment.annotation_frames.length > 0)) void this.tools.load();
  }

  player(state: PlayerState): void {
    this.tools.here?.player(state);
  }

  private async draw(on: boolean | undefined): Promise<void> {
    const { capabilities, face } = this.room;
    if (!capabilities.has("comment") || !face) return;
    const surface = await this.tools.load();
    await surface?.setActive(on ?? !surface.active);
  }
}
