// The queue of files that go up: two at a time, speed and time left, pause, resume, retry for ever while the network or
// the server is away. It knows no transport: that is a port (tus-transfer.ts).
import { t } from "../language/translate.ts";
import { Store } from "../state/store.ts";

export interface UploadTarget {
  readonly projectId: string;
  readonly assetId?: string;
  readonly sequenceId?: string;
  /** Of a dropped folder; metadata only. */
  readonly relativePath?: string;
  /** The file is only to be checked: it becomes no version, and goes after a day. */
  readonly checkOnly?: boolean;
  /** The file is a mixdown: that version is compared with it. It becomes no version. */
  readonly referenceFor?: string;
  /** The name that the version shall have, where the file's own is none of the project's. */
  readonly versionName?: string;
  /** Give the sequence's lock back together with publishing. */
  readonly releaseLock?: boolean;
  /** SHA-256 of the file, where it is known. */
  readonly sha256?: string;
  /** Go on with this upload of an earlier visit. */
  readonly uploadUrl?: string;
}

export interface TransferResult {
  readonly versionId: string | null;
  /** The same content was here before: in this stack, or elsewhere in the project. */
  readonly known: "version" | "project" | null;
}

export interface TransferFailure {
  /** Worth trying again by itself: no network, server restarting, upload locked by a dead connection. */
  readonly transient: boolean;
  readonly message: string;
  readonly remedy: string;
  /** The right name, where the name was what is wrong. */
  readonly offered?: string | null;
  /** The sequence that somebody else has locked, where that is what is in the way. */
  readonly lockedSequence?: string | null;
}

export interface TransferListener {
  progress(sent: number): void;
  done(result: TransferResult): void;
  failed(failure: TransferFailure): void;
}

export interface Transfer {
  /** Begin, or go on from what the server has. */
  start(): void;
  /** Stop sending; what the server has stays there. */
  stop(): Promise<void>;
  /** Where the server keeps what it has; null as long as it has nothing. */
  readonly url: string | null;
  /** Stop, and let the server throw away what it has. */
  terminate(): Promise<void>;
}

export interface Recognised {
  /** Of the file, if it was worth reading. */
  readonly sha256: string | null;
  /** The version of the stack in question that is this very content: nothing need be sent. */
  readonly versionId: string | null;
}

/** Look whether the content is there already. `progress`: bytes read. A help, not a need: what it throws means "not known". */
export type Recognise = (file: File, target: UploadTarget, progress: (read: number) => void, signal: AbortSignal) => Promise<Recognised>;

export type OpenTransfer = (file: File, target: UploadTarget, listener: TransferListener) => Transfer;

export type UploadState = "waiting" | "reading" | "sending" | "retrying" | "paused" | "finishing" | "done" | "failed" | "cancelled";

export interface UploadItem {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly sent: number;
  readonly state: UploadState;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly problem: string;
  readonly remedy: string;
  /** The right name: one click takes it. */
  readonly offered: string | null;
  /** The sequence whose lock is in the way. */
  readonly lockedSequence: string | null;
  /** The sequence is free again once it is published. */
  readonly releases: boolean;
  readonly result: TransferResult | null;
}

export interface QueuePort {
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
}

interface Entry {
  readonly file: File;
  target: UploadTarget;
  transfer: Transfer | null;
  /** Looking whether its content is known; null: done, or not begun. */
  reading: AbortController | null;
  recognised: boolean;
  samples: { at: number; sent: number }[];
  failures: number;
  lastMove: number;
  cancelTimer: (() => void) | null;
  cancelWatch: (() => void) | null;
}

const AT_ONCE = 2;
const WINDOW_MS = 8_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 20_000;
/** No byte moved for this long: the connection is dead without saying so (Wi-Fi gone). */
export const STALL_MS = 5_000;
/** All bytes are sent and the server hashes and publishes them. */
const FINISH_MS = 180_000;

export class UploadQueue {
  readonly store = new Store<{ items: readonly UploadItem[] }>({ items: [] });
  private entries = new Map<number, Entry>();
  private ids = 0;

