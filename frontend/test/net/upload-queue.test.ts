import { beforeEach, describe, expect, it } from "vitest";
import { fingerprint } from "../../src/net/tus-transfer.ts";
import { recogniser } from "../../src/net/recognising.ts";
import { STALL_MS, UploadQueue, type Recognised, type Transfer, type TransferListener, type UploadItem, type UploadTarget } from "../../src/net/upload-queue.ts";
import { FakeClock } from "../player/fakes.ts";

const file = (name: string, size = 1000): File => ({ name, size, lastModified: 1, type: "" }) as unknown as File;
const GONE = { transient: true, message: "No connection. Trying again.", remedy: "" };

class FakeTransfer implements Transfer {
  starts = 0;
  stops = 0;
  terminated = 0;
  url: string | null = null;
  constructor(
    readonly listener: TransferListener,
    readonly target: UploadTarget,
  ) {}
  start(): void {
    this.starts += 1;
  }
  stop(): Promise<void> {
    this.stops += 1;
    return Promise.resolve();
  }
  terminate(): Promise<void> {
    this.terminated += 1;
    return Promise.resolve();
  }
}

let clock: FakeClock;
let transfers: FakeTransfer[];
let queue: UploadQueue;
const items = (): readonly UploadItem[] => queue.store.state.items;
const states = (): string[] => items().map((item) => item.state);
const transfer = (i: number): FakeTransfer => transfers[i] as FakeTransfer;

beforeEach(() => {
  clock = new FakeClock();
  transfers = [];
  queue = new UploadQueue((_file, target, listener) => {
    transfers.push(new FakeTransfer(listener, target));
    return transfers[transfers.length - 1] as FakeTransfer;
  }, clock);
});

describe("order", () => {
  it("sends two at a time, the next when one is done", () => {
    for (const name of ["a", "b", "c", "d"]) queue.add(file(name), { projectId: "p" });
    expect(states()).toEqual(["sending", "sending", "waiting", "waiting"]);
    transfer(0).listener.progress(1000);
    expect(states()[0]).toBe("finishing");
    transfer(0).listener.done({ versionId: "v1", known: null });
    expect(states()).toEqual(["done", "sending", "sending", "waiting"]);
    expect(items()[0]?.result).toEqual({ versionId: "v1", known: null });
    expect(queue.busy).toBe(true);
  });

  it("refuses an empty file at once, and says why", () => {
    queue.add(file("empty.mov", 0), { projectId: "p" });
    expect(items()[0]).toMatchObject({ state: "failed" });
    expect(items()[0]?.problem).toContain("empty");
    queue.resume(1);
    expect(transfers).toHaveLength(0);
  });
});

describe("pause, resume, cancel", () => {
  it("a paused one gives its place to the next and goes on later on the same upload", () => {
    for (const name of ["a", "b", "c"]) queue.add(file(name), { projectId: "p" });
    queue.pause(1);
    expect(transfer(0).stops).toBe(1);
    expect(states()).toEqual(["paused", "sending", "sending"]);
    transfer(1).listener.done({ versionId: "v", known: null });
    queue.resume(1);
    expect(states()).toEqual(["sending", "done", "sending"]);
    expect(transfers).toHaveLength(3); // no new upload for the first
    expect(transfer(0).starts).toBe(2);
  });

  it("a late word of a paused upload changes nothing", () => {
    queue.add(file("a"), { projectId: "p" });
    queue.pause(1);
    transfer(0).listener.progress(900);
    transfer(0).listener.failed(GONE);
    expect(items()[0]).toMatchObject({ state: "paused", sent: 0 });
  });

  it("cancel terminates on the server and leaves the list", async () => {
    queue.add(file("a"), { projectId: "p" });
    await queue.cancel(1);
    expect(transfer(0).terminated).toBe(1);
    expect(items()).toEqual([]);
    expect(queue.busy).toBe(false);
  });
});

describe("trouble", () => {
  it("tries for ever while the server is away, with growing waits, and starts low again after a byte", async () => {
    queue.add(file("a"), { projectId: "p" });
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      transfer(0).listener.failed(GONE);
      expect(states()).toEqual(["retrying"]);
      const before = clock.now();
      while (states()[0] === "retrying") await clock.pass(500);
      waits.push(clock.now() - before);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000]);
    transfer(0).listener.progress(10);
    transfer(0).listener.failed(GONE);
    await clock.pass(1000);
    expect(states()).toEqual(["sending"]);
  });

  it("leaves a connection that stands still after five seconds", async () => {
    queue.add(file("a"), { projectId: "p" });
    transfer(0).listener.progress(300);
    await clock.pass(STALL_MS - 1000);
    expect(states()).toEqual(["sending"]);
    transfer(0).listener.progress(400);
    await clock.pass(STALL_MS + 1000);
    expect(transfer(0).stops).toBe(1);
    await clock.pass(1000);
    expect(transfer(0).starts).toBe(2);
  });

  it("does not take the server's hashing of a large file for a standstill", async () => {
    queue.add(file("a"), { projectId: "p" });
    transfer(0).listener.progress(1000);
    await clock.pass(60_000);
    expect(states()).toEqual(["finishing"]);
  });

  it("stops for good at a refusal, with its remedy, and lets the next one go", () => {
    for (const name of ["a", "b", "c"]) queue.add(file(name), { projectId: "p" });
    transfer(0).listener.failed({ transient: false, message: "The disk is full.", remedy: "Ask the operator." });
    expect(items()[0]).toMatchObject({ state: "failed", problem: "The disk is full.", remedy: "Ask the operator." });
    expect(states()).toEqual(["failed", "sending", "sending"]);
    queue.resume(1);
    expect(states()[0]).toBe("waiting");
  });

  it("goes on at once when the network is back", async () => {
    queue.add(file("a"), { projectId: "p" });
    for (let i = 0; i < 5; i += 1) {
      transfer(0).listener.failed(GONE);
      queue.nudge();
    }
    expect(transfer(0).starts).toBe(6);
  });
});

