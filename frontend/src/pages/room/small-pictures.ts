// The small exact pictures: on the card above the timeline, and on its film strip close up. Loaded when the first is asked for.
import { FilmStrip } from "../../elements/film-strip.ts";
import type { MediaStatus } from "../../net/types.ts";
import { browserClock, browserStills } from "../../player/browser.ts";
import type { Fetch } from "../../player/failures.ts";
import type { FilmEvents, FilmReader } from "../../player/film-frames.ts";
import { FramePictures, type PictureSource } from "../../player/frame-pictures.ts";
import type { PlayerState } from "../../player/player.ts";
import { pictureSourceOf } from "../../state/sound-and-times.ts";

const fetcher: Fetch = (url, init) => fetch(url, init);

export class SmallPictures {
  readonly card: FramePictures;
  readonly strip: FilmStrip;

  /** `query`: of the page's address, which may ask for the player without a decoder. */
  constructor(video: HTMLVideoElement, query: URLSearchParams, arrived: () => void) {
    this.card = new FramePictures(video, browserClock, fetcher);
    this.strip = new FilmStrip((source, events) => openFilm(source, events, query), browserClock, arrived);
  }

  media(media: MediaStatus | null): void {
    const small = pictureSourceOf(media);
    const source = small && { url: small.url, tableUrl: small.table_url };
    this.card.setSource(source);
    this.strip.frames.setSource(source);
  }

  player({ playing, confirmed, sharp }: PlayerState): void {
    this.card.enabled = !playing;
    this.strip.frames.setCalm(!playing && confirmed && sharp);
  }
}

async function openFilm(source: PictureSource, events: FilmEvents, query: URLSearchParams): Promise<FilmReader | null> {
  const decoder = browserStills(fetcher, query) && (await (await import("../../player/plus/open.ts")).openFilm(source, events, fetcher).catch(() => null));
  return decoder ?? videoFilm(source, events);
}

/** The same by a video element, where there is no decoder: slower, and as exact. */
function videoFilm(source: PictureSource, events: FilmEvents): FilmReader {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.preload = "auto";
  const pictures = new FramePictures(video, browserClock, fetcher);
  pictures.setSource(source);
  return {
    show: (frame) => pictures.show(frame, (exact) => (exact ? events.drawn(frame, video, 0) : events.failed(frame))),
    rest: () => pictures.rest(),
    close: () => pictures.setSource(null),
  };
}
