// The comments of one version: what the server holds, with what this person has just done laid over it until the server
// confirms. A comment is sent with a key of its own, so that however often it is sent it exists once.
import { framesDrawn, type Annotation } from "../core/drawing.ts";
import { t } from "../language/translate.ts";
import { ApiError, newKey } from "../net/api.ts";
import type { Attachment, Capability, Comment, Person, ReactionName, Revision } from "../net/types.ts";
import type { Keeping } from "./keeping.ts";
import { Store } from "./store.ts";

export interface NewComment {
  readonly text: string;
  readonly frame: number;
  readonly duration_frames: number;
  readonly parent_id: string | null;
  readonly internal: boolean;
  /** Drawings on frames of its range. */
  readonly annotation?: Annotation | null;
  readonly labels?: readonly string[];
  /** Files sent before; the server is told their ids. */
  readonly attachments?: readonly Attachment[];
}

/** What can be changed of a comment. */
export interface CommentChange {
  readonly text?: string;
  readonly frame?: number;
  readonly duration_frames?: number;
  readonly internal?: boolean;
  readonly completed?: boolean;
  readonly labels?: readonly string[];
  readonly annotation?: Comment["annotation"];
  readonly attachments?: readonly string[];
}

export interface CommentItem {
  readonly comment: Comment;
  /** sending: on its way; waiting: no connection, sent again by itself; failed: refused, with the reason. */
  readonly pending: "sending" | "waiting" | "failed" | null;
  readonly problem: string;
}

export interface Thread {
  readonly root: CommentItem;
  readonly replies: readonly CommentItem[];
}

export interface CommentsState {
  readonly loaded: boolean;
  readonly error: unknown;
  readonly items: readonly CommentItem[];
}

export interface CommentsPort {
  list(): Promise<Comment[]>;
  create(body: NewComment, key: string): Promise<Comment>;
  /** `tag`: only if it is still what that names. */
  update(id: string, change: CommentChange, tag?: string): Promise<Comment>;
  remove(id: string): Promise<void>;
  restore(id: string): Promise<Comment>;
  react(id: string, name: ReactionName, there: boolean): Promise<Comment>;
  revisions(id: string): Promise<Revision[]>;
  after(milliseconds: number, callback: () => void): () => void;
  now(): string;
}

interface Unsent {
  readonly key: string;
  readonly body: NewComment;
  readonly at: string;
}

const LOCAL = "local-";
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

export class Comments {
  readonly store = new Store<CommentsState>({ loaded: false, error: null, items: [] });
  private known = new Map<string, CommentItem>();
  private gone = new Set<string>();
  private became = new Map<string, string>(); // what was written here, by the id that the server gave it

  constructor(
    private readonly port: CommentsPort,
    private readonly keeping: Keeping,
    private readonly versionId: string,
    private readonly me: Person,
    private readonly capabilities: ReadonlySet<Capability>,
  ) {}

  async load(): Promise<void> {
    try {
      const rows = await this.port.list();
      for (const [id, item] of this.known) if (item.pending === null && !id.startsWith(LOCAL)) this.known.delete(id);
      for (const row of rows) this.put(row);
      for (const unsent of this.unsent()) if (!this.known.has(LOCAL + unsent.key)) this.queue(unsent);
      this.publish({ loaded: true, error: null });
    } catch (error) {
      this.publish({ error });
    }
  }

  add(body: NewComment): string {
    const unsent: Unsent = { key: newKey(), body, at: this.port.now() };
    this.keepUnsent([...this.unsent(), unsent]);
    this.queue(unsent);
    this.publish();
    return LOCAL + unsent.key;
  }

  /** The id that a comment has now: one written here gets another when the server has it. */
  idNow(id: string): string {
    return this.became.get(id) ?? id;
  }

  /** Send a refused or waiting comment again now. */
  resend(id: string): void {
    const unsent = this.unsent().find((one) => LOCAL + one.key === id);
    if (unsent) void this.send(unsent, 0);
  }

  /** Throw away a comment that was never sent. Answers its text. */
  discard(id: string): string {
    const text = this.known.get(id)?.comment.text ?? "";
    this.known.delete(id);
    this.keepUnsent(this.unsent().filter((one) => LOCAL + one.key !== id));
    this.publish();
    return text;
  }

  /** `tag`: of the comment that was edited; refused with 412 if it is another one by now, which is then known. */
  edit(id: string, text: string, attachments?: readonly Attachment[], tag?: string): Promise<void> {
    const shown = { text, edited_at: this.port.now(), ...(attachments ? { attachments: [...attachments] } : {}) };
    return this.change(id, shown, { text, ...(attachments ? { attachments: attachments.map((one) => one.id) } : {}) }, tag);
  }

  /** Stand on other frames. */
  setRange(id: string, frame: number, duration_frames: number): Promise<void> {
    return this.change(id, { frame, duration_frames }, { frame, duration_frames });
  }

