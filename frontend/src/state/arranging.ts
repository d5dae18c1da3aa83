// Which threads are shown, and in which order: filter, search and sorting of the conversation. Pure.
import type { CommentItem, Thread } from "./comments.ts";

export type StateFilter = "all" | "open" | "done";
export type SortOrder = "frame" | "newest" | "state";

export interface Arrangement {
  readonly state: StateFilter;
  readonly sort: SortOrder;
  readonly text: string;
  /** Ids; empty: any. */
  readonly author: string;
  readonly label: string;
  readonly visibility: "all" | "internal" | "public";
  readonly unread: boolean;
  readonly mentionsMe: boolean;
}

export const EVERYTHING: Arrangement = { state: "all", sort: "frame", text: "", author: "", label: "", visibility: "all", unread: false, mentionsMe: false };

export interface Reader {
  readonly id: string;
  /** Whether a comment is new to the reader. */
  isNew(item: CommentItem): boolean;
}

/** How many of the filters (not the order) differ from showing everything, besides the state. */
export function narrowing(view: Arrangement): number {
  const set = [view.text !== "", view.author !== "", view.label !== "", view.visibility !== "all", view.unread, view.mentionsMe];
  return set.filter(Boolean).length;
}

/** Threads of which any comment fits; state, label and visibility are those of the first comment. `threads` come by frame. */
export function arrange(threads: readonly Thread[], view: Arrangement, reader: Reader): Thread[] {
  const wanted = view.text.trim().toLocaleLowerCase();
  const said = (item: CommentItem): boolean =>
    (view.author === "" || item.comment.author.id === view.author) &&
    (!view.mentionsMe || item.comment.mentions.some((mention) => mention.id === reader.id)) &&
    (!view.unread || reader.isNew(item)) &&
    (wanted === "" || item.comment.text.toLocaleLowerCase().includes(wanted) || item.comment.author.name.toLocaleLowerCase().includes(wanted));
  const shown = threads.filter(
    ({ root, replies }) =>
      (view.state === "all" || (root.comment.completed_at !== null) === (view.state === "done")) &&
      (view.label === "" || root.comment.labels.includes(view.label)) &&
      (view.visibility === "all" || root.comment.internal === (view.visibility === "internal")) &&
      (said(root) || replies.some(said)),
  );
  if (view.sort === "newest") return shown.sort((a, b) => latest(b) - latest(a));
  if (view.sort === "state") return shown.sort((a, b) => Number(a.root.comment.completed_at !== null) - Number(b.root.comment.completed_at !== null));
  return shown;
}

/** When a thread was last written in. */
function latest({ root, replies }: Thread): number {
  return Math.max(...[root, ...replies].map((item) => Date.parse(item.comment.created_at)));
}
