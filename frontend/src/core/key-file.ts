// A keyboard as a file: what "Export" in the list of keys writes, and what "Import" can make of any file. Loaded with that list.
import { KEY_ACTIONS, PRESETS } from "./key-actions.ts";
import { Keymap, MOST_KEYS, refusedKey } from "./keymap.ts";

const FORMAT = "twopop-keyboard";
const VERSION = 1;
const LONGEST = 40;

export type KeyFile =
  | { readonly keymap: Keymap; /** So many keys of the file cannot be had here. */ readonly leftOut: number }
  /** Written by a later Twopop; or no keyboard at all. */
  | "later"
  | "other";

export function writeKeyFile({ keyboard }: Keymap): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, ...keyboard }, null, 2);
}

export function readKeyFile(text: string): KeyFile {
  const read = parsed(text);
  const { version } = read ?? {};
  if (read?.["format"] !== FORMAT || typeof version !== "number" || version < VERSION) return "other";
  if (version > VERSION) return "later";
  const known = PRESETS.some(({ id }) => id === read["preset"]);
  const rows = Object.entries(record(read["changes"]) ?? {});
  let keymap = new Keymap({ preset: read["preset"], changes: {} });
  let asked = known ? 0 : 1;
  for (const [name, listed] of rows) {
    const keys: unknown[] = Array.isArray(listed) ? listed : [listed];
    asked += keys.length;
    const action = KEY_ACTIONS.find((one) => one.action === name)?.action;
    const fit = keys.filter((key): key is string => typeof key === "string" && key !== "" && key.length <= LONGEST && refusedKey(key) === null).slice(0, MOST_KEYS);
    if (action && (fit.length > 0 || keys.length === 0)) keymap = keymap.with(action, fit);
  }
  const has = (name: string, key: unknown): boolean => KEY_ACTIONS.some(({ action }) => action === name && keymap.keys(action).includes(String(key)));
  const taken = rows.reduce((sum, [name, listed]) => sum + (Array.isArray(listed) ? listed.filter((key) => has(name, key)).length : 0), 0);
  return { keymap, leftOut: asked - taken };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return record(JSON.parse(text));
  } catch {
    return null;
  }
}

const record = (value: unknown): Record<string, unknown> | null => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null);