  /** Draw it anew; `frame` and `duration_frames`: where it stands then, which must hold every frame drawn on. */
  setDrawing(id: string, annotation: Annotation | null, frame: number, duration_frames: number): Promise<void> {
    const place = { frame, duration_frames };
    const drawn = annotation as unknown as Comment["annotation"];
    return this.change(id, { ...place, annotation: drawn, annotation_frames: framesDrawn(annotation?.shapes ?? []) }, { ...place, annotation: drawn });
  }

  setLabels(id: string, labels: readonly string[]): Promise<void> {
    return this.change(id, { labels: [...labels] }, { labels });
  }

  /** Put one's sign on a comment, or take it away. */
  async react(id: string, name: ReactionName, there: boolean): Promise<void> {
    this.put(await this.port.react(id, name, there));
    this.publish();
  }

  revisions(id: string): Promise<Revision[]> {
    return this.port.revisions(id);
  }

  setCompleted(id: string, completed: boolean): Promise<void> {
    const shown = { completed_at: completed ? this.port.now() : null, completed_by: completed ? this.me : null };
    return this.change(id, shown, { completed });
  }

  setInternal(id: string, internal: boolean): Promise<void> {
    return this.change(id, { internal }, { internal });
  }

  /** Delete a comment: gone at once here, and on the server as soon as it hears of it. Answers what brings it back. */
  remove(id: string): { readonly done: Promise<void>; readonly undo: () => Promise<void> } {
    this.gone.add(id);
    this.publish();
    const done = this.port.remove(id).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return; // somebody else was first
      this.gone.delete(id);
      this.publish();
      throw error;
    });
    const undo = async (): Promise<void> => {
      await done;
      const back = await this.port.restore(id); // its replies come as events
      this.gone.delete(id);
      this.put(back);
      this.publish();
    };
    return { done, undo };
  }

  /** An event of the project. Those of other versions are none of ours. */
  apply(kind: string, payload: unknown): void {
    const comment = payload as Comment | null;
    if (!kind.startsWith("comment.") || comment?.version_id !== this.versionId) return;
    if (kind === "comment.deleted" || comment.deleted_at) {
      this.gone.add(comment.id);
      this.known.delete(comment.id);
      for (const [id, item] of this.known) if (item.comment.parent_id === comment.id) this.known.delete(id);
    } else if (comment.internal && !this.capabilities.has("see_internal")) {
      this.known.delete(comment.id);
    } else {
      // One that was internal or deleted for a while went away and comes back.
      if (kind !== "comment.updated") this.gone.delete(comment.id);
      this.put({ ...comment, can: this.mayDo(comment) });
    }
    this.publish();
  }

  threads(): Thread[] {
    return threadsOf(this.store.state.items);
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  private mayDo(comment: Comment): Comment["can"] {
    const own = comment.author.id === this.me.id && this.capabilities.has("comment");
    const change = own || this.capabilities.has("moderate_comments");
    const completes = this.capabilities.has("complete_comments");
    const may: Comment["can"] = [];
    if (this.capabilities.has("comment")) may.push("reply", "react");
    if (change) may.push("edit", "delete");
    if (completes) may.push("complete");
    if (change || completes) may.push("label");
    return may;
  }

  /** Take what the server says, unless it is older than what is known. */
  private put(comment: Comment): void {
    if (this.gone.has(comment.id)) return;
    const present = this.known.get(comment.id);
    if (present && Date.parse(present.comment.updated_at) > Date.parse(comment.updated_at)) return;
    // Lists and events come without drawings: one that is known stays for as long as it is the same.
    const same = comment.annotation === null && comment.annotation_digest !== null && present?.comment.annotation_digest === comment.annotation_digest;
    const whole = same ? { ...comment, annotation: present.comment.annotation } : comment;
    this.known.set(comment.id, { comment: whole, pending: null, problem: "" });
    if (!present && comment.author.id === this.me.id) this.forgetTwin(comment);
  }

  /** The event of our own comment may come before the answer to our request: then it takes the place of what we laid
   *  over, so that it is never seen twice. */
  private forgetTwin(comment: Comment): void {
    for (const [id, item] of this.known) {
      const same = item.comment.text === comment.text && item.comment.frame === comment.frame && item.comment.parent_id === comment.parent_id;
      if (id.startsWith(LOCAL) && item.pending === "sending" && same) {
        this.known.delete(id);
        this.became.set(id, comment.id);
        return;
      }
    }
  }

  private queue(unsent: Unsent): void {
    const { body, key, at } = unsent;
    const parent = body.parent_id ? this.known.get(body.parent_id)?.comment : undefined;
    this.known.set(LOCAL + key, {
      pending: "sending",
      problem: "",
      comment: {
        id: LOCAL + key,
        version_id: this.versionId,
        parent_id: body.parent_id,
        author: this.me,
        text: body.text,
        mentions: [],
        labels: [...(body.labels ?? [])],
        reactions: [],
        attachments: [...(body.attachments ?? [])],
        annotation: body.annotation ? { v: 1, shapes: body.annotation.shapes.map((shape) => ({ ...shape })) } : null,
        annotation_frames: framesDrawn(body.annotation?.shapes ?? []),
        annotation_digest: null,
        internal: parent?.internal ?? body.internal,
        frame: parent?.frame ?? body.frame,
        duration_frames: parent?.duration_frames ?? body.duration_frames,
        timecode: null,
        media_timecode: null,
        seconds: null,
        rate: { num: 0, den: 1, drop_frame: false }, // not looked at: the page knows the version's own
        start_timecode: null,
        completed_at: null,
        completed_by: null,
        created_at: at,
        updated_at: at,
        edited_at: null,
        deleted_at: null,
        can: [],
        url: "",
      },
    });
    void this.send(unsent, 0);
  }

  private async send(unsent: Unsent, attempt: number): Promise<void> {
    const id = LOCAL + unsent.key;
    this.mark(id, "sending", "");
    try {
      const comment = await this.port.create(unsent.body, unsent.key);
      this.keepUnsent(this.unsent().filter((one) => one.key !== unsent.key));
      this.known.delete(id);
      this.became.set(id, comment.id);
      this.put(comment);
      this.publish();
    } catch (error) {
      if (error instanceof ApiError && !error.transient) {
        this.mark(id, "failed", `${error.message} ${error.remedy}`.trim());
        return;
      }
      this.mark(id, "waiting", t("Not sent yet: no connection. It is kept here and sent by itself."));
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
      this.port.after(wait, () => {
        if (this.known.get(id)?.pending === "waiting" || !this.known.has(id)) this.sendAgain(unsent, attempt + 1);
      });
    }
  }

  private sendAgain(unsent: Unsent, attempt: number): void {
    // Discarded meanwhile, or already here by another way?
    if (this.unsent().some((one) => one.key === unsent.key)) void this.send(unsent, attempt);
  }

  private mark(id: string, pending: CommentItem["pending"], problem: string): void {
    const item = this.known.get(id);
    if (!item) return;
    this.known.set(id, { ...item, pending, problem });
    this.publish();
  }

  private async change(id: string, shown: Partial<Comment>, body: CommentChange, tag?: string): Promise<void> {
    const before = this.known.get(id);
    if (!before || before.pending) return;
    this.known.set(id, { ...before, comment: { ...before.comment, ...shown } });
    this.publish();
    try {
      this.put(await this.port.update(id, body, tag));
    } catch (error) {
      const now = this.known.get(id);
      if (now && now.comment.updated_at === before.comment.updated_at) this.known.set(id, before);
      if (error instanceof ApiError && error.status === 412 && error.current !== null) {
        const theirs = error.current as Comment;
        this.put({ ...theirs, can: this.mayDo(theirs) });
      }
      throw error;
    } finally {
      this.publish();
    }
  }

  private unsent(): Unsent[] {
    return this.keeping.read<Unsent[]>(`unsent.${this.versionId}`, []);
  }

  private keepUnsent(list: readonly Unsent[]): void {
    this.keeping.write(`unsent.${this.versionId}`, list.length > 0 ? list : null);
  }

  private publish(change: Partial<CommentsState> = {}): void {
    const items = [...this.known.values()].filter(({ comment }) => !this.gone.has(comment.id) && !(comment.parent_id && this.gone.has(comment.parent_id)));
    this.store.set({ ...change, items });
  }
}

