// Pointing at the picture in a live session: when one's pointer is out, and where it is. A key that is held points as long as it
// is held, one that is tapped until it is tapped again. Knows no DOM and no clock: it is told the time.
import { FULL, toUnits } from "../core/drawing.ts";
import { Store } from "./store.ts";

/** 0 … 65535 each way over the upright picture, as the points of drawings are. */
export interface Pointed {
  readonly x: number;
  readonly y: number;
}

export interface PointingState {
  readonly on: boolean;
  /** Null: nowhere on the picture. */
  readonly at: Pointed | null;
}

/** A key that was down for longer than this was held. */
const HELD_MS = 350;
/** Off the picture by more than this part of it one points at nothing; less is a hand that is not quite still at its edge. */
const EDGE = 0.02;

export class Pointing {
  readonly store = new Store<PointingState>({ on: false, at: null });
  private pressed: { readonly at: number; readonly was: boolean } | null = null;

  get state(): PointingState {
    return this.store.state;
  }

  /** The key goes down, at this moment (milliseconds of any clock). */
  press(now: number): void {
    if (this.pressed) return; // keyboards repeat
    this.pressed = { at: now, was: this.state.on };
    this.set(true);
  }

  release(now: number): void {
    const { pressed } = this;
    this.pressed = null;
    if (pressed && (pressed.was || now - pressed.at > HELD_MS)) this.set(false);
  }

  set(on: boolean): void {
    if (!on) this.pressed = null;
    this.store.set(on ? { on } : { on, at: null });
  }

  /** The hand is here: parts (0 … 1) of the upright picture. */
  move(x: number, y: number): void {
    if (!this.state.on) return;
    const away = [x, y].some((part) => !(part >= -EDGE && part <= 1 + EDGE));
    const at = away ? null : { x: toUnits(x), y: toUnits(y) };
    const before = this.state.at;
    if (at?.x !== before?.x || at?.y !== before?.y) this.store.set({ at });
  }

  leave(): void {
    this.store.set({ at: null });
  }
}

export const partOf = (units: number): number => units / FULL;