  constructor(
    private readonly open: OpenTransfer,
    private readonly port: QueuePort,
    private readonly recognise: Recognise | null = null,
  ) {}

  get busy(): boolean {
    return this.store.state.items.some((item) => ["waiting", "reading", "sending", "retrying", "finishing"].includes(item.state));
  }

  add(file: File, target: UploadTarget): number {
    const id = ++this.ids;
    const item: UploadItem = {
      id,
      name: file.name,
      path: target.relativePath ?? file.name,
      size: file.size,
      sent: 0,
      state: "waiting",
      bytesPerSecond: 0,
      secondsLeft: null,
      problem: "",
      remedy: "",
      offered: null,
      lockedSequence: null,
      releases: target.releaseLock ?? false,
      result: null,
    };
    this.entries.set(id, { file, target, transfer: null, reading: null, recognised: false, samples: [], failures: 0, lastMove: 0, cancelTimer: null, cancelWatch: null });
    const refused = file.size === 0 ? { state: "failed" as const, problem: t("This file is empty: it has no bytes."), remedy: t("Export it again, then upload that.") } : {};
    this.store.set({ items: [...this.store.state.items, { ...item, ...refused }] });
    this.pump();
    return id;
  }

  pause(id: number): void {
    const entry = this.entries.get(id);
    if (!entry || !["waiting", "reading", "sending", "retrying"].includes(this.item(id)?.state ?? "")) return;
    this.quiet(entry);
    this.change(id, { state: "paused", bytesPerSecond: 0, secondsLeft: null, problem: "" });
    void entry.transfer?.stop();
    this.pump();
  }

  resume(id: number): void {
    const item = this.item(id);
    if (!item || !["paused", "failed", "retrying"].includes(item.state) || item.size === 0) return;
    const entry = this.entries.get(id);
    if (entry) {
      this.quiet(entry);
      entry.failures = 0;
    }
    this.change(id, { state: "waiting", problem: "", remedy: "", lockedSequence: null });
    this.pump();
  }

  /** Try a refused one again under this name. `rename` names what the server has of it already; it may throw. */
  async resumeAs(id: number, name: string, rename: (url: string, name: string) => Promise<void>): Promise<void> {
    const entry = this.entries.get(id);
    if (!entry || this.item(id)?.state !== "failed") return;
    if (entry.transfer?.url) await rename(entry.transfer.url, name);
    else {
      entry.target = { ...entry.target, versionName: name };
      entry.transfer = null;
    }
    this.change(id, { offered: null });
    this.resume(id);
  }

  async cancel(id: number): Promise<void> {
    const entry = this.entries.get(id);
    const item = this.item(id);
    if (!entry || !item || item.state === "done" || item.state === "finishing") return;
    this.quiet(entry);
    this.change(id, { state: "cancelled", bytesPerSecond: 0, secondsLeft: null });
    this.pump();
    try {
      await entry.transfer?.terminate();
    } catch {
      // Unreachable: the server lets it expire.
    }
    this.forget(id);
  }

  /** Take a finished, failed or cancelled one off the list. */
  forget(id: number): void {
    this.entries.delete(id);
    this.store.set({ items: this.store.state.items.filter((item) => item.id !== id) });
  }

  /** The network is back: do not wait out the back-off. */
  nudge(): void {
    for (const item of this.store.state.items) if (item.state === "retrying") this.resume(item.id);
  }

  private item(id: number): UploadItem | undefined {
    return this.store.state.items.find((item) => item.id === id);
  }

  private change(id: number, change: Partial<UploadItem>): void {
    this.store.set({ items: this.store.state.items.map((item) => (item.id === id ? { ...item, ...change } : item)) });
  }

  private pump(): void {
    let running = this.store.state.items.filter((item) => ["reading", "sending", "finishing"].includes(item.state)).length;
    for (const item of this.store.state.items) {
      if (running >= AT_ONCE) return;
      if (item.state !== "waiting") continue;
      running += 1;
      this.begin(item.id);
    }
  }

