// The conversation: panel, composer and marks on the timeline, and what is done to comments.
import "../../styles/talk.css";
import { saveFields } from "../../elements/conflict-dialog.ts";
import { copyText, toast, toastProblem } from "../../elements/feedback.ts";
import type { EditedFrom, Handlers, RequestOf } from "../../elements/requests.ts";
import { openHistory } from "../../elements/talk/history-dialog.ts";
import { openLabelEditor } from "../../elements/talk/label-chips.ts";
import type { WritingPort } from "../../elements/talk/text-box.ts";
import { t } from "../../language/translate.ts";
import type { MediaStatus, Member, Role } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { neighbour, tagOf, type CommentItem, type CommentsState } from "../../state/comments.ts";
import { Labels } from "../../state/labels.ts";
import { Reading } from "../../state/reading.ts";
import { labelsPort, readingPort, sendFile } from "../comments-port.ts";
import { after, api, keeping } from "../connect.ts";
import { waitingFiles } from "../outbox.ts";
import { commentMarks, followWritten, WRITTEN } from "./comment-marks.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import { saveDrawing } from "./saving.ts";

type Kinds =
  | "write" | "reload-comments" | "neighbour" | "open-comment" | "copy-link" | "comment" | "edit-comment" | "comment-history"
  | "range-comment" | "label-comment" | "manage-labels" | "react" | "read-all" | "complete" | "internal" | "delete-comment" | "save-drawing" | "resend" | "discard";

const LOOKED_AT_MS = 2_000;
const SEE_INTERNAL: ReadonlySet<Role> = new Set(["owner", "version_controller", "editor", "reviewer"]);

export class Talking implements RoomPart {
  readonly handlers: Handlers<Kinds>;
  private readonly labels: Labels;
  private reading!: Reading;
  private readingBegun = false;
  private members: readonly Member[] = [];
  private stopReading: (() => void) | null = null;
  private stopLooking: (() => void) | null = null;

  /** `land`: go to the frame of the comment that the address names. */
  constructor(
    private readonly room: RoomContext,
    private readonly land: (frame: number) => void,
  ) {
    room.composer.hidden = !room.capabilities.has("comment");
    this.labels = new Labels(labelsPort(room.projectId));
    this.labels.store.watch(() => this.configurePanel());
    this.labels.load().catch(() => undefined); // comments are there without them
    this.loadMembers();
    followWritten(room, () => this.showMarks());
    document.addEventListener("visibilitychange", () => this.look());
    this.handlers = {
      write: () => room.composer.write(),
      "reload-comments": () => room.comments.load(),
      neighbour: ({ direction }) => {
        const found = neighbour(room.panel.arranged(), room.player.intended, direction, room.panel.selectedId);
        if (found) this.open(found.id);
      },
      "open-comment": ({ id }) => (id === WRITTEN ? room.composer.write() : this.open(id)),
      "copy-link": ({ id }) => this.copyLink(id),
      comment: ({ body }) => {
        const id = room.comments.add(body);
        if (body.parent_id === null) room.panel.select(id);
      },
      "edit-comment": (request) => this.edit(request),
      "range-comment": ({ id, frame, frames }) => (id === WRITTEN ? room.composer.setPlace(frame, frames) : this.setRange(id, frame, frames)),
      "comment-history": ({ id }) => {
        const item = this.find(id);
        if (item) openHistory(item.comment, room.face, () => room.comments.revisions(id));
      },
      "label-comment": ({ id, labels }) => room.comments.setLabels(id, labels).catch(toastProblem),
      "manage-labels": () => this.manageLabels(),
      react: ({ id, name, there }) => room.comments.react(id, name, there).catch(toastProblem),
      "read-all": () => this.reading.openAll(room.comments.store.state.items),
      complete: ({ id, completed }) => room.comments.setCompleted(id, completed).catch(toastProblem),
      internal: ({ id, internal }) => room.comments.setInternal(id, internal).catch(toastProblem),
      "delete-comment": ({ id }) => this.remove(id),
      "save-drawing": ({ id, file }) => {
        const item = this.find(id);
        if (item) void saveDrawing(room, item.comment, file);
      },
      resend: ({ id }) => room.comments.resend(id),
      discard: ({ id }) => room.comments.discard(id),
    };
  }

  entered(versionId: string): void {
    this.stopReading?.();
    this.stopLooking?.(); // at another version
    this.reading = new Reading(readingPort(versionId), this.room.me.id);
    this.readingBegun = false;
    this.stopReading = this.reading.store.watch(() => this.room.panel.refresh());
    this.room.panel.select(null);
    this.configurePanel();
  }

