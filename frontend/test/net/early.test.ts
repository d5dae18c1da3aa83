import { describe, expect, it } from "vitest";
import { withEarly } from "../../src/net/early.ts";

const LABELS = "/api/v1/projects/p/labels";
const MEDIA = "/api/v1/versions/v/media";

function page(answer: () => Promise<Response>) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const fetcher = async (url: string): Promise<Response> => {
    asked.push(url);
    return url === "/v/v/answers" ? answer() : new Response(`asked ${url}`);
  };
  const early = withEarly(fetcher, { href: "/v/v/answers", addresses: [LABELS, MEDIA] }, () => clock.now);
  const get = async (url: string, init: RequestInit = {}): Promise<string> => (await early(url, init)).text();
  return { asked, clock, get };
}

const both = async (): Promise<Response> => new Response(`${LABELS}\n{"data":[1]}\n${MEDIA}\n{"data":2}`);

describe("early answers", () => {
  it("are handed out once each, the rest is fetched", async () => {
    const { asked, get } = page(both);
    expect(await Promise.all([get(LABELS), get(MEDIA), get("/other")])).toEqual(['{"data":[1]}', '{"data":2}', "asked /other"]);
    expect(await get(LABELS)).toBe(`asked ${LABELS}`);
    expect(asked).toEqual(["/v/v/answers", "/other", LABELS]);
  });

  it("are for nobody who writes", async () => {
    const { get } = page(both);
    expect(await get(LABELS, { method: "POST" })).toBe(`asked ${LABELS}`);
    expect(await get(LABELS)).toBe('{"data":[1]}');
  });

  it("grow old", async () => {
    const { clock, get } = page(both);
    await get(MEDIA);
    clock.now = 5_000;
    expect(await get(LABELS)).toBe(`asked ${LABELS}`);
  });

  it("that did not come are asked for", async () => {
    for (const answer of [async () => new Response("gone", { status: 500 }), () => Promise.reject(new TypeError("offline")), async () => new Response(`${MEDIA}\n{}`)]) {
      const { get } = page(answer);
      expect(await get(LABELS)).toBe(`asked ${LABELS}`);
    }
  });

  it("without a link nothing is asked early", () => {
    const fetcher = (): Promise<Response> => Promise.reject(new Error("asked"));
    expect(withEarly(fetcher, null, () => 0)).toBe(fetcher);
  });
});
