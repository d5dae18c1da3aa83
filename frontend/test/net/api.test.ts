import { describe, expect, it } from "vitest";
import { Api, ApiError, csrfFrom, newKey } from "../../src/net/api.ts";

function api(answer: () => Response | Promise<Response>): { api: Api; calls: [string, RequestInit][] } {
  const calls: [string, RequestInit][] = [];
  const made = new Api(
    async (url, init) => {
      calls.push([url, init]);
      return answer();
    },
    () => "token",
  );
  return { api: made, calls };
}
const problem = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json" } });

describe("requests", () => {
  it("carry the CSRF token and the key only where they change something", async () => {
    const { api: client, calls } = api(() => Response.json({ data: { id: "x" } }));
    expect(await client.send("me")).toEqual({ id: "x" });
    await client.send("v", { method: "POST", body: { a: 1 }, idempotencyKey: "k" });
    expect(calls[0]?.[0]).toBe("/api/v1/me");
    expect(calls[0]?.[1].headers).not.toHaveProperty("X-CSRFToken");
    expect(calls[1]?.[1].headers).toMatchObject({ "X-CSRFToken": "token", "Idempotency-Key": "k", "Content-Type": "application/json" });
  });

  it("follow the links of a list on this page's own host", async () => {
    const pages = [Response.json({ data: [1, 2], links: { next: "https://elsewhere.example/api/v1/x?cursor=a" } }), Response.json({ data: [3], links: { next: null } })];
    const { api: client, calls } = api(() => pages.shift() as Response);
    expect(await client.all("x")).toEqual([1, 2, 3]);
    expect(calls[1]?.[0]).toBe("/api/v1/x?cursor=a");
  });

  it("give a file as it is, and say why there is none", async () => {
    const { api: client, calls } = api(() => new Response(new Uint8Array([1, 2, 3])));
    expect((await client.file("x.png")).size).toBe(3);
    expect(calls[0]?.[1].headers).toMatchObject({ Accept: "*/*" });
    const { api: refused } = api(() => problem(409, { code: "media_not_indexed", title: "Not yet" }));
    await expect(refused.file("x.png")).rejects.toMatchObject({ code: "media_not_indexed", message: "Not yet" });
  });

  it("take an empty answer", async () => {
    const { api: client } = api(() => new Response(null, { status: 204 }));
    expect(await client.send("x", { method: "DELETE" })).toBeUndefined();
  });
});

describe("errors", () => {
  it("say what to do also where only a server in between answers", async () => {
    const page = (status: number) => api(() => new Response("<h1>Bad gateway</h1>", { status })).api.send("x");
    await expect(page(502)).rejects.toMatchObject({ code: "http_502", message: "The server answered 502.", remedy: "It may pass in a moment. If it stays, tell whoever runs this server." });
    await expect(page(413)).rejects.toMatchObject({ code: "http_413", remedy: "" });
  });

  it("keep code, words and remedy", async () => {
    const { api: client } = api(() => problem(422, { code: "frame_outside", detail: "No such frame.", remedy: "Choose another.", errors: [] }));
    await expect(client.send("x")).rejects.toMatchObject({ status: 422, code: "frame_outside", message: "No such frame.", remedy: "Choose another.", transient: false });
  });

  it.each([
    [500, true],
    [502, true],
    [429, true],
    [404, false],
    [403, false],
  ])("%i may be sent again: %s", async (status, transient) => {
    const { api: client } = api(() => new Response("<html>", { status }));
    await expect(client.send("x")).rejects.toMatchObject({ transient });
  });

  it("no connection is one of them", async () => {
    const { api: client } = api(() => Promise.reject(new TypeError("failed to fetch")));
    const error = await client.send("x").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "offline", transient: true });
  });

  it("a proxy's page instead of JSON is one too", async () => {
    const { api: client } = api(() => new Response("<html>hello</html>"));
    await expect(client.send("x")).rejects.toMatchObject({ code: "not_json" });
  });
});

it("finds the CSRF cookie among others", () => {
  expect(csrfFrom("a=b; csrftoken=abc123; theme=dark")).toBe("abc123");
  expect(csrfFrom("xcsrftoken=no")).toBe("");
});

it("makes keys that do not repeat", () => {
  expect(new Set(Array.from({ length: 500 }, newKey)).size).toBe(500);
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
});
