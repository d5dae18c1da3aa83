// Followers against simulated players, clocks and networks: the machines themselves, no browser.
import { describe, expect, it } from "vitest";
import { expectedFrame, type Played, type Timing } from "../../src/core/expected-frame.ts";
import { START, type PlayerState } from "../../src/player/player-state.ts";
import { LiveSession, type Parts } from "../../src/state/live-session.ts";
import { Follower, type FollowedPlayer } from "../../src/state/session-follower.ts";
import { Leader, type Order } from "../../src/state/session-leader.ts";

const timing: Timing = { rate: { num: 24, den: 1 }, frameCount: 10_000, table: null };
const still: Played = { version_id: "v", asset_id: "a", frame: 40, playing: false, num: 1, den: 1, since: 0 };

/** A player in simulated time: needs `delay` to begin, runs `fast` times as fast as it should, shows its frames late. */
class Machine implements FollowedPlayer {
  state: PlayerState = { ...START, status: "ready", confirmed: true };
  seeks = 0;
  jumps = 0;
  factor = 1;
  factors: number[] = [];
  private position = 0; // in frames, with what is between them
  private begins: number | null = null;
  private begun: (() => void) | null = null;

  constructor(
    private readonly delay = 90,
    private readonly fast = 1,
    private readonly jitter: () => number = () => 0,
  ) {}

  get intended(): number {
    return this.state.wish ?? this.state.frame;
  }

  seek(frame: number): void {
    if (this.state.playing) this.jumps += 1;
    this.seeks += 1;
    this.begins = null;
    this.state = { ...this.state, playing: false, shuttle: 0, wish: frame, confirmed: false };
  }

  arrive(): void {
    if (this.state.wish === null) return;
    this.position = this.state.wish;
    this.state = { ...this.state, frame: this.state.wish, wish: null, confirmed: true };
  }

  play(): Promise<void> {
    this.arrive();
    this.begins = this.delay;
    return new Promise((resolve) => (this.begun = resolve));
  }

  setSpeed(speed: number): void {
    this.state = { ...this.state, speed };
  }

  setMuted(): void {}

  trim(factor: number): void {
    this.factor = factor;
    this.factors.push(factor);
  }

  run(ms: number): void {
    if (this.begins !== null && (this.begins -= ms) <= 0) {
      this.begins = null;
      this.state = { ...this.state, playing: true, shuttle: 1, confirmed: false };
      this.begun?.();
    }
    if (!this.state.playing) return;
    this.position += (ms / 1000) * 24 * this.state.speed * this.factor * this.fast;
    this.state = { ...this.state, frame: Math.max(0, Math.floor(this.position + this.jitter())) };
  }
}

async function simulate(follower: Follower, machine: Machine, clock: { now: number }, ms: number, each?: () => void): Promise<void> {
  for (let t = 0; t < ms; t += 10) {
    clock.now += 10;
    machine.run(10);
    if (clock.now % 200 === 0) follower.tick();
    if (t % 100 === 0) await Promise.resolve();
    each?.();
  }
}

function setUp(machine: Machine): { follower: Follower; clock: { now: number } } {
  const clock = { now: 1_000_000 };
  return { follower: new Follower(machine, () => clock.now), clock };
}

