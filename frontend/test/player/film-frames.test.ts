import { beforeEach, expect, it } from "vitest";
import { FilmFrames, Slots, type FilmEvents, type FilmImage, type FilmReader } from "../../src/player/film-frames.ts";
import { FakeClock } from "./fakes.ts";

/** Makes a picture in 20 ms; what it gives bears the number of the frame that it is. */
class FakeReader implements FilmReader {
  log: string[] = [];
  closed = false;
  private cancel: (() => void) | null = null;
  constructor(
    readonly url: string,
    readonly events: FilmEvents,
  ) {}
  show(frame: number): void {
    this.log.push(`show ${frame}`);
    this.cancel = clock.after(20, () => (frame === broken ? this.events.failed(frame) : this.events.drawn(frame, picture(frame), 0)));
  }
  rest(): void {
    this.log.push("rest");
    this.cancel?.();
  }
  close(): void {
    this.closed = true;
  }
}

const picture = (frame: number): FilmImage => ({ frame }) as unknown as FilmImage;
let clock: FakeClock;
let readers: FakeReader[];
let slots: Slots;
let kept: Map<number, number>;
let film: FilmFrames;
let broken: number;
/** What is shown under the number of a frame. */
const shown = (frame: number): number | null => kept.get(slots.find(frame) ?? -1) ?? null;

beforeEach(() => {
  clock = new FakeClock();
  readers = [];
  slots = new Slots(8);
  kept = new Map();
  broken = -1;
  film = new FilmFrames(
    (source, events) => {
      readers.push(new FakeReader(source.url, events));
      return Promise.resolve(readers.at(-1) ?? null);
    },
    clock,
    slots,
    (slot, image) => kept.set(slot, (image as unknown as { frame: number }).frame),
  );
  film.setSource({ url: "a.mp4", tableUrl: "a.tpfi" });
});

it("opens nothing before the player and the timeline have rested", async () => {
  film.want([1, 2]);
  await clock.pass(1000);
  expect(readers).toEqual([]);
  film.setCalm(true);
  await clock.pass(200);
  film.want([2, 3]); // the timeline moves on
  await clock.pass(200);
  expect(readers).toEqual([]);
  await clock.pass(200);
  expect(readers[0]?.log).toEqual(["show 2", "show 3"]);
});

it("makes each frame that is wanted once, each under its own number", async () => {
  film.setCalm(true);
  film.want([10, 11, 12]);
  await clock.pass(1000);
  expect([10, 11, 12].map(shown)).toEqual([10, 11, 12]);
  film.want([11, 12, 13]);
  await clock.pass(1000);
  expect([10, 11, 12, 13].map(shown)).toEqual([10, 11, 12, 13]);
  expect(readers[0]?.log).toEqual(["show 10", "show 11", "show 12", "show 13"]);
});

it("yields at once when the playhead moves, and goes on when it has rested", async () => {
  film.setCalm(true);
  film.want([1, 2, 3, 4]);
  await clock.pass(250 + 25);
  expect([shown(1), shown(2)]).toEqual([1, null]);
  film.setCalm(false);
  expect(readers[0]?.log).toEqual(["show 1", "show 2", "rest"]);
  await clock.pass(5000);
  expect(shown(2)).toBe(null);
  film.setCalm(true);
  await clock.pass(1000);
  expect([1, 2, 3, 4].map(shown)).toEqual([1, 2, 3, 4]);
});

it("keeps a picture that comes late under its own number", async () => {
  film.setCalm(true);
  film.want([5]);
  await clock.pass(260);
  film.want([6]);
  readers[0]?.events.drawn(5, picture(5), 0); // what was given up comes after all
  await clock.pass(1000);
  expect([shown(5), shown(6)]).toEqual([5, 6]);
});

it("holds a few pictures, those in view among them", async () => {
  film.setCalm(true);
  for (let first = 0; first < 40; first += 4) {
    const wanted = [0, 1, 2, 3].map((i) => first + i);
    film.want(wanted);
    await clock.pass(1000);
    expect(wanted.map(shown)).toEqual(wanted);
  }
  expect(kept.size).toBe(8);
  const many = Array.from({ length: 30 }, (_, i) => 100 + i);
  film.want(many); // more than there is room for: it does not go round for ever
  await clock.pass(5000);
  expect(many.map(shown).filter((frame) => frame !== null)).toEqual(many.slice(0, 8));
  expect(readers[0]?.log.filter((line) => line.startsWith("show 1")).length).toBeLessThan(20);
});

it("leaves a frame out that cannot be had, and all of them when the file cannot be read", async () => {
  film.setCalm(true);
  broken = 2;
  film.want([1, 2, 3]);
  await clock.pass(1000);
  expect([1, 2, 3].map(shown)).toEqual([1, null, 3]);
  readers[0]?.events.failed(null);
  film.want([4]);
  await clock.pass(1000);
  expect([shown(4), readers.length]).toEqual([null, 1]);
});

it("shows nothing of another file", async () => {
  film.setCalm(true);
  film.want([1, 2]);
  await clock.pass(275);
  film.setSource({ url: "b.mp4", tableUrl: "b.tpfi" });
  expect(shown(1)).toBe(null);
  readers[0]?.events.drawn(1, picture(99), 0);
  expect(shown(1)).toBe(null);
  await clock.pass(1000);
  expect([readers[0]?.closed, readers[1]?.url, shown(1), shown(2)]).toEqual([true, "b.mp4", 1, 2]);
  film.setSource(null);
  await clock.pass(1000);
  expect([readers[1]?.closed, readers.length, shown(1)]).toEqual([true, 2, null]);
});
