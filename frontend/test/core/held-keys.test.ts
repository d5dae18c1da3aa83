import { expect, it } from "vitest";
import { HELD_MS, HeldKeys, SLOW_MS } from "../../src/core/held-keys.ts";

const K = { kind: "pause" };
const L = { kind: "shuttle", direction: 1 } as const;
const J = { kind: "shuttle", direction: -1 } as const;

/** Keys with a clock of their own: what was asked for by itself, and how time passes. */
function keys() {
  const asked: number[] = [];
  let now = 0;
  let due: { at: number; run: () => void } | null = null;
  const held = new HeldKeys(
    ({ frames }) => asked.push(frames),
    (milliseconds, run) => {
      const mine = (due = { at: now + milliseconds, run });
      return () => void (due === mine && (due = null));
    },
  );
  const pass = (milliseconds: number): void => {
    const end = now + milliseconds;
    while (due && due.at <= end) {
      const { at, run } = due;
      [now, due] = [at, null];
      run();
    }
    now = end;
  };
  return { held, asked, pass };
}

it("shuttles by J and L alone", () => {
  const { held, asked, pass } = keys();
  expect(held.press("KeyL", false, L)).toBe(L);
  held.release("KeyL");
  expect(held.press("KeyK", false, K)).toBe(K);
  held.release("KeyK");
  expect(held.press("KeyJ", false, J)).toBe(J);
  pass(2000);
  expect(asked).toEqual([]);
});

it("steps by J and L while K is held", () => {
  const { held, asked, pass } = keys();
  held.press("KeyK", false, K);
  for (const [code, request, frames] of [["KeyL", L, 1], ["KeyL", L, 1], ["KeyJ", J, -1]] as const) {
    expect(held.press(code, false, request)).toEqual({ kind: "step", frames });
    pass(HELD_MS - 1);
    held.release(code);
    pass(1000);
  }
  expect(asked).toEqual([]);
  held.release("KeyK");
  expect(held.press("KeyL", false, L)).toBe(L);
});

it.each([["KeyJ", J, -1], ["KeyL", L, 1]] as const)("moves slowly while K and %s are both held, whichever is let go first", (code, request, frames) => {
  for (const first of [code, "KeyK"]) {
    const { held, asked, pass } = keys();
    held.press("KeyK", false, K);
    held.press(code, false, request);
    pass(HELD_MS + 3 * SLOW_MS);
    held.release(first);
    pass(5000);
    expect(asked).toEqual([frames, frames, frames, frames]);
  }
});

it("moves slowly too when K comes to a shuttle that is still held", () => {
  const { held, asked, pass } = keys();
  held.press("KeyL", false, L);
  expect(held.press("KeyK", false, K)).toBe(K);
  pass(HELD_MS + SLOW_MS);
  expect(asked).toEqual([1, 1]);
  held.releaseAll(); // the window lost the keyboard
  pass(5000);
  expect(asked).toEqual([1, 1]);
  expect(held.press("KeyL", false, L)).toBe(L);
});

it("does once what a held key repeats, but steps on", () => {
  const { held } = keys();
  for (const request of [L, K, { kind: "toggle" }, { kind: "loop" }, { kind: "mute" }]) expect(held.press("KeyX", true, request)).toBeNull();
  for (const request of [{ kind: "step", frames: 1 }, { kind: "neighbour", direction: 1 }, { kind: "zoom", direction: 1 }]) expect(held.press("ArrowRight", true, request)).toBe(request);
});
