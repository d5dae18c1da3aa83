// One comment as it stands in its thread.
import { agoText, initials } from "../../core/wording.ts";
import { localeTag, t } from "../../language/translate.ts";
import type { Comment } from "../../net/types.ts";
import type { CommentItem } from "../../state/comments.ts";
import { avatar, h, icon, type IconName } from "../dom.ts";
import { popup } from "./popup.ts";
import { copyText, toast } from "../feedback.ts";
import { ask } from "../requests.ts";
import { attachmentList } from "./attachment-view.ts";
import { labelRow, openLabelChooser } from "./label-chips.ts";
import { reactionChooser, reactionRow } from "./reactions.ts";
import { richTextNode } from "./rich-text.ts";
import type { TalkContext } from "./talk-context.ts";

export interface CommentActions {
  /** The form in which the comment is edited, while it is. */
  readonly editing: HTMLElement | null;
  edit(): void;
  /** Others have replied to it. */
  readonly answered: boolean;
}

export function commentView(item: CommentItem, root: boolean, room: TalkContext, actions: CommentActions): HTMLElement {
  const { comment, pending } = item;
  const fresh = room.isNew(item);
  const node: HTMLElement = h(
    "div",
    { class: `comment${pending ? " pending" : ""}${fresh ? " new" : ""}`, "data-comment": comment.id, "data-frame": root ? comment.frame : null },
    h(
      "header",
      null,
      avatar(comment.author, initials(comment.author.name)),
      h("strong", null, comment.author.name),
      comment.author.guest && !room.plain && h("span", { class: "badge", title: t("Came by a share link") }, t("Guest")),
      fresh && h("span", { class: "new-mark", title: t("New") }, h("span", { class: "visually-hidden" }, t("New"))),
      h("time", { class: "dim", datetime: comment.created_at, onpointerenter: exactTime }, agoText(comment.created_at, Date.now())),
      comment.edited_at && !pending && room.plain && h("span", { class: "dim" }, t("edited")),
      comment.edited_at && !pending && !room.plain && h("button", { type: "button", class: "edited dim", title: t("See the earlier texts"), "data-act": "history", onclick: () => ask(node, { kind: "comment-history", id: comment.id }) }, t("edited")),
      h("span", { class: "comment-tools" }, !pending && !actions.editing && [reactionChooser(comment, room.me), menu(comment, root, room, actions, () => node)], root && completeButton(comment)),
    ),
    root && positionLine(comment, room),
    actions.editing ?? richTextNode(comment.text, comment.mentions.map((mention) => mention.text)),
    !actions.editing && attachmentList(comment.attachments),
    labelRow(comment, room.labels),
    reactionRow(comment, room.me),
    pending && pending !== "sending" && !actions.editing && pendingLine(item, actions),
  );
  if (root) {
    node.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("button, a, textarea, form, details, audio, input")) return;
      if (window.getSelection()?.toString()) return; // somebody marks text
      ask(node, { kind: "open-comment", id: comment.id });
    });
  }
  return node;
}

/** Said only when somebody points there: to write out a date costs more than the rest of the comment. */
function exactTime(event: Event): void {
  const time = event.currentTarget as HTMLTimeElement;
  time.title ||= new Date(time.dateTime).toLocaleString(localeTag());
}

function positionLine(comment: Comment, { face }: TalkContext): HTMLElement | null {
  if (!face) return null;
  const go: HTMLElement = h(
    "button",
    { type: "button", class: "tc position-chip", title: t("Go to this frame"), "data-act": "go", onclick: () => ask(go, { kind: "open-comment", id: comment.id }) },
    face.position(comment.frame),
    comment.duration_frames > 1 && ` – ${face.position(comment.frame + comment.duration_frames - 1)}`,
    h("span", { class: "dim" }, ` ${face.short(comment.frame)}`),
  );
  return h("div", { class: "position-line" }, go, comment.annotation_frames.length > 0 && h("span", { class: "badge", title: t("With a drawing") }, t("Drawing")), comment.internal && h("span", { class: "badge", title: t("Clients do not see this") }, t("Internal")));
}

