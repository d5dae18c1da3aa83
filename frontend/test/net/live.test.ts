import { beforeEach, describe, expect, it } from "vitest";
import { LiveClient, type LiveState, type SocketPort } from "../../src/net/live.ts";
import type { LiveEvent } from "../../src/net/types.ts";
import { FakeClock } from "../player/fakes.ts";

const event = (seq: number): LiveEvent => ({ type: "event", seq, kind: "comment.created", payload: { n: seq }, created_at: "" });

class FakeSocket implements SocketPort {
  onopen = null;
  onmessage: ((message: { readonly data: string }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  closed = false;
  constructor(readonly after: number) {}
  send(): void {}
  close(): void {
    this.closed = true;
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  die(code = 1006): void {
    this.onclose?.({ code });
  }
}

let clock: FakeClock;
let sockets: FakeSocket[];
let server: LiveEvent[];
let asked: number[];
let got: number[];
let states: LiveState[];
let down: boolean;
let client: LiveClient;
const last = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket;

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  server = [];
  asked = [];
  got = [];
  states = [];
  down = false;
  client = new LiveClient(
    {
      open: (after) => {
        sockets.push(new FakeSocket(after));
        return last();
      },
      fetchAfter: (after) => {
        asked.push(after);
        // In pages of two, as a long absence comes.
        return down ? Promise.reject(new Error("offline")) : Promise.resolve(server.filter((e) => e.seq > after).slice(0, 2));
      },
      after: (ms, call) => clock.after(ms, call),
      random: () => 1,
    },
    { event: (e) => got.push(e.seq), progress: () => {}, state: (s) => states.push(s) },
    10,
  );
  client.start();
});

describe("a network that is gone", () => {
  it("says so at once, and takes the connection up again by itself", async () => {
    last().say({ type: "hello", seq: 10 });
    const dead = last();
    client.lost();
    expect(states.at(-1)).toBe("offline");
    expect(dead.closed).toBe(true);
    dead.say(event(11));
    dead.die(); // its own end comes later, and counts for nothing
    await clock.pass(500);
    expect(sockets).toHaveLength(2);
    expect(got).toEqual([]);
    last().say({ type: "hello", seq: 10 });
    last().say(event(11));
    expect(got).toEqual([11]);
    expect(states.at(-1)).toBe("live");
  });
});

describe("order", () => {
  it("takes events in order without asking", async () => {
    last().say({ type: "hello", seq: 10 });
    for (const seq of [11, 12, 13]) last().say(event(seq));
    await clock.pass(1);
    expect(got).toEqual([11, 12, 13]);
    expect(asked).toEqual([]);
    expect(states).toEqual(["connecting", "live"]);
  });

  it("asks for a gap, and gives each event once and in order", async () => {
    server = [11, 12, 13, 14, 15].map(event);
    last().say({ type: "hello", seq: 10 });
    last().say(event(11));
    last().say(event(14));
    last().say(event(15));
    last().say(event(11));
    await clock.pass(1);
    expect(got).toEqual([11, 12, 13, 14, 15]);
  });

  it("goes on over numbers that this person may not see", async () => {
    server = [11, 14].map(event); // 12 and 13 are internal
    last().say({ type: "hello", seq: 10 });
    last().say(event(11));
    last().say(event(14));
    await clock.pass(1);
    expect(got).toEqual([11, 14]);
    last().say(event(15));
    expect(got).toEqual([11, 14, 15]);
    expect(client.lastSeq).toBe(15);
  });

  it("does not lose what comes while the gap is being asked for", async () => {
    server = [11, 12, 13].map(event);
    last().say(event(13));
    last().say(event(14)); // newer than the answer that is on its way
    await clock.pass(1);
    expect(got).toEqual([11, 12, 13, 14]);
  });

  it("catches up with what hello names", async () => {
    server = [11, 12, 13, 14, 15].map(event);
    last().say({ type: "hello", seq: 15 });
    await clock.pass(1);
    expect(got).toEqual([11, 12, 13, 14, 15]);
  });

  it("refetches nothing that only others may see, for ever", async () => {
    last().say({ type: "hello", seq: 19 });
    await clock.pass(1);
    expect(client.lastSeq).toBe(19);
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});

describe("connection", () => {
  it("comes back with growing waits and resumes where it was", async () => {
    last().say(event(11));
    last().die();
    expect(states.at(-1)).toBe("offline");
    await clock.pass(499);
    expect(sockets).toHaveLength(1);
    await clock.pass(1);
    expect(sockets).toHaveLength(2);
    expect(last().after).toBe(11);
    last().die();
    await clock.pass(999);
    expect(sockets).toHaveLength(2);
    await clock.pass(1);
    expect(sockets).toHaveLength(3);
    last().say({ type: "hello", seq: 11 });
    expect(states.at(-1)).toBe("live");
    for (let i = 0; i < 12; i += 1) {
      last().die();
      await clock.pass(15_000);
    }
    expect(sockets).toHaveLength(15); // never longer than 15 s
  });

  it("hears of events by plain requests while no socket opens", async () => {
    last().die();
    await clock.pass(500);
    server = [event(11)];
    last().die();
    await clock.pass(1);
    expect(got).toEqual([11]);
  });

  it("asks after a long silence, and survives an answer that fails", async () => {
    last().say({ type: "hello", seq: 10 });
    server = [event(11)];
    down = true;
    await clock.pass(25_000);
    expect(got).toEqual([]);
    down = false;
    await clock.pass(25_000);
    expect(got).toEqual([11]);
  });

  it("does not come back when it was sent away", async () => {
    last().die(4404);
    await clock.pass(60_000);
    expect(sockets).toHaveLength(1);
  });

  it("comes back at once when nudged, and never after stop", async () => {
    last().die();
    client.nudge();
    expect(sockets).toHaveLength(2);
    client.stop();
    expect(last().closed).toBe(true);
    client.nudge();
    await clock.pass(60_000);
    expect(sockets).toHaveLength(2);
  });
});