it("tells speed and time left from the last seconds", async () => {
  queue.add(file("a", 100_000), { projectId: "p" });
  for (let i = 1; i <= 20; i += 1) {
    await clock.pass(500);
    transfer(0).listener.progress(i * 2_000);
  }
  expect(items()[0]?.bytesPerSecond).toBeCloseTo(4_000, -2);
  expect(items()[0]?.secondsLeft).toBeCloseTo(15, 0);
});

it("recognises the same unchanged file for the same place only", () => {
  const one = { name: "a.mov", size: 5, lastModified: 7 };
  const place = { projectId: "p" };
  expect(fingerprint(one, place)).toBe(fingerprint({ ...one }, place));
  const others = [
    fingerprint({ ...one, size: 6 }, place),
    fingerprint({ ...one, lastModified: 8 }, place),
    fingerprint(one, { projectId: "q" }),
    fingerprint(one, { projectId: "p", assetId: "x" }),
    fingerprint(one, { projectId: "p", relativePath: "reel/a.mov" }),
  ];
  expect(new Set([...others, fingerprint(one, place)]).size).toBe(6);
});

describe("a name that is refused", () => {
  const refused = { transient: false, message: "“FINAL” may only be said of a version that was delivered.", remedy: "Call it “Film_v02_wip”.", offered: "Film_v02_wip" };

  it("is offered the right one before anything was sent, and goes up under it", async () => {
    const id = queue.add(file("FINAL_v2.mov"), { projectId: "p" });
    transfer(0).listener.failed(refused);
    expect(items()[0]).toMatchObject({ state: "failed", offered: "Film_v02_wip" });
    await queue.resumeAs(id, "Film_v02_wip", () => Promise.reject(new Error("there is nothing to be renamed")));
    expect(transfer(1).target.versionName).toBe("Film_v02_wip");
    expect(items()[0]).toMatchObject({ state: "sending", offered: null });
  });

  it("keeps what the server has, and is renamed there", async () => {
    const id = queue.add(file("Film_v01.mov"), { projectId: "p" });
    transfer(0).url = "/files/abc";
    transfer(0).listener.failed(refused);
    const renamed: string[] = [];
    await queue.resumeAs(id, "Film_v02_wip", async (url, name) => void renamed.push(url, name));
    expect(renamed).toEqual(["/files/abc", "Film_v02_wip"]);
    expect([transfers.length, transfer(0).starts, states()]).toEqual([1, 2, ["sending"]]);
  });
});

describe("content that is here already", () => {
  const looking = (found: Promise<Recognised>): void => {
    queue = new UploadQueue(
      (_file, target, listener) => {
        transfers.push(new FakeTransfer(listener, target));
        return transfers[transfers.length - 1] as FakeTransfer;
      },
      clock,
      () => found,
    );
  };
  const heard = (): Promise<void> => new Promise((done) => setTimeout(done));

  it("is not sent: its version is linked", async () => {
    looking(Promise.resolve({ sha256: "ab", versionId: "v1" }));
    queue.add(file("a"), { projectId: "p" });
    expect(states()).toEqual(["reading"]);
    await heard();
    expect(items()[0]).toMatchObject({ state: "done", result: { versionId: "v1", known: "version" } });
    expect(transfers).toHaveLength(0);
  });

  it("what is new is sent with its hash, and what nobody can tell is sent all the same", async () => {
    looking(Promise.resolve({ sha256: "ab", versionId: null }));
    queue.add(file("a"), { projectId: "p" });
    await heard();
    expect(transfer(0).target.sha256).toBe("ab");
    looking(Promise.reject(new Error("no network")));
    queue.add(file("b"), { projectId: "p" });
    await heard();
    expect(states()).toEqual(["sending"]);
  });

  it("looking stops when it is paused or given up", async () => {
    looking(Promise.resolve({ sha256: "ab", versionId: "v1" }));
    queue.add(file("a"), { projectId: "p" });
    queue.pause(1);
    await heard();
    expect(states()).toEqual(["paused"]);
    await queue.cancel(1);
    expect(items()).toEqual([]);
  });
});

it("the hash is only asked after where something is just as long", async () => {
  const asked: string[] = [];
  const api = (same_size: boolean) => ({
    send: (path: string) => {
      asked.push(path);
      return Promise.resolve({ same_size, asset_id: "a1", known: [{ id: "v9", asset_id: "a2" }, { id: "v1", asset_id: "a1" }] } as never);
    },
  });
  const content = new File([new Uint8Array(10)], "BrandFilm_v01_x.mov");
  const look = (same: boolean) => recogniser(api(same))(content, { projectId: "p" }, () => {}, new AbortController().signal);
  expect(await look(false)).toEqual({ sha256: null, versionId: null });
  expect(asked).toEqual(["projects/p/incoming?filename=BrandFilm_v01_x.mov&size=10"]);
  expect(await look(true)).toEqual({ sha256: "01d448afd928065458cf670b60f5a594d735af0172c8d67f22a81680132681ca", versionId: "v1" });
});
