// What a video can be compared with: videos first, then their versions. Of another video the newest is known at once, the rest when
// somebody chooses it. Knows no DOM.

export interface CompareChoice {
  readonly id: string;
  readonly name: string;
}

export interface CompareVideo extends CompareChoice {
  /** As their stack stands; at least one. */
  readonly versions: readonly CompareChoice[];
  /** Whether those are all. */
  readonly all: boolean;
}

export class CompareChoices {
  private videos: readonly CompareVideo[];

  /** `own`: the video that is compared, if it has other versions, among `videos`. `fetch`: all versions of a video. */
  constructor(
    videos: readonly CompareVideo[],
    private readonly own: string,
    private readonly fetch: (videoId: string) => Promise<readonly CompareChoice[]>,
  ) {
    const first = ({ id }: CompareVideo): number => (id === own ? 0 : 1);
    this.videos = [...videos].sort((a, b) => first(a) - first(b) || a.name.localeCompare(b.name, undefined, { numeric: true }));
  }

  get list(): readonly CompareVideo[] {
    return this.videos;
  }

  /** To begin with. */
  get first(): CompareChoice | null {
    return this.videos[0]?.versions[0] ?? null;
  }

  video(videoId: string): CompareVideo | null {
    return this.videos.find(({ id }) => id === videoId) ?? null;
  }

  /** The video of a version, as far as that is known. */
  of(versionId: string): CompareVideo | null {
    return this.videos.find(({ versions }) => versions.some(({ id }) => id === versionId)) ?? null;
  }

  /** As it is called beside the picture: of the video itself by its number alone. */
  nameOf(versionId: string): string {
    const video = this.of(versionId);
    const name = video?.versions.find(({ id }) => id === versionId)?.name ?? "";
    return video && video.id !== this.own ? `${video.name} ${name}` : name;
  }

  /** Know all versions of a video; those that are known stay if that fails. */
  async complete(videoId: string): Promise<void> {
    const video = this.video(videoId);
    if (!video || video.all) return;
    const versions = await this.fetch(videoId);
    if (versions.length > 0) this.videos = this.videos.map((one) => (one.id === videoId ? { ...one, versions, all: true } : one));
  }
}
