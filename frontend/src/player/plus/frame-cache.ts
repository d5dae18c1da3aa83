// Decoded pictures by frame number, within a budget of bytes: what lies farthest from the playhead goes first.

export interface Kept {
  readonly bytes: number;
  close(): void;
}

export class FrameCache<T extends Kept> {
  private readonly frames = new Map<number, T>();
  private total = 0;
  private largest = 0;

  /** `center`: where the playhead is. */
  constructor(
    private readonly budget: number,
    private readonly center: () => number,
  ) {}

  get count(): number {
    return this.frames.size;
  }

  get bytes(): number {
    return this.total;
  }

  /** How many pictures fit, by the largest one seen; null before the first. */
  get room(): number | null {
    return this.largest === 0 ? null : Math.max(3, Math.floor(this.budget / this.largest));
  }

  has(frame: number): boolean {
    return this.frames.has(frame);
  }

  get(frame: number): T | undefined {
    return this.frames.get(frame);
  }

  /** Takes ownership. The picture under the playhead is never thrown away. */
  put(frame: number, picture: T): void {
    this.drop(frame);
    this.frames.set(frame, picture);
    this.total += picture.bytes;
    this.largest = Math.max(this.largest, picture.bytes);
    while (this.total > this.budget && this.frames.size > 1) {
      const center = this.center();
      let farthest = center;
      for (const candidate of this.frames.keys()) if (Math.abs(candidate - center) > Math.abs(farthest - center)) farthest = candidate;
      if (farthest === center) return;
      this.drop(farthest);
    }
  }

  clear(): void {
    for (const frame of [...this.frames.keys()]) this.drop(frame);
  }

  private drop(frame: number): void {
    const picture = this.frames.get(frame);
    if (!picture) return;
    this.frames.delete(frame);
    this.total -= picture.bytes;
    picture.close();
  }
}
