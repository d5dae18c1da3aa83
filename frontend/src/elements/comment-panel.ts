// The conversation beside the picture: its head with filters, the threads, and the forms in which people reply and edit.
import { n, t } from "../language/translate.ts";
import { arrange, type Arrangement } from "../state/arranging.ts";
import type { Comment } from "../net/types.ts";
import type { CommentItem, CommentsState, Thread } from "../state/comments.ts";
import { threadsOf } from "../state/comments.ts";
import { isLocal } from "../state/unsent-comment.ts";
import { h, icon, setText } from "./dom.ts";
import { problemBox } from "./feedback.ts";
import { ask, type EditedFrom } from "./requests.ts";
import { commentView } from "./talk/comment-view.ts";
import { FilterBar } from "./talk/filter-bar.ts";
import type { TalkContext } from "./talk/talk-context.ts";
import { writingForm, type Written } from "./talk/text-box.ts";
import { ThreadList } from "./talk/thread-list.ts";

/** What is being written besides a new comment, by "reply:<id>" or "edit:<id>". Kept until it is sent or given up. */
type Drafts = Record<string, Written & { readonly was?: EditedFrom }>;

export class CommentPanel extends HTMLElement {
  private readonly heading = h("h2", null, t("Comments"));
  private readonly fresh = h("button", { type: "button", class: "fresh", hidden: true, title: t("Mark all as read") });
  private readonly filters = new FilterBar((view) => this.filtered(view));
  private readonly list = new ThreadList((thread) => this.threadNode(thread));
  private room: TalkContext | null = null;
  private state: CommentsState | null = null;
  private threads: Thread[] = [];
  private selected: string | null = null;
  private readonly writing = new Set<string>(); // keys of drafts whose forms are open
  private nodes = new Map<string, { key: unknown[]; node: HTMLElement }>();
  private forms = new Map<string, HTMLElement>();

  connectedCallback(): void {
    if (this.firstChild) return;
    this.fresh.addEventListener("click", () => ask(this, { kind: "read-all" }));
    this.append(h("div", { class: "panel-head" }, h("div", { class: "panel-title" }, this.heading, this.fresh), this.filters.states), this.filters.element, this.list.element);
    // "5 min ago" grows old while one looks at it.
    window.setInterval(() => this.refresh(), 60_000);
  }

  /** What is known of the room. Everything is drawn anew. */
  configure(room: TalkContext): void {
    const other = this.room?.versionId !== room.versionId;
    this.room = room;
    this.filters.configure(room);
    if (other) {
      this.writing.clear();
      this.forms.clear();
      for (const key of Object.keys(this.drafts())) this.writing.add(key); // written before the page was left
    }
    this.refresh();
  }

  /** `all`: positions are shown in another way from now on. */
  show(state: CommentsState, all = false): void {
    this.state = state;
    if (all) this.nodes.clear();
    this.threads = threadsOf(state.items);
    this.redraw();
  }

  /** Draw again what is new to the reader, or how long ago it was. */
  refresh(): void {
    this.nodes.clear();
    this.redraw();
  }

  /** Mark one comment as the present one and bring it into view. */
  select(id: string | null, scroll = true): void {
    this.selected = id;
    if (id !== null && this.threads.some((thread) => has(thread, id)) && !this.arranged().some((thread) => has(thread, id))) {
      this.filters.set({ state: "all", text: "", author: "", label: "", visibility: "all", unread: false, mentionsMe: false });
    }
    this.redraw();
    if (id && scroll) this.list.reveal(id);
  }

  get selectedId(): string | null {
    return this.selected;
  }

  /** The comments that are on screen. */
  get onScreen(): readonly CommentItem[] {
    return this.list.onScreen.flatMap(({ root, replies }) => [root, ...replies]);
  }

