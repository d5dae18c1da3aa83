// What a page knows of the live session that it is in: the parts that everybody sees, who is there, who one is. Fed by the
// socket's messages in any order and with any of them missing, it ends with the newest of each part.
import type { Played } from "../core/expected-frame.ts";
import type { Attendee } from "../core/session-standing.ts";
import type { Person } from "../net/types.ts";
import { Store } from "./store.ts";

export interface SessionInfo {
  readonly id: string;
  readonly version_id: string;
  readonly asset_id: string;
  readonly host: Person;
  readonly controller: Person;
  readonly waiting_room: boolean;
  readonly ended_at: string | null;
}

/** To guests of a link `with` is null, and nothing else is told. */
export interface CompareTold extends Partial<Omit<CompareSeen, "with">> {
  readonly with: string | null;
}

export interface CompareSeen {
  readonly with: string;
  readonly mode: string;
  readonly wipe: number;
  readonly opacity: number;
  readonly gain: number;
  readonly flipped: boolean;
  readonly offset: number;
}

export interface Parts {
  readonly play: Played | null;
  readonly compare: CompareSeen | CompareTold | null;
  readonly pointer: { readonly x: number; readonly y: number } | null;
  readonly drawing: { readonly frame: number; readonly shapes: readonly unknown[] } | null;
  readonly lead: { readonly seat: string; readonly user: string } | null;
}

export interface LiveSessionState {
  readonly session: SessionInfo | null;
  readonly you: { readonly seat: string; readonly person: Person; readonly may_lead: boolean } | null;
  /** In the waiting room. */
  readonly waiting: boolean;
  /** Everything is known. */
  readonly whole: boolean;
  readonly number: number;
  readonly parts: Parts;
  readonly people: readonly Attendee[];
}

const NOTHING: Parts = { play: null, compare: null, pointer: null, drawing: null, lead: null };
export const ALONE: LiveSessionState = { session: null, you: null, waiting: false, whole: false, number: -1, parts: NOTHING, people: [] };

interface StateMessage {
  readonly number: number;
  readonly before: number;
  readonly whole: boolean;
  readonly parts: Partial<Parts>;
}

export class LiveSession {
  readonly store = new Store<LiveSessionState>(ALONE);
  private numbers: Partial<Record<keyof Parts, number>> = {};

  /** `missed`: something never came; ask for the whole. */
  constructor(private readonly missed: () => void) {}

  get state(): LiveSessionState {
    return this.store.state;
  }

  /** This very page leads. */
  get leads(): boolean {
    const { you, parts, session, waiting } = this.state;
    return you !== null && !waiting && parts.lead?.seat === you.seat && session?.controller.id === you.person.id;
  }

  receive(message: Readonly<Record<string, unknown>>): void {
    switch (message["type"]) {
      case "hello": {
        const { session, you, waiting } = message as unknown as { session: SessionInfo; you: LiveSessionState["you"]; waiting: boolean };
        // Another connection: its whole follows. Until then what was last seen stays; who led, leads by the seat they have now.
        const lead = you && this.leads ? { seat: you.seat, user: you.person.id } : this.state.parts.lead;
        this.store.set({ session, you, waiting, whole: false, people: [], parts: { ...this.state.parts, lead } });
        return;
      }
      case "session":
        this.store.set({ session: message["session"] as SessionInfo });
        return;
      case "state":
        this.take(message as unknown as StateMessage);
        return;
      case "people": {
        const { people, gone, whole } = message as unknown as { people: Attendee[]; gone: string[]; whole: boolean };
        this.people(people, new Set(gone), whole);
      }
    }
  }

  leave(): void {
    this.numbers = {};
    this.store.set(ALONE);
  }

  private take({ number, before, whole, parts }: StateMessage): void {
    const { state } = this;
    if (!whole && !state.whole) return; // the whole is on its way
    if (!whole && before > state.number) this.missed();
    const news: Partial<Record<keyof Parts, unknown>> = {};
    for (const [name, value] of Object.entries(parts) as [keyof Parts, unknown][]) {
      if (number < (this.numbers[name] ?? -1) || (number === this.numbers[name] && !whole)) continue;
      // The whole says how things are at its number, not when each came to be so.
      if (!whole || JSON.stringify(value) !== JSON.stringify(state.parts[name])) news[name] = value;
      this.numbers[name] = number;
    }
    const changed = Object.keys(news).length > 0;
    this.store.set({ number: Math.max(number, state.number), whole: true, waiting: false, ...(changed ? { parts: { ...state.parts, ...(news as Partial<Parts>) } } : {}) });
  }

  private people(changed: readonly Attendee[], gone: ReadonlySet<string>, whole: boolean): void {
    const fresh = new Map(changed.map((one) => [one.seat, one]));
    const kept = whole ? [] : this.state.people.filter((one) => !gone.has(one.seat)).map((one) => {
      const now = fresh.get(one.seat) ?? one;
      fresh.delete(one.seat);
      return now;
    });
    this.store.set({ people: [...kept, ...fresh.values()] });
  }
}
