// Answers of the API that the page had fetched before its scripts were there: one request for all (review/room_answers.py),
// named by a link in the page's head. Each is handed out once, to the first who asks, and none that is old.
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Later than this after they came, they are the state of a while ago: what changed since came as events, which only those hear
 *  who were there. */
const FRESH_MS = 5_000;

/** `href`: where the answers are, as lines in pairs, address and JSON. `addresses`: those that may be among them. */
export function withEarly(fetcher: Fetch, early: { readonly href: string; readonly addresses: readonly string[] } | null, now: () => number): Fetch {
  if (!early) return fetcher;
  const waiting = new Set(early.addresses);
  let came = Infinity;
  const answers = fetcher(early.href, { credentials: "same-origin" })
    .then(async (answer) => {
      const lines = answer.ok ? (await answer.text()).split("\n") : [];
      came = now();
      return new Map(lines.flatMap((line, i): [string, string][] => (i % 2 === 0 ? [[line, lines[i + 1] ?? ""]] : [])));
    })
    .catch(() => new Map<string, string>());
  return async (url, init) => {
    const taken = (init.method ?? "GET") === "GET" && waiting.delete(url) && now() - came < FRESH_MS;
    const body = taken ? (await answers).get(url) : undefined;
    if (body === undefined || init.signal?.aborted) return fetcher(url, init);
    return new Response(body, { headers: { "Content-Type": "application/json" } });
  };
}
