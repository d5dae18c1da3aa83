import { beforeEach, describe, expect, it } from "vitest";
import { FULL, MOST_SHAPES, toUnits } from "../../src/core/drawing.ts";
import { DrawingBoard, WIDTHS } from "../../src/state/drawing-board.ts";

let board: DrawingBoard;
const kinds = (): string[] => board.state.shapes.map((shape) => `${shape.tool}@${shape.frame}`);
function line(frame: number, from: [number, number], to: [number, number], even = false): void {
  board.begin(frame, ...from, null);
  board.extend(...to, null, even);
  board.finish();
}

beforeEach(() => {
  board = new DrawingBoard();
  board.setSize({ width: 1600, height: 900 });
  board.setActive(true);
});

describe("strokes", () => {
  it("of a pen are kept simplified, with their frame, colour and width", () => {
    board.choose({ color: "#0a9bff", width: WIDTHS[2] });
    board.begin(12, 0, 0, null);
    for (let i = 1; i <= 100; i += 1) board.extend(i / 100, 0, null);
    expect(board.state.shapes).toEqual([]);
    expect(board.state.live?.points.length).toBe(202);
    board.finish();
    expect(board.state).toMatchObject({ live: null, shapes: [{ frame: 12, tool: "pen", color: "#0a9bff", width: WIDTHS[2], points: [0, 0, FULL, 0] }] });
    expect(board.state.shapes[0]).not.toHaveProperty("pressure");
  });
  it("keep the pressure of a pen that has one", () => {
    board.begin(1, 0, 0, 0.2);
    board.extend(1, 1, 1);
    board.finish();
    expect(board.state.shapes[0]?.pressure).toEqual([51, 255]);
  });
  it("of a tap are a dot with the pen and nothing with other tools", () => {
    board.begin(1, 0.5, 0.5, null);
    board.finish();
    board.choose({ tool: "rect" });
    line(1, [0.5, 0.5], [0.5, 0.5]);
    expect(kinds()).toEqual(["pen@1"]);
  });
  it("are even while Shift is held: on the picture, not in its numbers", () => {
    board.choose({ tool: "rect" });
    line(1, [0, 0], [0.1, 0.4], true); // 360 picture pixels each way
    expect(board.state.shapes[0]?.points).toEqual([0, 0, Math.round(0.225 * FULL), Math.round(0.4 * FULL)]);
    board.choose({ tool: "line" });
    line(1, [0.1, 0.5], [0.5, 0.51], true);
    expect(board.state.shapes[1]?.points[3]).toBe(board.state.shapes[1]?.points[1]);
  });
  it("end at the picture's edge", () => {
    board.choose({ tool: "arrow" });
    line(1, [0.5, 0.5], [1.4, -0.3]);
    expect(board.state.shapes[0]?.points.slice(2)).toEqual([FULL, 0]);
  });
  it("that are cancelled leave nothing", () => {
    board.begin(1, 0, 0, null);
    board.extend(1, 1, null);
    board.cancel();
    board.finish();
    expect(board.state).toMatchObject({ shapes: [], live: null, canUndo: false });
  });
});

describe("texts", () => {
  it("are cleaned of what cannot be printed", () => {
    board.write(4, 0.1, 0.2, "Too\tdark\r\nhere\u0007 \n");
    expect(board.state.shapes).toMatchObject([{ tool: "text", frame: 4, text: "Too dark\nhere" }]);
    board.write(4, 0.1, 0.2, " \n ");
    expect(board.state.shapes.length).toBe(1);
  });
  it("say how they are turned only where they are", () => {
    board.write(4, 0.1, 0.2, "Upright", 0);
    board.write(4, 0.1, 0.2, "Turned", 3);
    expect(board.state.shapes.map((one) => one.turn)).toEqual([undefined, 3]);
    expect(board.state.shapes[0]).not.toHaveProperty("turn");
  });
});

describe("undo and redo", () => {
  it("go back and forth through everything", () => {
    board.choose({ tool: "line" });
    line(1, [0, 0], [1, 1]);
    board.write(2, 0, 0, "a");
    board.clear(1);
    expect(kinds()).toEqual(["text@2"]);
    board.undo();
    expect(kinds()).toEqual(["line@1", "text@2"]);
    board.undo();
    board.undo();
    expect(board.state).toMatchObject({ shapes: [], canUndo: false, canRedo: true });
    board.undo();
    board.redo();
    board.redo();
    expect(kinds()).toEqual(["line@1", "text@2"]);
    line(3, [0, 0], [1, 0]);
    expect(board.state.canRedo).toBe(false); // a new stroke begins another future
    board.redo();
    expect(kinds()).toEqual(["line@1", "text@2", "line@3"]);
  });
  it("take one sweep of the eraser as one step, on its frame alone", () => {
    board.choose({ tool: "line" });
    for (const y of [0.2, 0.4, 0.8]) line(1, [0, y], [1, y]);
    line(2, [0, 0.2], [1, 0.2]);
    board.choose({ tool: "eraser" });
    board.begin(1, 0.5, 0.1, null);
    for (let y = 0.1; y < 0.5; y += 0.005) board.extend(0.5, y, null);
    board.finish();
    expect(kinds()).toEqual(["line@1", "line@2"]);
    board.undo();
    expect(board.state.shapes.length).toBe(4);
  });
  it("erase what a fast hand has gone over between two moves", () => {
    board.choose({ tool: "line" });
    for (const y of [0.2, 0.4, 0.8]) line(1, [0, y], [1, y]);
    board.choose({ tool: "eraser" });
    board.begin(1, 0.5, 0.1, null);
    board.extend(0.5, 0.5, null);
    board.finish();
    expect(board.state.shapes.map(({ points }) => points[1])).toEqual([toUnits(0.8)]);
  });
  it("forget an eraser that was cancelled", () => {
    board.choose({ tool: "line" });
    line(1, [0, 0.2], [1, 0.2]);
    board.choose({ tool: "eraser" });
    board.begin(1, 0.5, 0.2, null);
    expect(kinds()).toEqual([]);
    board.cancel();
    expect(kinds()).toEqual(["line@1"]);
  });
});

describe("the whole", () => {
  it("is kept and taken up again", () => {
    board.choose({ tool: "line" });
    line(7, [0, 0], [1, 1]);
    line(5, [0, 0], [1, 1]);
    const kept: unknown = JSON.parse(JSON.stringify(board.annotation()));
    const other = new DrawingBoard();
    other.load(kept);
    expect(other.annotation()).toEqual(kept);
    expect(other.frames()).toEqual([5, 7]);
    other.load({ v: 1, shapes: ["nonsense"] });
    expect(other.annotation()).toBeNull();
  });
  it("takes no more than the server does", () => {
    board.choose({ tool: "line" });
    board.load({ v: 1, shapes: Array.from({ length: MOST_SHAPES - 1 }, () => ({ frame: 1, tool: "line", color: "#ffffff", width: 100, points: [0, 0, 1, 1] })) });
    line(1, [0, 0], [1, 1]);
    expect(board.state).toMatchObject({ full: true });
    line(1, [0, 0], [1, 1]);
    board.write(1, 0, 0, "x");
    expect(board.state.shapes.length).toBe(MOST_SHAPES);
    board.undo();
    expect(board.state.full).toBe(false);
  });
  it("leaves the mode without an open stroke", () => {
    board.begin(1, 0, 0, null);
    board.hide(true);
    board.setActive(false);
    expect(board.state).toMatchObject({ active: false, hidden: false, live: null });
  });
});
