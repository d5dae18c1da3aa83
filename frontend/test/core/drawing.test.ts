import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, marksOf, short, type Mark } from "../../src/core/drawing-marks.ts";
import { distanceTo, FULL, framesDrawn, rangeWith, readAnnotation, simplified, toUnits, turnDown, type Shape } from "../../src/core/drawing.ts";
import { partAt, WHOLE, type PictureView, type Place } from "../../src/core/picture-view.ts";

const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/drawings.json", import.meta.url), "utf8")) as { width: number; height: number; shape: Shape; marks: Mark[] }[];
const WIDE = { width: 1920, height: 1080 };
const shape = (more: Partial<Shape>): Shape => ({ frame: 0, tool: "line", color: "#ff0000", width: 100, points: [0, 0, FULL, FULL], ...more });

describe("what a shape looks like", () => {
  it("is the same here and in exports", () => {
    expect(vectors.length).toBe(43);
    for (const { width, height, shape: one, marks } of vectors) {
      const made = marksOf(one, { width, height });
      expect(made.map((mark) => ("d" in mark ? mark.d : mark.kind))).toEqual(marks.map((mark) => ("d" in mark ? mark.d : mark.kind)));
      expect(JSON.parse(JSON.stringify(made), rounded)).toEqual(JSON.parse(JSON.stringify(marks), rounded));
    }
  });
  it("spans the picture from edge to edge, at any size and aspect", () => {
    expect(marksOf(shape({}), WIDE)).toEqual([{ kind: "line", d: "M0 0 L1920 1080", width: expect.closeTo((100 * 1080) / FULL, 9) as number, color: "#ff0000" }]);
    expect(marksOf(shape({ tool: "rect" }), { width: 540, height: 960 })).toMatchObject([{ d: "M0 0 L540 0 L540 960 L0 960 Z", width: expect.closeTo((100 * 540) / FULL, 9) as number }]);
    expect(marksOf(shape({ tool: "ellipse" }), { width: 100, height: 50 })).toMatchObject([{ d: "M0 25 A50 25 0 1 1 100 25 A50 25 0 1 1 0 25 Z" }]);
  });
  it("runs through the points of a stroke, straight into corners", () => {
    const [mark] = marksOf(shape({ tool: "pen", points: [0, 0, FULL, 0, 0, FULL] }), { width: 90, height: 90 });
    expect(mark).toMatchObject({ d: "M0 0 C30 0 60 0 90 0 C60 30 30 60 0 90" });
  });
  it("thins a pen by its pressure", () => {
    const [mark] = marksOf(shape({ tool: "pen", width: 6554, points: [32768, 32768], pressure: [0] }), { width: 1000, height: 1000 });
    expect(mark).toMatchObject({ kind: "area", d: expect.stringContaining("a12.5 12.5") as string });
  });
  it("writes numbers shortly", () => expect([1 / 3, 2, 2.5, -0.001, 1234.567].map(short)).toEqual(["0.33", "2", "2.5", "0", "1234.57"]));
  it("keeps texts readable", () => expect(["#ffffff", "#ffd60a", "#000000", "#0a9bff", "#ff453a"].map(contrast)).toEqual(["#000000", "#000000", "#ffffff", "#000000", "#ffffff"]));
});

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value;
}

describe("a stroke made small", () => {
  it("keeps ends and corners and drops what lies between", () => {
    const along = Array.from({ length: 101 }, (_, i) => [i * 100, 500]).flat();
    const down = Array.from({ length: 50 }, (_, i) => [10_000, 500 + (i + 1) * 100]).flat();
    expect(simplified([...along, ...down], null, WIDE, 45)).toEqual({ points: [0, 500, 10_000, 500, 10_000, 5_500], pressure: null });
  });
  it("never leaves a dropped point farther away than the tolerance", () => {
    const wave = Array.from({ length: 300 }, (_, i) => [i * 200, Math.round(30_000 + 8_000 * Math.sin(i / 15))]);
    const { points } = simplified(wave.flat(), null, { width: 1, height: 1 }, 45);
    expect(points.length / 2).toBeLessThan(80);
    const kept = { ...shape({ tool: "pen", width: 2 }), points };
    for (const [x = 0, y = 0] of wave) expect(distanceTo(kept, x, y, { width: 1, height: 1 })).toBeLessThanOrEqual(45);
  });
  it("keeps where the pressure changes", () => {
    const points = Array.from({ length: 11 }, (_, i) => [i * 1000, 0]).flat();
    const pressure = [50, 50, 50, 50, 50, 200, 50, 50, 50, 50, 50];
    expect(simplified(points, pressure, WIDE, 45).pressure).toEqual([50, 50, 200, 50, 50]);
  });
  it("keeps a dot", () => expect(simplified([5, 6], null, WIDE, 45).points).toEqual([5, 6]));
});

