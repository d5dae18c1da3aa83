// Which key does what, for one person: a preset and what they changed in it. Keys are written "Ctrl+Shift+z", "ArrowLeft",
// "?": letters small, Shift named with letters and named keys only (a sign has its Shift in it), Command counting as Ctrl.
import { t } from "../language/translate.ts";
import { KEY_ACTIONS, PRESETS, type ActionEntry, type KeyAction, type KeyScope } from "./key-actions.ts";

/** What is kept of a person's keyboard, here and on the server. */
export interface Keyboard {
  readonly preset: string;
  readonly changes: Readonly<Record<string, readonly string[]>>;
}

export const AS_IT_COMES: Keyboard = { preset: "twopop", changes: {} };
export const MOST_KEYS = 4;

/** What a keyboard event says; the DOM's own is one. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

const MODIFIERS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Unidentified", "Process"]);

/** The key that was pressed, as it is written here; null for a modifier alone. Where the layout has no Latin letters, and
 *  where Alt makes other signs of them, the place on the keyboard counts. */
export function pressedKey(event: KeyPress): string | null {
  let { key } = event;
  if (MODIFIERS.has(key)) return null;
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
  if (key.length === 1 && place && (event.altKey || key > "\u007f")) key = place[1] ?? place[2] ?? key;
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  if (letter) key = key.toLowerCase();
  const shift = event.shiftKey && (letter || key.length > 1 || key === " ");
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

/** Why this key cannot be given to an action; null if it can. */
export function refusedKey(key: string): string | null {
  if (/^(Shift\+)?Tab$/.test(key)) return t("Tab leads from one control to the next.");
  if (/^Ctrl\+(Shift\+)?[nwt]$/.test(key) || key === "Alt+F4") return t("Browsers keep this key for themselves.");
  if (/^Ctrl\+[cvax]$/.test(key)) return t("This key copies, cuts, pastes or selects.");
  if (/^F(5|11|12)$/.test(key)) return t("Browsers keep this key for themselves.");
  return null;
}

const NAMES: Readonly<Record<string, string>> = { " ": t("Space // key"), ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", PageUp: t("Page ↑ // key"), PageDown: t("Page ↓ // key"), Home: t("Home // key"), End: t("End // key"), Delete: t("Del // key"), Backspace: "⌫" };

/** As people read it: "Shift ←", "Ctrl Z". */
export function keyText(key: string, mac = false): string {
  const parts = /^((?:(?:Ctrl|Alt|Shift)\+)*)(.+)$/s.exec(key);
  const last = parts?.[2] ?? key;
  const held = (parts?.[1] ?? "").split("+").filter(Boolean).map((name) => (mac && name === "Ctrl" ? "⌘" : mac && name === "Alt" ? "⌥" : name));
  return [...held, NAMES[last] ?? (last.length === 1 ? last.toUpperCase() : last)].join(" ");
}

/** For aria-keyshortcuts: parts joined by "+", keys by blanks. */
export function ariaKeys(keys: readonly string[]): string {
  return keys.map((key) => key.replace(/ $/, "Space").replace(/\+\+$|^\+$/, (plus) => plus.slice(0, -1) + "Plus").replace("Ctrl+", "Control+")).join(" ");
}

export class Keymap {
  readonly keyboard: Keyboard;
  private readonly byAction = new Map<KeyAction, readonly string[]>();
  private readonly byKey = new Map<string, KeyAction>();

  /** `kept`: what was stored, of whatever shape: what cannot be understood counts for nothing. */
  constructor(kept: unknown = AS_IT_COMES) {
    const { preset, changes } = understood(kept);
    this.keyboard = { preset, changes };
    const base = presetKeys(preset);
    for (const entry of KEY_ACTIONS) {
      const keys = changes[entry.action] ?? base(entry);
      this.byAction.set(entry.action, keys);
      for (const key of keys) {
        const place = `${entry.scope} ${key}`;
        if (!this.byKey.has(place)) this.byKey.set(place, entry.action);
      }
    }
  }

  action(scope: KeyScope, key: string): KeyAction | null {
    return this.byKey.get(`${scope} ${key}`) ?? null;
  }

  keys(action: KeyAction): readonly string[] {
    return this.byAction.get(action) ?? [];
  }

  /** "M or C"; empty when it has no key. */
  shown(action: KeyAction, mac = false): string {
    return this.keys(action).map((key) => keyText(key, mac)).join(` ${t("or")} `);
  }

  changed(action: KeyAction): boolean {
    return action in this.keyboard.changes;
  }

  /** Which other action has this key where both act. */
  conflict(action: KeyAction, key: string): ActionEntry | null {
    const scope = entryOf(action).scope;
    return KEY_ACTIONS.find((entry) => entry.action !== action && together(scope, entry.scope) && this.keys(entry.action).includes(key)) ?? null;
  }

  /** With these keys for an action; whoever had one of them where both act loses it. */
  with(action: KeyAction, keys: readonly string[]): Keymap {
    const scope = entryOf(action).scope;
    const changes: Record<string, readonly string[]> = { ...this.keyboard.changes, [action]: keys.slice(0, MOST_KEYS) };
    for (const other of KEY_ACTIONS) {
      if (other.action === action || !together(scope, other.scope)) continue;
      const left = this.keys(other.action).filter((key) => !keys.includes(key));
      if (left.length < this.keys(other.action).length) changes[other.action] = left;
    }
    return new Keymap(tidied({ preset: this.keyboard.preset, changes }));
  }

  /** An action as the preset has it; null when its keys belong to others by now. */
  without(action: KeyAction): Keymap | null {
    const { [action]: _, ...changes } = this.keyboard.changes;
    const keymap = new Keymap({ preset: this.keyboard.preset, changes });
    return keymap.keys(action).some((key) => keymap.conflict(action, key)) ? null : keymap;
  }
}

export function entryOf(action: KeyAction): ActionEntry {
  const found = KEY_ACTIONS.find((entry) => entry.action === action);
  if (!found) throw new Error(`no action ${action}`);
  return found;
}

/** Whether keys of the two act at the same time. */
function together(one: KeyScope, other: KeyScope): boolean {
  return one === other || (one !== "drawing" && other !== "drawing");
}

function presetKeys(id: string): (entry: ActionEntry) => readonly string[] {
  const keys = PRESETS.find((preset) => preset.id === id)?.keys ?? {};
  return (entry) => keys[entry.action] ?? entry.keys;
}

/** Without changes that change nothing. */
function tidied({ preset, changes }: Keyboard): Keyboard {
  const base = presetKeys(preset);
  const same = (entry: ActionEntry): boolean => JSON.stringify(changes[entry.action]) === JSON.stringify(base(entry));
  return { preset, changes: Object.fromEntries(Object.entries(changes).filter(([action]) => !KEY_ACTIONS.some((entry) => entry.action === action && same(entry)))) };
}

function understood(kept: unknown): Keyboard {
  if (typeof kept !== "object" || kept === null) return AS_IT_COMES;
  const { preset, changes } = kept as { preset?: unknown; changes?: unknown };
  const known = new Set<string>(KEY_ACTIONS.map((entry) => entry.action));
  const rows = typeof changes === "object" && changes !== null ? Object.entries(changes) : [];
  const fine = (keys: unknown): keys is string[] => Array.isArray(keys) && keys.length <= MOST_KEYS && keys.every((key) => typeof key === "string" && key.length > 0 && key.length <= 40);
  return {
    preset: PRESETS.some(({ id }) => id === preset) ? (preset as string) : AS_IT_COMES.preset,
    changes: Object.fromEntries(rows.filter(([action, keys]) => known.has(action) && fine(keys))) as Keyboard["changes"],
  };
}
