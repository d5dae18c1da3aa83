// What the connection to this server can do: latency, download, upload; and what that means for what one wants to watch.
import { ApiError } from "../net/api.ts";

export interface ConnectionPort {
  /** Fetch so many bytes that cannot be compressed. Throws ApiError. */
  download(bytes: number): Promise<void>;
  upload(bytes: number): Promise<void>;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface Measured {
  readonly latencyMs: number | null;
  /** Bits per second. */
  readonly download: number | null;
  readonly upload: number | null;
  /** Why the rest is not known. */
  readonly problem: unknown;
}

export type Stage = keyof Omit<Measured, "problem">;

const PINGS = 5;
const SIZES = [64_000, 256_000, 1_000_000, 2_000_000];
/** One that took so long says enough, and the next would take for ever. */
const LONG_ENOUGH_MS = 800;

/** Measure, telling of each number as it is known. Ends early when the server cannot be reached. */
export async function measureConnection(port: ConnectionPort, tell: (measured: Measured, next: Stage | null) => void): Promise<Measured> {
  let measured: Measured = { latencyMs: null, download: null, upload: null, problem: null };
  try {
    tell(measured, "latencyMs");
    measured = { ...measured, latencyMs: await latency(port) };
    tell(measured, "download");
    measured = { ...measured, download: await speed(port, (bytes) => port.download(bytes), measured.latencyMs ?? 0) };
    tell(measured, "upload");
    measured = { ...measured, upload: await speed(port, (bytes) => port.upload(bytes), measured.latencyMs ?? 0) };
  } catch (error) {
    measured = { ...measured, problem: error };
  }
  tell(measured, null);
  return measured;
}

/** The median of a few empty answers; the first opens the connection and is not counted. */
async function latency(port: ConnectionPort): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i <= PINGS; i += 1) {
    const start = port.now();
    await port.download(0);
    if (i > 0) took.push(port.now() - start);
  }
  return took.sort((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0;
}

/** Bits per second of growing pieces, the time of an empty answer taken off; the best, since nothing makes it too high. */
async function speed(port: ConnectionPort, move: (bytes: number) => Promise<void>, latencyMs: number): Promise<number> {
  let best = 0;
  for (const bytes of SIZES) {
    const start = port.now();
    await move(bytes);
    const took = port.now() - start;
    best = Math.max(best, (bytes * 8_000) / Math.max(1, took - latencyMs, took / 4));
    if (took >= LONG_ENOUGH_MS) break;
  }
  return best;
}

export interface Quality {
  readonly quality: string;
  readonly name: string;
  /** Bits per second; null when not known. */
  readonly need: number | null;
}

export type Finding =
  | { readonly kind: "unreachable" | "limited" | "slow-answers" | "slow-upload" | "good" }
  /** `best`: the best that plays without pauses; null: none does. `next`: the one above it. */
  | { readonly kind: "too-slow"; readonly best: Quality | null; readonly next: Quality };

/** Steps and jumps are felt to lag beyond this. (Nielsen's limit for what seems to answer at once is 100 ms; a jump asks twice.) */
const SLOW_ANSWER_MS = 250;
/** A voice note or a screenshot takes longer than ten seconds below this. */
const SLOW_UPLOAD = 1_000_000;

/** What is to be said, the most important first. `qualities`: the best first. */
export function findingsOf(measured: Measured, qualities: readonly Quality[]): Finding[] {
  const { latencyMs, download, upload, problem } = measured;
  if (problem !== null) return [{ kind: problem instanceof ApiError && problem.status === 429 ? "limited" : "unreachable" }];
  const found: Finding[] = [];
  const fits = (one: Quality): boolean => one.need === null || download === null || download >= one.need;
  const best = qualities.findIndex(fits);
  const next = qualities[best < 0 ? qualities.length - 1 : best - 1];
  if (next) found.push({ kind: "too-slow", best: qualities[best] ?? null, next });
  if (latencyMs !== null && latencyMs > SLOW_ANSWER_MS) found.push({ kind: "slow-answers" });
  if (upload !== null && upload < SLOW_UPLOAD) found.push({ kind: "slow-upload" });
  return found.length > 0 ? found : [{ kind: "good" }];
}
