import { beforeEach, expect, it } from "vitest";
import { parseFrameTable } from "../../src/core/frame-table.ts";
import { FramePictures } from "../../src/player/frame-pictures.ts";
import { tableBytes } from "../core/tables.ts";
import { FakeClock, FakeVideo } from "./fakes.ts";

const file = tableBytes({ rateNum: 25, rateDen: 1, timescale: 12_800, count: 240 });
let clock: FakeClock;
let video: FakeVideo;
let pictures: FramePictures;
let fetched = 0;
let answers: [number, boolean][] = [];
const ask = (frame: number): void => pictures.show(frame, (exact) => answers.push([frame, exact]));

beforeEach(() => {
  clock = new FakeClock();
  video = new FakeVideo(clock, parseFrameTable(file));
  fetched = 0;
  answers = [];
  pictures = new FramePictures(video, clock, () => {
    fetched += 1;
    return Promise.resolve(new Response(file));
  });
  pictures.setSource({ url: "small.mp4", tableUrl: "small.tpfi" });
});

it("loads nothing before somebody rests on a frame", async () => {
  ask(3);
  pictures.rest();
  await clock.pass(500);
  expect([fetched, video.src, answers]).toEqual([0, "", []]);
});

it("says that a picture is exact only when the browser has named it", async () => {
  ask(57);
  await clock.pass(500);
  expect(answers).toEqual([[57, true]]);
  expect(video.shown).toBe(57);
  ask(58);
  ask(59);
  await clock.pass(500);
  expect(answers).toEqual([[57, true], [59, true]]);
  expect(video.shown).toBe(59);
  expect(fetched).toBe(1);
});

it("stays silent about a picture that the browser never names", async () => {
  ask(10);
  await clock.pass(500);
  video.landOn = (frame) => Math.max(0, frame - 1);
  ask(20);
  await clock.pass(5000);
  expect(answers).toEqual([[10, true], [20, false]]);
});

it("leaves decoders alone while the picture plays, and forgets a source that was replaced", async () => {
  pictures.enabled = false;
  ask(4);
  await clock.pass(500);
  expect([answers, fetched]).toEqual([[[4, false]], 0]);
  pictures.enabled = true;
  ask(5);
  pictures.setSource({ url: "other.mp4", tableUrl: "other.tpfi" });
  await clock.pass(500);
  expect(answers).toEqual([[4, false]]);
  ask(6);
  await clock.pass(500);
  expect([answers[1], video.src]).toEqual([[6, true], "other.mp4"]);
});

it("answers that it cannot when the table cannot be had", async () => {
  const without = new FramePictures(video, clock, () => Promise.resolve(new Response("", { status: 404 })));
  without.setSource({ url: "a.mp4", tableUrl: "a.tpfi" });
  without.show(1, (exact) => answers.push([1, exact]));
  await clock.pass(500);
  expect(answers).toEqual([[1, false]]);
});
