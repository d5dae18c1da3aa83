import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../src/net/api.ts";
import type { Capability, Comment } from "../../src/net/types.ts";
import { Comments, neighbour, type NewComment } from "../../src/state/comments.ts";
import { MemoryShelf, Outbox } from "../../src/state/outbox.ts";
import { FakeClock } from "../player/fakes.ts";

const ME = { id: "me", name: "Me" };
let stamp = 0;
const at = (): string => new Date(Date.UTC(2026, 0, 1, 0, 0, ++stamp)).toISOString();

function made(id: string, change: Partial<Comment> = {}): Comment {
  const when = at();
  return {
    id, version_id: "v", parent_id: null, author: { id: "anna", name: "Anna" }, text: `text of ${id}`, mentions: [], labels: [], reactions: [], attachments: [], annotation: null, annotation_frames: [], annotation_digest: null,
    internal: false, frame: 10,
    duration_frames: 1, timecode: "", media_timecode: "", seconds: null, rate: { num: 24, den: 1, drop_frame: false }, start_timecode: null, completed_at: null, completed_by: null, created_at: when, updated_at: when,
    edited_at: null, deleted_at: null, can: ["reply"], url: "", ...change,
  };
}

let clock: FakeClock;
let shelf: MemoryShelf;
let server: Map<string, Comment>; // by idempotency key, as the real one
let sent: string[];
let removed: string[];
let restored: string[];
let failWith: Error | null;
let loseAnswer: boolean;

function outbox(): Outbox {
  const opened = new Outbox(
    shelf,
    {
      create: (_version, body, key) => {
        sent.push(key);
        if (failWith) return Promise.reject(failWith);
        const row = server.get(key) ?? made(`c${server.size}`, { ...body, annotation: null, labels: [], attachments: [], author: ME });
        server.set(key, row);
        if (loseAnswer) {
          loseAnswer = false;
          return Promise.reject(new ApiError(0, "offline", "gone", ""));
        }
        return Promise.resolve(row);
      },
      byLink: false,
      sendFile: () => Promise.reject(new Error("nobody here attaches files")),
      dropFiles: () => Promise.resolve(),
      alone: (run) => run(),
      tell: () => undefined,
      after: (ms, call) => clock.after(ms, call),
      now: at,
      random: () => 1,
    },
    ME.id,
  );
  void opened.open();
  return opened;
}

function room(capabilities: Capability[] = ["view", "comment", "see_internal", "complete_comments"]): Comments {
  return new Comments(
    {
      list: () => Promise.resolve([...server.values()]),
      update: (id, change) => {
        if (failWith) return Promise.reject(failWith);
        const key = [...server].find(([, row]) => row.id === id)?.[0] as string;
        const { completed, labels, attachments: _, ...rest } = change;
        const row = { ...(server.get(key) as Comment), ...rest, ...(labels ? { labels: [...labels] } : {}), updated_at: at() };
        if (completed !== undefined) Object.assign(row, { completed_at: completed ? row.updated_at : null });
        server.set(key, row);
        return Promise.resolve(row);
      },
      remove: (id) => {
        removed.push(id);
        return failWith ? Promise.reject(failWith) : Promise.resolve();
      },
      restore: (id) => {
        restored.push(id);
        return failWith ? Promise.reject(failWith) : Promise.resolve({ ...([...server.values()].find((row) => row.id === id) as Comment), updated_at: at() });
      },
      react: (id, name, there) => {
        const row = [...server.values()].find((one) => one.id === id) as Comment;
        return Promise.resolve({ ...row, reactions: there ? [{ name, emoji: "", people: [ME] }] : [], updated_at: at() });
      },
      revisions: () => Promise.resolve([]),
      now: at,
    },
    outbox(),
    "v",
    ME,
    new Set(capabilities),
  );
}

const NEW: NewComment = { text: "Boom in shot", frame: 31, duration_frames: 1, parent_id: null, internal: false };
const texts = (list: Comments): string[] => list.store.state.items.map((item) => item.comment.text);

beforeEach(() => {
  clock = new FakeClock();
  shelf = new MemoryShelf();
  server = new Map([["k", made("a", { frame: 20, author: ME, text: "first" })]]);
  sent = [];
  removed = [];
  restored = [];
  failWith = null;
  loseAnswer = false;
});

