import { beforeEach, describe, expect, it } from "vitest";
import { frameAtSeconds, parseFrameTable } from "../../src/core/frame-table.ts";
import { Player } from "../../src/player/player.ts";
import { tableBytes } from "../core/tables.ts";
import { FakeClock, FakePicture, FakeVideo } from "./fakes.ts";

const RATE = { rateNum: 24000, rateDen: 1001, timescale: 24000 };
const bytes: Record<string, ArrayBuffer> = {
  "/p/720.tpfi": tableBytes({ ...RATE, count: 480 }),
  "/p/48.tpfi": tableBytes({ ...RATE, count: 48 }),
  "/p/60.tpfi": tableBytes({ ...RATE, count: 60 }),
  "/p/96.tpfi": tableBytes({ ...RATE, count: 96 }),
  "/p/vfr.tpfi": tableBytes({ rateNum: 30, rateDen: 1, timescale: 90000, deltas: Array.from({ length: 479 }, (_, i) => 1500 + (i % 5) * 1000), lastDuration: 3000 }),
};
const source = (name: string): { id: string; url: string; tableUrl: string } => ({ id: name, url: `/p/${name}.mp4`, tableUrl: `/p/${name}.tpfi` });

let clock: FakeClock;
let video: FakeVideo;
let picture: FakePicture;
let player: Player;
let status: number;

beforeEach(() => {
  clock = new FakeClock();
  const tables = new Map(Object.entries(bytes).map(([url, data]) => [url.replace("tpfi", "mp4"), parseFrameTable(data)]));
  video = new FakeVideo(clock, parseFrameTable(bytes["/p/720.tpfi"] as ArrayBuffer), tables);
  picture = new FakePicture(() => video);
  status = 206;
  player = new Player(video, clock, picture, (url) => Promise.resolve(bytes[url] ? new Response(bytes[url]) : new Response("x", { status })), 480);
});

async function ready(name = "720", frame = 0): Promise<void> {
  void player.load(source(name), frame);
  await clock.pass(100);
  expect(player.state.status).toBe("ready");
}

describe("seeking", () => {
  it("confirms every frame in the middle of its stay, first and last included, constant and variable", async () => {
    for (const name of ["720", "vfr"]) {
      await ready(name);
      for (let frame = 0; frame < 480; frame += 1) {
        player.seek(frame);
        expect(frame === 0 || player.state.confirmed).toBe(frame === 0);
        await clock.pass(40);
        expect(player.state).toMatchObject({ frame, confirmed: true, wish: null });
        expect(video.shown).toBe(frame);
      }
    }
  });

  it("keeps one seek in flight and then only the newest wish", async () => {
    await ready();
    video.seeks = [];
    for (let frame = 1; frame <= 100; frame += 1) player.seek(frame);
    expect(video.seeks).toHaveLength(1);
    await clock.pass(100);
    expect(video.seeks.map((s) => frameAtSeconds(video.table, s))).toEqual([1, 100]);
    expect(player.state).toMatchObject({ frame: 100, confirmed: true });
  });

  it("says nothing of the error that its end is to the video", async () => {
    await ready();
    const seen: string[] = [];
    player.store.watch((state) => void seen.push(state.status));
    player.destroy();
    video.fire("error");
    await clock.pass(100);
    expect(seen).not.toContain("failed");
    expect(player.present).toBeNull();
  });

  it("counts steps from where the playhead is going", async () => {
    await ready();
    for (let i = 0; i < 7; i += 1) player.step(1);
    await clock.pass(200);
    expect(player.state.frame).toBe(7);
    player.step(-100);
    await clock.pass(100);
    expect(player.state.frame).toBe(0);
    player.step(10_000);
    await clock.pass(100);
    expect(player.state.frame).toBe(479);
  });

  it("answers at once when the time would not change", async () => {
    await ready("720", 12);
    const before = video.seeks.length;
    player.seek(12);
    expect(player.state).toMatchObject({ frame: 12, confirmed: true });
    expect(video.seeks).toHaveLength(before);
  });

  it("does not believe `seeked` while the old picture stands", async () => {
    await ready();
    video.paintMs = 120;
    player.seek(50);
    await clock.pass(60);
    expect(video.seeking).toBe(false);
    expect(player.state).toMatchObject({ frame: 0, confirmed: false, wish: 50 });
    await clock.pass(100);
    expect(player.state).toMatchObject({ frame: 50, confirmed: true });
  });

  it("nudges when the callback names the neighbour, and reports the truth", async () => {
    await ready();
    let misses = 2;
    video.landOn = (frame) => (misses-- > 0 ? frame - 1 : frame);
    player.seek(100);
    await clock.pass(300);
    expect(player.state.confirmed).toBe(false);
    await clock.pass(700);
    expect(player.state).toMatchObject({ frame: 100, confirmed: true, status: "ready" });
  });

  it("shows an error, and no number as final, when no nudge helps", async () => {
    await ready();
    video.landOn = (frame) => frame - 1;
    player.seek(100);
    await clock.pass(3000);
    expect(player.state).toMatchObject({ status: "failed", confirmed: false, frame: 99 });
    expect(player.state.failure?.code).toBe("frame_unconfirmed");
    video.landOn = (frame) => frame;
    player.seek(200);
    await clock.pass(100);
    expect(player.state).toMatchObject({ status: "ready", confirmed: true, frame: 200 });
  });

  it("takes the painted picture's own time when the callback is lost", async () => {
    await ready();
    picture.knows = true;
    video.dropCallbacks = 1;
    const before = video.seeks.length;
    player.seek(33);
    await clock.pass(400);
    expect(player.state).toMatchObject({ frame: 33, confirmed: true });
    expect(video.seeks.length).toBe(before + 1);
  });

  it("asks again when a seek hangs although its data is here", async () => {
    await ready();
    video.stuckSeeks = 1;
    player.seek(70);
    await clock.pass(3000);
    expect(player.state).toMatchObject({ frame: 70, confirmed: true });
  });

  it("waits without error while the tab is hidden", async () => {
    await ready();
    clock.isHidden = true;
    video.dropCallbacks = 1;
    player.seek(70);
    await clock.pass(60_000);
    expect(player.state).toMatchObject({ status: "ready", confirmed: false, wish: 70 });
    clock.isHidden = false;
    await clock.pass(2000);
    expect(player.state).toMatchObject({ frame: 70, confirmed: true });
  });
});

