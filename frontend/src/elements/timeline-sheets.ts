// The sprite sheets as images: asked for when first needed, kept while the version is shown.

export class SheetImages {
  private readonly images = new Map<string, HTMLImageElement>();

  /** `arrived`: a sheet that was asked for can be drawn now. */
  constructor(private readonly arrived: () => void) {}

  /** The sheet if it is here; null while it comes, or if it cannot be had. */
  get(url: string): HTMLImageElement | null {
    const known = this.images.get(url);
    if (known) return known.complete && known.naturalWidth > 0 ? known : null;
    const image = new Image();
    this.images.set(url, image);
    // Decoded before it is drawn, so that no frame of a pan waits for it.
    image.src = url;
    void image.decode().then(this.arrived, () => undefined);
    return null;
  }

  /** Forget all but these. */
  keep(urls: readonly string[]): void {
    const wanted = new Set(urls);
    for (const url of this.images.keys()) if (!wanted.has(url)) this.images.delete(url);
  }
}
