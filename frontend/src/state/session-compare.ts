// Comparing two videos in a live session: who leads says what is compared and how, the others see the same. Knows no DOM.
import type { CompareSeen, Parts } from "./live-session.ts";

export interface ComparePorts {
  /** Tell the session; null: nothing is compared any more. */
  send(seen: CompareSeen | null): void;
  /** Have this page compare so, or (null) end what the session began. */
  show(seen: CompareSeen | null): void;
}

export const isSeen = (told: Parts["compare"]): told is CompareSeen => told !== null && told.with !== null;

const textOf = (seen: CompareSeen | null): string => (seen ? JSON.stringify([seen.with, seen.mode, seen.wipe, seen.opacity, seen.gain, seen.flipped, seen.offset]) : "");

export class SharedCompare {
  private own: CompareSeen | null = null;
  private told = "";
  private led = false;
  private shown = "";
  private began = false; // what is compared here, is so by the session

  constructor(private readonly ports: ComparePorts) {}

  /** What this page compares now, by whomever it was begun. */
  here(seen: CompareSeen | null): void {
    this.own = seen;
    this.tell();
  }

  /** `seen`: what the session has. `ready`: this page is on the version of the session, follows it, and has its picture. */
  look(seen: CompareSeen | null, leads: boolean, ready: boolean): void {
    if (leads && !this.led) this.told = textOf(seen);
    this.led = leads;
    if (leads) {
      this.shown = textOf(seen);
      this.began = false;
      return this.tell();
    }
    if (!ready) return;
    const text = textOf(seen);
    if (text === this.shown) return;
    this.shown = text;
    if (seen === null && !this.began) return; // somebody compares by themselves
    this.began = seen !== null;
    this.ports.show(seen);
  }

  /** Another version is shown, or the session is over: the page has ended comparing by itself. */
  forget(): void {
    this.shown = "";
    this.began = false;
  }

  private tell(): void {
    if (!this.led || textOf(this.own) === this.told) return;
    this.told = textOf(this.own);
    this.ports.send(this.own);
  }
}
