// What is transparent in the source, seen wherever the picture rests: the copies that browsers play have no transparency.
import { toast } from "../../elements/feedback.ts";
import { t } from "../../language/translate.ts";
import { renditionOf } from "../../state/sources.ts";
import { api } from "../connect.ts";
import type { RoomContext } from "./context.ts";

/** Whoever steps on does not want the picture of the source, which takes the server a moment. */
const REST_MS = 350;

export class SourceTransparency {
  /** "version/frame" that is wanted, or on the canvas. */
  private wanted: string | null = null;
  private timer = 0;
  private told = false;

  constructor(
    private readonly room: RoomContext,
    private readonly canvas: HTMLCanvasElement,
  ) {}

  /** Whether a copy is on screen, and its source has what it lacks. */
  get missing(): boolean {
    const { media } = this.room.session.store.state;
    return media?.has_alpha === true && renditionOf(media, this.room.player.state.sourceId)?.kind !== "original";
  }

  /** `seen`: a checkerboard is behind the picture, and no filter before it. The picture may have changed. */
  follow(seen: boolean): void {
    const { player, session } = this.room;
    const { frame, confirmed, playing } = player.state;
    const wanted = seen && confirmed && !playing && this.missing ? `${session.versionId}/${frame}` : null;
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    window.clearTimeout(this.timer);
    this.cover(null);
    if (wanted !== null) this.timer = window.setTimeout(() => void this.fetch(wanted, `versions/${session.versionId}/frames/${frame}.png?alpha=true`), REST_MS);
  }

  private async fetch(wanted: string, address: string): Promise<void> {
    try {
      const image = await createImageBitmap(await api.file(address));
      if (wanted === this.wanted) this.cover(image);
      image.close();
    } catch {
      if (wanted !== this.wanted || this.told) return;
      this.told = true;
      toast(t("The source's own pixels cannot be had at the moment: this is the copy on screen."));
    }
  }

  private cover(image: ImageBitmap | null): void {
    const { canvas } = this;
    [canvas.width, canvas.height] = [image?.width ?? 0, image?.height ?? 0]; // empty again, too
    if (image) canvas.getContext("2d")?.drawImage(image, 0, 0);
    canvas.hidden = image === null;
    this.room.view.classList.toggle("through", image !== null);
  }
}
