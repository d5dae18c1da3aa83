// The comments of one version: what the server holds, with what this person has just done laid over it until the server
// confirms. A comment is sent with a key of its own, so that however often it is sent it exists once.
import { framesDrawn, type Annotation } from "../core/drawing.ts";
import { ApiError, newKey } from "../net/api.ts";
import type { Capability, Comment, Person } from "../net/types.ts";
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
  update(id: string, change: Partial<Pick<Comment, "text" | "frame" | "duration_frames" | "internal">> & { completed?: boolean }): Promise<Comment>;
  remove(id: string, atOnce: boolean): Promise<void>;
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
export const UNDO_MS = 6_000;

export class Comments {
  readonly store = new Store<CommentsState>({ loaded: false, error: null, items: [] });
  private known = new Map<string, CommentItem>();
  private hidden = new Map<string, () => void>(); // deleted here, not yet on the server: id -> send at once
  private gone = new Set<string>();
  /** The server's name of what was sent from here: id here -> id there. */
  private became = new Map<string, string>();

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

  edit(id: string, text: string): Promise<void> {
    return this.change(id, { text, edited_at: this.port.now() }, { text });
  }

  /** Stand on other frames. */
  setRange(id: string, frame: number, duration_frames: number): Promise<void> {
    return this.change(id, { frame, duration_frames }, { frame, duration_frames });
  }

  setCompleted(id: string, completed: boolean): Promise<void> {
    const shown = { completed_at: completed ? this.port.now() : null, completed_by: completed ? this.me : null };
    return this.change(id, shown, { completed });
  }

  setInternal(id: string, internal: boolean): Promise<void> {
    return this.change(id, { internal }, { internal });
  }

  /** Take a comment away at once, and from the server when the time to undo has passed. Answers the undo. */
  remove(id: string, failed: (error: unknown) => void): () => void {
    const send = (atOnce: boolean): void => {
      cancel();
      if (!this.hidden.delete(id)) return;
      this.gone.add(id);
      this.port.remove(id, atOnce).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return; // somebody else was first
        this.gone.delete(id);
        this.publish();
        failed(error);
      });
    };
    const cancel = this.port.after(UNDO_MS, () => send(false));
    this.hidden.set(id, () => send(true));
    this.publish();
    return () => {
      cancel();
      this.hidden.delete(id);
      this.publish();
    };
  }

  /** The page is left: what waits for its undo is sent now. */
  flush(): void {
    for (const send of [...this.hidden.values()]) send();
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
      // One that was internal for a while went away and comes back.
      if (kind === "comment.created") this.gone.delete(comment.id);
      this.put({ ...comment, can: this.mayDo(comment) });
    }
    this.publish();
  }

  /** The present name of a comment, which was another one before the server knew it. */
  idNow(id: string): string {
    return this.became.get(id) ?? id;
  }

  threads(): Thread[] {
    return threadsOf(this.store.state.items);
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  private mayDo(comment: Comment): Comment["can"] {
    const own = comment.author.id === this.me.id && this.capabilities.has("comment");
    const change = own || this.capabilities.has("moderate_comments");
    const may: Comment["can"] = [];
    if (this.capabilities.has("comment")) may.push("reply");
    if (change) may.push("edit", "delete");
    if (this.capabilities.has("complete_comments")) may.push("complete");
    return may;
  }

  /** Take what the server says, unless it is older than what is known. */
  private put(comment: Comment): void {
    if (this.gone.has(comment.id)) return;
    const present = this.known.get(comment.id);
    if (present && Date.parse(present.comment.updated_at) > Date.parse(comment.updated_at)) return;
    this.known.set(comment.id, { comment, pending: null, problem: "" });
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
      this.mark(id, "waiting", "Not sent yet: no connection. It is kept here and sent by itself.");
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

  private async change(id: string, shown: Partial<Comment>, body: Parameters<CommentsPort["update"]>[1]): Promise<void> {
    const before = this.known.get(id);
    if (!before || before.pending) return;
    this.known.set(id, { ...before, comment: { ...before.comment, ...shown } });
    this.publish();
    try {
      this.put(await this.port.update(id, body));
    } catch (error) {
      const now = this.known.get(id);
      if (now && now.comment.updated_at === before.comment.updated_at) this.known.set(id, before);
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
    const away = (comment: Comment): boolean => this.hidden.has(comment.id) || this.gone.has(comment.id);
    const items = [...this.known.values()].filter(
      ({ comment }) => !away(comment) && !(comment.parent_id && (this.hidden.has(comment.parent_id) || this.gone.has(comment.parent_id))),
    );
    this.store.set({ ...change, items });
  }
}

const byAge = (a: CommentItem, b: CommentItem): number =>
  Date.parse(a.comment.created_at) - Date.parse(b.comment.created_at) || (a.comment.id < b.comment.id ? -1 : 1);

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
