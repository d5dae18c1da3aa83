import { describe, expect, it } from "vitest";
import { expectedFrame, speedFraction, type Played } from "../../src/core/expected-frame.ts";
import { ServerClock } from "../../src/core/server-clock.ts";
import { lateText, standingOf, type Attendee, type Report } from "../../src/core/session-standing.ts";

const play: Played = { version_id: "v", asset_id: "a", frame: 100, playing: true, num: 1, den: 1, since: 1_000_000 };
const ntsc = { rate: { num: 24000, den: 1001 }, frameCount: 200_000, table: null };

describe("the frame that belongs on the screen", () => {
  it("is exact after hours at 23.976", () => {
    for (const frames of [1, 23, 24, 86_313]) {
      const at = 1_000_000 + Math.ceil((frames * 1001 * 1000) / 24000);
      expect(expectedFrame(play, at, ntsc)).toBe(100 + frames);
      expect(expectedFrame(play, at - 1, ntsc)).toBe(100 + frames - 1);
    }
  });

  it("knows speeds, backwards too, and ends with the version", () => {
    expect(expectedFrame({ ...play, num: 1, den: 2 }, 1_002_002, ntsc)).toBe(124);
    expect(expectedFrame({ ...play, num: -2 }, 1_000_000, ntsc)).toBe(100);
    expect(expectedFrame({ ...play, num: -2 }, 1_000_501, ntsc)).toBe(76);
    expect(expectedFrame({ ...play, num: -2 }, 1_900_000, ntsc)).toBe(0);
    expect(expectedFrame(play, 9_000_000_000, ntsc)).toBe(199_999);
    expect(expectedFrame({ ...play, playing: false }, 1_900_000, ntsc)).toBe(100);
    expect(expectedFrame(play, 900_000, ntsc), "a clock that runs behind").toBe(100);
  });

  it("goes by the table where the rate varies", () => {
    const times = [0, 40, 100, 140, 300];
    const table = { frameCount: 5, timescale: 1000, time: (i: number) => times[i] as number };
    const timing = { rate: { num: 25, den: 1 }, frameCount: 5, table };
    const at = (ms: number): number => expectedFrame({ ...play, frame: 1, since: 0 }, ms, timing);
    expect([0, 59, 60, 99, 100, 259, 260, 999].map(at)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("makes whole numbers of speeds", () => {
    expect([1, 0.25, 1.5, -4, 0.1].map(speedFraction)).toEqual([{ num: 1, den: 1 }, { num: 1, den: 4 }, { num: 3, den: 2 }, { num: -4, den: 1 }, { num: 1, den: 10 }]);
  });
});

describe("the server's clock", () => {
  it("is known to half of the quickest answer, whatever the others took", () => {
    let local = 0;
    const clock = new ServerClock(() => local);
    const server = (): number => 5_000_000 + local;
    const seed = [31, 7, 400, 90, 12, 250, 8, 33, 61, 5];
    for (const [i, there] of seed.entries()) {
      const sent = local;
      local += there;
      const said = server();
      local += seed[(i + 3) % seed.length] as number; // the way back takes another time
      clock.heard(sent, said);
      local += 1000;
    }
    expect(Math.abs(clock.now() - server())).toBeLessThanOrEqual((clock.took ?? 0) / 2 + 0.5);
    expect(clock.took).toBeLessThan(60);
  });

  it("forgets answers that are old: clocks drift", () => {
    let local = 0;
    const clock = new ServerClock(() => local);
    clock.heard(0, 1000);
    local = 200_000;
    clock.heard(local - 10, 1000 + 200_020 - 5);
    expect(clock.now()).toBe(1000 + 200_020);
  });
});

describe("where somebody is", () => {
  const report: Report = { version_id: "v", frame: 100, at_rest: true, lag: 0, buffering: false, following: true };
  const at = (change: Partial<Report> | null, playing = false): string => {
    const one: Attendee = { seat: "s", person: { id: "p", name: "Sydney" }, waiting: false, report: change && { ...report, ...change } };
    const { standing, frames } = standingOf(one, { ...play, playing });
    return frames ? `${standing} ${frames}` : standing;
  };

  it("is told at rest to the frame", () => {
    expect([at({}), at({ frame: 98 }), at({ frame: 101 }), at({ at_rest: false }), at({ buffering: true }), at({ version_id: "w" }), at({ following: false }), at(null)]).toEqual(["there", "behind 2", "ahead 1", "coming", "buffering", "coming", "apart", "coming"]);
  });

  it("is told within a frame while it plays", () => {
    expect([at({ lag: 1 }, true), at({ lag: -1 }, true), at({ lag: 2 }, true), at({ lag: -5 }, true)]).toEqual(["there", "there", "behind 2", "ahead 5"]);
  });

  it("names those who are late, as long as they are few", () => {
    const late = (name: string): Attendee => ({ seat: name, person: { id: name, name }, waiting: false, report: { ...report, frame: 98 } });
    const still = { ...play, playing: false };
    expect(lateText([late("Sydney"), late("Me")], still, "Me")).toBe("Sydney: 2 frames behind");
    expect(lateText(["A", "B", "C"].map(late), still, "Me")).toBe("3 are not there yet");
  });
});
