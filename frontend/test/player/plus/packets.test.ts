import { describe, expect, it } from "vitest";
import { frameOfTime, PlusMismatch, walkGroup, type TimedPacket } from "../../../src/player/plus/packets.ts";
import { tableWithKeys } from "./tables.ts";

const table = tableWithKeys(12, 6); // 25 per second

/** Packets in decoding order: "k" or "d" and the frame that each shows. */
function file(text: string): { start: (frame: number) => TimedPacket | null; next: (packet: TimedPacket) => Promise<TimedPacket | null> } {
  const packets = text.split(" ").map((word): TimedPacket => ({ type: word[0] === "k" ? "key" : "delta", timestamp: Number(word.slice(1)) / 25, data: new Uint8Array() }));
  return {
    start: (frame) => packets.filter((p) => p.type === "key" && p.timestamp <= (frame + 0.25) / 25).at(-1) ?? null,
    next: (packet) => Promise.resolve(packets[packets.indexOf(packet) + 1] ?? null),
  };
}

async function walk(text: string, first: number, end: number): Promise<string> {
  const { start, next } = file(text);
  const out: string[] = [];
  for await (const { frame, key } of walkGroup(table, first, end, start(first), next)) out.push(`${key ? "k" : "d"}${frame}`);
  return out.join(" ");
}

describe("the packets of a group", () => {
  it("are those up to the next key packet", async () => {
    expect(await walk("k0 d1 d2 d3 d4 d5 k6 d7 d8 d9 d10 d11", 0, 6)).toBe("k0 d1 d2 d3 d4 d5");
    expect(await walk("k0 d1 d2 d3 d4 d5 k6 d7 d8 d9 d10 d11", 6, 12)).toBe("k6 d7 d8 d9 d10 d11");
  });

  it("keep the order of decoding", async () => {
    expect(await walk("k0 d3 d1 d2 d5 d4 k6 d9 d7 d8 d11 d10", 0, 6)).toBe("k0 d3 d1 d2 d5 d4");
  });

  it("of an open group reach over the next key packet, and leave out what leads the first", async () => {
    const open = "k0 d3 d1 d2 k6 d4 d5 d9 d7 d8 d11 d10";
    expect(await walk(open, 0, 6)).toBe("k0 d3 d1 d2 k6 d4 d5");
    expect(await walk(open, 6, 12)).toBe("k6 d9 d7 d8 d11 d10");
  });

  it("before an edit list's start are decoded and bear no frame", async () => {
    expect(await walk("k-3 d-2 d-1 d0 d1 d2 d3 d4 d5 k6 d7", 0, 6)).toBe("k-1 d-1 d-1 d0 d1 d2 d3 d4 d5");
  });

  it("are refused when they do not name the frames of the table", async () => {
    await expect(walk("k0 d1 d2 d4 d5 k6", 0, 6)).rejects.toBeInstanceOf(PlusMismatch); // one is missing
    await expect(walk("k0 d1 d2 d3 d4 d5 d6 d7 d8 d9 d10 d11", 6, 12)).rejects.toBeInstanceOf(PlusMismatch); // no key there
    await expect(walk("k0.5 d1.5 d2.5 d3.5 d4.5 d5.5", 0, 6)).rejects.toBeInstanceOf(PlusMismatch); // half a frame off
  });

  it("may bear times rounded to milliseconds", () => {
    const fast = tableWithKeys(1000, 12, 120);
    for (let i = 0; i < 1000; i += 1) expect(frameOfTime(fast, Math.round((i * 1000) / 120) / 1000)).toBe(i);
    expect(frameOfTime(fast, -0.05)).toBe(-1);
    expect(frameOfTime(fast, 1000 / 120)).toBe(-1);
  });
});
