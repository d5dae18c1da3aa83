// What is known of the version on the page, kept fresh: its media while it is being prepared, and the stack it is in.
import type { Api } from "../net/api.ts";
import type { Job, MediaStatus, Version, VersionChecks } from "../net/types.ts";
import { Store } from "./store.ts";

export interface SessionState {
  readonly versions: readonly Version[];
  readonly media: MediaStatus | null;
  readonly mediaError: unknown;
}

/** Without any word from the live connection the media is asked for this often while it is being made. */
const POLL_MS = 4_000;

export class VersionSession {
  readonly store = new Store<SessionState>({ versions: [], media: null, mediaError: null });
  private cancelPoll: (() => void) | null = null;
  private stopped = false;
  private asking: Promise<void> | null = null;
  private askAgain = false;

  constructor(
    private readonly api: Pick<Api, "send" | "all">,
    readonly versionId: string,
    private readonly assetId: string,
    private readonly after: (milliseconds: number, callback: () => void) => () => void,
  ) {}

  start(): void {
    void this.refreshMedia();
    void this.refreshVersions();
  }

  /** Begin with what the page was told of the media when it was made; told again, take that instead. */
  startWith(media: MediaStatus): void {
    this.store.set({ media });
    this.plan();
  }

  stop(): void {
    this.stopped = true;
    this.cancelPoll?.();
  }

  /** Ask for the media's state. While a request is under way one more is remembered, never more. */
  async refreshMedia(): Promise<void> {
    if (this.asking) {
      this.askAgain = true;
      return this.asking;
    }
    this.asking = this.askMedia();
    await this.asking;
    this.asking = null;
    if (this.askAgain) {
      this.askAgain = false;
      await this.refreshMedia();
    }
  }

  async refreshVersions(): Promise<void> {
    try {
      const versions = await this.api.all<Version>(`assets/${this.assetId}/versions?page_size=200`);
      if (!this.stopped) this.store.set({ versions });
    } catch {
      // The stack is a convenience: the version itself is on the page.
    }
  }

  async manage(what: "cancel" | "retry"): Promise<void> {
    await this.api.send(`versions/${this.versionId}/media/${what}`, { method: "POST" });
    await this.refreshMedia();
  }

  event(kind: string, payload: unknown): void {
    const about = (payload ?? {}) as { media_id?: string; version_ids?: string[]; asset_id?: string; version_id?: string; checks?: VersionChecks };
    if (kind === "media.changed") {
      if (about.version_ids?.includes(this.versionId) || about.media_id === this.store.state.media?.id) void this.refreshMedia();
    } else if (kind.startsWith("version.") && about.asset_id === this.assetId) void this.refreshVersions();
    else if (kind === "checks.changed" && about.checks) {
      const { checks } = about;
      this.store.set({ versions: this.store.state.versions.map((one) => (one.id === about.version_id ? { ...one, checks } : one)) });
    }
  }

  progress(mediaId: string, jobs: readonly Job[]): void {
    const { media } = this.store.state;
    if (!media || media.id !== mediaId) return;
    const changed = new Map(jobs.map((job) => [job.id, job]));
    const merged = media.jobs.map((job) => changed.get(job.id) ?? job);
    for (const job of jobs) if (!media.jobs.some((known) => known.id === job.id)) merged.push(job);
    this.store.set({ media: { ...media, jobs: merged } });
  }

  private async askMedia(): Promise<void> {
    try {
      const media = await this.api.send<MediaStatus>(`versions/${this.versionId}/media`);
      if (this.stopped) return;
      this.store.set({ media, mediaError: null });
    } catch (mediaError) {
      if (!this.stopped) this.store.set({ mediaError });
    }
    this.plan();
  }

  private plan(): void {
    this.cancelPoll?.();
    if (this.stopped) return;
    const { media, mediaError } = this.store.state;
    const busy = media === null || mediaError !== null || media.jobs.some((job) => job.state === "queued" || job.state === "running") || ["new", "indexing", "preparing"].includes(media.state);
    if (busy) this.cancelPoll = this.after(POLL_MS, () => void this.refreshMedia());
  }
}
