import { describe, expect, it } from "vitest";
import { applied, fitScale, inverted, moved, partAt, partOnStage, percent, pictureToStage, stageTransform, turnedOn, WHOLE, zoomedAt, type PictureView } from "../../src/core/picture-view.ts";
import { FULL, toUnits } from "../../src/core/drawing.ts";

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

describe("a place of the picture on several screens", () => {
  // The same film as each page has it: 720p, the light proxy of a slow line; anamorphic (1440 × 1080 of 4:3 pixels, which browsers
  // call 1920 wide); upright from a phone; and one whose light proxy is a pixel wider than it ought to be.
  const FILMS = [[{ width: 1280, height: 720 }, { width: 640, height: 360 }], [{ width: 1920, height: 1080 }, { width: 640, height: 360 }], [{ width: 720, height: 1280 }, { width: 202, height: 360 }], [{ width: 1708, height: 720 }, { width: 854, height: 358 }]] as const;
  const SCREENS = [{ width: 1010, height: 568 }, { width: 640, height: 500 }, { width: 390, height: 219 }];
  const LOOKS: PictureView[] = ([0, 1, 2, 3] as const).flatMap((turns) =>
    [false, true].flatMap((mirrored) => [false, true].flatMap((upsideDown) => [{ zoom: 1, x: 0.5, y: 0.5 }, { zoom: 3.3, x: 0.31, y: 0.72 }].map((zoomed) => ({ turns, mirrored, upsideDown, ...zoomed })))),
  );

  /** Worked out without matrices: turn the part, mirror it as it lies, then measure from the middle of the stage. */
  function expected(view: PictureView, picture: typeof HD, stage: typeof STAGE, [u, v]: readonly [number, number]): [number, number] {
    let [x, y] = [[u, v], [1 - v, u], [1 - u, 1 - v], [v, 1 - u]][view.turns] as [number, number];
    if (view.mirrored) x = 1 - x;
    if (view.upsideDown) y = 1 - y;
    const [width, height] = view.turns % 2 ? [picture.height, picture.width] : [picture.width, picture.height];
    const scale = Math.min(stage.width / width, stage.height / height) * view.zoom;
    return [stage.width / 2 + (x - view.x) * width * scale, stage.height / 2 + (y - view.y) * height * scale];
  }

  it("is the same however it is turned, mirrored, zoomed and moved at either end", () => {
    let pairs = 0;
    let worst = 0;
    for (const mine of LOOKS)
      for (const [i, theirs] of LOOKS.entries()) {
        const [large, light] = FILMS[(pairs + (pairs >> 5)) % 4] as (typeof FILMS)[number];
        const [here, there] = [SCREENS[pairs % 3], SCREENS[(pairs + 1 + (i % 2)) % 3]] as [typeof HD, typeof HD];
        const spot = [0.13 + (pairs % 7) / 10, 0.05 + (pairs % 9) / 10] as const;
        pairs += 1;
        const [x, y] = partAt(mine, large, here, expected(mine, large, here, spot)).map(toUnits) as [number, number]; // as it is sent
        const shown = partOnStage(theirs, light, there, [x / FULL, y / FULL]);
        const [left, top] = expected(theirs, light, there, spot);
        worst = Math.max(worst, Math.hypot(shown[0] - left, shown[1] - top));
      }
    expect(pairs).toBe(1024);
    expect(worst).toBeLessThan(0.1); // of a CSS pixel
  });
});
