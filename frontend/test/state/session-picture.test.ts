// The pointer and the drawing under way of a live session: what others are told, and what not.
import { describe, expect, it } from "vitest";
import type { Shape } from "../../src/core/drawing.ts";
import { Pointing } from "../../src/state/pointing.ts";
import { Sketching, type Sketch } from "../../src/state/sketching.ts";

describe("a pointer", () => {
  it("is out as long as its key is held, and until the next tap once it is tapped", () => {
    const hand = new Pointing();
    hand.press(1000);
    hand.press(1030); // the keyboard repeats
    expect(hand.state.on).toBe(true);
    hand.release(1900);
    expect(hand.state.on).toBe(false);
    hand.press(3000);
    hand.release(3100);
    expect(hand.state.on).toBe(true);
    hand.press(5000);
    hand.release(5050);
    expect(hand.state.on).toBe(false);
    hand.release(9000); // of a key that went down elsewhere
    expect(hand.state.on).toBe(false);
  });

  it("says where it is on the picture in whole numbers, and nothing beside it or while it is in", () => {
    const hand = new Pointing();
    const seen: unknown[] = [];
    hand.store.watch(({ at }, before) => at !== before.at && seen.push(at));
    hand.move(0.5, 0.5);
    hand.set(true);
    hand.move(0.5, 0.25);
    hand.move(0.5, 0.25);
    hand.move(1.01, -0.01); // a hand at the edge
    hand.move(1.2, 0.5);
    hand.move(1.3, 0.5);
    hand.move(Number.NaN, 0.5);
    hand.move(0, 1);
    hand.set(false);
    expect(seen).toEqual([{ x: 32768, y: 16384 }, { x: 65535, y: 0 }, null, { x: 0, y: 65535 }, null]);
  });
});

const stroke = (frame: number, ...points: number[]): Shape => ({ frame, tool: "pen", color: "#ff453a", width: 364, points });
const board: Sketch = { active: true, shapes: [], live: null, size: { width: 16, height: 9 }, kept: false };

describe("a drawing under way", () => {
  it("is told stroke by stroke, once each, and taken away when it is sent", () => {
    const sketching = new Sketching();
    expect(sketching.next(board, 7)).toBeUndefined();
    const live = stroke(7, 0, 0, 100, 100);
    expect(sketching.next({ ...board, live }, 7)?.drawn).toEqual({ frame: 7, shapes: [live] });
    expect(sketching.next({ ...board, live }, 7)).toBeUndefined();
    const done = stroke(7, 0, 0, 200, 200);
    expect(sketching.next({ ...board, shapes: [done] }, 7)?.drawn).toEqual({ frame: 7, shapes: [done] });
    expect(sketching.next({ ...board, active: false, shapes: [done] }, 7)).toBeUndefined(); // words are written to it
    expect(sketching.next({ ...board, active: false }, 7)?.drawn).toBeNull();
    expect(sketching.next({ ...board, active: false }, 7)).toBeUndefined();
  });

  it("stays with its frame, and drafts from before are nobody's business", () => {
    const sketching = new Sketching();
    const draft = { ...board, active: false, shapes: [stroke(3, 1, 1)] };
    expect(sketching.next(draft, 3)).toBeUndefined();
    const shapes = [stroke(3, 1, 1), stroke(9, 2, 2)];
    expect(sketching.next({ ...board, shapes }, 9)?.drawn).toEqual({ frame: 9, shapes: [shapes[1]] });
    expect(sketching.next({ ...board, active: false, shapes }, 10)?.drawn).toBeNull();
    expect(sketching.next({ ...board, active: false, shapes }, 9)?.drawn?.frame).toBe(9);
  });

  it("of an internal comment is shown to nobody, from the moment on that it is one", () => {
    const sketching = new Sketching();
    const shapes = [stroke(3, 1, 1)];
    expect(sketching.next({ ...board, shapes }, 3)?.drawn).not.toBeNull();
    expect(sketching.next({ ...board, shapes, kept: true }, 3)?.drawn).toBeNull();
    expect(sketching.next({ ...board, shapes: [...shapes, stroke(3, 5, 5)], kept: true }, 3)).toBeUndefined();
  });

  it("is said again to a session that forgot it, and not after another version was shown", () => {
    const sketching = new Sketching();
    const drawn = { ...board, shapes: [stroke(3, 1, 1)] };
    sketching.next(drawn, 3);
    sketching.again();
    expect(sketching.next({ ...drawn, active: false }, 3)?.drawn?.shapes).toHaveLength(1);
    sketching.forget();
    expect(sketching.next({ ...drawn, active: false }, 3)).toBeUndefined();
  });

  it("fits into a message however much was drawn: the newest strokes, seldom", () => {
    const sketching = new Sketching();
    const long = (n: number): Shape => stroke(1, ...Array.from({ length: 2800 }, (_, i) => (i * 37 + n) % 65536));
    const shapes = Array.from({ length: 30 }, (_, n) => long(n));
    const told = sketching.next({ ...board, shapes }, 1);
    expect(JSON.stringify({ type: "do", do: "drawing", ...told?.drawn }).length).toBeLessThan(65_536);
    expect(told?.drawn?.shapes.at(-1)).toEqual(shapes.at(-1));
    expect(told?.after).toBeGreaterThan(500);
    const live = stroke(1, ...Array.from({ length: 6000 }, (_, i) => Math.round(i * 10)));
    expect(new Sketching().next({ ...board, live }, 1)?.drawn?.shapes[0]?.points).toEqual([0, 10, 59980, 59990]);
  });
});