  /** The threads as they are arranged now. */
  arranged(): Thread[] {
    const { room } = this;
    if (!room) return [...this.threads];
    // What is being read stays, though reading takes its mark away.
    const open = (item: CommentItem): boolean => item.comment.id === this.selected;
    return arrange(this.threads, this.filters.arrangement, { id: room.me.id, isNew: (item) => open(item) || room.isNew(item) });
  }

  private filtered(view: Arrangement): void {
    this.redraw();
    this.classList.toggle("sorted", view.sort !== "frame");
  }

  private redraw(): void {
    const { state, room } = this;
    if (!state || !room) return;
    const shown = this.arranged();
    const total = this.threads.length;
    const words = shown.length === total ? n("{count} comment | {count} comments", total) : n("{shown} of {count} comment | {shown} of {count} comments", total, { shown: shown.length });
    setText(this.heading, total === 0 ? t("Comments") : words);
    this.heading.title = t("{count} open", { count: this.threads.filter(({ root }) => root.comment.completed_at === null).length });
    const fresh = state.items.filter((item) => room.isNew(item)).length;
    this.fresh.hidden = fresh === 0;
    setText(this.fresh, t("{count} new", { count: fresh }));
    this.filters.element.hidden = total === 0 || room.plain === true;
    this.filters.states.hidden = room.plain === true;
    if (state.error && !state.loaded) return this.list.replace(problemBox(state.error, () => ask(this, { kind: "reload-comments" })));
    if (!state.loaded) return this.list.replace([1, 2, 3].map(() => h("div", { class: "skeleton thread-skeleton" })));
    if (shown.length === 0) return this.list.replace(this.empty(total, room));
    this.list.show(shown, new Set([...this.writing].map((key) => this.threadOf(key))));
  }

  private empty(total: number, room: TalkContext): HTMLElement {
    if (total > 0) {
      const { state } = this.filters.arrangement;
      const words = state === "open" ? t("Nothing open here.") : state === "done" ? t("Nothing here is marked as done.") : t("No comment fits.");
      return h("div", { class: "empty" }, h("p", null, words), h("button", { type: "button", class: "button small", onclick: () => this.filters.set({ state: "all", text: "", author: "", label: "", visibility: "all", unread: false, mentionsMe: false }) }, t("Show everything")));
    }
    return h(
      "div",
      { class: "empty" },
      icon("comment"),
      h("h2", null, t("No comments yet")),
      h("p", null, room.mayWrite ? t("Pause on a frame and write below. Your comment stays on exactly that frame.") : t("Comments on this version will stand here.")),
    );
  }

  private threadNode(thread: Thread): HTMLElement {
    const { id } = thread.root.comment;
    const chosen = has(thread, this.selected);
    const open = [...this.writing].filter((key) => this.threadOf(key) === id);
    const key = [thread.root, ...thread.replies, chosen, open.join()];
    const kept = this.nodes.get(id);
    if (kept && kept.key.length === key.length && kept.key.every((part, i) => part === key[i])) return kept.node;
    const node = this.buildThread(thread, chosen);
    this.nodes.set(id, { key, node });
    return node;
  }

  private buildThread({ root, replies }: Thread, chosen: boolean): HTMLElement {
    const { comment } = root;
    const answered = replies.some((reply) => reply.comment.author.id !== this.room?.me.id);
    const view = (item: CommentItem, first: boolean): HTMLElement => {
      const { id } = item.comment;
      return commentView(item, first, this.room as TalkContext, { editing: this.form(`edit:${id}`, item.comment), edit: () => this.begin(`edit:${id}`), answered: first && answered });
    };
    const reply = `reply:${comment.id}`;
    return h(
      "article",
      { class: `thread${chosen ? " selected" : ""}${comment.completed_at !== null ? " done" : ""}`, "data-thread": comment.id, "aria-label": t("{name}, frame {frame}", { name: comment.author.name, frame: comment.frame }) },
      view(root, true),
      replies.length > 0 && h("div", { class: "replies" }, replies.map((item) => view(item, false))),
      this.form(reply, comment) ?? this.replyButton(root, reply),
    );
  }

