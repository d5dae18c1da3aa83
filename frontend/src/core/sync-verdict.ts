// How a version's sync report is told in a word, wherever there is room for no more.
import { n, t } from "../language/translate.ts";
import type { VersionChecks } from "../net/types.ts";

export interface VerdictLook {
  /** Its name, never the colour alone, says what it is. */
  readonly text: string;
  /** A class of .badge. */
  readonly look: "good" | "bad" | "accent" | "busy" | "";
  /** A sign before the text, for those who see no colours. */
  readonly sign: "check" | "close" | "edit" | "help" | "retry";
  /** The whole of it in a sentence. */
  readonly title: string;
}

const DECIDED = {
  in_sync: { text: t("In sync"), look: "good", sign: "check" },
  fix_in_post: { text: t("Fix in post"), look: "accent", sign: "edit" },
  rerender: { text: t("Re-render"), look: "bad", sign: "close" },
  cannot_tell: { text: t("Cannot tell"), look: "", sign: "help" },
} as const;

/** A fault that is known stays one whatever the other checks say: it is told at once. What is well, or not to be told, is
 *  said only when every check has spoken. */
export function verdictLook({ state, verdict, errors, warnings, waived }: VersionChecks): VerdictLook {
  const going = state === "waiting" || state === "running";
  const counted = [errors > 0 && n("{count} error | {count} errors", errors), warnings > 0 && n("{count} warning | {count} warnings", warnings), waived > 0 && t("{count} waived", { count: waived })].filter(Boolean).join(", ");
  if (verdict !== null && (!going || verdict === "fix_in_post" || verdict === "rerender")) {
    const look = DECIDED[verdict];
    const ended = going ? ` ${t("Still checking.")}` : state === "failed" ? ` ${t("Some checks could not run.")}` : "";
    return { ...look, title: `${look.text}${counted ? `: ${counted}` : ""}.${ended}` };
  }
  if (going) return { text: t("Checking sync"), look: "busy", sign: "retry", title: t("The sync checks are running.") };
  return { text: t("Not checked"), look: "", sign: "help", title: t("The sync checks could not run on this file.") };
}