  private begin(id: number): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    if (this.recognise && !entry.recognised && !entry.target.uploadUrl) return void this.read(id, entry, this.recognise);
    this.send(id, entry);
  }

  /** Is its content known? Then nothing is sent. */
  private async read(id: number, entry: Entry, recognise: Recognise): Promise<void> {
    const mine = (entry.reading = new AbortController());
    this.change(id, { state: "reading", sent: 0 });
    const found = await recognise(entry.file, entry.target, (read) => this.item(id)?.state === "reading" && this.change(id, { sent: read }), mine.signal).catch(() => null);
    if (mine.signal.aborted || this.item(id)?.state !== "reading") return; // paused, or given up
    entry.reading = null;
    entry.recognised = true;
    if (found?.sha256) entry.target = { ...entry.target, sha256: found.sha256 };
    if (found?.versionId) {
      this.change(id, { state: "done", sent: entry.file.size, result: { versionId: found.versionId, known: "version" } });
      this.pump();
      return;
    }
    this.change(id, { sent: 0 });
    this.send(id, entry);
  }

  private send(id: number, entry: Entry): void {
    entry.samples = [];
    entry.lastMove = this.port.now();
    this.change(id, { state: "sending" });
    entry.transfer ??= this.open(entry.file, entry.target, {
      progress: (sent) => this.progress(id, sent),
      done: (result) => {
        if (!this.active(id)) return;
        this.quiet(entry);
        this.change(id, { state: "done", sent: entry.file.size, bytesPerSecond: 0, secondsLeft: null, problem: "", result });
        this.pump();
      },
      failed: (failure) => this.failed(id, failure),
    });
    entry.transfer.start();
    this.watch(id);
  }

  private active(id: number): boolean {
    return ["sending", "finishing"].includes(this.item(id)?.state ?? "");
  }

  private progress(id: number, sent: number): void {
    const entry = this.entries.get(id);
    const item = this.item(id);
    if (!entry || !item || !this.active(id)) return;
    const now = this.port.now();
    if (sent !== item.sent) entry.lastMove = now;
    if (sent > item.sent) entry.failures = 0;
    entry.samples = [...entry.samples.filter((sample) => now - sample.at <= WINDOW_MS), { at: now, sent }];
    const first = entry.samples[0];
    const elapsed = first ? now - first.at : 0;
    const speed = first && elapsed > 400 ? Math.max(0, ((sent - first.sent) * 1000) / elapsed) : item.bytesPerSecond;
    const left = speed > 0 ? (item.size - sent) / speed : null;
    this.change(id, { sent, bytesPerSecond: speed, secondsLeft: left, problem: "", state: sent >= item.size ? "finishing" : "sending" });
  }

  /** tus has no answer while bytes flow, so silence is the only sign of a dead connection. */
  private watch(id: number): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    entry.cancelWatch?.();
    entry.cancelWatch = this.port.after(1_000, () => {
      if (!this.active(id)) return;
      const quiet = this.port.now() - entry.lastMove;
      if (quiet >= (this.item(id)?.state === "finishing" ? FINISH_MS : STALL_MS)) {
        void entry.transfer?.stop();
        this.failed(id, { transient: true, message: t("The connection stands still. Trying a new one."), remedy: "" });
      } else this.watch(id);
    });
  }

  private failed(id: number, failure: TransferFailure): void {
    const entry = this.entries.get(id);
    if (!entry || !this.active(id)) return;
    this.quiet(entry);
    if (!failure.transient) {
      this.change(id, { state: "failed", problem: failure.message, remedy: failure.remedy, offered: failure.offered ?? null, lockedSequence: failure.lockedSequence ?? null, bytesPerSecond: 0, secondsLeft: null });
      this.pump();
      return;
    }
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** entry.failures);
    entry.failures += 1;
    this.change(id, { state: "retrying", problem: failure.message, remedy: "", bytesPerSecond: 0, secondsLeft: null });
    entry.cancelTimer = this.port.after(wait, () => {
      if (this.item(id)?.state !== "retrying") return;
      this.change(id, { state: "waiting" });
      this.pump();
    });
    this.pump();
  }

  private quiet(entry: Entry): void {
    entry.cancelTimer?.();
    entry.cancelWatch?.();
    entry.reading?.abort();
    entry.cancelTimer = entry.cancelWatch = entry.reading = null;
  }
}
