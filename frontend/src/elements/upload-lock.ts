// An upload that somebody's lock is in the way of: ask to be told, wait, force, and go on once the sequence is free.
import { lockAt, untilText } from "../core/lock-words.ts";
import type { Sequence } from "../net/types.ts";
import { h } from "./dom.ts";
import { t } from "../language/translate.ts";

export interface UploadLocks {
  readonly me: string;
  readonly mayForce: boolean;
  /** As the page knows it now; null: not known. */
  sequence(id: string): Sequence | null;
  /** Wait for its lock, or no longer. */
  wait(id: string, there: boolean): void;
  force(sequence: Sequence, holder: string): void;
}

/** How the sequence stands: what is shown changes with it. */
export function lockStand(locks: UploadLocks, id: string): "unknown" | "free" | "waiting" | "held" {
  const sequence = locks.sequence(id);
  if (sequence === null) return "unknown";
  const lock = lockAt(sequence, Date.now());
  if (lock === null || lock.holder.id === locks.me) return "free";
  return sequence.waiting.some((one) => one.id === locks.me) ? "waiting" : "held";
}

/** Who is in the way, until when, and what for; "" if nobody is, or nothing is known. */
export function lockedBy(locks: UploadLocks, id: string): string {
  const sequence = locks.sequence(id);
  const lock = sequence && lockAt(sequence, Date.now());
  if (!lock || lock.holder.id === locks.me) return "";
  return [t("{holder} is working on {name} until {when}.", { holder: lock.holder.name, name: sequence.name, when: untilText(lock.until, new Date()) }), lock.note].filter(Boolean).join(" ");
}

/** `goOn`: upload it now. */
export function uploadLockOffer(locks: UploadLocks, id: string, goOn: () => void): HTMLElement | null {
  const sequence = locks.sequence(id);
  if (sequence === null) return null;
  const stand = lockStand(locks, id);
  const button = (text: string, run: () => void, look = ""): HTMLElement => h("button", { type: "button", class: `button small ${look}`, onclick: run }, text);
  if (stand === "free") return h("div", { class: "upload-offer-line" }, h("span", null, t("{name} is free now.", { name: sequence.name })), button(t("Upload it now"), goOn, "primary"));
  const holder = sequence.lock?.holder.name ?? "";
  return h(
    "div",
    { class: "upload-offer-line" },
    stand === "waiting" && h("span", { class: "quiet" }, t("You will be told when {name} is free.", { name: sequence.name })),
    stand === "waiting" ? button(t("Wait no longer"), () => locks.wait(id, false), "ghost") : button(t("Tell me when it is free"), () => locks.wait(id, true)),
    locks.mayForce && button(t("Force …"), () => locks.force(sequence, holder), "danger"),
  );
}
