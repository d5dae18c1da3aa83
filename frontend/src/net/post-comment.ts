// A new comment, to the API.
import type { NewComment } from "../state/comments.ts";
import type { Api } from "./api.ts";
import type { Comment } from "./types.ts";

/** Made once under this key, however often it is sent; `person`: whose it is to be. Throws ApiError. */
export function postComment(api: Api, versionId: string, body: NewComment, key: string, signal: AbortSignal, person = ""): Promise<Comment> {
  const { parent_id, text, internal, frame, duration_frames, annotation, labels, attachments } = body;
  // A reply stands on its thread's frame.
  const place = parent_id ? { parent_id } : { frame, duration_frames };
  const more = { ...(annotation ? { annotation } : {}), ...(labels?.length ? { labels } : {}), ...(attachments?.length ? { attachments: attachments.map((one) => one.id) } : {}) };
  return api.send<Comment>(`versions/${versionId}/comments`, { method: "POST", body: { text, internal, ...place, ...more }, idempotencyKey: key, person, signal });
}
