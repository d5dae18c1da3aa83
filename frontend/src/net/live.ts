// Live events of a project: in order, none missing, none twice. The socket is the quick way; `events?after=` is the
// sure one, asked whenever a number is missing and while no socket can be had.
import type { Job, LiveEvent } from "./types.ts";

export type LiveState = "connecting" | "live" | "offline";

export interface SocketPort {
  onopen: (() => void) | null;
  onmessage: ((message: { readonly data: string }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LivePorts {
  /** Open a socket that begins after event `after`. */
  open(after: number): SocketPort;
  /** Events after `after`, oldest first; may be a part of them. */
  fetchAfter(after: number): Promise<readonly LiveEvent[]>;
  after(milliseconds: number, callback: () => void): () => void;
  random(): number;
}

export interface LiveListener {
  event(event: LiveEvent): void;
  progress(mediaId: string, jobs: readonly Job[]): void;
  state(state: LiveState): void;
  /** The server closed it for good: nobody comes back. */
  closed?(code: number): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Nothing heard for this long: the connection may be dead without a word (Wi-Fi gone), so the gap filler asks. */
const SILENCE_MS = 25_000;
const CLOSED_FOR_GOOD = new Set([4401, 4403, 4404]);

export class LiveClient {
  private socket: SocketPort | null = null;
  private failures = 0;
  private filling = false;
  private wanted = 0;
  private early = new Map<number, LiveEvent>();
  private cancelRetry: (() => void) | null = null;
  private cancelSilence: (() => void) | null = null;
  private stopped = false;

  /** `seq`: number of the last event that the page's state already holds. */
  constructor(
    private readonly ports: LivePorts,
    private readonly listener: LiveListener,
    private seq: number,
  ) {}

  get lastSeq(): number {
    return this.seq;
  }

  start(): void {
    this.listener.state("connecting");
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.cancelRetry?.();
    this.cancelSilence?.();
    this.drop();
  }

  /** The browser says that the network is back, or the tab is looked at again: do not wait out the back-off. */
  nudge(): void {
    if (this.stopped) return;
    if (this.socket === null) {
      this.cancelRetry?.();
      this.connect();
    } else void this.fill();
  }

  /** The browser says that the network is gone. The socket itself may not notice for minutes. */
  lost(): void {
    const { socket } = this;
    if (this.stopped || !socket) return;
    socket.onclose?.({ code: 1006 });
    socket.close();
  }

  private connect(): void {
    if (this.stopped) return;
    this.drop();
    const socket = this.ports.open(this.seq);
    this.socket = socket;
    socket.onmessage = (message) => {
      if (this.socket === socket) this.receive(message.data);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.cancelSilence?.();
      this.listener.state("offline");
      if (CLOSED_FOR_GOOD.has(event.code)) return this.listener.closed?.(event.code);
      this.failures += 1;
      // Everybody comes back after a restart: not all in the same moment.
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 1)) * (0.5 + this.ports.random() / 2);
      this.cancelRetry = this.ports.after(wait, () => this.connect());
      if (this.failures > 1) void this.fill(); // sockets may be blocked where plain requests pass
    };
    this.listen();
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private listen(): void {
    this.cancelSilence?.();
    this.cancelSilence = this.ports.after(SILENCE_MS, () => {
      void this.fill();
      if (this.socket) this.listen();
    });
  }

  private receive(text: string): void {
    this.listen();
    let message: { type?: string; seq?: number; media_id?: string; jobs?: Job[] };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return; // not ours
    }
    if (message.type === "hello") {
      this.failures = 0;
      this.listener.state("live");
      if ((message.seq ?? 0) > this.seq) void this.fill(message.seq);
    } else if (message.type === "event" && typeof message.seq === "number") {
      this.take(message as LiveEvent);
    } else if (message.type === "progress" && message.media_id) {
      this.listener.progress(message.media_id, message.jobs ?? []);
    }
  }

  private take(event: LiveEvent): void {
    if (event.seq <= this.seq) return; // seen
    this.early.set(event.seq, event);
    this.drain();
    if (this.early.size > 0) void this.fill(event.seq);
  }

  private drain(): void {
    for (let next = this.early.get(this.seq + 1); next; next = this.early.get(this.seq + 1)) {
      this.deliver(next);
    }
  }

  /** Fetch what is missing. Numbers that this person may not receive (internal ones) never come: once the server has no
   *  more to answer, everything up to the highest number known before asking counts as seen. */
  private async fill(upTo = 0): Promise<void> {
    this.wanted = Math.max(this.wanted, upTo);
    if (this.filling || this.stopped) return;
    this.filling = true;
    try {
      do {
        const known = this.highest();
        const events = await this.ports.fetchAfter(this.seq);
        if (this.stopped) return;
        for (const event of events) if (event.seq > this.seq) this.deliver(event);
        if (events.length > 0) continue; // there may be more
        for (const event of [...this.early.values()].sort((a, b) => a.seq - b.seq)) {
          if (event.seq > this.seq && event.seq <= known) this.deliver(event);
        }
        this.seq = Math.max(this.seq, known);
        this.drain();
      } while (this.highest() > this.seq);
    } catch {
      // Unreachable: the reconnect or the next silence asks again.
    } finally {
      this.filling = false;
    }
  }

  private highest(): number {
    return Math.max(this.wanted, this.seq, ...this.early.keys());
  }

  private deliver(event: LiveEvent): void {
    this.early.delete(event.seq);
    this.seq = event.seq;
    this.listener.event(event);
  }
}