  media(media: MediaStatus | null, fresh: boolean): void {
    const { face, composer, capabilities, session, player, projectId } = this.room;
    if (face === null || fresh) this.configurePanel(media?.state === "failed");
    if (!face || !fresh) return;
    const mayHide = capabilities.has("see_internal");
    composer.configure({ face, versionId: session.versionId, projectId, mayHide, keeping, writing: this.writing(session.versionId), port: { settle: () => player.pause(), range: () => player.state.range } });
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
    this.landOnComment();
    if (state.loaded && !this.readingBegun) {
      this.readingBegun = true;
      const newest = (): number => Math.max(0, ...state.items.map((item) => Date.parse(item.comment.created_at)));
      this.reading.load(newest).catch(() => undefined); // nothing is marked as new then
    }
    this.look();
  }

  event(kind: string, payload: unknown): void {
    this.labels.apply(kind, payload);
    if (kind.startsWith("member.")) this.loadMembers();
  }

  // --- the room as the conversation sees it ------------------------------------------------------------------------------

  private configurePanel(failed = false): void {
    const { face, me, panel, capabilities, session } = this.room;
    if (!session) return; // no version is shown yet
    panel.configure({
      face,
      me,
      mayWrite: capabilities.has("comment") && !failed,
      mayHide: capabilities.has("see_internal"),
      mayManageLabels: capabilities.has("manage_labels"),
      mayModerate: capabilities.has("moderate_comments"),
      labels: this.labels.store.state.labels,
      people: this.members.map((member) => member.user),
      keeping,
      versionId: session.versionId,
      writing: this.writing(session.versionId),
      isNew: (item) => this.reading.isNew(item),
    });
  }

  private writing(versionId: string): WritingPort {
    return {
      people: (internal) => this.members.filter((member) => !internal || SEE_INTERNAL.has(member.role)).map((member) => member.user),
      sendFile: (file, name, signal) => sendFile(versionId, file, name, signal),
      later: waitingFiles,
    };
  }

  private loadMembers(): void {
    api.all<Member>(`projects/${this.room.projectId}/members?page_size=200`).then(
      (members) => {
        this.members = members;
        this.configurePanel();
      },
      () => undefined, // then nobody is suggested
    );
  }

  /** What is on screen for a moment while somebody looks is read. */
  private look(): void {
    if (document.hidden) return;
    this.stopLooking?.();
    this.stopLooking = after(LOOKED_AT_MS, () => {
      if (!document.hidden) this.reading.seen(this.room.comments.store.state.items);
    });
  }

  private manageLabels(): void {
    const { labels } = this;
    openLabelEditor(
      {
        labels: () => labels.store.state.labels,
        watch: (redraw) => labels.store.watch(redraw),
        create: (name, colour) => labels.create(name, colour),
        change: (id, change) => labels.change(id, change),
        remove: (id) => labels.remove(id),
      },
      toastProblem,
    );
  }

  // --- comments ----------------------------------------------------------------------------------------------------------

  private find(id: string): CommentItem | undefined {
    return this.room.comments.store.state.items.find(({ comment }) => comment.id === id);
  }

  private open(id: string): void {
    const item = this.find(id);
    if (!item) return;
    this.select(id);
    const { items } = this.room.comments.store.state;
    this.reading.open(items.filter(({ comment }) => comment.id === id || comment.parent_id === id).map(({ comment }) => comment.id));
    this.room.player.seek(item.comment.frame);
  }

  private select(id: string): void {
    this.room.panel.select(id);
    this.showMarks();
  }

  /** Whoever was faster is shown; what was written is in the form again until it is saved or given up. */
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

  private landOnComment(): void {
    const { landing, comments } = this.room;
    const id = landing.get("comment");
    if (!id || !comments.store.state.loaded) return;
    landing.delete("comment");
    const item = this.find(id);
    if (!item) {
      toast(t("The comment of this link is no longer there."));
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
      toast(t("The comment stands on other frames now."), { action: { label: t("Undo"), run: undo } });
    } catch (error) {
      toastProblem(error);
    }
  }

  private async copyLink(id: string): Promise<void> {
    const item = this.find(id);
    if (!item) return;
    const url = `${location.origin}/v/${item.comment.version_id}?frame=${item.comment.frame}&comment=${id}`;
    toast((await copyText(url)) ? t("Link to frame {frame} copied.", { frame: item.comment.frame }) : url);
  }

  private showMarks(): void {
    this.room.timeline.setMarks(commentMarks(this.room));
  }
}
