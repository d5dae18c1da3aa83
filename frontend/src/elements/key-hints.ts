// The present keyboard of the page, and controls that name their key: "Compare (Q)" as the tooltip, `aria-keyshortcuts` for
// screen readers. All of them follow when the keyboard changes.
import type { KeyAction } from "../core/key-actions.ts";
import { ariaKeys, Keymap } from "../core/keymap.ts";
import { setAttribute } from "./dom.ts";
import { t } from "../language/translate.ts";

export const IS_MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
let present = new Keymap();

export function keymap(): Keymap {
  return present;
}

export function keyNames(action: KeyAction): string {
  return present.shown(action, IS_MAC);
}

/** From now on these keys; every hint on the page is set anew. */
export function useKeymap(next: Keymap): void {
  present = next;
  for (const element of document.querySelectorAll<HTMLElement>("[data-key-action]")) refresh(element);
}

/** The name of a control, with the keys of what it does. */
export function hinted<T extends HTMLElement>(element: T, label: string, ...actions: readonly KeyAction[]): T {
  element.dataset["keyAction"] = actions.join(" ");
  element.dataset["keyLabel"] = label;
  refresh(element);
  return element;
}

function refresh(element: HTMLElement): void {
  const actions = (element.dataset["keyAction"] ?? "").split(" ") as KeyAction[];
  const label = element.dataset["keyLabel"] ?? "";
  const keys = actions.map(keyNames).filter(Boolean).join(` ${t("and")} `);
  element.title = keys ? `${label} (${keys})` : label;
  setAttribute(element, "aria-keyshortcuts", ariaKeys(actions.flatMap((action) => present.keys(action))) || null);
}
