// The browser's side of the network ports, shared by the pages.
import { Api, csrfFrom } from "../net/api.ts";
import { withEarly } from "../net/early.ts";
import { LiveClient, type LiveListener, type SocketPort } from "../net/live.ts";
import type { LiveEvent } from "../net/types.ts";
import { Keeping } from "../state/keeping.ts";

const fetcher = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);

export const api = new Api(withEarly(fetcher, earlyOf(document), () => performance.now()), () => csrfFrom(document.cookie));

/** What the page asked for early, if it did. */
function earlyOf(page: Document): { href: string; addresses: string[] } | null {
  const link = page.querySelector<HTMLLinkElement>("link[data-answers]");
  return link && { href: link.href, addresses: link.dataset["answers"]?.split(" ") ?? [] };
}

export const after = (milliseconds: number, callback: () => void): (() => void) => {
  const id = window.setTimeout(callback, milliseconds);
  return () => window.clearTimeout(id);
};

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}

export const keeping = new Keeping(storage());

/** Whoever listens to the page's connection beside the page itself gets each event as `detail` of this event of the document. */
export const LIVE_EVENT = "tp-live";
let connected = false;

/** Whether this page has a connection: one is enough. */
export const isLive = (): boolean => connected;

/** Live events of a project from number `seq` on. */
export function goLive(projectId: string, seq: number, listener: LiveListener): LiveClient {
  return connect(`projects/${projectId}`, seq, listener, async (from) => (await api.page<LiveEvent>(`projects/${projectId}/events?after=${from}&page_size=200`)).data);
}

/** The same of one version, for guests: the socket alone, which sends what was missed when it is opened again. */
export function goLiveOn(versionId: string, seq: number, listener: LiveListener): LiveClient {
  return connect(`versions/${versionId}`, seq, listener, () => Promise.reject(new Error("no other way")));
}

function connect(place: string, seq: number, listener: LiveListener, fetchAfter: (from: number) => Promise<readonly LiveEvent[]>): LiveClient {
  connected = true;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const client = new LiveClient(
    {
      open: (from) => new WebSocket(`${scheme}://${location.host}/ws/${place}?after=${from}`) as SocketPort,
      fetchAfter,
      after,
      random: Math.random,
    },
    {
      event: (event) => {
        listener.event(event);
        document.dispatchEvent(new CustomEvent<LiveEvent>(LIVE_EVENT, { detail: event }));
      },
      progress: (mediaId, jobs) => listener.progress(mediaId, jobs),
      state: (state) => listener.state(state),
      closed: (code) => listener.closed?.(code),
    },
    seq,
  );
  client.start();
  window.addEventListener("online", () => client.nudge());
  window.addEventListener("offline", () => client.lost());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) client.nudge();
  });
  return client;
}
