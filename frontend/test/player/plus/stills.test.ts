import { beforeEach, describe, expect, it } from "vitest";
import { StillDecoder } from "../../../src/player/plus/stills.ts";
import { FakeClock } from "../fakes.ts";
import { copyFake, FakeDecoder, fakePackets, open, type FakeFrame } from "./fake-decoder.ts";
import { tableWithKeys } from "./tables.ts";

const table = tableWithKeys(600, 12);
let clock: FakeClock;
let decoders: FakeDecoder[];
let groups: number[];
let drawn: number[];
let painted: number[];
let prepared: number[];
let failures: unknown[];
let released: number;
let tricks: { stall?: boolean; swallow?: number };

beforeEach(() => {
  clock = new FakeClock();
  prepared = [];
  [decoders, groups, drawn, painted, failures, released, tricks] = [[], [], [], [], [], 0, {}];
  open.clear();
});

function stills(budget = 150 * 82): StillDecoder {
  return new StillDecoder(
    fakePackets(clock, groups),
    table,
    {
      show: (image) => void painted.push((image as unknown as FakeFrame).timestamp),
      prepare: (image) => void prepared.push((image as unknown as FakeFrame).timestamp),
      colours: () => null,
    },
    clock,
    {
      frameBudget: budget,
      copy: false,
      passing: () => true,
      surroundings: true,
      copyPicture: copyFake,
      makeDecoder: (output, error) => decoders[decoders.push(new FakeDecoder(clock, output, error, tricks)) - 1] as FakeDecoder,
      makeChunk: (init) => ({ timestamp: init.timestamp, type: init.type }) as EncodedVideoChunk,
      bytesHeld: () => 7,
      released: () => (released += 1),
    },
    { drawn: (frame) => void drawn.push(frame), failed: (error) => void failures.push(error) },
  );
}

