// The panel's way to Twopop: requests signed with a token, signing in by a code (RFC 8628), sockets opened by a ticket.
import { Api, ApiError } from "../../src/net/api.ts";
import type { SocketPort } from "../../src/net/live.ts";

export type Request = (url: string, init: RequestInit) => Promise<Response>;

/** "review.example/anything" → "https://review.example"; null if it is no address. Plain http only where it is asked for. */
export function addressOf(typed: string): string | null {
  const text = typed.trim().replace(/^(?!https?:\/\/)/i, "https://");
  const match = /^(https?:\/\/[\w.-]+(?::\d+)?|https?:\/\/\[[0-9a-f:]+\](?::\d+)?)(?:[/?#].*)?$/i.exec(text);
  return match?.[1]?.toLowerCase() ?? null;
}

/** The id in the address of a version's page, or the id itself. */
export function versionIdIn(typed: string): string | null {
  const text = typed.trim();
  return /^[0-9a-z]{16}$/.test(text) ? text : (/\/v\/([0-9a-z]{16})(?:[/?#]|$)/.exec(text)?.[1] ?? null);
}

export function apiOf(request: Request, address: string, token: string): Api {
  const signed: Request = (path, init) =>
    request(address + path, { ...init, credentials: "omit", headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` } });
  return new Api(signed, () => "");
}

export interface DeviceCode {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri_complete: string;
  /** Seconds between two questions. */
  readonly interval: number;
}

export type DeviceAnswer = { readonly token: string } | { readonly wait: number } | { readonly error: "refused" | "tooLate" };

async function form(request: Request, url: string, fields: Readonly<Record<string, string>>): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" };
  let answer: Response;
  try {
    answer = await request(url, { method: "POST", headers, body, credentials: "omit" });
  } catch {
    throw new ApiError(0, "offline", "", "");
  }
  const read: unknown = await answer.json().catch(() => ({}));
  return { status: answer.status, body: read as Record<string, unknown> };
}

export async function beginSignIn(request: Request, address: string): Promise<DeviceCode> {
  const { status, body } = await form(request, `${address}/api/v1/device/authorization`, { client_id: "Premiere Pro panel", scope: "read comment" });
  if (status !== 200) throw new ApiError(status, "http", `${address}: ${status}`, "");
  return body as unknown as DeviceCode;
}

/** One question whether the person has allowed it. `interval`: how long was waited before it. */
export async function askSignIn(request: Request, address: string, code: DeviceCode, interval: number): Promise<DeviceAnswer> {
  const fields = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: code.device_code };
  const { status, body } = await form(request, `${address}/api/v1/device/token`, fields);
  if (status === 200) return { token: String(body.access_token) };
  if (body.error === "authorization_pending" || status >= 500 || status === 429) return { wait: interval };
  if (body.error === "slow_down") return { wait: interval + 5 };
  return { error: body.error === "access_denied" ? "refused" : "tooLate" };
}

/** A socket that fetches its ticket first. It closes with 4401 or 4404 where none is given, which ends a LiveClient; a
 *  ticket that came too late is no reason to end: the next one is asked for. */
export function ticketSocket(api: Api, path: string, after: number, open: (url: string) => SocketPort): SocketPort {
  let inner: SocketPort | null = null;
  let closed = false;
  const outer: SocketPort = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => inner?.send(text),
    close: () => {
      closed = true;
      inner?.close();
    },
  };
  const end = (code: number): void => {
    if (!closed) outer.onclose?.({ code });
    closed = true;
  };
  api.send<{ url: string }>(`${path}/socket-tickets`, { method: "POST" }).then(
    ({ url }) => {
      if (closed) return;
      inner = open(`${url}&after=${after}`);
      inner.onopen = () => outer.onopen?.();
      inner.onmessage = (message) => outer.onmessage?.(message);
      inner.onclose = ({ code }) => end(code === 4401 ? 1006 : code);
    },
    (error: unknown) => end(error instanceof ApiError && (error.status === 401 || error.status === 404) ? 4000 + (error.status % 1000) : 1006),
  );
  return outer;
}
