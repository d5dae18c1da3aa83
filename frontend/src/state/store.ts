// A state that can be watched. It knows no DOM: requests go up as method calls, state comes down to the watchers.

export type Watcher<T> = (state: T, before: T) => void;

export class Store<T extends object> {
  private watchers = new Set<Watcher<T>>();

  constructor(private current: T) {}

  get state(): T {
    return this.current;
  }

  /** Replace the named fields. Watchers are called once, and only when a field really changed. */
  set(change: Partial<T>): void {
    const before = this.current;
    const keys = Object.keys(change) as (keyof T)[];
    if (keys.every((key) => Object.is(before[key], change[key]))) return;
    this.current = { ...before, ...change };
    for (const watcher of [...this.watchers]) watcher(this.current, before);
  }

  /** Call `watcher` now and after each change, until the returned function is called. */
  watch(watcher: Watcher<T>): () => void {
    this.watchers.add(watcher);
    watcher(this.current, this.current);
    return () => this.watchers.delete(watcher);
  }
}
