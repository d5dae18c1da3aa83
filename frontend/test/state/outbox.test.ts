// The queue of unsent comments, in a browser's database, against a server that loses answers, refuses, and is away.
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../src/net/api.ts";
import { BrowserShelf, inTurn, openBase } from "../../src/net/browser-shelf.ts";
import { BrowserFiles } from "../../src/net/browser-files.ts";
import type { Attachment, Comment } from "../../src/net/types.ts";
import type { NewComment } from "../../src/state/comments.ts";
import { Outbox, type OutboxNews } from "../../src/state/outbox.ts";
import { WaitingFiles } from "../../src/state/waiting-files.ts";

const AWAY = new ApiError(0, "offline", "away", "");
const REFUSED = new ApiError(422, "frame_out_of_range", "The version has 480 frames.", "Choose another.");
const OTHER = new ApiError(409, "other_person", "Somebody else is signed in", "");
const comment = (text: string, frame = 1): NewComment => ({ text, frame, duration_frames: 1, parent_id: null, internal: false });

/** Makes each key once, as the real server does; `answers` are what happens to the next requests. */
class Server {
  rows = new Map<string, NewComment>();
  asked: string[] = [];
  answers: ("made" | "lost" | Error)[] = [];
  rule: ((body: NewComment) => Error | null) | null = null;
  signedIn = "me";

  get texts(): string[] {
    return [...this.rows.values()].map((one) => one.text);
  }

  files: string[] = [];
  fileAnswers: ("made" | Error)[] = [];

  async file(file: Blob, name: string, who: string): Promise<Attachment> {
    if (who !== this.signedIn) throw OTHER;
    const fate = this.fileAnswers.shift() ?? "made";
    if (fate instanceof Error) throw fate;
    this.files.push(`${name}: ${await file.text()}`);
    return { id: `file${this.files.length}`, name } as Attachment;
  }

  async create(versionId: string, body: NewComment, key: string, who: string): Promise<Comment> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (who !== this.signedIn) throw OTHER;
    this.asked.push(body.text);
    const fate = this.answers.shift() ?? this.rule?.(body) ?? "made";
    if (fate instanceof Error) throw fate;
    if (!this.rows.has(key)) this.rows.set(key, body);
    if (fate === "lost") throw AWAY;
    return { id: `made-${key}`, version_id: versionId, text: body.text } as Comment;
  }
}

let server: Server;
let tabs: Outbox[];
let locked: Promise<void>;
const picked = (most?: number): WaitingFiles => new WaitingFiles(new BrowserFiles(), (_version, file, name, who) => server.file(file, name, who), Date.now, most);
const kinds = (outbox: Outbox): string[] => outbox.store.state.items.flatMap(({ unsent }) => (unsent.body.attachments ?? []).map(({ id }) => id.split("-")[0] ?? ""));

/** A tab of the browser; all share its database, its lock and its channel. `later` runs what waits for a pause. */
function tab(who = "me"): { outbox: Outbox; later: () => void; pauses: number[] } {
  let timers: (() => void)[] = [];
  const pauses: number[] = [];
  const files = picked();
  const outbox: Outbox = new Outbox(
    new BrowserShelf(),
    {
      byLink: false,
      create: (...given) => server.create(...given),
      sendFile: (...given) => files.send(...given),
      dropFiles: (ids) => files.drop(ids),
      alone: (run) => (locked = locked.then(run)),
      tell: (news: OutboxNews) => tabs.filter((one) => one !== outbox && one.who === who).forEach((one) => one.hear(news)),
      after: (milliseconds, call) => {
        pauses.push(milliseconds);
        timers.push(call);
        return () => (timers = timers.filter((one) => one !== call));
      },
      now: () => "2026-01-01T00:00:00Z",
      random: () => 1,
    },
    who,
  );
  tabs.push(outbox);
  const later = (): void => {
    const due = timers;
    timers = [];
    due.forEach((call) => call());
  };
  return { outbox, later, pauses };
}

const shown = (outbox: Outbox): string[] => outbox.store.state.items.map(({ unsent, pending }) => `${unsent.body.text}: ${pending}`);
const kept = async (who = "me"): Promise<string[]> => (await new BrowserShelf().all(who)).map((one) => one.body.text);

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  server = new Server();
  tabs = [];
  locked = Promise.resolve();
});

