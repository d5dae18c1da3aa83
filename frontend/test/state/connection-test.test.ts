import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/net/api.ts";
import { findingsOf, measureConnection, type ConnectionPort, type Measured, type Stage } from "../../src/state/connection-test.ts";

/** A line of so many bits per second each way and so many milliseconds there and back. */
function line(latency: number, down: number, up: number, failAt = Infinity): ConnectionPort & { moved: number } {
  let time = 0;
  let count = 0;
  const move = (rate: number) => (bytes: number): Promise<void> => {
    count += 1;
    if (count > failAt) return Promise.reject(new ApiError(0, "offline", "gone", ""));
    time += latency + (bytes * 8_000) / rate;
    port.moved += bytes;
    return Promise.resolve();
  };
  const port = { download: move(down), upload: move(up), now: () => time, moved: 0 };
  return port;
}

const qualities = [{ quality: "720p", name: "Proxy 720p", need: 4_000_000 }, { quality: "360p", name: "Proxy 360p", need: 1_000_000 }];

describe("measuring", () => {
  it("finds latency and both speeds, and tells what it is at", async () => {
    const stages: (Stage | null)[] = [];
    const measured = await measureConnection(line(40, 20_000_000, 5_000_000), (_, next) => stages.push(next));
    expect(stages).toEqual(["latencyMs", "download", "upload", null]);
    expect(measured.latencyMs).toBeCloseTo(40);
    expect(measured.download).toBeCloseTo(20_000_000, -4);
    expect(measured.upload).toBeCloseTo(5_000_000, -4);
  });

  it("moves little over a slow line", async () => {
    const slow = line(300, 400_000, 200_000);
    const measured = await measureConnection(slow, () => undefined);
    expect(slow.moved).toBe(128_000);
    expect(measured.download).toBeCloseTo(400_000, -3);
  });

  it("keeps what it knows when the connection breaks", async () => {
    const measured = await measureConnection(line(40, 20_000_000, 5_000_000, 6), () => undefined);
    expect(measured.latencyMs).toBeCloseTo(40);
    expect([measured.download, measured.upload]).toEqual([null, null]);
    expect(findingsOf(measured, qualities)).toEqual([{ kind: "unreachable" }]);
  });
});

describe("what is said", () => {
  const said = (measured: Partial<Measured>): unknown[] => findingsOf({ latencyMs: 30, download: 50_000_000, upload: 10_000_000, problem: null, ...measured }, qualities);

  it("names the best picture that plays without pauses", () => {
    expect(said({})).toEqual([{ kind: "good" }]);
    expect(said({ download: 2_000_000 })).toEqual([{ kind: "too-slow", best: qualities[1], next: qualities[0] }]);
    expect(said({ download: 500_000 })).toEqual([{ kind: "too-slow", best: null, next: qualities[1] }]);
  });

  it("names slow answers, slow uploads and too many tests", () => {
    expect(said({ latencyMs: 600, upload: 300_000 })).toEqual([{ kind: "slow-answers" }, { kind: "slow-upload" }]);
    expect(said({ problem: new ApiError(429, "throttled", "", "") })).toEqual([{ kind: "limited" }]);
  });
});
