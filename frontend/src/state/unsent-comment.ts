// An unsent comment as it stands in the conversation.
import { framesDrawn } from "../core/drawing.ts";
import type { Comment, Person } from "../net/types.ts";
import type { Unsent } from "./outbox.ts";

const LOCAL = "local-";

export const localId = (key: string): string => LOCAL + key;
export const isLocal = (id: string): boolean => id.startsWith(LOCAL);
/** The key in a local id. */
export const keyIn = (id: string): string => id.slice(LOCAL.length);

/** `parent`: the comment that it answers, if that is known. */
export function asComment({ key, body, at, versionId }: Unsent, me: Person, parent: Comment | undefined): Comment {
  return {
    id: localId(key),
    version_id: versionId,
    parent_id: body.parent_id,
    author: me,
    text: body.text,
    mentions: [],
    labels: [...(body.labels ?? [])],
    reactions: [],
    attachments: [...(body.attachments ?? [])],
    annotation: body.annotation ? { v: 1, shapes: body.annotation.shapes.map((shape) => ({ ...shape })) } : null,
    annotation_frames: framesDrawn(body.annotation?.shapes ?? []),
    annotation_digest: null,
    internal: parent?.internal ?? body.internal,
    frame: parent?.frame ?? body.frame,
    duration_frames: parent?.duration_frames ?? body.duration_frames,
    timecode: null,
    media_timecode: null,
    seconds: null,
    rate: { num: 0, den: 1, drop_frame: false }, // not looked at: the page knows the version's own
    start_timecode: null,
    completed_at: null,
    completed_by: null,
    created_at: at,
    updated_at: at,
    edited_at: null,
    deleted_at: null,
    can: [],
    url: "",
  };
}

/** Whether the server's comment may be this one: the event, or the list, can be quicker than the answer. */
export const mayBe = (unsent: Unsent, comment: Comment): boolean =>
  unsent.body.text === comment.text && unsent.body.parent_id === comment.parent_id && (unsent.body.parent_id !== null || unsent.body.frame === comment.frame);
