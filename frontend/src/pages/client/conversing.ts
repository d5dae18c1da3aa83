// The guest's part of the conversation: the same panel and the same box as in the room, with what their link allows.
import "../../styles/talk.css";
import { saveFields } from "../../elements/conflict-dialog.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import type { EditedFrom, RequestOf } from "../../elements/requests.ts";
import type { WritingPort } from "../../elements/talk/text-box.ts";
import { t } from "../../language/translate.ts";
import { ApiError } from "../../net/api.ts";
import type { MediaStatus } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { neighbour, tagOf, type CommentItem, type CommentsState } from "../../state/comments.ts";
import { sendFile } from "../comments-port.ts";
import { keeping } from "../connect.ts";
import { waitingFiles } from "../outbox.ts";
import { commentMarks, followWritten, WRITTEN } from "../room/comment-marks.ts";
import type { RoomContext, RoomPart } from "../room/context.ts";

const WHO_WROTE = t("So that everybody knows who wrote this.");

export class Conversing implements RoomPart {
  readonly handlers = {
    write: () => this.room.composer.write(),
    "reload-comments": () => this.room.comments.load(),
    neighbour: ({ direction }: RequestOf<"neighbour">) => {
      const found = neighbour(this.room.panel.arranged(), this.room.player.intended, direction, this.room.panel.selectedId);
      if (found) this.open(found.id);
    },
    "open-comment": ({ id }: RequestOf<"open-comment">) => (id === WRITTEN ? this.room.composer.write() : this.open(id)),
    comment: (request: RequestOf<"comment">) => this.add(request),
    "edit-comment": (request: RequestOf<"edit-comment">) => this.edit(request),
    "range-comment": ({ id, frame, frames }: RequestOf<"range-comment">) => (id === WRITTEN ? this.room.composer.setPlace(frame, frames) : this.room.comments.setRange(id, frame, frames).catch(toastProblem)),
    "delete-comment": ({ id }: RequestOf<"delete-comment">) => this.remove(id),
    react: (request: RequestOf<"react">) => this.react(request),
    resend: ({ id }: RequestOf<"resend">) => this.room.comments.resend(id),
    discard: ({ id }: RequestOf<"discard">) => this.room.comments.discard(id),
  };

  /** `named`: asks for the guest's name where it is not known yet; false: they closed the dialog. */
  constructor(
    private readonly room: RoomContext,
    private readonly named: (why: string) => Promise<boolean>,
  ) {
    room.composer.hidden = !room.capabilities.has("comment");
    followWritten(room, () => this.showMarks());
  }

  entered(): void {
    this.room.panel.select(null);
    this.configure();
  }

  media(_media: MediaStatus | null, fresh: boolean): void {
    const { face, composer, session, player, projectId } = this.room;
    if (!face || !fresh) return;
    this.configure();
    composer.configure({ face, versionId: session.versionId, projectId, mayHide: false, keeping, writing: this.writing(session.versionId), port: { settle: () => player.pause(), range: () => player.state.range } });
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
    const selected = panel.selectedId;
    panel.show(state);
    if (selected !== null && comments.idNow(selected) !== selected) panel.select(comments.idNow(selected), false);
    this.showMarks();
  }

  private configure(): void {
    const { face, me, panel, capabilities, session } = this.room;
    if (!session) return;
    const may = { mayWrite: capabilities.has("comment"), mayHide: false, mayManageLabels: false, mayModerate: false };
    panel.configure({ face, me, ...may, labels: [], people: [], keeping, versionId: session.versionId, writing: capabilities.has("comment") ? this.writing(session.versionId) : null, plain: true, isNew: () => false });
  }

  /** They name nobody: who is in the project is not told to guests. Files go ahead of the comment, under its writer's name. */
  private writing(versionId: string): WritingPort {
    return {
      people: () => [],
      sendFile: async (file, name, signal) => {
        if (!(await this.named(WHO_WROTE))) throw new ApiError(403, "guest_name_missing", t("Not sent: a file needs the name of who sends it."), "");
        return sendFile(versionId, file, name, signal);
      },
      later: waitingFiles,
    };
  }

  /** A sign bears a name too. */
  private async react({ id, name, there }: RequestOf<"react">): Promise<void> {
    if (await this.named(WHO_WROTE)) await this.room.comments.react(id, name, there).catch(toastProblem);
  }

  private find(id: string): CommentItem | undefined {
    return this.room.comments.store.state.items.find(({ comment }) => comment.id === id);
  }

  private open(id: string): void {
    const item = this.find(id);
    if (!item) return;
    this.room.panel.select(id);
    this.showMarks();
    this.room.player.seek(item.comment.frame);
  }

  /** What was written waits for the name; without one it is in the box again. */
  private async add({ body }: RequestOf<"comment">): Promise<void> {
    const { room } = this;
    if (!(await this.named(WHO_WROTE))) {
      room.composer.putBack(body);
      return;
    }
    const id = room.comments.add(body);
    if (body.annotation) room.act({ kind: "draw", on: false }); // it is said: what moves the picture is there again
    if (body.parent_id === null) room.panel.select(id);
  }

  private async edit({ id, text, attachments, was }: RequestOf<"edit-comment">): Promise<void> {
    const { comments, panel, me } = this.room;
    const words = { what: t("the comment"), label: () => t("Text"), say: (_key: string, value: string) => value, texts: ["text"] };
    const again = (): void => panel.editAgain(id, { text, attachments: attachments ?? this.find(id)?.comment.attachments ?? [] }, was);
    try {
      const done = await saveFields<void, EditedFrom>(words, was, { text }, {
        save: (fields, tag) => comments.edit(id, fields["text"] ?? "", attachments, tag),
        present: (one) => ({ fields: { text: one.text }, tag: tagOf(one), by: one.author.id === me.id ? "" : one.author.name }),
      });
      if (done.kind === "left") again();
    } catch (error) {
      toastProblem(error);
      again();
    }
  }

  private remove(id: string): void {
    const { done, undo } = this.room.comments.remove(id);
    const forget = toast(t("Comment deleted."), { milliseconds: 10_000, action: { label: t("Undo"), run: () => void undo().catch(toastProblem) } });
    done.catch((error: unknown) => {
      forget();
      toastProblem(error);
    });
  }

  private showMarks(): void {
    this.room.timeline.setMarks(commentMarks(this.room));
  }
}
