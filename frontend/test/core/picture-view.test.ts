import { describe, expect, it } from "vitest";
import { applied, fitScale, inverted, moved, percent, pictureToStage, stageTransform, turnedOn, WHOLE, zoomedAt, type PictureView } from "../../src/core/picture-view.ts";

const HD = { width: 1920, height: 1080 };
const STAGE = { width: 960, height: 640 };
const on = (view: PictureView, place: readonly [number, number]): number[] => applied(pictureToStage(view, HD, STAGE), place).map((one) => Math.round(one * 1000) / 1000 + 0);

describe("the picture on the stage", () => {
  it("fits whole, in the middle", () => {
    expect(fitScale(HD, STAGE)).toBe(0.5);
    expect(on(WHOLE, [0, 0])).toEqual([0, 50]);
    expect(on(WHOLE, [1920, 1080])).toEqual([960, 590]);
  });
  it.each([
    [{ turns: 1 as const }, [660, 0]], // the top left corner goes to the top right
    [{ turns: 2 as const }, [960, 590]],
    [{ turns: 3 as const }, [300, 640]],
    [{ mirrored: true }, [960, 50]],
    [{ upsideDown: true }, [0, 590]],
    [{ turns: 1 as const, mirrored: true }, [300, 0]],
  ])("turned and mirrored: %j", (change, corner) => expect(on({ ...WHOLE, ...change }, [0, 0])).toEqual(corner));
  it("comes back from the stage to the same place", () => {
    for (const turns of [0, 1, 2, 3] as const) {
      const matrix = pictureToStage({ turns, mirrored: true, upsideDown: false, zoom: 3.7, x: 0.3, y: 0.8 }, HD, STAGE);
      const [x, y] = applied(inverted(matrix), applied(matrix, [123, 456]));
      expect(x).toBeCloseTo(123, 6);
      expect(y).toBeCloseTo(456, 6);
    }
  });
  it("is transformed by nothing when it lies as CSS lays it", () => expect(stageTransform(WHOLE, HD, STAGE).map((one) => Math.round(one * 1e9) / 1e9 + 0)).toEqual([1, 0, 0, 1, 0, 0]));
  it("zooms about the pointer", () => {
    const view = zoomedAt(WHOLE, 4, [600, 300], HD, STAGE);
    const before = applied(inverted(pictureToStage(WHOLE, HD, STAGE)), [600, 300]);
    const [x, y] = applied(pictureToStage(view, HD, STAGE), before);
    expect(x).toBeCloseTo(600, 6);
    expect(y).toBeCloseTo(300, 6);
    expect(percent(view, HD, STAGE, 2)).toBe(400);
  });
  it("zooms no farther than to large pixels, nor out beyond the whole", () => {
    expect(zoomedAt(WHOLE, 10_000, [0, 0], HD, STAGE).zoom).toBe(128);
    expect(zoomedAt({ ...WHOLE, zoom: 3 }, 0.2, [0, 0], HD, STAGE)).toEqual(WHOLE);
  });
  it("moves no farther than its edges", () => {
    const close = zoomedAt(WHOLE, 4, [480, 320], HD, STAGE);
    const edge = moved(close, [1e6, 1e6], HD, STAGE);
    expect(on(edge, [0, 0])).toEqual([0, 0]);
    expect(moved(WHOLE, [50, 50], HD, STAGE)).toEqual(WHOLE);
  });
  it("turns on and on", () => {
    let view = WHOLE;
    for (const turns of [1, 2, 3, 0]) expect((view = turnedOn(view)).turns).toBe(turns);
  });
});