describe("a guest who is called otherwise", () => {
  it("has the new name wherever they stand, and nobody else does", () => {
    const list = room();
    const gita = { id: "gita", name: "Gita", guest: true };
    list.apply("comment.created", made("a", { author: gita }));
    list.apply("comment.created", made("b", { completed_by: gita, reactions: [{ name: "heart", emoji: "", people: [gita, ME] }] as Comment["reactions"] }));
    list.apply("guest.renamed", { ...gita, name: "Gita Guest" });
    const [a, b] = list.store.state.items.map(({ comment }) => comment);
    expect([a?.author.name, b?.author.name, b?.completed_by?.name, b?.reactions[0]?.people.map(({ name }) => name)]).toEqual(["Gita Guest", "Anna", "Gita Guest", ["Gita Guest", "Me"]]);
  });
});

describe("sending", () => {
  it("shows a comment at once, and exactly one when answer and event come in either order", async () => {
    const list = room();
    await list.load();
    const id = list.add(NEW);
    expect(list.idNow(id)).toBe(id);
    expect(texts(list)).toEqual(["first", "Boom in shot"]);
    expect(list.store.state.items[1]?.pending).toBe("sending");
    list.apply("comment.created", { ...[...server.values()][1], can: undefined }); // the event first
    expect(texts(list)).toEqual(["first", "Boom in shot"]);
    await clock.pass(1);
    expect(texts(list)).toEqual(["first", "Boom in shot"]);
    list.apply("comment.created", [...server.values()][1]);
    expect(list.store.state.items.map((item) => item.pending)).toEqual([null, null]);
    expect(list.idNow(id)).toBe([...server.values()][1]?.id); // whoever looks at it goes on doing so
  });

  it("sends once however often the answer is lost, with one key", async () => {
    const list = room();
    await list.load();
    loseAnswer = true;
    list.add(NEW);
    await clock.pass(1);
    expect(list.store.state.items[1]?.pending).toBe("waiting");
    await clock.pass(2000);
    expect(new Set(sent).size).toBe(1);
    expect(sent).toHaveLength(2);
    expect(server.size).toBe(2);
    expect(list.store.state.items.map((item) => item.pending)).toEqual([null, null]);
    await clock.pass(60_000);
    expect(sent).toHaveLength(2);
  });

  it("shows what the server has already and did not answer once, and a refused reply even when its thread is gone", async () => {
    const list = room();
    await list.load();
    loseAnswer = true;
    list.add(NEW);
    await clock.pass(1);
    expect(texts(list)).toEqual(["first", "Boom in shot"]);
    expect(list.store.state.items[1]?.pending).toBe("waiting");
    list.apply("comment.created", [...server.values()][1]); // by the socket, before it is sent again
    expect(list.store.state.items.map(({ comment, pending }) => [comment.text, pending])).toEqual([["first", null], ["Boom in shot", null]]);
    await clock.pass(2000);
    expect(texts(list)).toEqual(["first", "Boom in shot"]);

    failWith = new ApiError(422, "parent_invalid", "There is no such comment.", "");
    const reply = list.add({ ...NEW, text: "Yes", parent_id: "a", frame: 20 });
    list.apply("comment.deleted", { ...(server.get("k") as Comment), deleted_at: at() });
    await clock.pass(1);
    expect(list.threads().map(({ root }) => [root.comment.text, root.comment.frame, root.pending])).toEqual([["Yes", 20, "failed"], ["Boom in shot", 31, null]]);
    failWith = null;
    await list.edit(reply, "Yes, there"); // a refused one goes out again when it is mended
    await clock.pass(1);
    expect([...server.values()].map(({ text }) => text)).toEqual(["first", "Boom in shot", "Yes, there"]);
  });

  it("keeps what could not be sent over a reload of the page", async () => {
    failWith = new ApiError(0, "offline", "no", "");
    const before = room();
    await before.load();
    before.add(NEW);
    await clock.pass(1);
    failWith = null;
    clock = new FakeClock(); // the old page and its timers are gone
    const list = room();
    await list.load();
    await clock.pass(1);
    expect(texts(list)).toEqual(["first", "Boom in shot"]);
    expect(new Set(sent).size).toBe(1);
    expect(await shelf.all(ME.id)).toEqual([]);
  });

  it("says why a comment was refused, and does not try again by itself", async () => {
    failWith = new ApiError(422, "frame_outside", "This version has 480 frames.", "Choose another frame.");
    const list = room();
    await list.load();
    const id = list.add(NEW);
    await clock.pass(60_000);
    expect(sent).toHaveLength(1);
    expect(list.store.state.items[1]).toMatchObject({ pending: "failed", problem: "This version has 480 frames. Choose another frame." });
    await list.discard(id);
    expect(await shelf.all(ME.id)).toEqual([]);
  });
});

