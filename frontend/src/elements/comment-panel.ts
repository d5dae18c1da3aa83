// The conversation beside the picture: threads by frame, and what can be done with each.
import type { ClockFace } from "../core/clock-face.ts";
import { agoText, countText, initials } from "../core/wording.ts";
import type { Comment } from "../net/types.ts";
import type { CommentItem, CommentsState, Thread } from "../state/comments.ts";
import { threadsOf } from "../state/comments.ts";
import type { Keeping } from "../state/keeping.ts";
import { avatar, fill, h, icon, setText } from "./dom.ts";
import { problemBox } from "./feedback.ts";
import { ask } from "./requests.ts";

type Filter = "all" | "open" | "done";

export class CommentPanel extends HTMLElement {
  private readonly heading = h("h2", null, "Comments");
  private readonly filters = h("div", { class: "segments", role: "group", "aria-label": "Show" });
  private readonly list = h("div", { class: "thread-list" });
  private filter: Filter = "all";
  private face: ClockFace | null = null;
  private state: CommentsState | null = null;
  private selected: string | null = null;
  private editing: string | null = null;
  private replyingTo: string | null = null;
  private mayWrite = false;
  private mayHide = false;
  private keeping: Keeping | null = null;
  private nodes = new Map<string, { key: string; node: HTMLElement }>();

  connectedCallback(): void {
    if (this.firstChild) return;
    for (const [filter, name] of [["all", "All"], ["open", "Open"], ["done", "Done"]] as const) {
      this.filters.append(
        h("button", { type: "button", "aria-pressed": String(filter === this.filter), "data-filter": filter, onclick: () => this.setFilter(filter) }, name),
      );
    }
    this.append(h("div", { class: "panel-head" }, this.heading, this.filters), this.list);
    // "5 min ago" grows old while one looks at it.
    window.setInterval(() => this.redraw(true), 60_000);
  }

  configure(options: { face: ClockFace | null; mayWrite: boolean; mayHide: boolean; keeping: Keeping }): void {
    this.face = options.face;
    this.mayWrite = options.mayWrite;
    this.mayHide = options.mayHide;
    this.keeping = options.keeping;
    this.redraw(true);
  }

  /** `all`: positions are shown in another way from now on. */
  show(state: CommentsState, all = false): void {
    this.state = state;
    this.redraw(all);
  }