describe("a follower", () => {
  it("goes to the very frame and stays there", () => {
    const machine = new Machine();
    const { follower } = setUp(machine);
    follower.set(still, timing);
    machine.arrive();
    follower.tick();
    expect([machine.state.frame, machine.seeks]).toEqual([40, 1]);
    machine.seek(7); // a picture that moved by itself
    machine.arrive();
    follower.tick();
    expect(machine.intended).toBe(40);
  });

  it("takes the newest of many", () => {
    const machine = new Machine();
    const { follower } = setUp(machine);
    for (const frame of [3, 99, 12]) follower.set({ ...still, frame }, timing);
    machine.arrive();
    expect(machine.state.frame).toBe(12);
  });

  it.each([
    ["starts late", 90, 1],
    ["starts very late", 420, 1],
    ["runs slow", 90, 0.985],
    ["runs fast", 90, 1.015],
  ])("that %s is within a frame after three seconds, without a jump", async (_name, delay, fast) => {
    const machine = new Machine(delay, fast);
    const { follower, clock } = setUp(machine);
    const play = { ...still, playing: true, since: clock.now - 60 }; // so long it was on its way
    follower.set(play, timing);
    await simulate(follower, machine, clock, 3000);
    let worst = 0;
    await simulate(follower, machine, clock, 10_000, () => (worst = Math.max(worst, Math.abs(machine.state.frame - expectedFrame(play, clock.now, timing)))));
    expect(worst).toBeLessThanOrEqual(1);
    expect(machine.jumps).toBe(0);
  });

  it("changes the rate by no more than five percent once it runs, and not at all for the jitter of pictures", async () => {
    let turn = 0;
    const machine = new Machine(90, 1, () => [0, 0.4, -0.4, 0, 0.3][turn++ % 5] as number);
    const { follower, clock } = setUp(machine);
    follower.set({ ...still, playing: true, since: clock.now }, timing);
    await simulate(follower, machine, clock, 4000);
    machine.factors.length = 0;
    await simulate(follower, machine, clock, 20_000);
    expect(Math.max(...machine.factors.map((one) => Math.abs(one - 1)))).toBeLessThanOrEqual(0.05 + 1e-9);
    expect(machine.factors.filter((one) => one !== 1).length / machine.factors.length).toBeLessThan(0.2);
  });

  it("jumps when it is far off, and lands where it belongs", async () => {
    const machine = new Machine();
    const { follower, clock } = setUp(machine);
    follower.set({ ...still, playing: true, since: clock.now }, timing);
    await simulate(follower, machine, clock, 3000);
    const play = { ...still, frame: 2000, playing: true, since: clock.now };
    follower.set(play, timing);
    await simulate(follower, machine, clock, 2500);
    expect(machine.jumps).toBeGreaterThan(0);
    expect(Math.abs(machine.state.frame - expectedFrame(play, clock.now, timing))).toBeLessThanOrEqual(1);
  });

  it("pauses on the frame that is said, not on the one it was on", async () => {
    const machine = new Machine();
    const { follower, clock } = setUp(machine);
    follower.set({ ...still, playing: true, since: clock.now }, timing);
    await simulate(follower, machine, clock, 1000);
    follower.set({ ...still, frame: 61, since: clock.now }, timing);
    machine.arrive();
    expect([machine.state.playing, machine.state.frame, machine.factor]).toEqual([false, 61, 1]);
  });
});

describe("a leader", () => {
  const lead = (): { machine: Machine; leader: Leader; said: Order[]; clock: { now: number } } => {
    const [machine, said, clock] = [new Machine(0), [] as Order[], { now: 1_000_000 }];
    const leader = new Leader(machine, () => clock.now, (order) => said.push(order));
    leader.begin({ ...still, frame: 0 });
    return { machine, leader, said, clock };
  };

  it("says each frame once", () => {
    const { machine, leader, said } = lead();
    machine.seek(12);
    leader.look(timing);
    machine.arrive();
    leader.look(timing);
    expect(said).toEqual([{ do: "seek", frame: 12 }]);
  });

  it("says again what was lost on its way, once it was not answered for a while, and no more often", () => {
    const { machine, leader, said, clock } = lead();
    machine.seek(12);
    machine.arrive();
    for (let t = 0; t < 4000; t += 200) {
      leader.heard({ ...still, frame: 0 }); // the session goes on to have what it had
      leader.look(timing);
      clock.now += 200;
    }
    expect(said).toEqual([12, 12, 12].map((frame) => ({ do: "seek", frame })));
    leader.heard({ ...still, frame: 12 });
    clock.now += 9000;
    leader.heard({ ...still, frame: 12 });
    leader.look(timing);
    expect(said.length).toBe(3);
  });

  it("says nothing while it plays as it said, and says it when it stalls, goes on and pauses", () => {
    const { machine, leader, said, clock } = lead();
    const pass = (ms: number): void => {
      for (let t = 0; t < ms; t += 100) {
        clock.now += 100;
        if (!machine.state.buffering) machine.run(100);
        leader.look(timing);
      }
    };
    void machine.play();
    machine.run(1);
    leader.look(timing);
    expect(said).toEqual([{ do: "play", frame: 0, num: 1, den: 1, at: clock.now }]);
    pass(5000);
    expect(said.length).toBe(1);
    machine.state = { ...machine.state, buffering: true };
    pass(1000);
    expect(said.at(-1)).toEqual({ do: "pause", frame: machine.state.frame });
    machine.state = { ...machine.state, buffering: false };
    pass(100);
    expect(said.at(-1)?.do).toBe("play");
    machine.seek(50);
    leader.look(timing);
    expect(said.at(-1)).toEqual({ do: "pause", frame: 50 });
    expect(said.length).toBe(4);
  });

  it("says more exactly where it is when it began later than it said", () => {
    const { machine, leader, said, clock } = lead();
    void machine.play();
    machine.run(1);
    leader.look(timing);
    clock.now += 100; // the picture stood still meanwhile
    for (let i = 0; i < 60; i += 1) {
      clock.now += 50;
      machine.run(50);
      leader.look(timing);
    }
    expect(said.length).toBeGreaterThan(1);
    expect(said.length).toBeLessThan(4);
    const { frame, at } = said.at(-1) as Order;
    let apart = 0;
    for (let i = 0; i < 40; i += 1) {
      clock.now += 13;
      machine.run(13);
      apart += machine.state.frame - expectedFrame({ ...still, frame, playing: true, since: at as number }, clock.now, timing);
    }
    expect(Math.abs(apart / 40)).toBeLessThan(0.6);
  });

  it("says anew where it is when it has jumped", () => {
    const { machine, leader, said, clock } = lead();
    void machine.play();
    machine.run(1);
    leader.look(timing);
    machine.state = { ...machine.state, frame: 900 }; // a loop
    clock.now += 40;
    leader.look(timing);
    expect(said.at(-1)).toEqual({ do: "play", frame: 900, num: 1, den: 1, at: clock.now });
  });
});