describe("changes", () => {
  it("move a comment to other frames at once", async () => {
    const list = room();
    await list.load();
    const moving = list.setRange("a", 30, 12);
    expect(list.store.state.items[0]?.comment).toMatchObject({ frame: 30, duration_frames: 12 });
    await moving;
    expect(server.get("k")).toMatchObject({ frame: 30, duration_frames: 12 });
  });

  it("are seen at once and taken back when refused", async () => {
    const list = room();
    await list.load();
    const done = list.setCompleted("a", true);
    expect(list.store.state.items[0]?.comment.completed_at).not.toBeNull();
    await done;
    failWith = new ApiError(403, "forbidden", "no", "");
    await expect(list.edit("a", "other")).rejects.toThrow();
    expect(texts(list)).toEqual(["first"]);
    failWith = null;
    await list.edit("a", "other");
    expect(texts(list)).toEqual(["other"]);
    failWith = new ApiError(412, "precondition_failed", "late", "", [], made("a", { text: "theirs", updated_at: "2099-01-01T00:00:00Z" }));
    await expect(list.edit("a", "mine", undefined, '"old"')).rejects.toThrow("late");
    expect(texts(list)).toEqual(["theirs"]);
  });

  it("of others never overwrite newer knowledge", async () => {
    const list = room();
    await list.load();
    const old = { ...(server.get("k") as Comment) };
    await list.edit("a", "newer");
    list.apply("comment.updated", old);
    expect(texts(list)).toEqual(["newer"]);
  });
});

describe("the id of what was written here", () => {
  it("is the server's once it has it", async () => {
    const list = room();
    await list.load();
    const id = list.add({ text: "New", frame: 3, duration_frames: 1, parent_id: null, internal: false });
    expect(list.idNow(id)).toBe(id);
    await clock.pass(0);
    expect(list.store.state.items.map((item) => item.comment.id)).toContain(list.idNow(id));
    expect(list.idNow(id)).not.toBe(id);
  });
});

describe("deleting", () => {
  it("tells the server at once, and brings it back from there", async () => {
    const list = room();
    await list.load();
    const { done, undo } = list.remove("a");
    expect(texts(list)).toEqual([]);
    await done;
    expect(removed).toEqual(["a"]);
    list.apply("comment.updated", server.get("k")); // a late event does not bring it back
    expect(texts(list)).toEqual([]);
    await undo();
    expect(restored).toEqual(["a"]);
    expect(texts(list)).toEqual(["first"]);
  });

  it("comes back by itself when the server refuses", async () => {
    const list = room();
    await list.load();
    failWith = new ApiError(403, "forbidden", "no", "");
    await expect(list.remove("a").done).rejects.toThrow("no");
    expect(texts(list)).toEqual(["first"]);
  });

  it("is undone by others too", async () => {
    const list = room();
    await list.load();
    list.apply("comment.deleted", { ...(server.get("k") as Comment), text: "", deleted_at: at() });
    expect(texts(list)).toEqual([]);
    list.apply("comment.restored", { ...(server.get("k") as Comment), updated_at: at() });
    expect(texts(list)).toEqual(["first"]);
  });

  it("takes the replies along", async () => {
    server.set("k2", made("r", { parent_id: "a" }));
    const list = room();
    await list.load();
    list.apply("comment.deleted", { ...(server.get("k") as Comment), deleted_at: at() });
    expect(texts(list)).toEqual([]);
  });
});

