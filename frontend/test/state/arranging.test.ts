import { describe, expect, it } from "vitest";
import type { Comment } from "../../src/net/types.ts";
import { arrange, EVERYTHING, narrowing, type Arrangement } from "../../src/state/arranging.ts";
import { threadsOf, type CommentItem } from "../../src/state/comments.ts";
import { Reading } from "../../src/state/reading.ts";

let minute = 0;
function item(id: string, change: Partial<Comment>): CommentItem {
  const when = new Date(Date.UTC(2026, 0, 1, 0, ++minute)).toISOString();
  const comment = { id, parent_id: null, author: { id: "anna", name: "Anna" }, text: id, internal: false, frame: 0, labels: [], mentions: [], completed_at: null, created_at: when, ...change };
  return { comment: comment as unknown as Comment, pending: null, problem: "" };
}

const BO = { id: "bo", name: "Bo" };
const items = [
  item("late", { frame: 30 }),
  item("done", { frame: 10, completed_at: "2026-01-01T00:00:00Z", labels: ["sound"] }),
  item("hidden", { frame: 20, internal: true, mentions: [{ id: "me", name: "Me", text: "@Me" }] }),
  item("reply", { frame: 10, parent_id: "done", author: BO, text: "Grainy" }),
];

const shown = (view: Partial<Arrangement>, fresh: readonly string[] = []): string =>
  arrange(threadsOf(items), { ...EVERYTHING, ...view }, { id: "me", isNew: (one) => fresh.includes(one.comment.id) })
    .map((thread) => thread.root.comment.id)
    .join(" ");

describe("arranging threads", () => {
  it.each([
    [{}, "done hidden late"],
    [{ state: "open" }, "hidden late"],
    [{ state: "done" }, "done"],
    [{ visibility: "internal" }, "hidden"],
    [{ visibility: "public" }, "done late"],
    [{ label: "sound" }, "done"],
    [{ author: "bo" }, "done"],
    [{ text: " GRAIN " }, "done"],
    [{ text: "anna" }, "done hidden late"],
    [{ mentionsMe: true }, "hidden"],
    [{ sort: "newest" }, "done hidden late"],
    [{ sort: "state" }, "hidden late done"],
    [{ author: "bo", text: "late" }, ""],
  ] as [Partial<Arrangement>, string][])("%j", (view, expected) => {
    expect(shown(view)).toBe(expected);
  });

  it("keeps threads with something new in them", () => {
    expect(shown({ unread: true }, ["reply"])).toBe("done");
  });

  it("counts what narrows", () => {
    expect(narrowing(EVERYTHING)).toBe(0);
    expect(narrowing({ ...EVERYTHING, state: "open", sort: "newest", author: "bo", unread: true })).toBe(2);
  });
});

describe("what is new", () => {
  const [first, second] = [item("n1", {}), item("n2", {})] as [CommentItem, CommentItem];
  const mine = item("n3", { author: { id: "me", name: "Me" } });
  const reading = (until: string | null, told: string[] = []): Reading =>
    new Reading({ seenUntil: () => Promise.resolve(until), see: (when) => Promise.resolve(told.push(when)) }, "me");

  it("is what others wrote after one had read", async () => {
    const one = reading(first.comment.created_at);
    expect(one.isNew(second)).toBe(false); // not known yet
    await one.load(() => 0);
    expect([first, second, mine].map(one.isNew)).toEqual([false, true, false]);
    one.open(["n2"]);
    expect(one.isNew(second)).toBe(false);
  });

  it("is nothing for somebody who comes for the first time, until more arrives", async () => {
    const one = reading(null);
    await one.load(() => Date.parse(first.comment.created_at));
    expect([first, second].map(one.isNew)).toEqual([false, true]);
  });

  it("is told to the server once for each newer one", async () => {
    const told: string[] = [];
    const one = reading(first.comment.created_at, told);
    await one.load(() => 0);
    one.seen([first]);
    one.seen([first, second]);
    one.seen([second, first]);
    expect(told).toEqual([second.comment.created_at]);
  });
});
