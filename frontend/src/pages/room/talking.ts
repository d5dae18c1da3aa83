// The conversation: panel, composer and marks on the timeline, and what is done to comments.
import { copyText, toast, toastProblem } from "../../elements/feedback.ts";
import type { Handlers } from "../../elements/requests.ts";
import type { MediaStatus } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { neighbour, type CommentItem, type CommentsState } from "../../state/comments.ts";
import { keeping } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

type Kinds =
  | "write" | "reload-comments" | "neighbour" | "open-comment" | "copy-link" | "comment" | "edit-comment"
  | "range-comment" | "complete" | "internal" | "delete-comment" | "resend" | "discard";

export class Talking implements RoomPart {
  readonly handlers: Handlers<Kinds>;

  /** `land`: go to the frame of the comment that the address names. */
  constructor(
    private readonly room: RoomContext,
    private readonly land: (frame: number) => void,
  ) {
    room.composer.hidden = !room.capabilities.has("comment");
    window.addEventListener("pagehide", () => room.comments.flush());
    this.handlers = {
      write: () => room.composer.write(),
      "reload-comments": () => room.comments.load(),
      neighbour: ({ direction }) => {
        const found = neighbour(room.comments.store.state.items, room.player.intended, direction);
        if (found) this.open(found.id);
      },
      "open-comment": ({ id }) => this.open(id),
      "copy-link": ({ id }) => this.copyLink(id),
      comment: ({ body }) => {
        const id = room.comments.add(body);
        if (body.parent_id === null) room.panel.select(id);
      },
      "edit-comment": ({ id, text }) => room.comments.edit(id, text).catch(toastProblem),
      "range-comment": ({ id, frame, frames }) => this.setRange(id, frame, frames),
      complete: ({ id, completed }) => room.comments.setCompleted(id, completed).catch(toastProblem),
      internal: ({ id, internal }) => room.comments.setInternal(id, internal).catch(toastProblem),
      "delete-comment": ({ id }) => {
        const undo = room.comments.remove(id, toastProblem);
        toast("Comment deleted.", { milliseconds: 5_800, action: { label: "Undo", run: undo } });
      },
      resend: ({ id }) => room.comments.resend(id),
      discard: ({ id }) => room.comments.discard(id),
    };
  }

  leave(): void {
    this.room.comments.flush();
  }

  entered(): void {
    this.room.panel.select(null);
  }

  media(media: MediaStatus | null, fresh: boolean): void {
    const { face, panel, composer, capabilities, session, player, projectId } = this.room;
    if (face === null) {
      panel.configure({ face, mayWrite: capabilities.has("comment") && media?.state !== "failed", mayHide: false, keeping });
      return;
    }
    if (!fresh) return;
    const mayHide = capabilities.has("see_internal");
    panel.configure({ face, mayWrite: capabilities.has("comment"), mayHide, keeping });
    composer.configure({ face, versionId: session.versionId, projectId, mayHide, keeping, port: { settle: () => player.pause(), range: () => player.state.range } });
    this.showMarks();
  }

  player(state: PlayerState, before: PlayerState): void {
    this.room.composer.show(state.frame);
    if (state.range !== before.range) this.room.composer.rangeChanged();
  }

  display(): void {
    if (!this.room.face) return;
    this.room.panel.show(this.room.comments.store.state, true);
    this.room.composer.rangeChanged();
  }

  comments(state: CommentsState): void {
    const { panel, comments } = this.room;
    panel.show(state);
    const selected = panel.selectedId;
    if (selected !== null && comments.idNow(selected) !== selected) panel.select(comments.idNow(selected), false);
    this.showMarks();
    this.landOnComment();
  }

  private find(id: string): CommentItem | undefined {
    return this.room.comments.store.state.items.find(({ comment }) => comment.id === id);
  }

  private open(id: string): void {
    const item = this.find(id);
    if (!item) return;
    this.select(id);
    this.room.player.seek(item.comment.frame);
  }

  private select(id: string): void {
    this.room.panel.select(id);
    this.showMarks();
  }

  private landOnComment(): void {
    const { landing, comments } = this.room;
    const id = landing.get("comment");
    if (!id || !comments.store.state.loaded) return;
    landing.delete("comment");
    const item = this.find(id);
    if (!item) {
      toast("The comment of this link is no longer there.");
      return;
    }
    this.select(id);
    if (landing.get("frame") === null) this.land(item.comment.frame);
  }

  private async setRange(id: string, frame: number, frames: number): Promise<void> {
    const before = this.find(id)?.comment;
    if (!before) return;
    try {
      await this.room.comments.setRange(id, frame, frames);
      const undo = (): void => void this.room.comments.setRange(id, before.frame, before.duration_frames).catch(toastProblem);
      toast("The comment stands on other frames now.", { action: { label: "Undo", run: undo } });
    } catch (error) {
      toastProblem(error);
    }
  }

  private async copyLink(id: string): Promise<void> {
    const item = this.find(id);
    if (!item) return;
    const url = `${location.origin}/v/${item.comment.version_id}?frame=${item.comment.frame}&comment=${id}`;
    toast((await copyText(url)) ? `Link to frame ${item.comment.frame} copied.` : url);
  }

  private showMarks(): void {
    const selected = this.room.panel.selectedId;
    this.room.timeline.setMarks(
      this.room.comments.store.state.items
        .filter(({ comment }) => comment.parent_id === null)
        .map(({ comment }) => ({ id: comment.id, frame: comment.frame, frames: comment.duration_frames, authorId: comment.author.id, author: comment.author.name, text: comment.text, done: comment.completed_at !== null, selected: comment.id === selected, editable: comment.can.includes("edit") })),
    );
  }
}
