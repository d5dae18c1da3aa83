import { describe, expect, it } from "vitest";
import { bandOf, barTargets, codesOf, filtered, FALSE_COLOURS, lumaOf } from "../../src/core/colour.ts";
import { ACTION_SAFE, maskArea, MASKS, readAspect, safeArea, TITLE_SAFE } from "../../src/core/guides.ts";
import { histogram, LEVELS, parade, vectorPlace, vectorscope, waveform, type Pixels } from "../../src/core/scopes.ts";

const ON = 255 * 0.75;
// 75 % bars, and their codes of 8 bits in SMPTE RP 219 (BT.709): Y, Cb, Cr.
const BARS: readonly (readonly [string, readonly [number, number, number], readonly [number, number, number]])[] = [
  ["white", [ON, ON, ON], [180, 128, 128]],
  ["yellow", [ON, ON, 0], [168, 44, 136]],
  ["cyan", [0, ON, ON], [145, 147, 44]],
  ["green", [0, ON, 0], [133, 63, 52]],
  ["magenta", [ON, 0, ON], [63, 193, 204]],
  ["red", [ON, 0, 0], [51, 109, 212]],
  ["blue", [0, 0, ON], [28, 212, 120]],
];

/** Bars of eight columns each, four lines high. */
function bars(): Pixels {
  const width = 8 * BARS.length;
  const data = new Uint8ClampedArray(4 * width * 4);
  for (let y = 0; y < 4; y += 1) for (let x = 0; x < width; x += 1) data.set([...(BARS[Math.floor(x / 8)]?.[1] ?? [0, 0, 0]).map(Math.round), 255], 4 * (y * width + x));
  return { data, width, height: 4 };
}

describe("BT.709", () => {
  it.each(BARS)("has the codes of %s", (_name, [r, g, b], codes) => expect(codesOf(r, g, b)).toEqual(codes));
  it("has black at 16, white at 235, and the purest colours at 16 and 240", () => {
    expect(codesOf(0, 0, 0)).toEqual([16, 128, 128]);
    expect(codesOf(255, 255, 255)).toEqual([235, 128, 128]);
    expect(codesOf(0, 0, 255)[1]).toBe(240);
    expect(codesOf(255, 255, 0)[1]).toBe(16);
    expect(codesOf(255, 0, 0)[2]).toBe(240);
    expect(codesOf(0, 255, 255)[2]).toBe(16);
  });
});

describe("scopes of colour bars", () => {
  const picture = bars();
  it("waveform: each bar at its level and nowhere else", () => {
    const { counts, width } = waveform(picture);
    BARS.forEach(([, [r, g, b], [code]], i) => {
      const level = Math.round(lumaOf(Math.round(r), Math.round(g), Math.round(b)));
      expect(counts[(LEVELS - 1 - level) * width + 8 * i + 3]).toBe(4);
      expect(Math.abs(16 + (219 * level) / 255 - code)).toBeLessThan(1); // the same level as the signal's own code
    });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(picture.width * 4);
  });
  it("parade: red, green and blue each on or off", () => {
    const plots = parade(picture);
    BARS.forEach(([, colour], i) => colour.forEach((value, channel) => expect(plots[channel]?.counts[(LEVELS - 1 - Math.round(value)) * picture.width + 8 * i]).toBe(4)));
  });
  it("vectorscope: every bar in its target, white in the middle", () => {
    const { counts } = vectorscope(picture);
    const at = (cb: number, cr: number): number => {
      const [x, y] = vectorPlace(cb, cr, LEVELS);
      let sum = 0;
      for (let dy = -1; dy <= 1; dy += 1) for (let dx = -1; dx <= 1; dx += 1) sum += counts[(Math.round(y) + dy) * LEVELS + Math.round(x) + dx] ?? 0;
      return sum;
    };
    for (const { cb, cr } of [{ cb: 0, cr: 0 }, ...barTargets(0.75)]) expect(at(cb, cr)).toBe(32);
  });
  it("vectorscope: Cb to the right, Cr up; red up, blue to the right, as the codes say", () => {
    const targets = Object.fromEntries(barTargets(1).map(({ name, cb, cr }) => [name, vectorPlace(cb, cr, 225).map(Math.round)]));
    expect(targets["R"]).toEqual([codesOf(255, 0, 0)[1] - 16, 0]);
    expect(targets["B"]).toEqual([224, 240 - codesOf(0, 0, 255)[2]]);
    expect(targets["Yl"]).toEqual([0, 240 - codesOf(255, 255, 0)[2]]);
  });
  it("histogram: what there is of each", () => {
    const [red, , , luma] = histogram(picture);
    expect([red[0], red[191]]).toEqual([3 * 32, 4 * 32]);
    expect(luma[191]).toBe(32);
  });
});

describe("filters", () => {
  it("show one channel, or luma, as grey", () => {
    expect(filtered("green", 10, 20, 30)).toEqual([20, 20, 20]);
    expect(filtered("luma", 255, 255, 255)[0]).toBeCloseTo(255, 9);
    expect(filtered("luma", 0, 255, 0)[1]).toBeCloseTo(182.4, 1);
    expect(filtered("picture", 1, 2, 3)).toEqual([1, 2, 3]);
  });
  it("colour what is clipped, middle grey, and nothing between", () => {
    expect([0, 3, 20, 41, 50, 56, 80, 96, 100].map((percent) => bandOf(percent).name)).toEqual(["black", "nearly black", "", "middle grey", "", "light skin", "", "nearly white", "white"]);
    expect(filtered("false", 255, 255, 255)).toEqual(FALSE_COLOURS.at(-1)?.color);
    // 18 % reflectance through BT.709's curve
    const grey = 255 * (1.099 * 0.18 ** 0.45 - 0.099);
    expect(filtered("false", grey, grey, grey)).toEqual(FALSE_COLOURS.find((band) => band.name === "middle grey")?.color);
  });
});

describe("guides", () => {
  const HD = { width: 1920, height: 1080 };
  it("mask to their aspect, in the middle", () => {
    const areas = Object.fromEntries(MASKS.map(({ name, num, den }) => [name, maskArea(HD, num, den)]));
    expect(areas["1.78"]).toEqual({ x: 0, y: 0, width: 1920, height: 1080 });
    expect(areas["1.33"]).toEqual({ x: 240, y: 0, width: 1440, height: 1080 });
    expect(areas["9:16"]).toEqual({ x: 656.25, y: 0, width: 607.5, height: 1080 });
    expect(areas["2.39"]?.height).toBeCloseTo(803.35, 2);
    expect(areas["1.85"]?.y).toBeCloseTo(21.08, 2);
  });
  it("are safe by ST 2046-1", () => {
    expect(safeArea(HD, TITLE_SAFE)).toEqual({ x: 96, y: 54, width: 1728, height: 972 });
    expect(safeArea(HD, ACTION_SAFE).width).toBeCloseTo(1785.6, 6);
  });
  it.each([["2.2", 22, 10], ["2,2:1", 22, 10], ["4:5", 4, 5], ["1080x1350", 1080, 1350], [" 2.00 ", 200, 100]])("read %s", (text, num, den) => expect(readAspect(text)).toEqual({ num, den }));
  it.each(["", "0", "wide", "100:1", "1:0", "-1"])("do not read %j", (text) => expect(readAspect(text)).toBeNull());
});
