// The comments of a version, the labels of a project and how far one has read, over the API.
import type { Attachment, Comment, Label, Revision, Seen } from "../net/types.ts";
import { within } from "../net/within.ts";
import type { CommentsPort } from "../state/comments.ts";
import type { LabelsPort } from "../state/labels.ts";
import type { ReadingPort } from "../state/reading.ts";
import { api } from "./connect.ts";

/** Changes of one comment wait for each other: none waits for ever. */
const ANSWER_MS = 30_000;
/** What a request may carry that outlives its page, by the browsers' rule 64 KiB in all. */
const OUTLIVES_CHARACTERS = 15_000;

export function commentsPort(versionId: string): CommentsPort {
  return {
    list: () => api.all<Comment>(`versions/${versionId}/comments?page_size=2000`),
    update: (id, body, tag) => {
      const keepalive = JSON.stringify(body).length < OUTLIVES_CHARACTERS;
      return api.send<Comment>(`comments/${id}`, { method: "PATCH", body, keepalive, signal: within(ANSWER_MS), ...(tag ? { ifMatch: tag } : {}) });
    },
    remove: (id) => api.send<void>(`comments/${id}`, { method: "DELETE", keepalive: true }),
    restore: (id) => api.send<Comment>(`comments/${id}/restore`, { method: "POST" }),
    react: (id, name, there) => api.send<Comment>(`comments/${id}/reactions/${name}`, { method: there ? "PUT" : "DELETE" }),
    revisions: (id) => api.all<Revision>(`comments/${id}/revisions?page_size=200`),
    now: () => new Date().toISOString(),
  };
}

export function labelsPort(projectId: string): LabelsPort {
  return {
    list: () => api.all<Label>(`projects/${projectId}/labels?page_size=200`),
    create: (name, colour) => api.send<Label>(`projects/${projectId}/labels`, { method: "POST", body: { name, colour } }),
    change: (id, body) => api.send<Label>(`labels/${id}`, { method: "PATCH", body }),
    remove: (id) => api.send<void>(`labels/${id}`, { method: "DELETE" }),
  };
}

export function readingPort(versionId: string): ReadingPort {
  return {
    seenUntil: async () => (await api.send<Seen>(`versions/${versionId}/seen`)).seen_at,
    see: (seen_at) => api.send(`versions/${versionId}/seen`, { method: "PUT", body: { seen_at }, keepalive: true }),
  };
}

/** Files for comments: sent at once, so that they are there when the comment is. */
export function sendFile(versionId: string, file: Blob, name: string, signal: AbortSignal, person = ""): Promise<Attachment> {
  return api.send<Attachment>(`versions/${versionId}/attachments?name=${encodeURIComponent(name.slice(0, 255))}`, { method: "POST", content: file, person, signal });
}
