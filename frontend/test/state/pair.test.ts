import { beforeEach, expect, it } from "vitest";
import { START, type PlayerState } from "../../src/player/player-state.ts";
import { Pair, type PairSide } from "../../src/state/pair.ts";
import { Store } from "../../src/state/store.ts";

/** A player whose pictures come when the test says so. */
class Side implements PairSide {
  readonly store = new Store<PlayerState>({ ...START, status: "ready", confirmed: true });
  readonly asked: (number | string)[] = [];
  get state(): PlayerState {
    return this.store.state;
  }
  get intended(): number {
    return this.state.wish ?? this.state.frame;
  }
  seek(frame: number): void {
    this.asked.push(frame);
    this.store.set({ wish: frame, confirmed: false, playing: false, shuttle: 0 });
  }
  play(): Promise<void> {
    this.asked.push("play");
    this.store.set({ frame: this.intended, playing: true, shuttle: 1, confirmed: false, wish: null });
    return Promise.resolve();
  }
  setSpeed(speed: number): void {
    this.store.set({ speed });
  }
  arrive(): void {
    this.store.set({ frame: this.intended, wish: null, confirmed: true });
  }
  shows(frame: number): void {
    this.store.set({ frame });
  }
}

let a: Side, b: Side, pair: Pair;
const last = 199;
beforeEach(() => {
  [a, b] = [new Side(), new Side()];
  pair = new Pair(a, b, (frame, offset) => {
    const wanted = frame + offset;
    const kept = Math.min(last, Math.max(0, wanted));
    return { frame: kept, outside: kept !== wanted };
  });
  b.arrive();
  b.asked.length = 0;
});

it("is locked only when both are final and belong together", () => {
  expect(pair.store.state.locked).toBe(true);
  a.seek(50);
  expect(b.asked).toEqual([50]); // at once, not when A has arrived
  expect(pair.store.state.locked).toBe(false);
  b.arrive();
  expect(pair.store.state.locked).toBe(false);
  a.arrive();
  expect(pair.store.state.locked).toBe(true);
});

it("asks for the newest of many wishes, once each", () => {
  for (const frame of [10, 11, 12]) a.seek(frame);
  a.arrive();
  expect(b.asked).toEqual([10, 11, 12]);
  b.arrive();
  expect(pair.store.state.locked).toBe(true);
});

it("keeps its offset, and says when B has nothing there", () => {
  pair.setOffset(-5); // B stands on its first frame already
  expect(pair.store.state.outside).toBe(true);
  a.seek(20);
  a.arrive();
  b.arrive();
  expect(b.state.frame).toBe(15);
  expect(pair.store.state).toMatchObject({ outside: false, locked: true });
});

it("plays along, hurries or lingers by little, jumps when far off, and snaps at the pause", async () => {
  await a.play();
  await Promise.resolve();
  expect(b.asked).toEqual(["play"]);
  a.shows(30);
  b.shows(29);
  expect(b.state.speed).toBe(1); // jitter
  b.shows(26);
  expect(b.state.speed).toBeCloseTo(1.12, 9);
  b.shows(34);
  expect(b.state.speed).toBeCloseTo(0.88, 9);
  b.shows(30);
  expect(b.state.speed).toBe(1);
  await Promise.resolve();
  a.shows(60);
  expect(b.asked.slice(-2)).toEqual([60, "play"]);
  b.shows(63);
  a.store.set({ playing: false, shuttle: 0, wish: 61 });
  expect(b.asked.at(-1)).toBe(61);
  a.arrive();
  b.arrive();
  expect(pair.store.state.locked).toBe(true);
});

it("stops B where it ends while A plays on, and takes A's speed", async () => {
  a.store.set({ speed: 0.5 });
  await a.play();
  expect(b.state.speed).toBe(0.5);
  a.shows(last + 3);
  expect(b.state.playing).toBe(false);
  expect(b.asked.at(-1)).toBe(last);
  expect(pair.store.state.outside).toBe(true);
});

it("follows backwards play by steps", () => {
  a.store.set({ playing: true, shuttle: -1, wish: 40 });
  a.store.set({ wish: 39 });
  expect(b.asked).toEqual([40, 39]);
});

it("asks again when B was overtaken, or stopped by itself without settling", () => {
  a.seek(50);
  b.store.set({ wish: 7 });
  expect(b.asked).toEqual([50, 50]);
  b.arrive();
  a.arrive();
  b.store.set({ confirmed: false });
  expect(b.asked).toEqual([50, 50, 50]);
  b.arrive();
  expect(pair.store.state.locked).toBe(true);
});

it("is over when it is stopped", () => {
  pair.stop();
  a.seek(9);
  expect(b.asked).toEqual([]);
});
