import { expect, it } from "vitest";
import { parseWaveform, peakAt, WaveformError } from "../../src/core/waveform.ts";

function file(pairs: readonly (readonly [number, number])[]): ArrayBuffer {
  const buffer = new ArrayBuffer(24 + 2 * pairs.length);
  const view = new DataView(buffer);
  new Uint8Array(buffer).set(new TextEncoder().encode("TPWF"));
  view.setUint16(4, 1, true);
  view.setUint32(8, 48_000, true);
  view.setUint32(12, 256, true);
  view.setUint32(16, pairs.length, true);
  pairs.forEach(([low, high], i) => {
    view.setInt8(24 + 2 * i, low);
    view.setInt8(25 + 2 * i, high);
  });
  return buffer;
}

it("finds the extremes of any stretch as a plain search does", () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const pairs = Array.from({ length: 5003 }, () => [-1 - random(127), random(128)] as const);
  const waveform = parseWaveform(file(pairs));
  for (let i = 0; i < 3000; i += 1) {
    const from = random(5003);
    const to = from + 1 + random(i % 2 ? 5003 : 40);
    const part = pairs.slice(from, to);
    expect(waveform.range(from, to)).toEqual([Math.min(...part.map(([low]) => low)), Math.max(...part.map(([, high]) => high))]);
  }
  expect(waveform.range(10.4, 10.6)).toEqual(pairs[10]);
  expect(waveform.range(5003, 5010)).toBeNull();
  expect(waveform.range(-5, -1)).toBeNull();
  expect(peakAt(waveform, 1001 * 24, 24_000)).toBeCloseTo((48_000 * 1.001) / 256, 9);
});

it("has nothing to show of a track without sound, and refuses what is cut or something else", () => {
  expect(parseWaveform(file([])).range(0, 1)).toBeNull();
  expect(() => parseWaveform(new ArrayBuffer(10))).toThrow(WaveformError);
  expect(() => parseWaveform(file([[0, 1]]).slice(0, 25))).toThrow(WaveformError);
  const other = file([[0, 1]]);
  new Uint8Array(other)[0] = 0;
  expect(() => parseWaveform(other)).toThrow(WaveformError);
});
