// The one way to the API: same-origin fetch with the CSRF token, problem details as errors, one request at most once.
import { t } from "../language/translate.ts";

export interface FieldError {
  /** Dotted path; empty for the whole object. */
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy: string,
    readonly errors: readonly FieldError[] = [],
    /** Of a 412: the object as it is now. */
    readonly current: unknown = null,
  ) {
    super(message);
  }

  /** The server was not reached, or could not answer: the same request may be sent again. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Page<T> {
  readonly data: T[];
  readonly links: { readonly next: string | null };
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** Bytes to send as they are, instead of `body`. */
  readonly content?: Blob;
  readonly idempotencyKey?: string;
  /** The entity tag of what was read: 412 if it was changed since. */
  readonly ifMatch?: string;
  /** Whom it is meant to be by (an id, or `guest`): refused with `other_person` if the browser is signed in as another. */
  readonly person?: string;
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class Api {
  constructor(
    private readonly fetcher: Fetch,
    private readonly csrfToken: () => string,
    private readonly base = "/api/v1/",
  ) {}

  /** The `data` of the answer. Throws ApiError. */
  async send<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const answer = await this.raw(path, options);
    return (answer as { data: T } | null)?.data as T;
  }

  /** A file as it is. Throws ApiError. */
  async file(path: string): Promise<Blob> {
    const answer = await this.ask(path, {}, "*/*");
    if (!answer.ok) await this.read(answer);
    return answer.blob();
  }

  async page<T>(path: string, signal?: AbortSignal): Promise<Page<T>> {
    return (await this.raw(path, signal ? { signal } : {})) as Page<T>;
  }

  /** All pages of a list. */
  async all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
    const rows: T[] = [];
    let next: string | null = path;
    while (next) {
      const page: Page<T> = await this.page<T>(next, signal);
      rows.push(...page.data);
      next = page.links?.next ?? null;
    }
    return rows;
  }

  /** Links of the API are absolute, by the server's own idea of its name; this page knows it under another one perhaps. */
  private address(path: string): string {
    if (!/^https?:/.test(path)) return path.startsWith("/") ? path : this.base + path;
    const { pathname, search } = new URL(path);
    return pathname + search;
  }

  private async raw(path: string, options: RequestOptions): Promise<unknown> {
    return this.read(await this.ask(path, options));
  }

  private async ask(path: string, options: RequestOptions, accept = "application/json"): Promise<Response> {
    const method = options.method ?? "GET";
    const headers: Record<string, string> = { Accept: accept };
    if (method !== "GET") headers["X-CSRFToken"] = this.csrfToken();
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (options.content !== undefined) headers["Content-Type"] = "application/octet-stream";
    if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
    if (options.person) headers["Twopop-Person"] = options.person;
    if (options.ifMatch) headers["If-Match"] = options.ifMatch;
    const url = this.address(path);
    try {
      return await this.fetcher(url, {
        method,
        headers,
        credentials: "same-origin",
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        ...(options.content === undefined ? {} : { body: options.content }),
        ...(options.keepalive ? { keepalive: true } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ApiError(0, "offline", t("The server cannot be reached."), t("Check the connection; what you did is kept here."));
    }
  }

  /** What an answer says; ApiError, if it is a problem. */
  private async read(answer: Response): Promise<unknown> {
    const text = await answer.text();
    let content: unknown = null;
    try {
      content = text ? JSON.parse(text) : null;
    } catch {
      if (answer.ok) throw new ApiError(502, "not_json", t("The server's answer could not be read."), t("Try again in a moment."));
    }
    if (answer.ok) return content;
    const problem = (content ?? {}) as { code?: string; title?: string; detail?: string; remedy?: string; errors?: FieldError[]; current?: unknown };
    throw new ApiError(
      answer.status,
      problem.code ?? `http_${answer.status}`,
      problem.detail ?? problem.title ?? t("The server answered {status}.", { status: answer.status }),
      problem.remedy ?? (answer.status >= 500 ? t("It may pass in a moment. If it stays, tell whoever runs this server.") : ""),
      problem.errors ?? [],
      problem.current ?? null,
    );
  }
}

/** The CSRF token of Django's cookie. */
export function csrfFrom(cookies: string): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(cookies)?.[1] ?? "";
}

/** A key that makes a POST happen once, however often it is sent. Works on plain http too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
