// Unsent comments in the browser's own database, over reloads and restarts, and who of its tabs sends them.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Shelf, Unsent } from "../state/outbox.ts";

interface Tables extends DBSchema {
  /** By the order of writing (`place`, given by the database). */
  unsent: { key: number; value: Unsent & { readonly place?: number }; indexes: { key: string; who: string } };
  turn: { key: string; value: { readonly name: string; readonly holder: string; readonly until: number } };
}

export type Base = IDBPDatabase<Tables>;

/** Throws where the browser keeps nothing. */
export function openBase(name = "twopop"): Promise<Base> {
  return openDB<Tables>(name, 1, {
    upgrade: (base) => {
      const table = base.createObjectStore("unsent", { keyPath: "place", autoIncrement: true });
      table.createIndex("key", "key", { unique: true });
      table.createIndex("who", "who");
      base.createObjectStore("turn", { keyPath: "name" });
    },
  });
}

export class BrowserShelf implements Shelf {
  private base: Promise<Base> | null = null;

  constructor(private readonly open: () => Promise<Base> = () => openBase()) {}

  private opened(): Promise<Base> {
    return (this.base ??= this.open());
  }

  async all(who: string): Promise<readonly Unsent[]> {
    const rows = await (await this.opened()).getAllFromIndex("unsent", "who", who);
    return rows.sort((a, b) => (a.place ?? 0) - (b.place ?? 0)).map(({ place: _, ...unsent }) => unsent);
  }

  /** Of all who use this browser. */
  async everybodys(): Promise<readonly Unsent[]> {
    return (await this.opened()).getAll("unsent");
  }

  async add(unsent: Unsent): Promise<void> {
    // Strict: what somebody wrote shall survive the machine's power, too.
    const change = (await this.opened()).transaction("unsent", "readwrite", { durability: "strict" });
    await Promise.all([change.store.add({ ...unsent }), change.done]);
  }

  async replace(key: string, unsent: Unsent): Promise<void> {
    const change = (await this.opened()).transaction("unsent", "readwrite", { durability: "strict" });
    const place = await change.store.index("key").getKey(key);
    if (place !== undefined) await change.store.put({ ...unsent, place });
    await change.done;
  }

  async remove(key: string): Promise<void> {
    const change = (await this.opened()).transaction("unsent", "readwrite");
    const place = await change.store.index("key").getKey(key);
    if (place !== undefined) await change.store.delete(place);
    await change.done;
  }
}

const TURN = "outbox";
const TURN_MS = 15_000; // a tab that is gone or asleep for longer has lost its turn
const ASK_AGAIN_MS = 400;

export interface TurnClock {
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
}

/** Run when no other tab does, by a row of the database: for pages without Web Locks, which are those on plain http. */
export async function inTurn(base: Base, holder: string, clock: TurnClock, run: () => Promise<void>): Promise<void> {
  const take = async (): Promise<boolean> => {
    const change = base.transaction("turn", "readwrite");
    const present = await change.store.get(TURN);
    const free = !present || present.holder === holder || present.until <= clock.now();
    if (free) await change.store.put({ name: TURN, holder, until: clock.now() + TURN_MS });
    await change.done;
    return free;
  };
  while (!(await take())) await new Promise<void>((resolve) => clock.after(ASK_AGAIN_MS, resolve));
  let stop: () => void = () => undefined;
  let over = false;
  const renew = (): void => {
    stop = clock.after(TURN_MS / 3, () => {
      take().then((mine) => mine && !over && renew(), () => undefined);
    });
  };
  renew();
  try {
    await run();
  } finally {
    over = true;
    stop();
    const change = base.transaction("turn", "readwrite");
    if ((await change.store.get(TURN))?.holder === holder) await change.store.delete(TURN);
    await change.done;
  }
}
