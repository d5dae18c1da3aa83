// A browser's storage in a map.
import type { KeepPort } from "../../src/state/keeping.ts";

export const keptIn = (store: Map<string, string>): KeepPort => ({
  getItem: (key) => store.get(key) ?? null,
  setItem: (key, value) => void store.set(key, value),
  removeItem: (key) => void store.delete(key),
  get length() {
    return store.size;
  },
  key: (index) => [...store.keys()][index] ?? null,
});
