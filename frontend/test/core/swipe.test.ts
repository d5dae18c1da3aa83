import { describe, expect, it } from "vitest";
import { FRAME_PIXELS, Swipe } from "../../src/core/swipe.ts";

describe("a finger on the picture", () => {
  it("steps a frame for each stretch it is swiped, back as well", () => {
    const swipe = new Swipe(100, 100);
    expect(swipe.move(104, 100)).toBe(0);
    expect(swipe.move(100 + FRAME_PIXELS * 2, 103)).toBe(2);
    expect(swipe.move(100 + FRAME_PIXELS * 2 + 5, 103)).toBe(0);
    expect(swipe.move(100 - FRAME_PIXELS, 103)).toBe(-3);
    expect(swipe.end()).toBe(0);
    expect(swipe.taken).toBe(true);
  });

  it("steps once for a short flick", () => {
    const swipe = new Swipe(100, 100);
    expect(swipe.move(88, 101)).toBe(0);
    expect(swipe.end()).toBe(-1);
  });

  it("means something else when it goes down or a second one comes", () => {
    const down = new Swipe(0, 0);
    expect([down.move(5, 30), down.move(200, 30), down.end(), down.hold(), down.taken]).toEqual([0, 0, 0, false, false]);
    const two = new Swipe(0, 0);
    two.cancel();
    expect([two.move(80, 0), two.hold()]).toEqual([0, false]);
  });

  it("comments when it is held still, and then steps no more", () => {
    const swipe = new Swipe(0, 0);
    expect(swipe.move(3, 3)).toBe(0);
    expect(swipe.hold()).toBe(true);
    expect([swipe.move(80, 0), swipe.end(), swipe.taken]).toEqual([0, 0, true]);
  });
});
