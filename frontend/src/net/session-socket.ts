// The connection to a live session: comes back by itself, measures the server's clock, and says nothing twice that only the
// newest of matters.
import { ServerClock } from "../core/server-clock.ts";
import type { SocketPort } from "./live.ts";

export type SessionLink = "connecting" | "here" | "lost" | "ended" | "refused" | "crowded" | "gone";

export interface SessionPorts {
  open(): SocketPort;
  after(milliseconds: number, callback: () => void): () => void;
  /** Milliseconds, monotonic. */
  now(): number;
  random(): number;
}

export interface SessionListener {
  message(message: Readonly<Record<string, unknown>>): void;
  link(state: SessionLink): void;
}

type Message = Readonly<Record<string, unknown>>;

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 8_000;
const QUESTIONS_AT_ONCE = 6;
const QUESTION_EVERY_MS = 150;
const QUESTION_LATER_MS = 5_000;
/** No answer for this long: the connection is dead without a word. */
const SILENCE_MS = 15_000;
const FINAL: Readonly<Record<number, SessionLink>> = { 4401: "gone", 4403: "refused", 4404: "gone", 4410: "ended", 4429: "crowded" };

export class SessionSocket {
  readonly clock: ServerClock;
  private socket: SocketPort | null = null;
  private failures = 0;
  private asked = 0;
  private stopped = false;
  private cancelRetry: (() => void) | null = null;
  private cancelQuestion: (() => void) | null = null;
  private heardAt = 0;
  private readonly waiting = new Map<string, Message>();
  private readonly sentAt = new Map<string, number>();
  private readonly planned = new Map<string, () => void>();

  constructor(
    private readonly ports: SessionPorts,
    private readonly listener: SessionListener,
  ) {
    this.clock = new ServerClock(() => ports.now());
  }

  start(): void {
    this.listener.link("connecting");
    this.connect();
  }

  /** Leave for good. */
  stop(): void {
    this.send({ type: "leave" });
    this.end();
  }

  /** The network is back, or the tab is looked at again. */
  nudge(): void {
    if (this.stopped || this.socket) return;
    this.cancelRetry?.();
    this.connect();
  }

  send(message: Message): void {
    try {
      this.socket?.send(JSON.stringify(message));
    } catch {
      // Not open: what matters is said again by whoever leads, once it is.
    }
  }

  /** Send at most every so many milliseconds; of messages of one `kind` that come faster the newest counts. */
  sendNewest(kind: string, message: Message, everyMs: number): void {
    const wait = (this.sentAt.get(kind) ?? -Infinity) + everyMs - this.ports.now();
    this.waiting.set(kind, message);
    if (wait <= 0) return this.flush(kind);
    if (!this.planned.has(kind)) this.planned.set(kind, this.ports.after(wait, () => this.flush(kind)));
  }

  /** Send at once; what waits of that kind is dropped, because this is newer. */
  sendNow(kind: string, message: Message): void {
    this.waiting.set(kind, message);
    this.flush(kind);
  }

  private flush(kind: string): void {
    this.planned.get(kind)?.();
    this.planned.delete(kind);
    const message = this.waiting.get(kind);
    this.waiting.delete(kind);
    this.sentAt.set(kind, this.ports.now());
    if (message) this.send(message);
  }

  private end(): void {
    this.stopped = true;
    this.cancelRetry?.();
    this.cancelQuestion?.();
    for (const cancel of this.planned.values()) cancel();
    this.drop();
  }

  private connect(): void {
    if (this.stopped) return;
    this.drop();
    const socket = this.ports.open();
    this.socket = socket;
    this.heardAt = this.ports.now();
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.receive(data);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.cancelQuestion?.();
      const final = FINAL[code];
      if (final) {
        this.end();
        this.listener.link(final);
        return;
      }
      this.failures += 1;
      this.listener.link("lost");
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 1)) * (0.5 + this.ports.random() / 2);
      this.cancelRetry = this.ports.after(wait, () => this.connect());
    };
    this.question(0);
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private receive(text: string): void {
    this.heardAt = this.ports.now();
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      return;
    }
    if (message["type"] === "pong") {
      if (typeof message["sent"] === "number" && typeof message["now"] === "number") this.clock.heard(message["sent"], message["now"]);
      return;
    }
    if (message["type"] === "hello") {
      this.failures = 0;
      this.asked = 0;
      this.question(0);
      this.listener.link("here");
    }
    this.listener.message(message);
  }

  private question(wait: number): void {
    this.cancelQuestion?.();
    this.cancelQuestion = this.ports.after(wait, () => {
      if (this.socket && this.ports.now() - this.heardAt > SILENCE_MS) {
        const { socket } = this;
        socket.onclose?.({ code: 1006 });
        socket.close();
        return;
      }
      this.send({ type: "ping", sent: this.ports.now() });
      this.asked += 1;
      this.question(this.asked < QUESTIONS_AT_ONCE ? QUESTION_EVERY_MS : QUESTION_LATER_MS);
    });
  }
}
