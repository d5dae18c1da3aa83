// The comments of a version over the API.
import type { Comment } from "../net/types.ts";
import type { CommentsPort } from "../state/comments.ts";
import { after, api } from "./connect.ts";

export function commentsPort(versionId: string): CommentsPort {
  return {
    list: () => api.all<Comment>(`versions/${versionId}/comments?page_size=1000`),
    create: (body, key) => {
      const { parent_id, text, internal } = body;
      // A reply stands on its thread's frame.
      return api.send<Comment>(`versions/${versionId}/comments`, { method: "POST", body: parent_id ? { text, parent_id, internal } : body, idempotencyKey: key });
    },
    update: (id, body) => api.send<Comment>(`comments/${id}`, { method: "PATCH", body }),
    remove: (id, atOnce) => api.send<void>(`comments/${id}`, { method: "DELETE", keepalive: atOnce }),
    after,
    now: () => new Date().toISOString(),
  };
}
