import { beforeEach, describe, expect, it } from "vitest";
import { START, type PlayerState } from "../../../src/player/player-state.ts";
import { cut, levels, spanOfFrame } from "../../../src/player/sound/slice.ts";
import { Sound, type SoundPort } from "../../../src/player/sound/sound.ts";
import { tableWithKeys } from "../plus/tables.ts";

describe("the sound of a frame", () => {
  it("begins with it and lasts as long, but long enough to be heard", () => {
    expect(spanOfFrame(tableWithKeys(50, 12, 10), 7)).toEqual({ from: 0.7, to: 0.8 });
    const { from, to } = spanOfFrame(tableWithKeys(500, 12, 120), 240);
    expect([from, to]).toEqual([2, 2.04]);
  });

  it("is cut from decoded pieces to the sample, with silence where there is none", () => {
    const piece = (start: number, ...values: number[]): { start: number; channels: Float32Array[] } => ({ start, channels: [Float32Array.from(values), Float32Array.from(values.map((v) => -v))] });
    const pieces = [piece(-2, 9, 9, 1, 2), piece(2, 3, 4), piece(6, 7)];
    expect(cut(pieces, 2, 0, 8).map((channel) => [...channel])).toEqual([[1, 2, 3, 4, 0, 0, 7, 0], [-1, -2, -3, -4, -0, -0, -7, -0].map((v) => v || 0)]);
    expect([...(cut(pieces, 1, 1, 3)[0] as Float32Array)]).toEqual([2, 3]);
  });

  it("has levels in dBFS", () => {
    expect(levels([0.5, -1, 0.25]).peak).toBe(0);
    expect(levels(Array.from({ length: 4800 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * i) / 48))).rms).toBeCloseTo(-9.03, 2);
    expect(levels([0, 0])).toEqual({ peak: -Infinity, rms: -Infinity });
  });
});

describe("sound that follows the picture", () => {
  const table = tableWithKeys(50, 12, 1);
  let calls: string[];
  let sound: Sound;
  let state: PlayerState;
  const port: SoundPort = {
    open: (url) => (calls.push(`open ${url}`), Promise.resolve()),
    slice: ({ from }, volume) => (calls.push(`slice ${from} at ${volume}`), Promise.resolve()),
    hush: () => void calls.push("hush"),
    hear: (url, side, offset) => void calls.push(`hear ${url} ${side} ${offset}`),
  };
  async function player(change: Partial<PlayerState>): Promise<void> {
    const before = state;
    state = { ...state, ...change };
    sound.player(state, before);
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  }
  beforeEach(async () => {
    calls = [];
    sound = new Sound(port, () => table, { scrub: true, canScrub: true });
    sound.source("/a");
    state = START;
    await player({ status: "ready", frame: 5, confirmed: true });
  });

  it("hears each frame that somebody moves to, once, and not the one that the page opened on", async () => {
    expect(calls).toEqual([]);
    await player({ wish: 6, confirmed: false });
    await player({ wish: null, frame: 6, confirmed: true });
    await player({ buffering: true });
    expect(calls).toEqual(["open /a", "slice 6 at 1"]);
  });

  it("leaves a frame out when a newer one has come before its sound was there", async () => {
    const slow = { ...port, open: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
    sound = new Sound(slow, () => table, { scrub: true, canScrub: true });
    sound.source("/a");
    await player({ frame: 5 });
    await player({ frame: 6 });
    await player({ frame: 7 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toEqual(["slice 7 at 1"]);
  });

  it("is silent after a pause, while playing, muted, switched off, and on another source's first frame", async () => {
    await player({ playing: true, shuttle: 1, confirmed: false, frame: 9 });
    await player({ playing: false, shuttle: 0, confirmed: true, frame: 12 });
    expect(calls).toEqual(["hush"]);
    await player({ muted: true, frame: 13 });
    await player({ muted: false });
    sound.setScrub(false);
    await player({ frame: 14 });
    sound.setScrub(true);
    sound.source("/b");
    await player({ frame: 15 });
    expect(calls.filter((call) => call.startsWith("slice"))).toEqual([]);
    await player({ frame: 16 });
    expect(calls.slice(-2)).toEqual(["open /b", "slice 16 at 1"]);
  });

  it("is heard backwards too", async () => {
    await player({ playing: true, shuttle: -1, confirmed: false, frame: 4 });
    await player({ frame: 3 });
    expect(calls.filter((call) => call.startsWith("slice"))).toEqual(["slice 4 at 1", "slice 3 at 1"]);
  });

  it("hears a channel from its own file, which begins where frame 0 appears", async () => {
    const late = { ...table, time: (i: number) => table.time(i) + table.timescale * 3, end: (i: number) => table.end(i) + table.timescale * 3 };
    sound = new Sound(port, () => late, { scrub: true, canScrub: true });
    sound.source("/a");
    const choice = { track: 0, channel: 3, name: "LFE", url: "/lfe", side: null, metered: 3 };
    const groups = [{ name: "", choices: [{ ...choice, channel: null, url: null, metered: null }, choice] }];
    sound.offer(groups);
    sound.hearOnly({ track: 0, channel: 3 });
    sound.offer(structuredClone(groups));
    expect(sound.store.state.groups).toBe(groups); // the same again changes nothing
    await player({ frame: 5 });
    await player({ frame: 6 });
    expect(calls).toEqual(["hear null null 3", "hear /lfe null 3", "open /lfe", "slice 6 at 1"]);
    sound.offer([]); // the next version, of which nothing is known yet
    expect(sound.store.state.heard).toEqual({ track: 0, channel: 3 });
    sound.offer([{ name: "", choices: [choice] }]);
    expect(calls.at(-1)).toBe("hear /lfe null 3");
    sound.offer([{ name: "", choices: [groups[0]!.choices[0]!] }]);
    expect(sound.store.state.heard).toEqual({ track: 0, channel: null });
    expect(calls.at(-1)).toBe("hear null null 3");
  });
});