describe("what is written", () => {
  it("is shown at once, sent in order, and forgotten when the server has it", async () => {
    const { outbox } = tab();
    await outbox.open();
    const heard: string[] = [];
    outbox.onSent((_key, made) => heard.push(made.text));
    for (const text of ["one", "two", "three"]) outbox.add("v", comment(text));
    expect(shown(outbox)).toEqual(["one: sending", "two: sending", "three: sending"]);
    await vi.waitFor(() => expect(heard).toEqual(["one", "two", "three"]));
    expect(server.asked).toEqual(["one", "two", "three"]);
    expect(shown(outbox)).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it("waits with growing pauses while the server is away, and goes in order when it is back", async () => {
    const { outbox, later, pauses } = tab();
    server.answers = [AWAY, new ApiError(503, "http_503", "", ""), AWAY];
    outbox.add("v", comment("one"));
    outbox.add("w", comment("two"));
    await vi.waitFor(() => expect(shown(outbox)).toEqual(["one: waiting", "two: waiting"]));
    for (const count of [2, 3]) {
      later();
      await vi.waitFor(() => expect(pauses).toHaveLength(count));
    }
    expect(pauses).toEqual([2000, 4000, 8000]);
    outbox.add("v", comment("three")); // does not try by itself: the pause holds for all
    expect(server.asked).toEqual(["one", "one", "one"]);
    outbox.nudge();
    await vi.waitFor(() => expect(server.texts).toEqual(["one", "two", "three"]));
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
  });

  it("is made once, however often the answer is lost", async () => {
    const { outbox, later } = tab();
    server.answers = ["lost", "lost"];
    outbox.add("v", comment("one"));
    outbox.add("v", comment("one")); // the same words twice are two comments
    for (const times of [1, 2]) {
      await vi.waitFor(() => expect(server.asked).toHaveLength(times));
      await vi.waitFor(() => expect(outbox.store.state.items[0]?.unsent.tries).toBe(times));
      later();
    }
    await vi.waitFor(() => expect(shown(outbox)).toEqual([]));
    expect(server.texts).toEqual(["one", "one"]);
    expect(server.asked).toHaveLength(4);
  });

  it("outlives the page and the browser, with drawing, labels and files", async () => {
    const whole: NewComment = {
      ...comment("one", 7),
      parent_id: "c1",
      annotation: { v: 1, shapes: [] },
      labels: ["sound"],
      attachments: [{ id: "a1", name: "note.png" } as NonNullable<NewComment["attachments"]>[number]],
    };
    server.answers = ["lost"];
    const before = tab().outbox;
    before.add("v", whole);
    await vi.waitFor(() => expect(shown(before)).toEqual(["one: waiting"]));
    tabs = [];
    const { outbox } = tab();
    await outbox.open();
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect([...server.rows.values()]).toEqual([whole]);
  });
});

describe("what the server refuses", () => {
  it("stays with its reason, lets the others pass, and is sent again under a new key when it was mended", async () => {
    server.rule = (body) => (body.text === "bad" ? REFUSED : null);
    const { outbox } = tab();
    const key = outbox.add("v", comment("bad"));
    outbox.add("v", comment("good"));
    await vi.waitFor(() => expect(server.texts).toEqual(["good"]));
    expect(shown(outbox)).toEqual(["bad: failed"]);
    expect(outbox.store.state.items[0]?.problem).toBe("The version has 480 frames. Choose another.");
    const again = tab().outbox; // it stays over a reload, and nobody tries by himself
    await again.open();
    expect(shown(again)).toEqual(["bad: failed"]);
    expect(server.asked).toEqual(["bad", "good"]);
    expect(await outbox.revise(key, { text: "mended" })).not.toBe(key);
    await vi.waitFor(() => expect(server.texts).toEqual(["good", "mended"]));
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(shown(again)).toEqual([]);
  });

  it("can be sent again or thrown away", async () => {
    server.answers = [new ApiError(403, "forbidden", "You may not.", "Ask."), new ApiError(404, "not_found", "Gone.", "")];
    const { outbox } = tab();
    const first = outbox.add("v", comment("one"));
    const second = outbox.add("v", comment("two"));
    await vi.waitFor(() => expect(shown(outbox)).toEqual(["one: failed", "two: failed"]));
    await outbox.discard(second);
    outbox.resend(first);
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(server.texts).toEqual(["one"]);
  });

  it("does not hold up the others when the server fails on it again and again", async () => {
    server.rule = (body) => (body.text === "poison" ? new ApiError(500, "http_500", "Failed.", "") : null);
    const { outbox, later } = tab();
    outbox.add("v", comment("poison"));
    outbox.add("v", comment("fine"));
    await vi.waitFor(() => {
      later();
      expect(server.texts).toEqual(["fine"]);
    });
    expect(shown(outbox)).toEqual(["poison: failed"]);
    expect(server.asked.filter((text) => text === "poison")).toHaveLength(5);
  });
});

describe("whose it is", () => {
  it("waits for its author to sign in again", async () => {
    server.answers = [new ApiError(401, "not_authenticated", "Sign in first", "")];
    const { outbox } = tab();
    outbox.add("v", comment("mine"));
    await vi.waitFor(() => expect(outbox.store.state.items[0]?.problem).toMatch("sign in again"));
    server.signedIn = "somebody else"; // in another tab
    outbox.nudge();
    await vi.waitFor(() => expect(outbox.store.state.items[0]?.problem).toMatch("somebody else"));
    expect(server.texts).toEqual([]);
    const other = tab("somebody else").outbox;
    await other.open();
    expect(shown(other)).toEqual([]);
    server.signedIn = "me";
    outbox.nudge();
    await vi.waitFor(() => expect(server.texts).toEqual(["mine"]));
  });
});

it("goes to nobody else's account, also when nothing had failed before", async () => {
  const { outbox, later } = tab();
  await outbox.open();
  outbox.add("v", comment("first"));
  await vi.waitFor(() => expect(server.texts).toEqual(["first"]));
  server.signedIn = "somebody else"; // in another tab; this page has heard nothing of it
  outbox.add("v", { ...comment("second"), attachments: [await picked().keep(new Blob(["sketch"]), "a.png")] });
  outbox.add("v", comment("third"));
  await vi.waitFor(() => expect(outbox.store.state.items.map(({ problem }) => problem)).toEqual(Array(2).fill(expect.stringMatching("somebody else is signed in"))));
  later();
  await vi.waitFor(() => expect(shown(outbox)).toEqual(["second: waiting", "third: waiting"]));
  expect([server.texts, server.files, await kept()]).toEqual([["first"], [], ["second", "third"]]);
  server.signedIn = "me";
  outbox.nudge();
  await vi.waitFor(() => expect(server.texts).toEqual(["first", "second", "third"]));
});

describe("files picked while the server is away", () => {
  it("outlive the page, go before their comment, in order, once, and are forgotten then", async () => {
    const before = tab().outbox;
    server.answers = [AWAY];
    before.add("v", comment("one"));
    const attachments = [await picked().keep(new Blob(["A"], { type: "image/png" }), "a.png"), await picked().keep(new Blob(["B"]), "b.pdf")];
    expect(attachments.map(({ kind, size }) => [kind, size])).toEqual([["image", 1], ["pdf", 1]]);
    before.add("v", { ...comment("two"), attachments: [attachments[0]!, { id: "there", name: "c.png" } as Attachment, attachments[1]!] });
    before.add("v", comment("three"));
    await vi.waitFor(async () => expect(await kept()).toEqual(["one", "two", "three"]));
    tabs = [];
    const { outbox, later } = tab();
    server.fileAnswers = ["made", AWAY]; // cut off between the two files
    server.answers = [];
    await outbox.open();
    await vi.waitFor(() => expect(kinds(outbox)).toEqual(["file1", "there", "waiting"]));
    await vi.waitFor(() => expect(shown(outbox)).toEqual(["two: waiting", "three: waiting"]));
    server.answers = ["lost"]; // and once more after the comment
    later();
    await vi.waitFor(() => expect(server.asked).toEqual(["one", "one", "two"]));
    await vi.waitFor(() => expect(shown(outbox)).toEqual(["two: waiting", "three: waiting"]));
    later();
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
    expect(server.files).toEqual(["a.png: A", "b.pdf: B"]);
    expect(server.texts).toEqual(["one", "two", "three"]);
    expect([...server.rows.values()][1]?.attachments?.map(({ id }) => id)).toEqual(["file1", "there", "file2"]);
    for (const { id } of attachments) expect(await new BrowserFiles().get(id)).toBeNull();
  });

  it("are refused by name, and the comment goes without them once they are taken out", async () => {
    server.fileAnswers = [new ApiError(415, "attachment_type", "Files of this kind cannot be attached", "Attach an image.")];
    const { outbox } = tab();
    const file = await picked().keep(new Blob(["x"]), "notes.docx");
    const key = outbox.add("v", { ...comment("see file"), attachments: [file] });
    await vi.waitFor(() => expect(outbox.store.state.items[0]?.problem).toBe("notes.docx: Files of this kind cannot be attached Attach an image."));
    await outbox.revise(key, { attachments: [] });
    await vi.waitFor(() => expect(server.texts).toEqual(["see file"]));
    expect(await new BrowserFiles().get(file.id)).toBeNull();
  });

  it("that the browser lost say so; those of a comment that is thrown away go with it", async () => {
    const { outbox } = tab();
    const [lost, other] = [await picked().keep(new Blob(["x"]), "lost.png"), await picked().keep(new Blob(["y"]), "other.png")];
    await new BrowserFiles().remove([lost.id]);
    const key = outbox.add("v", { ...comment("see file"), attachments: [lost, other] });
    await vi.waitFor(() => expect(outbox.store.state.items[0]?.problem).toMatch("lost.png: this browser does not have the file any more."));
    await outbox.discard(key);
    expect(await new BrowserFiles().get(other.id)).toBeNull();
    expect(server.files).toEqual([]);
  });

  it("have a budget together, freed again by what was sent, and are swept when forgotten", async () => {
    const few = picked(10);
    const first = await few.keep(new Blob(["123456"]), "a.png");
    await expect(few.keep(new Blob(["12345"]), "b.png")).rejects.toThrow("files of 10 bytes together are the most that wait here");
    await few.drop([first.id]);
    const second = await few.keep(new Blob(["12345"]), "b.png");
    const inAYear = new WaitingFiles(new BrowserFiles(), () => Promise.reject(AWAY), () => Date.now() + 365 * 86_400_000);
    await inAYear.sweep([second.id]); // a comment waits for it
    expect((await new BrowserFiles().get(second.id))?.name).toBe("b.png");
    await few.sweep([]); // new
    expect(await new BrowserFiles().get(second.id)).not.toBeNull();
    await inAYear.sweep([]);
    expect(await new BrowserFiles().get(second.id)).toBeNull();
  });

  it("are not kept where the browser keeps nothing, and it says so", async () => {
    globalThis.indexedDB = { open: () => { throw new DOMException("forbidden", "SecurityError"); } } as unknown as IDBFactory;
    await expect(picked().keep(new Blob(["x"]), "a.png")).rejects.toThrow("this browser has no room for the file");
  });
});

describe("several tabs", () => {
  it("send one after the other, show each other's, and each comment goes once", async () => {
    const [a, b] = [tab(), tab()];
    await Promise.all([a.outbox.open(), b.outbox.open()]);
    server.answers = [AWAY, AWAY];
    a.outbox.add("v", comment("from a"));
    await vi.waitFor(() => expect(shown(a.outbox)).toEqual(["from a: waiting"]));
    b.outbox.add("v", comment("from b"));
    await vi.waitFor(() => expect(shown(a.outbox)).toEqual(["from a: waiting", "from b: waiting"]));
    await vi.waitFor(() => expect(shown(b.outbox)).toEqual(["from a: waiting", "from b: waiting"]));
    a.outbox.nudge();
    b.outbox.nudge();
    await vi.waitFor(() => expect(server.texts).toEqual(["from a", "from b"]));
    await vi.waitFor(() => expect([...shown(a.outbox), ...shown(b.outbox)]).toEqual([]));
    b.outbox.add("v", comment("after")); // what another tab sent has ended the pause here too
    await vi.waitFor(() => expect(server.texts).toEqual(["from a", "from b", "after"]));
  });

  it("take turns by the database where there are no Web Locks; who is gone for long has lost its turn", async () => {
    const base = await openBase();
    let time = 0;
    const clock = { now: () => time, after: (_ms: number, call: () => void) => { const id = setTimeout(call, 1); return () => clearTimeout(id); } };
    const log: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`${name} ends`);
    };
    await Promise.all([inTurn(base, "a", clock, work("a")), inTurn(base, "b", clock, work("b"))]);
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    await base.put("turn", { name: "outbox", holder: "dead", until: 10_000 });
    const waiting = inTurn(base, "c", clock, work("c"));
    expect(log).toHaveLength(4);
    time = 10_001;
    await waiting;
    expect(log.slice(4)).toEqual(["c begins", "c ends"]);
  });
});

it("works where the browser keeps nothing, and says so", async () => {
  globalThis.indexedDB = { open: () => { throw new DOMException("forbidden", "SecurityError"); } } as unknown as IDBFactory;
  const { outbox } = tab();
  server.answers = [AWAY];
  outbox.add("v", comment("one"));
  await vi.waitFor(() => expect(outbox.store.state.items[0]?.problem).toMatch("leave the page open"));
  expect(outbox.store.state.kept).toBe(false);
  outbox.nudge();
  await vi.waitFor(() => expect(server.texts).toEqual(["one"]));
  expect(shown(outbox)).toEqual([]);
});