  private replyButton({ comment, pending }: CommentItem, key: string): HTMLElement | null {
    if (pending || !comment.can.includes("reply")) return null;
    return h("button", { type: "button", class: "button ghost small reply-button", "data-act": "reply", onclick: () => this.begin(key) }, icon("reply"), t("Reply"));
  }

  // --- writing --------------------------------------------------------------------------------------------------------

  private threadOf(key: string): string {
    const id = key.slice(key.indexOf(":") + 1);
    return this.threads.find((thread) => has(thread, id))?.root.comment.id ?? id;
  }

  private drafts(): Drafts {
    return this.room?.keeping.read<Drafts>(`drafts.${this.room.versionId}`, {}) ?? {};
  }

  private keep(key: string, draft: Drafts[string] | null): void {
    const { [key]: _, ...others } = this.drafts();
    const all = draft && (draft.text.trim() || draft.attachments.length > 0) ? { ...others, [key]: draft } : others;
    this.room?.keeping.write(`drafts.${this.room.versionId}`, Object.keys(all).length > 0 ? all : null);
  }

  private begin(key: string): void {
    this.writing.add(key);
    this.redraw();
    const form = this.forms.get(key);
    form?.querySelector("textarea")?.focus();
    requestAnimationFrame(() => form?.scrollIntoView({ block: "nearest" })); // once the thread has its new height
  }

  private end(key: string): void {
    this.writing.delete(key);
    this.forms.delete(key);
    this.keep(key, null);
    this.redraw();
  }

  /** The open form of that key; the same one for as long as it is open, so that caret and selection stay. */
  private form(key: string, comment: Comment): HTMLElement | null {
    if (!this.writing.has(key)) return null;
    const present = this.forms.get(key);
    if (present) return present;
    const editing = key.startsWith("edit:");
    const before: Written = editing ? { text: comment.text, attachments: comment.attachments } : { text: "", attachments: [] };
    const was = this.drafts()[key]?.was ?? { text: comment.text, updated_at: comment.updated_at, author: comment.author };
    const form = writingForm({
      label: editing ? t("Edit comment") : t("Reply"),
      verb: editing ? t("Save") : t("Reply"),
      draft: this.drafts()[key] ?? before,
      internal: comment.internal,
      // What the server has already is changed at once or not at all: nothing takes files along later.
      port: () => (this.room?.writing && editing && !isLocal(comment.id) ? { ...this.room.writing, later: null } : (this.room?.writing ?? null)),
      keep: (draft) => this.keep(key, editing ? { ...draft, was } : draft),
      send: (written) => {
        this.end(key);
        if (editing) this.saveEdit(comment, written, was);
        else ask(this, { kind: "comment", body: { ...written, frame: comment.frame, duration_frames: 1, parent_id: comment.id, internal: comment.internal } });
      },
      stop: () => this.end(key),
    });
    if (!editing) form.classList.add("reply-form");
    this.forms.set(key, form);
    return form;
  }

  /** What was written could not be saved: the form is there again with it. */
  editAgain(id: string, draft: Written, was: EditedFrom): void {
    this.keep(`edit:${id}`, { ...draft, was });
    this.begin(`edit:${id}`);
  }

  private saveEdit({ id, attachments }: Comment, written: Written, was: EditedFrom): void {
    const same = written.attachments.length === attachments.length && written.attachments.every((one, i) => one.id === attachments[i]?.id);
    if (same && written.text === was.text) return;
    ask(this, { kind: "edit-comment", id, text: written.text, was, ...(same ? {} : { attachments: written.attachments }) });
  }
}
customElements.define("tp-comments", CommentPanel);

const has = ({ root, replies }: Thread, id: string | null): boolean => id !== null && (root.comment.id === id || replies.some((reply) => reply.comment.id === id));
