// The comments of one version: what the server holds, with what this person has just done laid over it until the server
// confirms. What is written goes through the outbox, which keeps it until the server has it.
import { framesDrawn, type Annotation } from "../core/drawing.ts";
import { ApiError } from "../net/api.ts";
import type { Attachment, Capability, Comment, Person, ReactionName, Revision } from "../net/types.ts";
import type { Outbox, Waiting } from "./outbox.ts";
import { OwnChanges } from "./own-changes.ts";
import { Store } from "./store.ts";
import { asComment, isLocal, keyIn, localId, mayBe } from "./unsent-comment.ts";

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
  /** `tag`: only if it is still what that names. */
  update(id: string, change: CommentChange, tag?: string): Promise<Comment>;
  remove(id: string): Promise<void>;
  restore(id: string): Promise<Comment>;
  react(id: string, name: ReactionName, there: boolean): Promise<Comment>;
  revisions(id: string): Promise<Revision[]>;
  now(): string;
}

export class Comments {
  readonly store = new Store<CommentsState>({ loaded: false, error: null, items: [] });
  private known = new Map<string, CommentItem>();
  private gone = new Set<string>();
  private readonly changes = new OwnChanges<CommentItem>();
  private became = new Map<string, string>(); // what was written here, by the id that the server gave it
  private readonly drawn = new WeakMap<Waiting, { readonly parent: Comment | undefined; readonly item: CommentItem }>();
  private readonly unwatch: readonly (() => void)[];

  constructor(
    private readonly port: CommentsPort,
    private readonly outbox: Outbox,
    private readonly versionId: string,
    private readonly me: Person,
    private readonly capabilities: ReadonlySet<Capability>,
  ) {
    this.unwatch = [outbox.store.watch(() => this.publish()), outbox.onSent((key, comment) => this.sent(key, comment))];
  }

  /** Whether a change would be lost if the page were left now. */
  get queued(): boolean {
    return this.changes.queued;
  }

  async load(): Promise<void> {
    try {
      const rows = await this.port.list();
      const before = this.known;
      this.known = new Map();
      for (const row of rows) this.put(row, !before.has(row.id));
      this.publish({ loaded: true, error: null });
    } catch (error) {
      this.publish({ error });
    }
  }

  add(body: NewComment): string {
    return localId(this.outbox.add(this.versionId, body));
  }

  /** Another version is shown: hear nothing more. */
  stop(): void {
    this.unwatch.forEach((stop) => stop());
  }

  /** The id that a comment has now: one written here gets another when the server has it. */
  idNow(id: string): string {
    return this.became.get(id) ?? id;
  }

  /** Send a refused or waiting comment again now. */
  resend(id: string): void {
    this.outbox.resend(keyIn(id));
  }

  /** Throw away a comment that was never sent. */
  discard(id: string): Promise<void> {
    return this.outbox.discard(keyIn(id));
  }

  /** `tag`: of the comment that was edited; refused with 412 if it is another one by now, which is then known. */
  async edit(id: string, text: string, attachments?: readonly Attachment[], tag?: string): Promise<void> {
    if (isLocal(id)) {
      await this.outbox.revise(keyIn(id), { text, ...(attachments ? { attachments } : {}) });
      return;
    }
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
    if (kind === "guest.renamed") return this.renamed(payload as Person);
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

  private renamed(person: Person): void {
    for (const [id, item] of this.known) this.known.set(id, { ...item, comment: calledAnew(item.comment, person) });
    this.publish();
  }

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
  private put(comment: Comment, news = !this.known.has(comment.id)): void {
    if (this.gone.has(comment.id)) return;
    const present = this.known.get(comment.id);
    if (present && Date.parse(present.comment.updated_at) > Date.parse(comment.updated_at)) return;
    // Lists and events come without drawings: one that is known stays for as long as it is the same.
    const same = comment.annotation === null && comment.annotation_digest !== null && present?.comment.annotation_digest === comment.annotation_digest;
    const whole = same ? { ...comment, annotation: present.comment.annotation } : comment;
    this.known.set(comment.id, { comment: whole, pending: null, problem: "" });
    if (news && comment.author.id === this.me.id) this.forgetTwin(comment);
  }

  /** The event of our own comment, or a list, may come before the answer to our request: it is shown in the place of what
   *  waits, so that nobody sees it twice. */
  private forgetTwin(comment: Comment): void {
    const twin = this.outbox.store.state.items.find(({ unsent, pending }) => {
      const onItsWay = pending === "sending" || (pending === "waiting" && unsent.tries > 0);
      return onItsWay && unsent.versionId === this.versionId && !this.became.has(localId(unsent.key)) && mayBe(unsent, comment);
    });
    if (twin) this.became.set(localId(twin.unsent.key), comment.id);
  }

  private sent(key: string, comment: Comment): void {
    if (comment.version_id !== this.versionId) return;
    this.became.set(localId(key), comment.id);
    this.put(comment);
    this.publish();
  }

  /** Drawn once for as long as nothing of it changes. */
  private local(waiting: Waiting): CommentItem {
    const parent = waiting.unsent.body.parent_id ? this.known.get(waiting.unsent.body.parent_id)?.comment : undefined;
    const kept = this.drawn.get(waiting);
    if (kept && kept.parent === parent) return kept.item;
    const item: CommentItem = { comment: asComment(waiting.unsent, this.me, parent), pending: waiting.pending, problem: waiting.problem };
    this.drawn.set(waiting, { parent, item });
    return item;
  }

  private async change(as: string, shown: Partial<Comment>, body: CommentChange, tag?: string): Promise<void> {
    const id = this.idNow(as);
    if (!this.known.has(id)) return;
    const send = async (): Promise<void> => {
      try {
        this.put(await this.port.update(id, body, tag));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404 && this.gone.has(id)) return; // deleted since: nothing to change
        if (error instanceof ApiError && error.status === 412 && error.current !== null) {
          const theirs = error.current as Comment;
          this.put({ ...theirs, can: this.mayDo(theirs) });
        }
        throw error;
      }
    };
    const done = this.changes.add(id, shown, send, () => this.publish());
    this.publish();
    return done;
  }

