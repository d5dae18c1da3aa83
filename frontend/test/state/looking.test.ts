import { beforeEach, describe, expect, it } from "vitest";
import { WHOLE } from "../../src/core/picture-view.ts";
import { FILTERS, Looking, SCOPES } from "../../src/state/looking.ts";

let look: Looking;
beforeEach(() => {
  look = new Looking();
  look.setSizes({ width: 1920, height: 1080 }, { width: 960, height: 600 }, 2);
});

describe("zoom", () => {
  it("names its percent by the pixels of the screen", () => {
    expect(look.percent).toBe(100); // half as many CSS pixels, two screen pixels each
    look.zoomTo(300);
    expect(look.percent).toBeCloseTo(300, 9);
    look.zoomTo(20);
    expect(look.percent).toBe(100); // never smaller than the whole
    expect(look.state.view).toEqual(WHOLE);
  });
  it("comes back by as many steps as it went", () => {
    look.zoomStep(3);
    look.zoomStep(-3);
    expect(look.state.view.zoom).toBeCloseTo(1, 9);
  });
  it("goes back to the whole, still turned", () => {
    look.turn();
    look.zoomTo(400);
    look.move([50, 80]);
    look.whole();
    expect(look.state.view).toEqual({ ...WHOLE, turns: 1 });
  });
  it("keeps the picture over the stage when that changes", () => {
    look.zoomTo(800);
    look.move([1e6, 1e6]);
    look.setSizes({ width: 1920, height: 1080 }, { width: 300, height: 300 }, 1);
    const { x, zoom } = look.state.view;
    expect(x).toBeCloseTo(300 / (2 * 1920 * (300 / 1920) * zoom), 9); // its left edge at the stage's
  });
  it("mirrors what is shown where it is shown", () => {
    look.zoomTo(800);
    look.move([200, 0]);
    const { x } = look.state.view;
    look.mirror();
    expect(look.state.view).toMatchObject({ mirrored: true, x: 1 - x });
  });
});

describe("what is shown of it", () => {
  it("goes through all filters and scopes and round", () => {
    for (const filter of [...FILTERS.slice(1), ...FILTERS.slice(0, 1)].map(([one]) => one)) {
      look.nextFilter();
      expect(look.state.filter).toBe(filter);
    }
    for (const scope of [...SCOPES.slice(1), ...SCOPES.slice(0, 1)].map(([one]) => one)) {
      look.nextScope();
      expect(look.state.scope).toBe(scope);
    }
  });
  it("takes masks by name or as written, and says no to nonsense", () => {
    expect(look.setMask("1.85")).toBe(true);
    expect(look.state.mask).toEqual({ num: 37, den: 20 });
    expect(look.setMask("4:5")).toBe(true);
    expect(look.setMask("wide")).toBe(false);
    expect(look.state.mask).toEqual({ num: 4, den: 5 });
    expect(look.changed).toBe(true);
    look.reset();
    expect(look.changed).toBe(false);
  });
});
