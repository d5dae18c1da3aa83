import { describe, expect, it } from "vitest";
import { BLOCK, RangedBytes, RangesRefused } from "../../../src/player/plus/bytes.ts";

const FILE = Uint8Array.from({ length: BLOCK * 40 + 1234 }, (_, i) => (i * 7 + (i >> 8)) & 255);

/** A server that answers ranges in small pieces. */
function server(options: { refuse?: boolean; cut?: number } = {}) {
  const asked: [number, number][] = [];
  let cuts = options.cut ?? 0;
  const fetcher = (_url: string, init?: RequestInit): Promise<Response> => {
    init?.signal?.throwIfAborted();
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get("Range") ?? "") ?? [];
    const start = Number(from);
    const end = Math.min(Number(to) + 1, FILE.length);
    asked.push([start, end]);
    if (options.refuse) return Promise.resolve(new Response(FILE, { status: 200 }));
    const stop = cuts > 0 && start > 0 ? start + 10 : end;
    if (start > 0) cuts -= 1;
    let at = start;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= stop) return controller.close();
        controller.enqueue(FILE.subarray(at, Math.min(stop, at + 10_000)));
        at += 10_000;
      },
    });
    return Promise.resolve(new Response(body, { status: 206, headers: { "Content-Range": `bytes ${start}-${end - 1}/${FILE.length}` } }));
  };
  return { fetcher, asked };
}

describe("bytes by ranges", () => {
  it("are those of the file, wherever a read begins and ends", async () => {
    const { fetcher } = server();
    const bytes = new RangedBytes("/m", fetcher, 64 << 20);
    expect(await bytes.size()).toBe(FILE.length);
    for (const [start, end] of [[0, 1], [BLOCK - 1, BLOCK + 1], [BLOCK * 17 + 5, BLOCK * 21], [FILE.length - 1, FILE.length], [BLOCK * 30, FILE.length]] as const) {
      expect(Buffer.compare(await bytes.read(start, end), FILE.subarray(start, end))).toBe(0);
    }
  });

  it("are fetched once, a megabyte at a time, and never asked for past the end", async () => {
    const { fetcher, asked } = server();
    const bytes = new RangedBytes("/m", fetcher, 64 << 20);
    await Promise.all([bytes.read(BLOCK * 20, BLOCK * 20 + 9), bytes.read(BLOCK * 20 + 100, BLOCK * 21 + 9), bytes.read(BLOCK * 39, FILE.length)]);
    await bytes.read(BLOCK * 22, BLOCK * 30);
    expect(asked[0]).toEqual([0, BLOCK * 16]);
    expect(asked).toHaveLength(3);
    for (const [start, end] of asked) expect(end - start).toBeLessThanOrEqual(BLOCK * 16);
    expect(Math.max(...asked.map(([, end]) => end))).toBe(FILE.length);
  });

  it("are asked for as far as a jump needs them, and by the megabyte where a read goes on", async () => {
    const { fetcher, asked } = server();
    const bytes = new RangedBytes("/m", fetcher, 64 << 20);
    await bytes.size();
    bytes.expect(BLOCK * 2 + 1);
    await bytes.read(BLOCK * 18, BLOCK * 18 + 9); // elsewhere
    await bytes.read(BLOCK * 20, BLOCK * 20 + 9); // within that
    await bytes.read(BLOCK * 21, BLOCK * 21 + 9); // and on
    await bytes.read(BLOCK * 38 + 5, BLOCK * 40 + 5); // more than expected
    expect(asked.slice(1)).toEqual([[BLOCK * 18, BLOCK * 21], [BLOCK * 21, BLOCK * 37], [BLOCK * 38, FILE.length]]);
  });

  it("stay within the budget", async () => {
    const { fetcher } = server();
    const bytes = new RangedBytes("/m", fetcher, BLOCK * 5);
    for (let block = 0; block < 40; block += 3) await bytes.read(block * BLOCK, block * BLOCK + 100);
    expect(bytes.held).toBeLessThanOrEqual(BLOCK * 5);
    expect(await bytes.read(100, 300)).toEqual(FILE.slice(100, 300)); // thrown out, fetched again
    bytes.close();
    expect(bytes.held).toBe(0);
  });

  it("survive one broken connection, and say so when it breaks again", async () => {
    const once = server({ cut: 1 });
    expect(await new RangedBytes("/m", once.fetcher, 1 << 20).read(BLOCK * 20, BLOCK * 20 + 50)).toEqual(FILE.slice(BLOCK * 20, BLOCK * 20 + 50));
    const often = server({ cut: 9 });
    await expect(new RangedBytes("/m", often.fetcher, 1 << 20).read(BLOCK * 20, BLOCK * 20 + 50)).rejects.toThrow("cut short");
  });

  it("are refused when the server sends the whole file instead", async () => {
    const { fetcher } = server({ refuse: true });
    await expect(new RangedBytes("/m", fetcher, 1 << 20).read(0, 5)).rejects.toBeInstanceOf(RangesRefused);
  });

  it("come ahead of any need, the nearest first, until all is there", async () => {
    const { fetcher, asked } = server();
    const bytes = new RangedBytes("/m", fetcher, 64 << 20);
    await bytes.size();
    asked.length = 0;
    expect(await bytes.more(BLOCK * 30 + 5)).toBe(true);
    expect(asked).toEqual([[BLOCK * 30, BLOCK * 38]]);
    while (await bytes.more(BLOCK * 30 + 5));
    expect(asked.slice(1)).toEqual([
      [BLOCK * 22, BLOCK * 30],
      [BLOCK * 38, FILE.length],
      [BLOCK * 16, BLOCK * 22],
    ]);
    expect(bytes.held).toBe(FILE.length);
  });

  it("come ahead only as far as nothing nearer is given up for them", async () => {
    const { fetcher, asked } = server();
    const bytes = new RangedBytes("/m", fetcher, BLOCK * 20);
    while (await bytes.more(BLOCK * 30));
    const places = asked.slice(1).flat().map((byte) => Math.floor(byte / BLOCK));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(22 - 8);
    expect(bytes.held).toBeLessThanOrEqual(BLOCK * 20);
    const before = asked.length;
    await bytes.read(BLOCK * 24, BLOCK * 36);
    expect(asked).toHaveLength(before);
  });
});
