// Several changes of one comment, on a server that answers when the test says so.
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../src/net/api.ts";
import type { Comment } from "../../src/net/types.ts";
import { Comments, type CommentChange } from "../../src/state/comments.ts";
import { MemoryShelf, Outbox } from "../../src/state/outbox.ts";

const ME = { id: "me", name: "Me" };
let stamp = 0;
const at = (): string => new Date(Date.UTC(2026, 0, 1, 0, 0, ++stamp)).toISOString();
const turn = (): Promise<void> => new Promise((done) => setTimeout(done));

function made(id: string, change: Partial<Comment> = {}): Comment {
  const when = at();
  return {
    id, version_id: "v", parent_id: null, author: ME, text: id, mentions: [], labels: [], reactions: [], attachments: [], annotation: null, annotation_frames: [], annotation_digest: null, internal: false, frame: 20,
    duration_frames: 14, timecode: "", media_timecode: "", seconds: null, rate: { num: 24, den: 1, drop_frame: false }, start_timecode: null, completed_at: null, completed_by: null, created_at: when, updated_at: when,
    edited_at: null, deleted_at: null, can: ["edit"], url: "", ...change,
  };
}

interface Asked {
  readonly id: string;
  readonly body: CommentChange;
  /** It happens on the server now, and its answer comes; or it is refused. */
  readonly answer: (error?: Error) => Promise<void>;
}

let server: Map<string, Comment>;
let asked: Asked[];

async function room(): Promise<Comments> {
  const create = (_version: string, body: object): Promise<Comment> => {
    const row = made("new", { ...body, annotation: null, labels: [], attachments: [] });
    server.set(row.id, row);
    return Promise.resolve(row);
  };
  const outbox = new Outbox(
    new MemoryShelf(),
    { byLink: false, create, sendFile: () => Promise.reject(new Error("no files")), dropFiles: () => Promise.resolve(), alone: (run) => run(), tell: () => undefined, after: () => () => undefined, now: at, random: () => 1 },
    ME.id,
  );
  const never = (): Promise<never> => Promise.reject(new Error("not asked for"));
  const update = (id: string, { completed, labels, attachments: _, ...rest }: CommentChange): Promise<Comment> =>
    new Promise((resolve, reject) => {
      const answer = (error?: Error): Promise<void> => {
        const row = { ...(server.get(id) as Comment), ...rest, ...(labels ? { labels: [...labels] } : {}), ...(completed ? { completed_at: at() } : {}), updated_at: at() };
        if (error) reject(error);
        else {
          server.set(id, row);
          resolve(row);
        }
        return turn();
      };
      asked.push({ id, body: { ...rest, ...(labels ? { labels } : {}), ...(completed === undefined ? {} : { completed }) }, answer });
    });
  const list = new Comments({ list: () => Promise.resolve([...server.values()]), update, remove: never, restore: never, react: never, revisions: never, now: at }, outbox, "v", ME, new Set(["comment"]));
  await list.load();
  return list;
}

const shown = (list: Comments, id = "a"): Comment => list.store.state.items.find(({ comment }) => comment.id === id)?.comment as Comment;
const place = (list: Comments): unknown => [shown(list).frame, shown(list).duration_frames];

beforeEach(() => {
  asked = [];
  server = new Map([["a", made("a")], ["b", made("b")]]);
});

describe("several changes of one comment", () => {
  it("are each built on the one before, whatever news of the old comes in between", async () => {
    const list = await room();
    const old = { ...(server.get("a") as Comment) };
    void list.setRange("a", 20, 13); // its end, by a key
    list.apply("comment.created", old); // that it was made is told late
    await list.load();
    expect(place(list)).toEqual([20, 13]);
    void list.setRange("a", 16, 17); // its start, dragged
    await turn();
    await asked[0]?.answer();
    expect(place(list)).toEqual([16, 17]);
    list.apply("comment.updated", { ...(server.get("a") as Comment) }); // of the first change
    expect(place(list)).toEqual([16, 17]);
    await asked[1]?.answer();
    expect(place(list)).toEqual([16, 17]);
    expect(server.get("a")).toMatchObject({ frame: 16, duration_frames: 17 });
  });

  it("go to the server one after the other; those of other comments do not wait", async () => {
    const list = await room();
    void list.setRange("a", 1, 1);
    void list.setRange("a", 2, 2);
    void list.setCompleted("b", true);
    await turn();
    expect(asked.map(({ id, body }) => [id, body])).toEqual([["a", { frame: 1, duration_frames: 1 }], ["b", { completed: true }]]);
    await asked[0]?.answer();
    expect(asked[2]).toMatchObject({ id: "a", body: { frame: 2, duration_frames: 2 } });
    await asked[2]?.answer();
    await asked[1]?.answer();
    expect(place(list)).toEqual([2, 2]);
    expect(shown(list, "b").completed_at).not.toBeNull();
  });

  it("go on when one is refused, of which nothing is left", async () => {
    const list = await room();
    const first = list.setLabels("a", ["sound"]).catch((error: Error) => error.message);
    const second = list.setRange("a", 30, 2);
    await turn();
    expect(shown(list)).toMatchObject({ labels: ["sound"], frame: 30 });
    await asked[0]?.answer(new ApiError(422, "label", "no such label", ""));
    expect(await first).toBe("no such label");
    expect(shown(list)).toMatchObject({ labels: [], frame: 30 });
    await asked[1]?.answer();
    await second;
    expect(shown(list)).toMatchObject({ labels: [], frame: 30, duration_frames: 2 });
  });

  it("leave what somebody else changes meanwhile to be seen, under what is one's own", async () => {
    const list = await room();
    const refused = list.setRange("a", 30, 2).catch((error: Error) => error.message);
    list.apply("comment.updated", { ...(server.get("a") as Comment), text: "theirs", frame: 99, updated_at: at() });
    expect(shown(list)).toMatchObject({ text: "theirs", frame: 30 });
    await turn();
    await asked[0]?.answer(new ApiError(403, "forbidden", "no", ""));
    expect(await refused).toBe("no");
    expect(shown(list)).toMatchObject({ text: "theirs", frame: 99 });
  });

  it("are said to be queued only while one has not been sent", async () => {
    const list = await room();
    void list.setRange("a", 1, 1);
    await turn();
    expect(list.queued).toBe(false);
    void list.setRange("a", 2, 2);
    expect(list.queued).toBe(true);
    await asked[0]?.answer();
    expect(list.queued).toBe(false);
    await asked[1]?.answer();
  });

  it("of a comment that is deleted meanwhile come to nothing, without a complaint", async () => {
    const list = await room();
    const late = list.setRange("a", 1, 1);
    await turn();
    list.apply("comment.deleted", { ...(server.get("a") as Comment), deleted_at: at() });
    await asked[0]?.answer(new ApiError(404, "not_found", "gone", ""));
    await expect(late).resolves.toBeUndefined();
  });

  it("find the comment by the name that it had before the server knew it", async () => {
    const list = await room();
    const id = list.add({ text: "Boom in shot", frame: 31, duration_frames: 1, parent_id: null, internal: false });
    await turn();
    void list.setRange(id, 40, 3);
    await turn();
    expect(asked[0]).toMatchObject({ id: "new", body: { frame: 40, duration_frames: 3 } });
  });
});
