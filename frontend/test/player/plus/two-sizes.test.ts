import { beforeEach, describe, expect, it } from "vitest";
import { TwoSizes, type LightStills } from "../../../src/player/plus/two-sizes.ts";
import type { Stills, StillsEvents } from "../../../src/player/ports.ts";
import { FakeClock } from "../fakes.ts";

/** Stills that take so long for a picture. */
class Slow implements Stills {
  readonly usage = { frames: 1, frameBytes: 10, bytes: 100 };
  readonly kept = new Set<number>();
  readonly asked: number[] = [];
  rests = 0;
  closed = false;
  private cancel: (() => void) | null = null;
  constructor(
    private readonly milliseconds: number,
    readonly events: StillsEvents,
  ) {}
  has(frame: number): boolean {
    return this.kept.has(frame);
  }
  show(frame: number): void {
    this.asked.push(frame);
    this.cancel?.();
    this.cancel = null;
    if (this.kept.has(frame)) return this.events.drawn(frame, true);
    this.cancel = clock.after(this.milliseconds, () => {
      this.kept.add(frame);
      this.events.drawn(frame, true);
    });
  }
  warm(frame: number): void {
    this.kept.add(frame);
  }
  rest(): void {
    this.rests += 1;
    this.cancel?.();
    this.cancel = null;
  }
  close(): void {
    this.rest();
    this.closed = true;
  }
}

let clock: FakeClock;
let full: Slow;
let light: Slow | null;
let opened: string[];
let pieces: number[];
let drawn: [frame: number, sharp: boolean, at: number][];
let failures: unknown[];
let ahead: boolean;
let url: string | null;
let serves: boolean;

beforeEach(() => {
  clock = new FakeClock();
  [light, opened, pieces, drawn, failures, ahead, url, serves] = [null, [], [], [], [], true, "/light", true];
});

function make(): TwoSizes {
  return new TwoSizes(
    (events) => (full = new Slow(80, events)),
    { drawn: (frame, sharp) => void drawn.push([frame, sharp, clock.now()]), failed: (error) => void failures.push(error) },
    clock,
    { source: () => (url === null ? null : { url, tableUrl: "/t" }), ahead: () => ahead },
    async (source, events): Promise<LightStills | null> => {
      opened.push(source.url);
      if (!serves) return null;
      light = new Slow(10, events);
      return {
        stills: light,
        more: async (frame) => {
          await new Promise<void>((resolve) => clock.after(20, resolve));
          pieces.push(frame);
          return pieces.length < 5;
        },
      };
    },
  );
}

async function ready(): Promise<TwoSizes> {
  const two = make();
  two.warm(0);
  await clock.pass(1000);
  drawn = [];
  return two;
}