function completeButton(comment: Comment): HTMLElement | null {
  const done = comment.completed_at !== null;
  if (!comment.can.includes("complete")) return done ? h("span", { class: "badge good" }, t("Done")) : null;
  const title = done ? (comment.completed_by ? t("Done, by {name}. Open it again", { name: comment.completed_by.name }) : t("Done. Open it again")) : t("Mark as done");
  return h(
    "button",
    { type: "button", class: "tick", "aria-pressed": String(done), "aria-label": title, title, "data-act": "complete", onclick: (event: Event) => ask(event.currentTarget as Element, { kind: "complete", id: comment.id, completed: !done }) },
    icon("check"),
  );
}

/** Why it is not sent, and what its author can do. What the server refused can be put right, or at least be taken along. */
function pendingLine(item: CommentItem, actions: CommentActions): HTMLElement {
  const { id, text } = item.comment;
  const refused = item.pending === "failed";
  const button = (words: string, run: (from: Element) => void, kind = " ghost"): HTMLElement =>
    h("button", { type: "button", class: `button small${kind}`, onclick: (event: Event) => run(event.currentTarget as Element) }, words);
  return h(
    "div",
    { class: refused ? "pending-line bad" : "pending-line", role: "status" },
    h("span", { class: "pending-why" }, icon(refused ? "warning" : "clock"), refused ? t("Not sent: {reason}", { reason: item.problem }) : item.problem),
    h(
      "span",
      { class: "pending-acts" },
      button(t("Send now"), (from) => ask(from, { kind: "resend", id }), ""),
      refused && button(t("Edit"), () => actions.edit()),
      text !== "" && button(t("Copy text"), () => void copyText(text).then((done) => done && toast(t("Text copied.")))),
      button(t("Discard"), (from) => ask(from, { kind: "discard", id })),
    ),
  );
}

function menu(comment: Comment, root: boolean, room: TalkContext, actions: CommentActions, node: () => HTMLElement): HTMLElement | null {
  const items = menuItems(comment, root, room, actions, node);
  return items.length === 0 ? null : popup("menu", t("More"), "more", (details) => h("div", { class: "menu-panel" }, items.map((item) => menuButton(item, details))));
}

function menuButton({ sign, text, run, danger, whyNot }: MenuItem, details: HTMLDetailsElement): HTMLElement {
  const act = (): void => {
    if (whyNot) return;
    details.open = false;
    run();
  };
  const why = whyNot && h("small", null, whyNot);
  return h("button", { type: "button", class: danger ? "menu-item danger" : "menu-item", "aria-disabled": whyNot ? "true" : null, onclick: act }, icon(sign), h("span", null, text, why));
}

interface MenuItem {
  readonly sign: IconName;
  readonly text: string;
  readonly run: () => void;
  readonly danger: boolean;
  /** Why it cannot be done; empty where it can. */
  readonly whyNot: string;
}

function menuItems(comment: Comment, root: boolean, room: TalkContext, actions: CommentActions, node: () => HTMLElement): MenuItem[] {
  const { id, can } = comment;
  const items: MenuItem[] = [];
  const add = (sign: IconName, text: string, run: () => void, danger = false, whyNot = ""): void => void items.push({ sign, text, run, danger, whyNot });
  if (root && !room.plain) add("link", t("Copy link to frame"), () => ask(node(), { kind: "copy-link", id }));
  if (root && !room.plain && comment.annotation_frames.length > 0) {
    const save = (file: "svg" | "png" | "over") => (): void => ask(node(), { kind: "save-drawing", id, file });
    add("download", t("Drawn frame as PNG"), save("over"));
    add("download", t("Drawing as PNG"), save("png"));
    add("download", t("Drawing as SVG"), save("svg"));
  }
  if (can.includes("edit")) add("edit", t("Edit"), () => actions.edit());
  if (root && can.includes("edit")) add("edit", comment.annotation_digest ? t("Change the drawing") : t("Add a drawing"), () => ask(node(), { kind: "edit-drawing", id }));
  if (root && can.includes("label") && (room.labels.length > 0 || room.mayManageLabels)) add("tag", t("Labels…"), () => openLabelChooser(node(), comment, room.labels, room.mayManageLabels));
  if (root && room.mayHide && can.includes("edit")) {
    add("lock", comment.internal ? t("Show to clients too") : t("Make internal"), () => ask(node(), { kind: "internal", id, internal: !comment.internal }));
  }
  const spared = actions.answered && !room.mayModerate ? t("Others have replied: a moderator can delete it.") : "";
  if (can.includes("delete")) add("trash", t("Delete"), () => ask(node(), { kind: "delete-comment", id }), true, spared);
  return items;
}
