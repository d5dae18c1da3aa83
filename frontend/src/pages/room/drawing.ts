// Drawing on frames, the part that is always there: it loads the rest when somebody draws or there is a drawing to see.
import { h, signOf } from "../../elements/dom.ts";
import { toast } from "../../elements/feedback.ts";
import { hinted } from "../../elements/key-hints.ts";
import { ask, type Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { PlayerState } from "../../player/player.ts";
import type { CommentsState } from "../../state/comments.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { DrawingSurface } from "./drawing-surface.ts";

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
  private surface: DrawingSurface | null = null;
  private loading: Promise<DrawingSurface | null> | null = null;

  constructor(private readonly room: RoomContext) {
    this.handlers = {
      draw: ({ on }) => this.draw(on),
      drawing: ({ command }) => this.surface?.act(command),
      "edit-drawing": async ({ id }) => (await this.load())?.edit(id),
    };
    if (!room.capabilities.has("comment")) return;
    const button = hinted(h("button", { type: "button", class: "icon-button", "aria-label": t("Draw on this frame"), onclick: () => ask(button, { kind: "draw" }) }, signOf(PENCIL)), t("Draw on this frame"), "draw");
    room.view.tools.append(button);
  }

  leave(): void {
    this.surface?.leave();
  }

  media(_media: unknown, fresh: boolean): void {
    const { session, capabilities } = this.room;
    if (!fresh) return;
    if (this.surface) this.surface.enter();
    else if (capabilities.has("comment") && keeping.read<unknown>(draftKey(session.versionId), null) !== null) void this.load();
  }

  comments(state: CommentsState): void {
    if (this.surface) this.surface.refresh();
    else if (state.items.some(({ comment }) => comment.annotation_frames.length > 0)) void this.load();
  }

  player(state: PlayerState): void {
    this.surface?.player(state);
  }

  private async draw(on: boolean | undefined): Promise<void> {
    const { capabilities, face } = this.room;
    if (!capabilities.has("comment") || !face) return;
    const surface = await this.load();
    await surface?.setActive(on ?? !surface.active);
  }

  private load(): Promise<DrawingSurface | null> {
    this.loading ??= import("./drawing-surface.ts").then(
      ({ DrawingSurface }) => {
        this.surface = new DrawingSurface(this.room);
        if (this.room.face) this.surface.enter();
        return this.surface;
      },
      () => {
        this.loading = null;
        toast(t("The drawing tools could not be loaded. Check the network, then try again."), { bad: true });
        return null;
      },
    );
    return this.loading;
  }
}
