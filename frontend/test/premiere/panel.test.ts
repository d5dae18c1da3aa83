// The whole panel against Premiere's objects and a server that behave as they are documented.
import { beforeEach, describe, expect, it } from "vitest";
import { Panel } from "../../premiere/src/panel.ts";
import type { Keeper } from "../../premiere/src/panel-state.ts";
import { TICKS_PER_SECOND } from "../../premiere/src/place.ts";
import { PremiereHost } from "../../premiere/src/premiere-host.ts";
import { FakeClock } from "../player/fakes.ts";
import { FakePremiere } from "./fake-premiere.ts";
import { ADDRESS, comment, FakeServer, TOKEN, VERSION } from "./fake-server.ts";

const PER_FRAME = (TICKS_PER_SECOND * 1001n) / 30000n;

class FakeKeeper implements Keeper {
  token: string | null = TOKEN;
  readonly choices = new Map<string, string>([["address", ADDRESS]]);
  secret = async (): Promise<string | null> => this.token;
  keepSecret = async (value: string | null): Promise<void> => void (this.token = value);
  choice = (name: string): string | null => this.choices.get(name) ?? null;
  keepChoice = (name: string, value: string | null): void => void (value === null ? this.choices.delete(name) : this.choices.set(name, value));
}

let premiere: FakePremiere;
let server: FakeServer;
let keeper: FakeKeeper;
let clock: FakeClock;
let browsed: string[];
let panel: Panel;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
  await new Promise((done) => setTimeout(done, 0));
};

function make(): Panel {
  return new Panel(
    { host: new PremiereHost(premiere), request: server.request, open: server.open, keeper, browse: async (url) => void browsed.push(url), after: (ms, call) => clock.after(ms, call), random: () => 1 },
    () => {},
  );
}

beforeEach(() => {
  // Starts at 01:00:00;00 as the version does, and is longer than it.
  premiere = new FakePremiere(PER_FRAME, 107892n, 2000n);
  server = new FakeServer();
  keeper = new FakeKeeper();
  clock = new FakeClock();
  browsed = [];
  panel = make();
});

describe("signing in", () => {
  it("asks for a code, opens the page and takes the token when it is allowed", async () => {
    keeper.token = null;
    await panel.start();
    expect(panel.state.step).toBe("sign-in");
    await panel.signIn("review.example/projects/x");
    expect(panel.state.code?.user_code).toBe("BCDF-GHJK");
    expect(browsed).toEqual([`${ADDRESS}/settings/device?user_code=BCDF-GHJK`]);
    server.answers = ["authorization_pending", "slow_down", "yes"];
    for (const seconds of [5, 5, 10]) {
      await clock.pass(seconds * 1000);
      await settle();
    }
    expect(keeper.token).toBe(TOKEN);
    expect(panel.state.step).toBe("comments");
  });

  it("says that it was refused, and what is no address", async () => {
    await panel.signIn("no address at all");
    expect(panel.state.says?.bad).toBe(true);
    await panel.signIn(ADDRESS);
    server.answers = ["access_denied"];
    await clock.pass(5000);
    await settle();
    expect(panel.state).toMatchObject({ step: "sign-in", says: { text: "It was refused in the browser." } });
  });

  it("ends with a token that counts no more, and keeps none", async () => {
    await panel.start();
    server.valid = false;
    await panel.complete("x".repeat(16), true);
    expect(panel.state.step).toBe("sign-in");
    expect(keeper.token).toBeNull();
  });
});

describe("the version", () => {
  it("is that of the stack called as the sequence is, without its number", async () => {
    await panel.start();
    expect(panel.state.version?.id).toBe(VERSION);
  });

  it("is asked for when no stack or several are called so, and remembered for the sequence", async () => {
    server.stacks = [{ id: "s", name: "sc010" }, { id: "t", name: "SC010" }];
    await panel.start();
    expect(panel.state.step).toBe("choose");
    await panel.chooseVersion("nonsense");
    expect(panel.state.says?.bad).toBe(true);
    await panel.chooseVersion(`${ADDRESS}/v/${VERSION}?frame=3`);
    expect(panel.state.step).toBe("comments");
    panel = make();
    await panel.start();
    expect(panel.state.version?.id).toBe(VERSION);
  });
});