describe("playing", () => {
  it("takes numbers from the picture only, and snaps on pause to the one last shown", async () => {
    await ready();
    await player.play();
    for (let frame = 1; frame < 40; frame += 1) video.advance(frame);
    expect(player.state).toMatchObject({ frame: 39, confirmed: false, playing: true });
    const answer = player.pause();
    expect(player.state.confirmed).toBe(false);
    await clock.pass(100);
    expect(await answer).toBe(39);
    expect(player.state).toMatchObject({ frame: 39, confirmed: true, playing: false });
    expect(video.shown).toBe(39);
  });

  it("settles picture and number on one frame when the callback lags (Firefox)", async () => {
    await ready();
    await player.play();
    for (let frame = 1; frame < 40; frame += 1) video.advance(frame, 1);
    const answer = player.pause();
    await clock.pass(100);
    expect(await answer).toBe(video.shown);
  });

  it("prefers the painted picture's own time on pause (Chromium)", async () => {
    await ready();
    picture.knows = true;
    await player.play();
    for (let frame = 1; frame < 40; frame += 1) video.advance(frame, 1);
    const answer = player.pause();
    await clock.pass(100);
    expect(await answer).toBe(39);
  });

  it("settles after a pause that somebody else made", async () => {
    await ready();
    await player.play();
    video.advance(10);
    video.pause();
    await clock.pass(100);
    expect(player.state).toMatchObject({ frame: 10, confirmed: true, playing: false });
  });

  it("ends on the last frame, and starts again from the first", async () => {
    await ready("720", 400);
    await player.play();
    video.advance(478);
    video.runOut();
    await clock.pass(100);
    expect(player.state).toMatchObject({ frame: 479, confirmed: true, playing: false });
    void player.play();
    await clock.pass(100);
    expect(player.state.playing).toBe(true);
    expect(video.shown).toBe(0);
  });

  it("a pause overtakes a play that still waits for its seek", async () => {
    await ready();
    player.seek(20);
    void player.play();
    void player.pause();
    await clock.pass(100);
    expect(player.state).toMatchObject({ playing: false, frame: 20, confirmed: true });
  });

  it("shuttles: L doubles, J runs back by confirmed frames, K settles", async () => {
    await ready("720", 100);
    player.shuttle(1);
    await clock.pass(20);
    player.shuttle(1);
    player.shuttle(1);
    player.shuttle(1);
    await clock.pass(20);
    expect(player.state.shuttle).toBe(4);
    expect(video.playbackRate).toBe(4);
    video.advance(120);
    player.shuttle(-1);
    expect(player.state.shuttle).toBe(-1);
    await clock.pass(1001);
    expect(Math.abs(player.state.frame - 96)).toBeLessThanOrEqual(2);
    expect(player.state.confirmed).toBe(false);
    void player.pause();
    await clock.pass(100);
    expect(player.state.confirmed).toBe(true);
    expect(player.state.frame).toBe(video.shown);
    player.shuttle(-1);
    player.shuttle(-1);
    player.shuttle(-1);
    await clock.pass(5000);
    expect(player.state).toMatchObject({ frame: 0, confirmed: true, playing: false });
  });

  it("loops backwards too: within the range, or through all of it", async () => {
    for (const [range, from] of [[{ first: 100, last: 110 }, 104], [null, 4]] as const) {
      await ready("720", from);
      player.setRange(range);
      player.setLoop(true);
      player.shuttle(-1);
      const [first, last] = [range?.first ?? 0, range?.last ?? 479];
      const seen = new Set<number>();
      for (let i = 0; i < 60; i += 1) {
        await clock.pass(10);
        seen.add(player.state.frame);
      }
      expect(player.state).toMatchObject({ playing: true, shuttle: -1 });
      expect(seen).toContain(first);
      expect(seen).toContain(last);
      expect([...seen].every((frame) => frame >= first && frame <= last)).toBe(true);
      await player.pause();
      await clock.pass(100);
      expect(player.state).toMatchObject({ playing: false, confirmed: true });
      player.setLoop(false);
    }
  });

  it("loops a range", async () => {
    await ready("720", 10);
    player.setRange({ first: 10, last: 20 });
    player.setLoop(true);
    await player.play();
    video.advance(19);
    expect(frameAtSeconds(video.table, video.currentTime)).toBe(19);
    video.advance(20);
    expect(frameAtSeconds(video.table, video.currentTime)).toBe(10);
  });
});