describe("exact stills", () => {
  it("paint the very frame that they report, and those around it at once afterwards", async () => {
    const player = stills();
    player.show(100);
    await clock.pass(500);
    expect([drawn, painted]).toEqual([[100], [100]]);
    for (let frame = 101; frame < 125; frame += 1) {
      player.show(frame);
      expect(drawn.at(-1)).toBe(frame); // no waiting: it was there
    }
    expect(painted).toEqual(drawn);
  });

  it("prepare the next picture on the way, once the one before has been painted", async () => {
    const player = stills();
    player.show(100);
    await clock.pass(500);
    expect(prepared.at(-1)).toBe(101);
    prepared = [];
    player.show(99);
    await clock.pass(10);
    expect(prepared).toEqual([]);
    await clock.pass(15);
    expect(prepared).toEqual([98]);
    player.show(97);
    player.show(400); // far away: nothing is there yet
    await clock.pass(25);
    expect(prepared).toEqual([98]);
    player.rest();
    await clock.pass(500);
    expect(prepared).toEqual([98]);
  });

  it("finish one picture of a drag, then show the newest wish", async () => {
    const player = stills();
    for (const frame of [10, 200, 300, 400, 500]) player.show(frame);
    await clock.pass(200);
    expect(drawn).toEqual([10, 500]);
  });

  it("make progress however fast the wishes come", async () => {
    const player = stills();
    for (let i = 0; i < 40; i += 1) {
      player.show((i * 37) % 600);
      await clock.pass(8);
    }
    await clock.pass(100);
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.at(-1)).toBe((39 * 37) % 600);
    expect(painted).toEqual(drawn);
  });

  it("wait with the surroundings after a jump, not after a step", async () => {
    const player = stills();
    player.show(100);
    await clock.pass(55);
    expect(groups).toEqual([96]);
    await clock.pass(300);
    expect(groups).toEqual([96, 108, 120, 84, 72]);
    player.show(101);
    await clock.pass(5);
    expect(groups.slice(5)).toEqual([]); // all there
    for (let frame = 102; frame <= 112; frame += 1) player.show(frame);
    await clock.pass(5);
    expect(groups.slice(5)).toEqual([132]);
  });

  it("have the surroundings for whoever steps on quickly after a jump", async () => {
    const player = stills();
    player.show(96);
    await clock.pass(60);
    for (let frame = 97; frame <= 130; frame += 1) {
      player.show(frame);
      await clock.pass(30);
    }
    expect(drawn).toEqual([96, ...Array.from({ length: 34 }, (_, i) => 97 + i)]);
    expect(groups.slice(0, 2)).toEqual([96, 108]);
  });

  it("leave what was begun for later when somebody waits", async () => {
    const player = stills();
    player.show(100);
    await clock.pass(200); // drawn; its neighbours are being made
    expect(groups).toEqual([96, 108]);
    expect(drawn).toEqual([100]);
    player.show(500);
    await clock.pass(10 + 3 * 9);
    expect(drawn).toEqual([100, 500]);
  });

  it("go on with another decoder, which stands ready, when work is thrown away", async () => {
    const player = stills();
    for (const frame of [100, 400, 250, 550, 10]) {
      player.show(frame);
      await clock.pass(200); // drawn; its neighbours are being made, and are thrown away
    }
    expect(drawn).toEqual([100, 400, 250, 550, 10]);
    expect(decoders).toHaveLength(2);
    expect(decoders.map((decoder) => decoder.resets)).toEqual([2, 2]);
    decoders[1]?.error(new Error("lost the device")); // the one that stands ready: nobody waits for it
    player.show(300);
    await clock.pass(200);
    expect(drawn.at(-1)).toBe(300);
    expect([decoders.length, failures]).toEqual([3, []]);
    player.close();
    expect(open.size).toBe(0);
    expect([decoders[0]?.closed, decoders[2]?.closed]).toEqual([true, true]); // that one had closed itself
  });

  it("stay within the budget, whatever happens, and give everything back", async () => {
    const player = stills(150 * 40);
    for (let i = 0; i < 30; i += 1) {
      player.show((i * 101) % 600);
      await clock.pass(i % 3 === 0 ? 7 : 120);
      expect(player.usage.frameBytes).toBeLessThanOrEqual(150 * 40);
      expect(open.size).toBe(player.usage.frames);
    }
    player.show(3);
    player.close();
    await clock.pass(500);
    expect(open.size).toBe(0);
    expect(released).toBe(1);
    expect(decoders.every((decoder) => decoder.closed)).toBe(true);
  });

  it("keep a window of a group that is longer than the budget, and every frame of it can be had", async () => {
    const long = tableWithKeys(300, 300);
    const player = new StillDecoder(fakePackets(clock), long, { show: (image) => void painted.push((image as unknown as FakeFrame).timestamp), colours: () => null }, clock, {
      frameBudget: 150 * 30,
      copy: false,
      passing: () => true,
      surroundings: true,
      copyPicture: copyFake,
      makeDecoder: (output, error) => new FakeDecoder(clock, output, error, {}),
      makeChunk: (init) => ({ timestamp: init.timestamp }) as EncodedVideoChunk,
      bytesHeld: () => 0,
      released: () => undefined,
    }, { drawn: (frame) => void drawn.push(frame), failed: (error) => void failures.push(error) });
    for (const frame of [0, 299, 150, 149, 148, 20]) {
      player.show(frame);
      await clock.pass(3_000);
      expect(drawn.at(-1)).toBe(frame);
      expect(player.usage.frameBytes).toBeLessThanOrEqual(150 * 30);
    }
    expect(failures).toEqual([]);
  });

  it("try again with a new decoder and copied pictures when one fails", async () => {
    const player = stills();
    player.show(50);
    await clock.pass(12);
    decoders[0]?.error(new Error("lost the device"));
    await clock.pass(200);
    expect(decoders).toHaveLength(2);
    expect([drawn, painted, failures]).toEqual([[50], [50], []]);
    expect(open.size).toBe(player.usage.frames); // the decoder has all of its own back
  });

  it.each([["stalls", { stall: true }], ["leaves a frame out", { swallow: 50 }]])("give up when a decoder %s, so that the video takes over", async (_what, trick) => {
    tricks = trick;
    const player = stills();
    player.show(50);
    await clock.pass(10_000);
    expect(drawn).toEqual([]);
    expect(failures).toHaveLength(1);
    expect(decoders.length).toBeGreaterThan(1);
    player.close();
    expect(open.size).toBe(0);
  });
});