const byAge = (a: CommentItem, b: CommentItem): number =>
  Date.parse(a.comment.created_at) - Date.parse(b.comment.created_at) || (a.comment.id < b.comment.id ? -1 : 1);

/** The entity tag of a comment. */
export const tagOf = (comment: Pick<Comment, "updated_at">): string => `"${comment.updated_at}"`;

/** Threads by frame, replies by age. A reply whose first comment is not here is left out. */
export function threadsOf(items: readonly CommentItem[]): Thread[] {
  const replies = new Map<string, CommentItem[]>();
  const roots: CommentItem[] = [];
  for (const item of items) {
    const parent = item.comment.parent_id;
    if (parent === null) roots.push(item);
    else replies.set(parent, [...(replies.get(parent) ?? []), item]);
  }
  roots.sort((a, b) => a.comment.frame - b.comment.frame || byAge(a, b));
  return roots.map((root) => ({ root, replies: (replies.get(root.comment.id) ?? []).sort(byAge) }));
}

/** The first comment after (`1`) or before (`-1`) a frame, by frame; null when there is none. */
export function neighbour(items: readonly CommentItem[], frame: number, direction: 1 | -1): Comment | null {
  const roots = threadsOf(items).map((thread) => thread.root.comment);
  if (direction === 1) return roots.find((comment) => comment.frame > frame) ?? null;
  return roots.reverse().find((comment) => comment.frame < frame) ?? null;
}