describe("comments", () => {
  beforeEach(async () => {
    server.comments.push(comment(20, { text: "Too dark" }), comment(10, { completed_at: "2026-01-01T00:00:00Z" }), comment(21, { parent_id: comment(20).id, frame: 20, text: "Grade says no" }));
    await panel.start();
    await settle();
  });

  it("are listed as threads by frame, and arrive by a socket that a ticket opens from the right number", () => {
    expect(panel.state.threads.map((thread) => [thread.frame, thread.replies.length])).toEqual([[10, 0], [20, 1]]);
    expect(server.sockets.map((socket) => socket.url)).toEqual([`wss://review.example/ws/versions/${VERSION}?ticket=t2&after=4`]);
    server.sockets[0]?.say({ type: "hello", seq: 4 });
    expect(panel.state.live).toBe("live");
    server.event("comment.created", comment(5));
    server.event("hidden", null);
    server.event("comment.deleted", comment(20));
    server.event("comment.created", comment(6, { version_id: "3333333333333333" }));
    expect(panel.state.threads.map((thread) => thread.frame)).toEqual([5, 10]);
    server.event("asset.updated", { id: "s", latest_version: { id: "v4", number: 4 } });
    expect(panel.state.newer).toEqual({ id: "v4", number: 4 });
  });

  it("come back with a new ticket after the connection was lost, going on from the last number", async () => {
    server.event("comment.created", comment(5));
    server.sockets[0]?.onclose?.({ code: 1006 });
    expect(panel.state.live).toBe("offline");
    await clock.pass(60_000);
    await settle();
    expect(server.sockets.at(-1)?.url).toBe(`wss://review.example/ws/versions/${VERSION}?ticket=t3&after=5`);
  });

  it("are marked as done, answered and written at the playhead", async () => {
    await panel.complete(comment(20).id, true);
    expect(panel.state.threads.every((thread) => thread.completed_at !== null)).toBe(true);
    const [, dark] = panel.state.threads;
    if (!dark) throw new Error("there are two");
    expect(await panel.reply(dark, "Lifted")).toBe(true);
    expect(await panel.reply(dark, "  ")).toBe(false);
    expect(panel.state.threads[1]?.replies.map((reply) => reply.text)).toEqual(["Grade says no", "Lifted"]);
    premiere.position = 33n * PER_FRAME + 5n; // within frame 33
    expect(await panel.commentHere("Here")).toBe(true);
    expect(panel.state.threads.map((thread) => thread.frame)).toEqual([10, 20, 33]);
    premiere.position = 1500n * PER_FRAME;
    expect(await panel.commentHere("Beyond the version")).toBe(false);
  });

  it("put the playhead on their exact frame", async () => {
    const [, dark] = panel.state.threads;
    if (!dark) throw new Error("there are two");
    await panel.jump(dark);
    expect(premiere.position).toBe(20n * PER_FRAME);
    premiere.open = false;
    await panel.jump(dark);
    expect(panel.state.says).toEqual({ text: "Open a sequence first.", bad: true });
  });
});

describe("markers", () => {
  beforeEach(async () => {
    server.comments.push(comment(10, { duration_frames: 5 }), comment(20, { internal: true }), comment(20, { id: "b".repeat(16), completed_at: "2026-01-01T00:00:00Z" }), comment(30, { completed_at: "2026-01-01T00:00:00Z" }), comment(999));
    premiere.own(10, "Editor's own");
    await panel.start();
  });

  it("become what the comments are, one for each frame, and a second time nothing changes", async () => {
    await panel.sync();
    expect(premiere.seen()).toEqual([[10, "Editor's own", 6], [10, "Anna", 4], [20, "Anna", 4], [30, "Anna", 0], [999, "Anna", 4]]);
    expect(premiere.markers.find((one) => one.name === "Anna")?.duration).toBe(5n * PER_FRAME);
    const steps = premiere.undoSteps.length;
    await panel.sync();
    expect(premiere.undoSteps.length).toBe(steps);
    expect(panel.state.says?.text).toBe("Markers: 0 new, 0 changed, 0 removed, 4 as they were.");
  });

  it("follow what changes, and the editor's own stay", async () => {
    await panel.sync();
    panel.keepInSync(true);
    server.event("comment.deleted", comment(999));
    server.event("comment.updated", comment(10, { text: "Changed", completed_at: "2026-01-03T00:00:00Z" }));
    await clock.pass(1000);
    await settle();
    expect(premiere.seen()).toEqual([[10, "Editor's own", 6], [10, "Anna", 0], [20, "Anna", 4], [30, "Anna", 0]]);
    await panel.removeMarkers();
    expect(premiere.seen()).toEqual([[10, "Editor's own", 6]]);
  });

  it("lie where the version begins: by timecode, at the start, at the playhead; what is outside is counted", async () => {
    premiere = new FakePremiere(PER_FRAME, 107892n - 500n, 1700n);
    panel = make();
    await panel.start();
    await panel.sync();
    expect(premiere.seen().map(([frame]) => frame)).toEqual([510, 520, 530, 1499]);
    await panel.align("start");
    await panel.sync();
    expect(premiere.seen().map(([frame]) => frame)).toEqual([10, 20, 30, 999]);
    premiere.position = 1675n * PER_FRAME;
    await panel.align("playhead");
    await panel.sync();
    expect(premiere.seen().map(([frame]) => frame)).toEqual([1685, 1695]);
    expect(panel.state.says?.text).toContain("2 comments lie outside");
  });

  it("are refused in a sequence of another rate, and where Premiere takes no change", async () => {
    premiere.readOnly = true;
    await panel.sync();
    expect(panel.state.says).toEqual({ text: "Premiere did not take the change: executeTransaction", bad: true });
    premiere = new FakePremiere(TICKS_PER_SECOND / 30n, 0n, 2000n);
    panel = make();
    await panel.start();
    await panel.sync();
    expect(panel.state.says?.text).toBe("The sequence and the version have different frame rates: 29.97 DF fps is the version's.");
    expect(premiere.markers).toEqual([]);
  });
});
