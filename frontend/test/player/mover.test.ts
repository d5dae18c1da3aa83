// The player with exact stills over the video: what is reported, what is seen, and what happens when the stills fail.
import { beforeEach, describe, expect, it } from "vitest";
import { parseFrameTable } from "../../src/core/frame-table.ts";
import { Player } from "../../src/player/player.ts";
import type { Stills, StillsEvents, StillSurface } from "../../src/player/ports.ts";
import { tableBytes } from "../core/tables.ts";
import { FakeClock, FakePicture, FakeVideo } from "./fakes.ts";

const bytes = tableBytes({ rateNum: 25, rateDen: 1, timescale: 12800, count: 250, keyframes: [0] });
const table = parseFrameTable(bytes);
const source = { id: "a", url: "/a.mp4", tableUrl: "/a.tpfi" };

class FakeStills implements Stills {
  readonly usage = { frames: 0, frameBytes: 0, bytes: 0 };
  closed = false;
  rests = 0;
  wish: number | null = null;
  /** With a light picture first: the full one comes so much later. */
  sharpAfter: number | null = null;
  readonly demands: boolean[] = [];
  constructor(
    private readonly clock: FakeClock,
    private readonly surface: StillSurface,
    readonly events: StillsEvents,
  ) {}
  has(): boolean {
    return false;
  }
  show(frame: number, sharpOnly = false): void {
    this.wish = frame;
    this.demands.push(sharpOnly);
    const draw = (sharp: boolean): void => {
      if (this.wish !== frame || this.closed) return;
      this.surface.show({ frame } as unknown as ImageBitmap, 0);
      this.events.drawn(frame, sharp);
    };
    const { sharpAfter } = this;
    this.clock.after(4, () => draw(sharpAfter === null));
    if (sharpAfter !== null) this.clock.after(4 + sharpAfter, () => draw(true));
  }
  warm(): void {}
  rest(): void {
    this.rests += 1;
    this.wish = null;
  }
  close(): void {
    this.closed = true;
  }
}

let clock: FakeClock;
let video: FakeVideo;
let picture: FakePicture;
let player: Player;
let stills: FakeStills[];
let openMs: number;

beforeEach(() => {
  clock = new FakeClock();
  video = new FakeVideo(clock, table);
  picture = new FakePicture(() => video);
  picture.knows = true;
  stills = [];
  openMs = 1;
  player = new Player(video, clock, picture, () => Promise.resolve(new Response(bytes)), 250, async (_url, _table, surface, events) => {
    await new Promise<void>((resolve) => clock.after(openMs, resolve));
    return stills[stills.push(new FakeStills(clock, surface, events)) - 1] as FakeStills;
  });
});

/** The frame that somebody sees. */
const seen = (): number => (picture.held ? ((picture.image as { frame: number } | null)?.frame ?? -1) : video.shown);

async function ready(frame = 0): Promise<void> {
  void player.load(source, frame);
  await clock.pass(100);
  expect(player.state.stills).toBe(true);
}

