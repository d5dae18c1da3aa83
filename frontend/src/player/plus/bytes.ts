// A file read by byte ranges: whole blocks, about a megabyte a request, kept up to a budget.
//
// A read that continues another asks for the whole megabyte; one elsewhere only for about what it is expected to need: whoever
// looks for a place jumps on, and the rest would be sent in the way of the next jump's bytes.
//
// Bounded ranges, so that the connection lives on: an open-ended one has to be cut off, and its connection with it.
import type { Fetch } from "../failures.ts";

export const BLOCK = 64 * 1024;
const BLOCKS_PER_REQUEST = 16;
/** Ahead of any need: no more than a jump's bytes would have to wait for. */
const BLOCKS_AHEAD = 8;

export class RangesRefused extends Error {}

export class RangedBytes {
  private readonly blocks = new Map<number, Uint8Array>(); // in order of use, the oldest first
  private readonly coming = new Map<number, Promise<Uint8Array>>();
  private readonly aborter = new AbortController();
  private known: Promise<number> | null = null;
  private length = 0;
  private total = 0;
  private blocksAfterJump = BLOCKS_PER_REQUEST;

  constructor(
    private readonly url: string,
    private readonly fetcher: Fetch,
    private readonly budget: number,
  ) {}

  /** Bytes held. */
  get held(): number {
    return this.total;
  }

  /** A read somewhere else is probably of this many bytes in all. */
  expect(bytes: number): void {
    this.blocksAfterJump = Math.min(BLOCKS_PER_REQUEST, Math.max(2, Math.ceil(bytes / BLOCK)));
  }

  /** Size of the file; fetches its first bytes. */
  size(): Promise<number> {
    this.known ??= this.request(0, BLOCKS_PER_REQUEST).then(() => this.length);
    return this.known;
  }

  /** The bytes [start, end) of the file, 0 ≤ start < end ≤ size. Rejects when the server does not answer ranges. */
  async read(start: number, end: number): Promise<Uint8Array> {
    await this.size();
    const first = Math.floor(start / BLOCK);
    const last = Math.floor((end - 1) / BLOCK);
    this.want(first, last);
    const out = new Uint8Array(end - start);
    for (let block = first; block <= last; block += 1) {
      let bytes = this.use(block) ?? (await this.coming.get(block)?.catch(() => undefined));
      if (!bytes && !this.aborter.signal.aborted) {
        await this.request(block, 1); // once more: connections break
        bytes = this.use(block);
      }
      if (!bytes) throw new Error(`block ${block} did not come`);
      const from = Math.max(start, block * BLOCK);
      const to = Math.min(end, block * BLOCK + bytes.length);
      out.set(bytes.subarray(from - block * BLOCK, to - block * BLOCK), from - start);
    }
    return out;
  }

  /** Fetch some of what is missing, as near to this byte as there is something; false when all is there that lies no farther from it
   *  than is kept without giving up what is nearer. */
  async more(near: number): Promise<boolean> {
    await this.size();
    const end = Math.ceil(this.length / BLOCK);
    const reach = Math.floor((this.budget * 0.4) / BLOCK);
    const at = Math.floor(near / BLOCK);
    const missing = (block: number): boolean => block >= 0 && block < end && !this.blocks.has(block) && !this.coming.has(block);
    for (let away = 0; away <= (end * BLOCK <= this.budget ? end : reach); away += 1) {
      const found = [at + away, at - away].find(missing);
      if (found === undefined) continue;
      let [first, last] = [found, found];
      while (last - first + 1 < BLOCKS_AHEAD && missing(last + 1)) last += 1;
      while (last - first + 1 < BLOCKS_AHEAD && missing(first - 1)) first -= 1;
      await this.request(first, last - first + 1);
      return !this.aborter.signal.aborted;
    }
    return false;
  }

  close(): void {
    this.aborter.abort();
    this.blocks.clear();
    this.total = 0;
  }

  /** Ask for what is missing of these blocks, and for what follows it. */
  private want(first: number, last: number): void {
    for (let block = first; block <= last; block += 1) {
      if (this.blocks.has(block) || this.coming.has(block)) continue;
      let count = 1;
      const continued = this.blocks.has(block - 1) || this.coming.has(block - 1);
      const most = Math.max(continued ? BLOCKS_PER_REQUEST : this.blocksAfterJump, last - block + 1);
      const end = Math.ceil(this.length / BLOCK);
      while (count < most && block + count < end && !this.blocks.has(block + count) && !this.coming.has(block + count)) count += 1;
      void this.request(block, count).catch(() => undefined); // whoever waits for a block hears of it
    }
  }

  /** Fetch `count` blocks from `block` on; each is there for its readers as soon as its last byte is. */
  private async request(block: number, count: number): Promise<void> {
    const waiting = new Map<number, { give: (bytes: Uint8Array) => void; fail: (error: unknown) => void }>();
    for (let i = block; i < block + count; i += 1) {
      const promise = new Promise<Uint8Array>((give, fail) => waiting.set(i, { give, fail }));
      promise.catch(() => undefined);
      this.coming.set(i, promise);
    }
    try {
      const start = block * BLOCK;
      const stop = (block + count) * BLOCK;
      const answer = await this.fetcher(this.url, {
        headers: { Range: `bytes=${start}-${(this.length ? Math.min(stop, this.length) : stop) - 1}` },
        credentials: "same-origin",
        signal: this.aborter.signal,
      });
      const size = /\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "");
      if (answer.status !== 206 || !size || !answer.body) {
        await answer.body?.cancel();
        throw new RangesRefused(`${answer.status} instead of a range of bytes`);
      }
      this.length = Number(size[1]);
      await this.receive(answer.body, block, Math.min(stop, this.length), (i, bytes) => {
        this.keep(i, bytes);
        this.coming.delete(i);
        waiting.get(i)?.give(bytes);
        waiting.delete(i);
      });
      if ([...waiting.keys()].some((i) => i * BLOCK < this.length)) throw new Error("the answer was cut short");
    } catch (error) {
      for (const { fail } of waiting.values()) fail(error);
      throw error;
    } finally {
      for (const i of waiting.keys()) this.coming.delete(i);
    }
  }

  private async receive(body: ReadableStream<Uint8Array>, block: number, stop: number, give: (block: number, bytes: Uint8Array) => void): Promise<void> {
    const reader = body.getReader();
    let bytes = new Uint8Array(Math.min(BLOCK, stop - block * BLOCK));
    let filled = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      let part = value;
      while (part.length > 0) {
        const taken = Math.min(part.length, bytes.length - filled);
        if (taken === 0) return; // more than was asked for
        bytes.set(part.subarray(0, taken), filled);
        filled += taken;
        part = part.subarray(taken);
        if (filled < bytes.length) continue;
        give(block, bytes);
        block += 1;
        filled = 0;
        bytes = new Uint8Array(Math.max(0, Math.min(BLOCK, stop - block * BLOCK)));
      }
    }
  }

  private keep(block: number, bytes: Uint8Array): void {
    if (this.aborter.signal.aborted) return;
    this.blocks.set(block, bytes);
    this.total += bytes.length;
    for (const [oldest, held] of this.blocks) {
      if (this.total <= this.budget || oldest === block) break;
      this.blocks.delete(oldest);
      this.total -= held.length;
    }
  }

  private use(block: number): Uint8Array | undefined {
    const bytes = this.blocks.get(block);
    if (bytes) {
      this.blocks.delete(block);
      this.blocks.set(block, bytes);
    }
    return bytes;
  }
}
