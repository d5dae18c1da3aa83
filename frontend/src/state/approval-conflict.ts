// Somebody was faster with an approval: does that bear on what this person is about to say?
import type { VersionApprovals } from "../net/types.ts";

type Entries = Pick<VersionApprovals, "revision" | "entries">;

/** True if, since `read`, somebody asked for changes, the version was delivered or recalled, or `me` said something elsewhere. */
export function bearsOn(read: Entries, now: Entries, me: string): boolean {
  return now.entries
    .filter((one) => one.number > read.revision)
    .some((one) => one.kind === "delivered" || one.kind === "recalled" || one.decision === "changes_requested" || (one.by.id === me && one.decision !== null) || (one.by.id === me && one.kind === "withdrawn"));
}