describe("distance", () => {
  it("is measured on the picture, not on its numbers", () => {
    // The same number of units is 16/9 as far to the side as down, in units of the shorter side.
    const dot = shape({ tool: "pen", points: [30_000, 30_000], width: 2 });
    expect(distanceTo(dot, 30_900, 30_000, WIDE)).toBeCloseTo(1600 - 1, 3);
    expect(distanceTo(dot, 30_000, 30_900, WIDE)).toBeCloseTo(900 - 1, 3);
  });
  it("of outlines is not that of their inside", () => {
    for (const tool of ["rect", "ellipse"] as const) {
      const one = shape({ tool, points: [10_000, 10_000, 50_000, 50_000], width: 10 });
      expect(distanceTo(one, 30_000, 30_000, { width: 1, height: 1 })).toBeGreaterThan(19_000);
      expect(distanceTo(one, 10_000, 30_000, { width: 1, height: 1 })).toBeLessThan(20);
    }
  });
  it("of a text is that of its box", () => {
    const text = shape({ tool: "text", points: [1000, 1000], width: 1000, text: "ab\nc" });
    expect(distanceTo(text, 1500, 3000, { width: 1, height: 1 })).toBe(0);
    expect(distanceTo(text, 1000, 400, { width: 1, height: 1 })).toBe(600);
  });
  it("of a turned text is that of its box about its beginning", () => {
    const size = { width: 1, height: 1 };
    for (const turn of [0, 1, 2, 3] as const) {
      const text = shape({ tool: "text", points: [20_000, 20_000], width: 1000, text: "abcdefgh", ...(turn ? { turn } : {}) });
      const [dx, dy] = turn % 2 === 0 ? [4700, 1100] : [1100, 4700];
      const [sx, sy] = [[1, 1], [-1, 1], [-1, -1], [1, -1]][turn] as [number, number];
      expect(distanceTo(text, 20_000 + sx * dx, 20_000 + sy * dy, size), `in it, turned ${turn}`).toBe(0);
      expect(distanceTo(text, 20_000 - sx * 300, 20_000 + sy * dy, size), `beside it, turned ${turn}`).toBeCloseTo(300, 6);
    }
  });
});

describe("an annotation from outside", () => {
  const good = { v: 1, shapes: [shape({}), shape({ tool: "text", points: [1, 2], text: "x" }), shape({ tool: "text", points: [1, 2], text: "x", turn: 3 }), shape({ tool: "pen", points: [1, 2], pressure: [7] })] };
  it("is read when it is one", () => expect(readAnnotation(good)?.shapes.length).toBe(4));
  it.each([null, 3, {}, { v: 2, shapes: [shape({})] }, { v: 1, shapes: [] }, { v: 1, shapes: [null] }, { v: 1, shapes: [shape({ points: [0, 0, 1, FULL + 1] })] }, { v: 1, shapes: [shape({ points: [0, 0] })] }, { v: 1, shapes: [shape({ color: "red" })] }, { v: 1, shapes: [shape({ frame: -1 })] }, { v: 1, shapes: [shape({ tool: "pen", pressure: [1] })] }, { v: 1, shapes: [shape({ turn: 1 })] }, { v: 1, shapes: [{ ...shape({ tool: "text", points: [1, 2], text: "x" }), turn: 4 }] }])("is nothing when it is none: %j", (value) => {
    expect(readAnnotation(value)).toBeNull();
  });
  it("names its frames, and a range holds them", () => {
    const frames = framesDrawn([9, 7, 9].map((frame) => shape({ frame })));
    expect(frames).toEqual([7, 9]);
    expect(rangeWith({ frame: 8, frames: 1 }, frames)).toEqual({ frame: 7, frames: 3 });
    expect(rangeWith({ frame: 8, frames: 5 }, [])).toEqual({ frame: 8, frames: 5 });
  });
  it("ends at the picture's edges", () => expect([-0.2, 0, 0.5, 1, 1.7].map(toUnits)).toEqual([0, 0, 32768, FULL, FULL]));
});

it("turns letters so that they stand upright where the picture is turned, and right way up where it is mirrored", () => {
  const [picture, stage] = [{ width: 1920, height: 1080 }, { width: 900, height: 700 }];
  const turn = (look: Partial<PictureView>): number => {
    const [from, to] = [[0, 0], [0, 100]].map((at) => partAt({ ...WHOLE, ...look }, picture, stage, at as unknown as Place)) as [Place, Place];
    return turnDown((to[0] - from[0]) * picture.width, (to[1] - from[1]) * picture.height);
  };
  expect([0, 1, 2, 3].map((turns) => turn({ turns: turns as 0 }))).toEqual([0, 3, 2, 1]);
  expect([turn({ mirrored: true }), turn({ upsideDown: true }), turn({ mirrored: true, upsideDown: true }), turn({ turns: 1, mirrored: true })]).toEqual([0, 2, 2, 3]);
});
