// The audit trail in words.
import type { AuditEntry } from "../net/types.ts";
import { t } from "../language/translate.ts";

/** What the filter offers: the first word of a kind, and what it is about. */
export const SUBJECTS: readonly (readonly [string, string])[] = [
  ["version", t("Versions")],
  ["upload", t("Uploads")],
  ["asset", t("Stacks")],
  ["sequence", t("Sequences")],
  ["approval", t("Approvals")],
  ["delivery", t("Deliveries")],
  ["lock", t("Locks")],
  ["comment", t("Comments")],
  ["marker", t("Markers")],
  ["spec", t("Spec")],
  ["protocol", t("Protocol")],
  ["policy", t("Policy")],
  ["checks", t("Sync checks")],
  ["correction", t("Corrected copies")],
  ["media", t("Media")],
  ["member", t("Members")],
  ["invitation", t("Invitations")],
  ["label", t("Labels")],
  ["project", t("Project")],
];

const DONE: Readonly<Record<string, string>> = {
  "version.create": t("made a version"),
  "version.name": t("named a version"),
  "version.update": t("changed a version"),
  "version.delete": t("deleted a version"),
  "version.remove": t("removed a version for good"),
  "version.reference": t("chose what a version is compared with"),
  "upload.create": t("began an upload"),
  "upload.name": t("named an upload"),
  "upload.terminate": t("discarded an upload"),
  "upload.expire": t("let an upload expire"),
  "asset.create": t("made a stack"),
  "asset.update": t("changed a stack"),
  "asset.reorder": t("reordered a stack"),
  "asset.delete": t("deleted a stack"),
  "sequence.create": t("made a sequence"),
  "sequence.update": t("changed a sequence"),
  "sequence.delete": t("deleted a sequence"),
  "approval.asked": t("asked for approval"),
  "approval.unasked": t("no longer asks for approval"),
  "approval.decided": t("decided on a version"),
  "approval.withdrawn": t("took a decision back"),
  "approval.lifted": t("let a block pass"),
  "approval.restored": t("lets a block block again"),
  "approval.delivered": t("delivered a version"),
  "approval.recalled": t("recalled a version"),
  "delivery.create": t("made a delivery"),
  "delivery.recall": t("recalled a delivery"),
  "lock.take": t("locked a sequence"),
  "lock.release": t("released a lock"),
  "lock.force": t("took a lock away"),
  "lock.expire": t("held a lock that ran out"),
  "lock.wish": t("asked for a lock"),
  "comment.create": t("wrote a comment"),
  "comment.update": t("changed a comment"),
  "comment.delete": t("deleted a comment"),
  "comment.restore": t("restored a comment"),
  "comment.carry": t("carried comments over"),
  "comment.react": t("reacted to a comment"),
  "marker.create": t("set a marker"),
  "marker.update": t("changed a marker"),
  "marker.delete": t("took a marker away"),
  "spec.revise": t("revised the spec"),
  "protocol.revise": t("revised the protocol"),
  "protocol.acknowledge": t("acknowledged the protocol"),
  "policy.set": t("set the approval policy"),
  "correction.order": t("ordered a corrected copy"),
  "correction.done": t("made a corrected copy"),
  "correction.fail": t("could not make a corrected copy"),
  "media.cancel": t("cancelled the making of files"),
  "media.retry": t("tried the making of files again"),
  "member.add": t("added a member"),
  "member.update": t("changed a member’s role"),
  "member.remove": t("removed a member"),
  "invitation.create": t("invited somebody"),
  "invitation.accept": t("accepted an invitation"),
  "invitation.revoke": t("revoked an invitation"),
  "label.create": t("made a label"),
  "label.update": t("changed a label"),
  "label.delete": t("deleted a label"),
  "project.create": t("made the project"),
  "project.update": t("changed the project"),
  "project.archive": t("archived the project"),
  "attachment.create": t("attached a file"),
  "attachment.delete": t("took an attached file away"),
};

/** "deleted a comment": what was done, without who. What this page does not know is shown as it is called. */
export const entryWords = ({ kind }: Pick<AuditEntry, "kind">): string => DONE[kind] ?? kind.replaceAll(/[._]/g, " ");

/** The details of an entry as name and value, what is empty left out. */
export function detailRows(detail: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name.replaceAll("_", " "), typeof value === "string" ? value : JSON.stringify(value)] as const);
}
