// The browser's side of the ports.
import type { Fetch } from "./failures.ts";
import type { OpenStills, PicturePort } from "./ports.ts";

export { browserClock } from "./browser-clock.ts";

function presentFrame(video: HTMLVideoElement): VideoFrame | null {
  if (typeof VideoFrame === "undefined" || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  try {
    return new VideoFrame(video);
  } catch {
    return null;
  }
}

/** The picture of a <video>, with `canvas` laid over it for stills, and `small` for those of a lighter file: to make one canvas
 *  another size for each of them would take longer than to draw them. At most one of the two is not hidden. */
export function browserPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement, small: HTMLCanvasElement = canvas): PicturePort {
  const cover = (surface: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null => {
    if (surface.width !== width) surface.width = width;
    if (surface.height !== height) surface.height = height;
    return surface.getContext("2d", { alpha: false });
  };
  const uncover = (surface: HTMLCanvasElement): void => {
    (surface === canvas ? small : canvas).hidden = true;
    surface.hidden = false;
  };
  /** The picture that was prepared: most of what drawing one costs is to make R'G'B' of it. */
  let ready: { readonly image: unknown; readonly pixels: ImageData } | null = null;
  const covered = (): HTMLCanvasElement | null => [canvas, small].find((surface) => !surface.hidden) ?? null;
  return {
    shownMicroseconds: () => {
      const frame = presentFrame(video);
      const timestamp = frame?.timestamp ?? null;
      frame?.close(); // hardware decoders have few pictures to lend
      return timestamp;
    },
    colours: () => {
      const frame = presentFrame(video);
      const colours = frame?.colorSpace.toJSON() ?? null;
      frame?.close();
      return colours?.matrix ? colours : null;
    },
    hold: () => {
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || covered()) return null;
      const frame = presentFrame(video); // one object is both the picture and its time
      cover(canvas, video.videoWidth, video.videoHeight)?.drawImage(frame ?? video, 0, 0, canvas.width, canvas.height);
      uncover(canvas);
      const timestamp = frame?.timestamp ?? null;
      frame?.close();
      return timestamp;
    },
    show: (image, turn) => {
      const upright = turn === 0 || turn === 180;
      const width = "displayWidth" in image ? image.displayWidth : image.width;
      const height = "displayHeight" in image ? image.displayHeight : image.height;
      // As large as the video says its picture is: pixel aspect and rotation applied.
      const [wide, high] = upright ? [width, height] : [height, width];
      const times = wholeTimes(wide, video.videoWidth, video.videoHeight);
      const surface = times > 1 ? small : canvas;
      const context = cover(surface, video.videoWidth / times || wide, video.videoHeight / times || high);
      if (context && surface === canvas && ready?.image === image) context.putImageData(ready.pixels, 0, 0);
      else if (context) {
        const [across, down] = upright ? [surface.width, surface.height] : [surface.height, surface.width];
        context.setTransform(1, 0, 0, 1, surface.width / 2, surface.height / 2);
        context.rotate((turn * Math.PI) / 180);
        context.drawImage(image, -across / 2, -down / 2, across, down);
        context.setTransform(1, 0, 0, 1, 0, 0);
      }
      uncover(surface);
    },
    prepare: (image, turn) => {
      // Pixel by pixel as drawing makes them; browsers that cannot convert so refuse, or answer with several planes.
      if (!("format" in image) || !/^(I4|NV12)/.test(image.format ?? "") || turn !== 0 || ready?.image === image) return;
      const { width, height } = image.visibleRect ?? { width: 0, height: 0 };
      if (width === 0 || width !== video.videoWidth || height !== video.videoHeight) return;
      const pixels = new ImageData(width, height);
      const one = (planes: readonly PlaneLayout[]): boolean => planes.length === 1 && planes[0]?.stride === 4 * width;
      image.copyTo(pixels.data, { format: "RGBX" } as VideoFrameCopyToOptions).then((planes) => one(planes) && (ready = { image, pixels }), () => undefined);
    },
    release: () => {
      if (!covered()) return;
      canvas.hidden = small.hidden = true;
      ready = null;
      canvas.width = canvas.height = 0; // give the memory back
    },
    grab: async () => {
      const surface = covered();
      if (surface) return { image: await createImageBitmap(surface), microseconds: null };
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
      const frame = presentFrame(video);
      const microseconds = frame?.timestamp ?? null;
      try {
        return { image: await createImageBitmap(frame ?? video), microseconds };
      } finally {
        frame?.close();
      }
    },
  };
}

/** How many times a picture so `wide` may be drawn smaller than the video, for it costs by its pixels: a whole number, and of whole
 *  pixels, so that it lies on the screen exactly where the large one will. */
function wholeTimes(wide: number, videoWidth: number, videoHeight: number): number {
  let times = Math.floor(videoWidth / Math.max(1, wide));
  while (times > 1 && (videoWidth % times > 0 || videoHeight % times > 0)) times -= 1;
  return Math.max(1, times);
}

/** How to open exact stills beside the video element, null where the browser has no WebCodecs (plain http among others),
 *  or where `?player=base` asks to do without. */
export function browserStills(fetcher: Fetch, query: URLSearchParams): OpenStills | null {
  if (typeof VideoDecoder === "undefined" || typeof EncodedVideoChunk === "undefined" || query.get("player") === "base") return null;
  return async (url, table, surface, events, light) => (await import("./plus/open.ts")).openStills(url, table, surface, events, fetcher, light);
}