describe("what a page knows of a session", () => {
  const person = { id: "p", name: "P" };
  const hello = { type: "hello", session: { id: "s", controller: person, host: person }, you: { seat: "me", person, may_lead: true }, waiting: false };
  const change = (number: number, before: number, parts: Partial<Parts>): Record<string, unknown> => ({ type: "state", number, before, whole: false, parts });

  it("ends with the newest of each part in any order, and asks when something is missing", () => {
    let asked = 0;
    const live = new LiveSession(() => (asked += 1));
    live.receive(hello);
    live.receive(change(9, 8, { pointer: { x: 1, y: 1 } })); // before the whole: that will have it
    expect(live.state.parts.pointer).toBeNull();
    live.receive({ type: "state", number: 10, before: 10, whole: true, parts: { play: still, pointer: { x: 1, y: 1 }, compare: null, drawing: null, lead: { seat: "me", user: "p" } } });
    expect(live.leads).toBe(true);
    live.receive(change(13, 12, { play: { ...still, frame: 3 } }));
    expect(asked).toBe(1);
    live.receive(change(12, 11, { play: { ...still, frame: 2 } }));
    live.receive(change(11, 10, { pointer: null }));
    expect([live.state.parts.play?.frame, live.state.parts.pointer, live.state.number]).toEqual([3, null, 13]);
    live.receive({ type: "state", number: 12, before: 12, whole: true, parts: { play: { ...still, frame: 2 } } });
    expect(live.state.parts.play?.frame).toBe(3);
  });

  it("leads on by the seat of another connection, until the session says that somebody else does", () => {
    const live = new LiveSession(() => {});
    const whole = (number: number, seat: string): Record<string, unknown> => ({ type: "state", number, before: number, whole: true, parts: { play: still, lead: { seat, user: "p" } } });
    const again = (seat: string): void => live.receive({ ...hello, you: { ...hello.you, seat } });
    const led: boolean[] = [];
    live.receive(hello);
    live.receive(whole(1, "me"));
    live.store.watch(() => led.push(live.leads));
    again("me by another line");
    expect(live.state.whole).toBe(false);
    live.receive(whole(2, "me by another line"));
    expect([...new Set(led)]).toEqual([true]);
    again("me once more");
    live.receive(whole(3, "another window of mine"));
    expect(live.leads).toBe(false);
    again("me again");
    expect(live.leads).toBe(false);
  });

  it("knows who is there", () => {
    const live = new LiveSession(() => {});
    live.receive(hello);
    const one = (seat: string): Record<string, unknown> => ({ seat, person, waiting: false, report: null });
    live.receive({ type: "people", whole: true, people: [one("a"), one("b")], gone: [] });
    live.receive({ type: "people", whole: false, people: [{ ...one("b"), waiting: true }, one("c")], gone: ["a"] });
    expect(live.state.people.map(({ seat, waiting }) => [seat, waiting])).toEqual([["b", true], ["c", false]]);
  });
});
