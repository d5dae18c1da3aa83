// A Twopop for the panel: one project with a stack "sc010" of one version at 29.97 drop-frame from 01:00:00;00, its comments,
// signing in by code, tickets and the sockets that they open.
import type { SocketPort } from "../../src/net/live.ts";
import type { Comment } from "../../src/net/types.ts";

export const ADDRESS = "https://review.example";
export const VERSION = "2222222222222222";
export const TOKEN = "tp_good";

export function comment(number: number, given: Partial<Comment> = {}): Comment {
  const id = String(number).padStart(16, "a");
  const made = { id, version_id: VERSION, parent_id: null, author: { id: "p", name: "Anna" }, text: `Text ${number}`, frame: number, duration_frames: 1, timecode: `tc ${number}` };
  const more = { internal: false, annotation_frames: [], completed_at: null, can: ["complete"], created_at: `2026-01-01T00:00:${String(number % 60).padStart(2, "0")}Z`, url: `${ADDRESS}/v/${VERSION}?comment=${id}` };
  return { ...made, ...more, ...given } as unknown as Comment;
}

export class FakeSocket implements SocketPort {
  onopen: (() => void) | null = null;
  onmessage: ((message: { readonly data: string }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  closed = false;
  constructor(readonly url: string) {}
  send(): void {}
  close(): void {
    this.closed = true;
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

export class FakeServer {
  readonly comments: Comment[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly asked: string[] = [];
  stacks: { id: string; name: string }[] = [{ id: "s", name: "sc010" }];
  seq = 4;
  tickets = 0;
  /** What the next questions for the token are answered. */
  answers: string[] = [];
  valid = true;

  readonly open = (url: string): SocketPort => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };

  event(kind: string, payload: unknown): void {
    this.seq += 1;
    this.sockets.at(-1)?.say({ type: "event", seq: this.seq, kind, payload, created_at: "" });
  }

  readonly request = async (url: string, init: RequestInit): Promise<Response> => {
    if (!url.startsWith(`${ADDRESS}/api/v1/`)) throw new TypeError("no such host");
    const path = url.slice(`${ADDRESS}/api/v1/`.length);
    const method = init.method ?? "GET";
    this.asked.push(`${method} ${path}`);
    if (path === "device/authorization") return json(200, { device_code: "d", user_code: "BCDF-GHJK", verification_uri_complete: `${ADDRESS}/settings/device?user_code=BCDF-GHJK`, interval: 5 });
    if (path === "device/token") {
      const answer = this.answers.shift() ?? "authorization_pending";
      return answer === "yes" ? json(200, { access_token: TOKEN }) : json(400, { error: answer });
    }
    const headers = init.headers as Record<string, string>;
    if (headers.Authorization !== `Bearer ${TOKEN}` || !this.valid) return json(401, { code: "invalid_token", detail: "no" });
    const body = init.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : {};
    return this.answer(method, path, body);
  };

  private answer(method: string, path: string, body: Record<string, unknown>): Response {
    const version = { id: VERSION, asset_id: "s", project_id: "p", asset_name: "sc010", number: 3, name: "", original_name: "a.mov" };
    const list = (data: readonly unknown[]): Response => json(200, { data, links: { next: null } });
    const one = (data: unknown, status = 200): Response => json(status, { data });
    if (path === "me") return one({ id: "p", name: "Anna" });
    if (path === "projects") return list([{ id: "p", name: "Film" }]);
    if (path === "projects/p/assets") return list(this.stacks.map((stack) => ({ ...stack, latest_version: version })));
    if (path === `versions/${VERSION}`) return one(version);
    if (path === `versions/${VERSION}/media`) return one({ rate: { num: 30000, den: 1001, drop_frame: true }, frame_count: 1000, start_frame: 107892 });
    if (path === `versions/${VERSION}/socket-tickets`) return one({ url: `wss://review.example/ws/versions/${VERSION}?ticket=t${(this.tickets += 1)}`, seq: this.seq }, 201);
    if (path.startsWith("projects/p/events")) return list([]);
    if (path.startsWith(`versions/${VERSION}/comments`)) {
      if (method === "GET") return list(this.comments);
      const made = comment(this.comments.length + 100, { ...body, id: String(this.comments.length).padStart(16, "n") } as Partial<Comment>);
      this.comments.push(made);
      return one(made, 201);
    }
    const found = this.comments.find((known) => path === `comments/${known.id}`);
    if (!found) return json(404, { code: "not_found", detail: "There is nothing here." });
    Object.assign(found, { completed_at: body.completed ? "2026-01-02T00:00:00Z" : null });
    return one(found);
  }
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}