describe("two sizes of a picture", () => {
  it("come one after the other at a jump, each told as what it is", async () => {
    const two = await ready();
    const start = clock.now();
    two.show(500);
    await clock.pass(200);
    expect(drawn).toEqual([[500, false, start + 10], [500, true, start + 90]]); // each had the machine to itself
  });

  it("do not wait for a light picture that is late", async () => {
    const two = await ready();
    const start = clock.now();
    (light as unknown as { milliseconds: number }).milliseconds = 1000;
    two.show(500);
    await clock.pass(300);
    expect(drawn).toEqual([[500, true, start + 160]]);
  });

  it("are made at once where the full one may be in the making: nearby, after a jump", async () => {
    const two = await ready();
    two.show(500);
    await clock.pass(30);
    const start = clock.now();
    const { rests } = full;
    two.show(501);
    expect(full.rests).toBe(rests);
    await clock.pass(200);
    expect(drawn.slice(1)).toEqual([[501, false, start + 10], [501, true, start + 80]]);
  });

  it("leave the full one unmade when the jump is given up", async () => {
    const two = await ready();
    two.show(500);
    await clock.pass(5);
    two.rest();
    await clock.pass(500);
    expect(drawn).toEqual([]);
    expect(full.asked).not.toContain(500);
  });

  it("are one where the full one is there already", async () => {
    const two = await ready();
    full.kept.add(7);
    two.show(7);
    await clock.pass(200);
    expect(drawn.map(([frame, sharp]) => [frame, sharp])).toEqual([[7, true]]);
    expect(light?.asked).toEqual([]);
  });

  it("are one where nothing but the full size will do", async () => {
    const two = await ready();
    two.show(500, true);
    await clock.pass(200);
    expect(drawn.map(([frame, sharp]) => [frame, sharp])).toEqual([[500, true]]);
  });

  it("never show the light one over the full one", async () => {
    const two = await ready();
    (full as unknown as { milliseconds: number }).milliseconds = 5;
    two.show(8);
    await clock.pass(200);
    expect(drawn.map(([frame, sharp]) => [frame, sharp])).toEqual([[8, true]]);
  });

  it("follow a drag by the light file alone, and the full size where it ends", async () => {
    const two = await ready();
    for (let i = 1; i <= 20; i += 1) {
      two.show(i * 50);
      await clock.pass(16);
    }
    await clock.pass(300);
    expect(full.asked).toEqual([50, 1000]);
    expect(drawn.map(([frame, sharp]) => [frame, sharp])).toEqual([...Array.from({ length: 20 }, (_, i) => [(i + 1) * 50, false]), [1000, true]]);
  });

  it("go on at full size where frames follow each other, as in playing backwards", async () => {
    const two = await ready();
    for (let frame = 900; frame > 880; frame -= 1) {
      two.show(frame);
      await clock.pass(16);
    }
    expect(full.asked).toHaveLength(20);
  });

  it("open the light file in the first idle moment, then fetch its bytes piece by piece around the playhead", async () => {
    const two = make();
    two.warm(3);
    await clock.pass(300);
    expect(opened).toEqual([]);
    two.show(3); // somebody works: the moment begins anew
    await clock.pass(300);
    expect(opened).toEqual([]);
    await clock.pass(600);
    expect(opened).toEqual(["/light"]);
    expect(pieces).toEqual([3, 3, 3, 3, 3]);
  });

  it("leave the line to people: what is fetched ahead stops with the next move, and while playing", async () => {
    const two = make();
    two.warm(3);
    await clock.pass(425);
    expect(pieces).toEqual([3]);
    two.rest();
    await clock.pass(2000);
    expect(pieces).toHaveLength(2); // the one under way
    ahead = false;
    two.warm(9);
    await clock.pass(2000);
    expect(pieces).toHaveLength(2);
  });

  it("wait for a light file that is made later", async () => {
    url = null;
    const two = make();
    two.warm(0);
    await clock.pass(1000);
    expect(opened).toEqual([]);
    url = "/light";
    two.warm(1);
    await clock.pass(1000);
    expect(opened).toEqual(["/light"]);
    expect(two.usage).toEqual({ frames: 2, frameBytes: 20, bytes: 200 });
  });

  it("do without a light file that does not serve, and do not ask for it again", async () => {
    serves = false;
    const two = await ready();
    two.show(500);
    await clock.pass(2000);
    expect(drawn.map(([frame, sharp]) => [frame, sharp])).toEqual([[500, true]]);
    expect(opened).toEqual(["/light"]);
  });

  it("lose nothing when the light file fails on the way", async () => {
    const two = await ready();
    two.show(100);
    await clock.pass(2);
    two.show(500); // a drag: the full size waits
    light?.events.failed(new Error("gone"));
    await clock.pass(300);
    expect(drawn.map(([frame, sharp]) => [frame, sharp])).toEqual([[500, true]]);
    expect([light?.closed, failures]).toEqual([true, []]);
    two.close();
    expect(full.closed).toBe(true);
  });

  it("fail where the full size fails, with all given back", async () => {
    const two = await ready();
    full.events.failed(new Error("broken"));
    expect(failures).toHaveLength(1);
    expect(light?.closed).toBe(true);
    two.close();
  });
});