  /** Mark one comment as the present one and bring it into view. */
  select(id: string | null, scroll = true): void {
    this.selected = id;
    const thread = this.threads().find(({ root, replies }) => root.comment.id === id || replies.some((reply) => reply.comment.id === id));
    if (thread && !this.visible(thread)) this.setFilter("all");
    this.redraw();
    if (id && scroll) this.list.querySelector(`[data-comment="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  get selectedId(): string | null {
    return this.selected;
  }

  private setFilter(filter: Filter): void {
    this.filter = filter;
    for (const button of this.filters.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset["filter"] === filter));
    this.redraw();
  }

  private threads(): Thread[] {
    return threadsOf(this.state?.items ?? []);
  }

  private visible({ root }: Thread): boolean {
    return this.filter === "all" || (root.comment.completed_at !== null) === (this.filter === "done");
  }

  private redraw(all = false): void {
    const { state } = this;
    if (!state) return;
    if (all) this.nodes.clear();
    const threads = this.threads();
    const shown = threads.filter((thread) => this.visible(thread));
    const open = threads.filter(({ root }) => root.comment.completed_at === null).length;
    setText(this.heading, threads.length === 0 ? "Comments" : `${countText(threads.length, "comment")}`);
    this.heading.title = `${open} open`;
    if (state.error && !state.loaded) {
      fill(this.list, problemBox(state.error, () => ask(this, { kind: "reload-comments" })));
      return;
    }
    if (!state.loaded) {
      fill(this.list, [1, 2, 3].map(() => h("div", { class: "skeleton thread-skeleton" })));
      return;
    }
    if (shown.length === 0) {
      fill(this.list, this.empty(threads.length));
      return;
    }
    const nodes = shown.map((thread) => this.threadNode(thread));
    const old = [...this.list.children];
    // Keep what did not change in place: focus, carets and scrolling stay.
    nodes.forEach((node, i) => {
      const present = this.list.children[i];
      if (present !== node) this.list.insertBefore(node, present ?? null);
    });
    for (const node of old) if (!nodes.includes(node as HTMLElement)) node.remove();
  }

  private empty(total: number): HTMLElement {
    if (total > 0) return h("div", { class: "empty" }, h("p", null, this.filter === "open" ? "Nothing open. Everything here is done." : "Nothing is marked as done yet."));
    return h(
      "div",
      { class: "empty" },
      icon("comment"),
      h("h2", null, "No comments yet"),
      h("p", null, this.mayWrite ? "Pause on a frame and write below. Your comment stays on exactly that frame." : "Comments on this version will stand here."),
    );
  }

  private threadNode(thread: Thread): HTMLElement {
    const { id } = thread.root.comment;
    const key = JSON.stringify([thread, this.selected, this.editing, this.replyingTo, this.face === null]);
    const kept = this.nodes.get(id);
    if (kept?.key === key) return kept.node;
    const chosen = this.selected === id || thread.replies.some((reply) => reply.comment.id === this.selected);
    const done = thread.root.comment.completed_at !== null;
    const node = h(
      "article",
      { class: `thread${chosen ? " selected" : ""}${done ? " done" : ""}`, "data-thread": id },
      this.commentNode(thread.root, true),
      thread.replies.length > 0 && h("div", { class: "replies" }, thread.replies.map((reply) => this.commentNode(reply, false))),
      this.replyingTo === id ? this.replyForm(thread.root.comment) : this.replyButton(thread.root),
    );
    this.nodes.set(id, { key, node });
    return node;
  }

  private commentNode(item: CommentItem, root: boolean): HTMLElement {
    const { comment, pending } = item;
    const { face } = this;
    const position =
      root && face
        ? h(
            "button",
            { type: "button", class: "tc position-chip", title: "Go to this frame", onclick: () => ask(this, { kind: "open-comment", id: comment.id }) },
            face.position(comment.frame),
            comment.duration_frames > 1 && ` – ${face.position(comment.frame + comment.duration_frames - 1)}`,
            h("span", { class: "dim" }, ` ${face.short(comment.frame)}`),
          )
        : null;
    const node = h(
      "div",
      { class: `comment${pending ? " pending" : ""}`, "data-comment": comment.id, "data-frame": root ? comment.frame : null },
      h(
        "header",
        null,
        avatar(comment.author, initials(comment.author.name)),
        h("strong", null, comment.author.name),
        h("time", { class: "dim", datetime: comment.created_at, title: new Date(comment.created_at).toLocaleString() }, agoText(comment.created_at, Date.now()), comment.edited_at && " · edited"),
        h("span", { class: "comment-tools" }, pending || this.editing === comment.id ? null : this.menu(comment, root), root && this.completeButton(comment)),
      ),
      position && h("div", { class: "position-line" }, position, comment.internal && h("span", { class: "badge", title: "Clients do not see this" }, "Internal")),
      this.editing === comment.id ? this.editForm(comment) : h("p", { class: "comment-text" }, comment.text),
      pending && pending !== "sending" && this.pendingLine(item),
    );
    if (root) {
      node.addEventListener("click", (event) => {
        if (event.target instanceof Element && event.target.closest("button, a, textarea, form, details")) return;
        if (window.getSelection()?.toString()) return; // somebody marks text
        ask(this, { kind: "open-comment", id: comment.id });
      });
    }
    return node;
  }

  private completeButton(comment: Comment): HTMLElement | null {
    const done = comment.completed_at !== null;
    if (!comment.can.includes("complete")) return done ? h("span", { class: "badge good" }, "Done") : null;
    const title = done ? `Done${comment.completed_by ? `, by ${comment.completed_by.name}` : ""}. Open it again` : "Mark as done";
    return h(
      "button",
      { type: "button", class: "tick", "aria-pressed": String(done), "aria-label": title, title, onclick: () => ask(this, { kind: "complete", id: comment.id, completed: !done }) },
      icon("check"),
    );
  }

  private pendingLine(item: CommentItem): HTMLElement {
    const { id } = item.comment;
    return h(
      "div",
      { class: item.pending === "failed" ? "pending-line bad" : "pending-line", role: "status" },
      h("span", null, item.problem),
      h("button", { type: "button", class: "button small", onclick: () => ask(this, { kind: "resend", id }) }, "Send now"),
      h("button", { type: "button", class: "button small ghost", onclick: () => ask(this, { kind: "discard", id }) }, "Discard"),
    );
  }

  private replyButton({ comment, pending }: CommentItem): HTMLElement | null {
    if (pending || !comment.can.includes("reply")) return null;
    return h("button", { type: "button", class: "button ghost small reply-button", onclick: () => this.startReply(comment.id) }, icon("reply"), "Reply");
  }

  private menu(comment: Comment, root: boolean): HTMLElement | null {
    const items: HTMLElement[] = [];
    if (root) items.push(this.menuItem("link", "Copy link to frame", () => ask(this, { kind: "copy-link", id: comment.id })));
    if (comment.can.includes("edit")) items.push(this.menuItem("edit", "Edit", () => this.startEditing(comment.id)));
    if (root && this.mayHide && comment.can.includes("edit")) {
      const text = comment.internal ? "Show to clients too" : "Make internal";
      items.push(this.menuItem("lock", text, () => ask(this, { kind: "internal", id: comment.id, internal: !comment.internal })));
    }
    if (comment.can.includes("delete")) {
      const item = this.menuItem("trash", "Delete", () => ask(this, { kind: "delete-comment", id: comment.id }));
      item.classList.add("danger");
      items.push(item);
    }
    if (items.length === 0) return null;
    return h("details", { class: "menu" }, h("summary", { class: "icon-button small", "aria-label": "More", title: "More" }, icon("more")), h("div", { class: "menu-panel" }, items));
  }

  private menuItem(sign: "link" | "edit" | "lock" | "trash", text: string, onclick: () => void): HTMLElement {
    return h("button", { type: "button", class: "menu-item", onclick }, icon(sign), text);
  }

  private startEditing(id: string): void {
    this.editing = id;
    this.redraw();
    this.list.querySelector<HTMLTextAreaElement>(`[data-comment="${CSS.escape(id)}"] textarea`)?.focus();
  }

  private startReply(id: string): void {
    this.replyingTo = id;
    this.redraw();
    this.list.querySelector<HTMLTextAreaElement>(`[data-thread="${CSS.escape(id)}"] .reply-form textarea`)?.focus();
  }

  private editForm(comment: Comment): HTMLElement {
    const stop = (): void => {
      this.editing = null;
      this.redraw();
    };
    return textForm("Edit comment", comment.text, "Save", (text) => {
      stop();
      if (text !== comment.text) ask(this, { kind: "edit-comment", id: comment.id, text });
    }, stop);
  }

  private replyForm(comment: Comment): HTMLElement {
    const draft = `reply.${comment.id}`;
    const stop = (): void => {
      this.replyingTo = null;
      this.redraw();
    };
    const form = textForm("Reply", this.keeping?.read(draft, "") ?? "", "Reply", (text) => {
      this.keeping?.write(draft, null);
      stop();
      ask(this, { kind: "comment", body: { text, frame: comment.frame, duration_frames: 1, parent_id: comment.id, internal: comment.internal } });
    }, stop);
    form.classList.add("reply-form");
    form.querySelector("textarea")?.addEventListener("input", (event) => this.keeping?.write(draft, (event.target as HTMLTextAreaElement).value));
    return form;
  }
}
customElements.define("tp-comments", CommentPanel);

/** A small form for text: Ctrl/Cmd+Enter or the button sends, Escape stops. */
function textForm(label: string, text: string, verb: string, send: (text: string) => void, stop: () => void): HTMLFormElement {
  const area = h("textarea", { class: "input", rows: 2, "aria-label": label, maxlength: 10_000 });
  area.value = text;
  const form = h(
    "form",
    { class: "text-form" },
    area,
    h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button small primary" }, verb), h("button", { type: "button", class: "button small ghost", onclick: stop }, "Cancel")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = area.value.trim();
    if (value) send(value);
  });
  area.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else if (event.key === "Escape") stop();
  });
  return form;
}
