// A sequence's lock in words.
import type { Sequence } from "../net/types.ts";
import { localeTag, t } from "../language/translate.ts";

/** The lock in force at this moment; null if nobody has it, or its lease is over. `now` in milliseconds. */
export function lockAt(sequence: Pick<Sequence, "lock">, now: number): Sequence["lock"] {
  return sequence.lock && Date.parse(sequence.lock.until) > now ? sequence.lock : null;
}

/** "14:30", with the day if it is another one. */
export function untilText(iso: string, now: Date): string {
  const then = new Date(iso);
  const time = then.toLocaleTimeString(localeTag(), { hour: "2-digit", minute: "2-digit" });
  return then.toDateString() === now.toDateString() ? time : `${then.toLocaleDateString(localeTag(), { day: "numeric", month: "short" })}, ${time}`;
}

export const LEASES: readonly (readonly [number, string])[] = [
  [30, t("half an hour")],
  [60, t("an hour")],
  [120, t("two hours")],
  [240, t("four hours")],
  [480, t("a working day")],
  [1440, t("a day and a night")],
];