describe("a player with exact stills", () => {
  it("draws each paused frame without the video, which follows once the playhead rests", async () => {
    await ready(10);
    const before = video.seeks.length;
    for (const frame of [11, 12, 13, 200, 249, 0]) {
      player.seek(frame);
      expect(player.state.confirmed).toBe(false);
      await clock.pass(5);
      expect([player.state.frame, player.state.confirmed, seen()]).toEqual([frame, true, frame]);
    }
    expect(video.seeks.length).toBe(before);
    await clock.pass(300);
    expect(video.seeks.length).toBe(before + 1);
    expect([video.shown, player.state.confirmed, seen()]).toEqual([0, true, 0]);
  });

  it("plays from the frame on the canvas, which goes with the first playing picture", async () => {
    await ready(0);
    player.seek(100);
    await clock.pass(5);
    void player.play(); // at once: the video has not followed yet
    await clock.pass(60);
    expect([player.state.playing, video.paused, video.shown]).toEqual([true, false, 100]);
    expect(picture.held).toBe(true);
    video.advance(101);
    expect([picture.held, seen(), player.state.frame]).toEqual([false, 101, 101]);
  });

  it("a pause freezes the picture on screen and reports it when it is drawn", async () => {
    await ready(0);
    void player.play();
    await clock.pass(20);
    video.advance(30, 2); // the callback lags two pictures behind
    const paused = player.pause();
    expect(picture.held).toBe(true);
    video.shown = 31; // the video may slip on beneath
    await clock.pass(5);
    expect(await paused).toBe(30);
    expect([player.state.frame, player.state.confirmed, seen()]).toEqual([30, true, 30]);
    video.name(31);
    await clock.pass(400);
    expect([player.state.frame, player.state.confirmed, seen(), video.shown]).toEqual([30, true, 30, 30]);
  });

  it("reports a jump's frame with its light picture; the video follows, and a grab is had, at full size", async () => {
    await ready(0);
    (stills[0] as FakeStills).sharpAfter = 200;
    const seeks = video.seeks.length;
    player.seek(100);
    await clock.pass(10);
    expect([player.state.frame, player.state.confirmed, player.state.sharp, seen()]).toEqual([100, true, false, 100]);
    let grabbed: number | null = null;
    void player.grabPicture().then((picture) => (grabbed = picture?.frame ?? null));
    await clock.pass(150);
    expect([grabbed, video.seeks.length]).toEqual([null, seeks]);
    await clock.pass(60);
    expect([player.state.sharp, grabbed]).toEqual([true, 100]);
    await clock.pass(300);
    expect([video.seeks.length, video.shown, player.state.confirmed]).toEqual([seeks + 1, 100, true]);
  });

  it("a pause makes no picture worse, and compared pictures are sharp", async () => {
    await ready(0);
    void player.play();
    await clock.pass(20);
    video.advance(30, 0);
    void player.pause();
    await clock.pass(10);
    player.seek(80);
    await clock.pass(10);
    player.setSharpOnly(true);
    player.seek(90);
    expect(stills[0]?.demands.slice(-3)).toEqual([true, false, true]);
  });

  it("once another version is entered confirms nothing of the one before, and goes on in the other where somebody wished", async () => {
    await ready(0);
    player.seek(100);
    await clock.pass(5);
    player.seek(101); // on its way
    player.leave();
    expect([player.state.confirmed, player.intended, picture.held]).toEqual([false, 101, true]);
    await clock.pass(500);
    expect(player.state.confirmed).toBe(false);
    player.seek(60); // the room of the other version: there is nothing to draw it with yet
    void player.play();
    const paused = player.pause();
    await clock.pass(500);
    expect([player.state.confirmed, stills.length, stills[0]?.closed]).toEqual([false, 1, true]);
    void player.load({ ...source, id: "b" });
    await clock.pass(200);
    expect(await paused).toBe(60);
    expect([player.state.sourceId, player.state.frame, player.state.confirmed, player.state.playing, seen()]).toEqual(["b", 60, true, false, 60]);
    void player.play();
    await clock.pass(100);
    player.leave();
    void player.load({ ...source, id: "c" });
    await clock.pass(200);
    expect([player.state.sourceId, player.state.playing]).toEqual(["c", true]);
  });

  it("plays backwards by drawn frames", async () => {
    await ready(200);
    player.shuttle(-1);
    const passed = new Set<number>();
    for (let i = 0; i < 30; i += 1) {
      await clock.pass(33);
      passed.add(player.state.frame);
      expect(seen()).toBe(player.state.frame);
    }
    expect(player.state.frame).toBeLessThan(180);
    expect(passed.size).toBeGreaterThan(15);
    const at = player.state.frame;
    const paused = player.pause();
    await clock.pass(10);
    expect([await paused, seen()]).toEqual([at, at]);
  });

  it("goes on with the video alone when the stills fail, in the middle of a step or at rest, and stays exact", async () => {
    for (const asked of [77, null]) {
      await ready(50);
      if (asked !== null) player.seek(asked);
      else {
        player.seek(90);
        await clock.pass(10);
      }
      stills.at(-1)?.events.failed(new Error("gone"));
      expect(stills.at(-1)?.closed).toBe(true);
      await clock.pass(300);
      const frame = asked ?? 90;
      expect([player.state.frame, player.state.confirmed, player.state.stills, seen(), video.shown, picture.held]).toEqual([frame, true, false, frame, frame, false]);
      player.step(1);
      await clock.pass(50);
      expect([player.state.frame, player.state.confirmed, seen()]).toEqual([frame + 1, true, frame + 1]);
    }
  });

  it("a wish that comes while play waits for the video is the newer one", async () => {
    await ready(0);
    player.seek(100);
    await clock.pass(5);
    void player.play();
    await clock.pass(3);
    player.step(1);
    await clock.pass(300);
    expect([player.state.playing, player.state.frame, seen()]).toEqual([false, 101, 101]);
  });

  it("stills that open after their source has gone are closed", async () => {
    openMs = 400;
    void player.load(source, 5);
    await clock.pass(100);
    void player.load({ ...source, id: "b" }, 6);
    await clock.pass(1_000);
    expect(stills.map((each) => each.closed)).toEqual([true, false]);
    player.destroy();
    expect(stills.every((each) => each.closed)).toBe(true);
  });

  it("a picture that the video cannot be confirmed on is right all the same; only playing from it fails", async () => {
    await ready(0);
    video.landOn = (frame) => frame + 1;
    player.seek(120);
    await clock.pass(4_000);
    expect([player.state.status, player.state.frame, player.state.confirmed, seen()]).toEqual(["ready", 120, true, 120]);
    picture.knows = false;
    void player.play();
    await clock.pass(4_000);
    expect([player.state.status, player.state.playing]).toEqual(["failed", false]);
  });
});