describe("live", () => {
  it("takes events of this version only, and what one may do comes from one's own rights", async () => {
    const list = room();
    await list.load();
    list.apply("comment.created", made("x", { version_id: "other" }));
    list.apply("version.created", { id: "v2" });
    list.apply("comment.created", made("y", { author: { id: "me", name: "Me" } }));
    list.apply("comment.created", made("z"));
    const can = Object.fromEntries(list.store.state.items.map(({ comment }) => [comment.id, comment.can]));
    expect(Object.keys(can)).toEqual(["a", "y", "z"]);
    expect(can["y"]).toEqual(["reply", "react", "edit", "delete", "complete", "label"]);
    expect(can["z"]).toEqual(["reply", "react", "complete", "label"]);
  });

  it("a comment made internal disappears for those who may not see it", async () => {
    const list = room(["view", "comment"]);
    await list.load();
    list.apply("comment.updated", { ...(server.get("k") as Comment), internal: true, updated_at: at() });
    expect(texts(list)).toEqual([]);
  });

  it("one that was internal for a while comes back", async () => {
    const list = room(["view", "comment"]);
    await list.load();
    const shown = server.get("k") as Comment;
    list.apply("comment.deleted", { ...shown, text: "", deleted_at: at() });
    expect(texts(list)).toEqual([]);
    list.apply("comment.created", { ...shown, updated_at: at() });
    expect(texts(list)).toEqual(["first"]);
  });
});

it("orders threads by frame and replies by age, and finds neighbours", async () => {
  server.set("1", made("late", { frame: 300 }));
  server.set("2", made("early", { frame: 5 }));
  server.set("3", made("r1", { parent_id: "early", frame: 5 }));
  server.set("4", made("r2", { parent_id: "early", frame: 5 }));
  const list = room();
  await list.load();
  expect(list.threads().map((t) => [t.root.comment.id, t.replies.map((r) => r.comment.id)])).toEqual([
    ["early", ["r1", "r2"]],
    ["a", []],
    ["late", []],
  ]);
  const threads = list.threads();
  expect(neighbour(threads, 20, 1)?.id).toBe("late");
  expect(neighbour(threads, 20, -1)?.id).toBe("early");
  expect(neighbour(threads, 300, 1)).toBeNull();
});

it("goes through all comments that stand on one frame, in whatever order they are listed", async () => {
  server.clear();
  for (const [id, frame] of [["late", 9], ["one", 5], ["two", 5], ["early", 2]] as const) server.set(id, made(id, { frame }));
  const list = room();
  await list.load();
  const threads = list.threads().reverse(); // as "newest first" would have them
  const ids = threads.map((thread) => thread.root.comment.id);
  const inOrder = ["early", ...ids.filter((id) => id === "one" || id === "two"), "late"];
  const walked = (direction: 1 | -1, from: number): string[] => {
    const met: string[] = [];
    let [frame, open] = [from, null as string | null];
    for (let next = neighbour(threads, frame, direction, open); next; next = neighbour(threads, frame, direction, open)) {
      met.push(next.id);
      [frame, open] = [next.frame, next.id];
    }
    return met;
  };
  expect(walked(1, 0)).toEqual(inOrder);
  expect(walked(-1, 100)).toEqual(inOrder.toReversed());
  expect(neighbour(threads, 7, 1, "one")?.id).toBe("late"); // the playhead has left the open one
});

describe("drawings", () => {
  it("stay while they are the same: lists and events come without them", async () => {
    const annotation = { v: 1 as const, shapes: [{ frame: 10 }] };
    const list = room();
    server.set("d", made("d", { annotation, annotation_frames: [10], annotation_digest: "1" }));
    await list.load();
    list.apply("comment.updated", { ...(server.get("d") as Comment), annotation: null, updated_at: at() });
    expect(list.store.state.items.find((item) => item.comment.id === "d")?.comment.annotation).toEqual(annotation);
    list.apply("comment.updated", { ...(server.get("d") as Comment), annotation: null, annotation_digest: "2", updated_at: at() });
    expect(list.store.state.items.find((item) => item.comment.id === "d")?.comment.annotation).toBeNull();
  });
});

describe("reactions and labels", () => {
  it("are taken from the server's answer", async () => {
    const list = room();
    await list.load();
    await list.react("a", "heart", true);
    expect(list.store.state.items[0]?.comment.reactions[0]?.people).toEqual([ME]);
    await list.setLabels("a", ["sound"]);
    expect(list.store.state.items[0]?.comment.labels).toEqual(["sound"]);
  });
});