describe("sources that replace each other", () => {
  it("keep the exact frame, with the old picture held until the new one confirms", async () => {
    await ready("48", 31);
    expect(player.state.available).toBe(48);
    void player.load(source("96"));
    await clock.pass(8);
    expect(picture.held).toBe(true);
    await clock.pass(100);
    expect(picture.held).toBe(false);
    expect(player.state).toMatchObject({ frame: 31, confirmed: true, sourceId: "96", available: 96 });
    expect(video.shown).toBe(31);
  });

  it("take a wish made during the change", async () => {
    await ready("48", 31);
    void player.load(source("96"));
    await clock.pass(2);
    player.seek(70);
    player.step(1);
    await clock.pass(100);
    expect(player.state).toMatchObject({ frame: 71, confirmed: true });
  });

  it("play on", async () => {
    await ready("48", 0);
    await player.play();
    video.advance(20);
    void player.load(source("720"));
    await clock.pass(100);
    expect(player.state).toMatchObject({ playing: true, sourceId: "720" });
    expect(video.shown).toBe(20);
  });

  it("wait for a frame that is not there yet, and go there when it is", async () => {
    await ready("48", 0);
    player.seek(90);
    await clock.pass(50);
    expect(player.state).toMatchObject({ awaited: 90, frame: 0, confirmed: true });
    void player.load(source("60")); // longer, but not yet long enough: the picture stays
    await clock.pass(100);
    expect(player.state).toMatchObject({ awaited: 90, frame: 0, confirmed: true, sourceId: "60" });
    void player.load(source("96"));
    await clock.pass(100);
    expect(player.state).toMatchObject({ awaited: null, frame: 90, confirmed: true });
    player.seek(300);
    player.stopWaiting();
    expect(player.intended).toBe(90);
  });

  it("play into the part that is made meanwhile", async () => {
    await ready("48", 40);
    await player.play();
    video.advance(47);
    video.runOut();
    await clock.pass(100);
    expect(player.state).toMatchObject({ awaited: 48, playing: false, frame: 47 });
    void player.load(source("96"));
    await clock.pass(100);
    expect(player.state).toMatchObject({ playing: true, awaited: null });
    expect(video.shown).toBe(48);
  });

  it("only the newest of two loads counts", async () => {
    await ready("48", 5);
    void player.load(source("96"));
    void player.load(source("720"));
    await clock.pass(200);
    expect(player.state).toMatchObject({ sourceId: "720", frame: 5, confirmed: true });
  });
});

describe("failures say what and what to do", () => {
  it("a server without ranges is found out, not shown as frame 0", async () => {
    video.noRanges = true;
    status = 200;
    void player.load(source("720"), 100);
    await clock.pass(200);
    expect(player.state).toMatchObject({ status: "failed", confirmed: false });
    expect(player.state.failure?.code).toBe("ranges_missing");
  });

  it.each([
    [404, "media_gone"],
    [403, "signed_out"],
    [502, "media_unreachable"],
    [206, "media_undecodable"],
  ])("status %i is %s", async (code, expected) => {
    video.failLoad = true;
    status = code;
    void player.load(source("720"));
    await clock.pass(200);
    expect(player.state.failure?.code).toBe(expected);
    video.failLoad = false;
    player.retry();
    await clock.pass(200);
    expect(player.state).toMatchObject({ status: "ready", confirmed: true, failure: null });
  });

  it("a missing frame table", async () => {
    status = 404;
    void player.load({ id: "x", url: "/p/720.mp4", tableUrl: "/p/none.tpfi" });
    await clock.pass(50);
    expect(player.state).toMatchObject({ status: "failed", failure: { code: "media_gone" } });
  });

  it("a browser without frame callbacks is told so", async () => {
    Object.defineProperty(video, "requestVideoFrameCallback", { value: undefined });
    await player.load(source("720"));
    expect(player.state.failure?.code).toBe("browser_without_frame_callback");
  });
});
