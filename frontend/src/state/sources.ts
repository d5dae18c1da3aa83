// Which rendition to show: what the person chose, else the best that there is.
import { figure, n, t } from "../language/translate.ts";
import type { Job, MediaStatus, Rendition } from "../net/types.ts";
import { waitText } from "../core/wording.ts";
import { needOf, rungFor } from "./bandwidth.ts";

/** "auto", "original", or the label of a proxy. */
export type Quality = string;

/** What "auto" goes by beside what there is. */
export interface Pace {
  /** Measured; null while nothing is known. */
  readonly bitsPerSecond: number | null;
  readonly duration: MediaStatus["duration"];
  readonly present: Rendition | null;
  /** The present one has just run dry. */
  readonly stalled: boolean;
}

/** The one that is on screen. */
export function renditionOf(media: MediaStatus | null, sourceId: string | null): Rendition | undefined {
  return media?.renditions.find(({ id }) => id === sourceId);
}

export function chooseRendition(renditions: readonly Rendition[], quality: Quality, pace: Pace | null = null): Rendition | null {
  const proxies = renditions.filter((r) => r.kind === "proxy").sort((a, b) => b.height - a.height);
  const original = renditions.find((r) => r.kind === "original") ?? null;
  if (quality === "original" && original) return original;
  const wished = proxies.find((r) => r.label === quality);
  if (wished) return wished;
  // A proxy steps and seeks faster than most originals; 720p the fastest, if the connection is fast enough for it.
  const easy = proxies.filter((r) => r.height <= 720);
  const rungs = easy.length > 0 ? easy : proxies.slice(-1);
  const best = rungs[0];
  if (best && !pace) return best;
  if (best && pace) {
    const { bitsPerSecond, duration, present, stalled } = pace;
    const place = rungs.findIndex((r) => r.id === present?.id);
    const needs = rungs.map((r) => ({ height: r.height, need: needOf(r, duration) }));
    return rungs[rungFor(needs, bitsPerSecond, place < 0 ? null : place, stalled)] ?? best;
  }
  if (original) return original;
  const previews = renditions.filter((r) => r.kind === "preview").sort((a, b) => b.frame_count - a.frame_count);
  return previews[0] ?? null;
}

export interface QualityChoice {
  readonly quality: Quality;
  readonly name: string;
}

export function qualityChoices(renditions: readonly Rendition[]): QualityChoice[] {
  const choices: QualityChoice[] = [{ quality: "auto", name: t("Auto") }];
  const proxies = renditions.filter((r) => r.kind === "proxy").sort((a, b) => b.height - a.height);
  for (const proxy of proxies) choices.push({ quality: proxy.label, name: t("Proxy {label}", { label: proxy.label }) });
  const original = renditions.find((r) => r.kind === "original");
  if (original) choices.push({ quality: "original", name: t("Original {height}p", { height: original.height }) });
  return choices;
}

/** What is on screen, in plain words. */
export function sourceText(rendition: Rendition | null, media: MediaStatus): string {
  if (!rendition) return "";
  if (rendition.kind === "original") return t("Original file");
  if (rendition.kind === "proxy") return t("Proxy {label}", { label: rendition.label || `${rendition.height}p` });
  const shown = figure(rendition.frame_count);
  const words = media.frame_count ? n("Preview: first {shown} of {count} frame | Preview: first {shown} of {count} frames", media.frame_count, { shown }) : t("Preview: first {shown}", { shown });
  return activeJob(media.jobs) ? t("{preview}, growing", { preview: words }) : words;
}

/** Whether to change from `present` to `next` at this moment. While playing, a change waits for a pause or for the end
 *  of what the present one holds: it would be heard. */
export function changeNow(present: Rendition | null, next: Rendition, situation: { playing: boolean; chosen: boolean; failed: boolean; frame: number; awaited: boolean }): boolean {
  if (present === null || situation.failed) return true;
  if (present.id === next.id) return false;
  if (situation.chosen || situation.awaited || !situation.playing) return true;
  const left = present.frame_count - situation.frame;
  return !present.complete && left < 48;
}

const STEP_NAMES: Readonly<Record<string, string>> = {
  index: t("Reading every frame's time"),
  renditions: t("Making the proxy, thumbnails and waveforms"),
  prepare: t("Preparing the picture"),
  watermark: t("Writing the watermark into the picture"),
};

export const stepName = (step: string): string => STEP_NAMES[step] ?? step;

/** "1,204 of 4,320 frames · 212 per second · 15 s left" */
export function progressText(job: Job): string {
  if (job.state === "queued") return t("Waiting for its turn");
  const parts: string[] = [];
  if (job.total > 0) parts.push(n("{done} of {count} frame | {done} of {count} frames", job.total, { done: figure(job.done) }));
  if (job.per_second > 0) parts.push(t("{count} per second", { count: figure(Math.round(job.per_second)) }));
  if (job.eta_seconds !== null) parts.push(t("{wait} left", { wait: waitText(job.eta_seconds) }));
  return parts.join(" · ") || t("Under way");
}

/** Seconds until frame `frame` is made, by the job's present rate; null when that cannot be said. */
export function waitForFrame(jobs: readonly Job[], frame: number): number | null {
  const job = jobs.find((candidate) => candidate.step === "renditions" && candidate.state === "running");
  if (!job || job.per_second <= 0) return null;
  return Math.max(1, (frame + 1 - job.done) / job.per_second);
}

/** Steps that only look at a file: nobody waits for a picture from them. */
const ASIDE = new Set(["checks", "decoded_checks"]);

export function activeJob(jobs: readonly Job[]): Job | null {
  const making = jobs.filter((job) => !ASIDE.has(job.step));
  return making.find((job) => job.state === "running") ?? making.find((job) => job.state === "queued") ?? null;
}

export function failedJob(jobs: readonly Job[]): Job | null {
  return jobs.find((job) => !ASIDE.has(job.step) && (job.state === "failed_user" || job.state === "failed_app")) ?? null;
}