  private publish(change: Partial<CommentsState> = {}): void {
    const there = [...this.known.values()].map((item) => this.changes.over(item)).filter(({ comment }) => !this.gone.has(comment.id) && !(comment.parent_id && this.gone.has(comment.parent_id)));
    const waiting = this.outbox.store.state.items.filter(({ unsent, pending }) => {
      if (unsent.versionId !== this.versionId) return false;
      return pending === "failed" || !this.known.has(this.idNow(localId(unsent.key)));
    });
    this.store.set({ ...change, items: [...there, ...waiting.map((one) => this.local(one))] });
  }
}

/** The same comment, where this person has another name by now. */
function calledAnew(comment: Comment, person: Person): Comment {
  const named = <P extends { readonly id: string }>(one: P): P => (one.id === person.id ? { ...one, name: person.name } : one);
  const reactions = comment.reactions.map((one) => ({ ...one, people: one.people.map(named) }));
  return { ...comment, author: named(comment.author), completed_by: comment.completed_by && named(comment.completed_by), reactions };
}

const byAge = (a: CommentItem, b: CommentItem): number =>
  Date.parse(a.comment.created_at) - Date.parse(b.comment.created_at) || (a.comment.id < b.comment.id ? -1 : 1);

/** The entity tag of a comment. */
export const tagOf = (comment: Pick<Comment, "updated_at">): string => `"${comment.updated_at}"`;

/** Threads by frame, replies by age. A reply whose first comment is not here is left out, unless it is not sent: then it
 *  stands by itself, for its author to see. */
export function threadsOf(items: readonly CommentItem[]): Thread[] {
  const replies = new Map<string, CommentItem[]>();
  const roots: CommentItem[] = [];
  const firsts = new Set(items.filter(({ comment }) => comment.parent_id === null).map(({ comment }) => comment.id));
  for (const item of items) {
    const parent = item.comment.parent_id;
    if (parent === null || (item.pending !== null && !firsts.has(parent))) roots.push(item);
    else replies.set(parent, [...(replies.get(parent) ?? []), item]);
  }
  roots.sort((a, b) => a.comment.frame - b.comment.frame || byAge(a, b));
  return roots.map((root) => ({ root, replies: (replies.get(root.comment.id) ?? []).sort(byAge) }));
}

/** The comment to go to from a frame, among these threads. From the comment that is open on that frame it is the one beside it,
 *  so that several on one frame have their turns. */
export function neighbour(threads: readonly Thread[], frame: number, direction: 1 | -1, open: string | null = null): Comment | null {
  const roots = threads.map((thread) => thread.root.comment).sort((a, b) => a.frame - b.frame);
  const at = roots.findIndex((comment) => comment.id === open && comment.frame === frame);
  if (at !== -1) return roots[at + direction] ?? null;
  if (direction === 1) return roots.find((comment) => comment.frame > frame) ?? null;
  return roots.reverse().find((comment) => comment.frame < frame) ?? null;
}
