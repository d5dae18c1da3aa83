// What the panel shows, what it is given, and what is worked out of comments alone.
import type { LiveState, SocketPort } from "../../src/net/live.ts";
import type { Comment, Version } from "../../src/net/types.ts";
import type { Thread } from "./marker-plan.ts";
import type { Alignment } from "./place.ts";
import type { Host } from "./premiere-host.ts";
import type { DeviceCode, Request } from "./server.ts";

/** What is kept between two starts: the token encrypted, choices as they are. */
export interface Keeper {
  secret(): Promise<string | null>;
  keepSecret(value: string | null): Promise<void>;
  choice(name: string): string | null;
  keepChoice(name: string, value: string | null): void;
}

export interface PanelPorts {
  readonly host: Host;
  readonly request: Request;
  readonly open: (url: string) => SocketPort;
  readonly keeper: Keeper;
  readonly browse: (url: string) => Promise<void>;
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  readonly random: () => number;
}

export type Filter = "open" | "done" | "all";
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface PanelState {
  readonly step: "sign-in" | "code" | "choose" | "comments";
  readonly address: string;
  readonly code: DeviceCode | null;
  readonly me: string;
  readonly projects: readonly Named[];
  readonly stacks: readonly Named[];
  readonly versions: readonly Named[];
  readonly chosen: { readonly project: string; readonly stack: string };
  readonly version: Version | null;
  /** A newer version of the same stack. */
  readonly newer: { readonly id: string; readonly number: number } | null;
  readonly loaded: boolean;
  readonly threads: readonly Thread[];
  readonly filter: Filter;
  readonly text: string;
  readonly alignment: Alignment;
  readonly keepInSync: boolean;
  readonly live: LiveState;
  readonly says: { readonly text: string; readonly bad: boolean } | null;
}

export const START: PanelState = {
  step: "sign-in",
  address: "",
  code: null,
  me: "",
  projects: [],
  stacks: [],
  versions: [],
  chosen: { project: "", stack: "" },
  version: null,
  newer: null,
  loaded: false,
  threads: [],
  filter: "open",
  text: "",
  alignment: "timecode",
  keepInSync: false,
  live: "connecting",
  says: null,
};
/** A thread is found by any of its texts and people. */
export function matching(threads: readonly Thread[], filter: Filter, text: string): Thread[] {
  const wanted = text.trim().toLocaleLowerCase();
  const holds = (comment: Comment): boolean => `${comment.author.name} ${comment.text}`.toLocaleLowerCase().includes(wanted);
  return threads.filter(
    (thread) => (filter === "all" || (thread.completed_at !== null) === (filter === "done")) && (wanted === "" || [thread, ...thread.replies].some(holds)),
  );
}

/** Comments and replies as they come, as threads by frame. */
export function threadsOf(comments: Iterable<Comment>): Thread[] {
  const all = [...comments].sort((a, b) => a.frame - b.frame || a.created_at.localeCompare(b.created_at));
  return all.filter((comment) => comment.parent_id === null).map((comment) => ({ ...comment, replies: all.filter((reply) => reply.parent_id === comment.id) }));
}
