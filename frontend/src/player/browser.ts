// The browser's side of the ports.
import type { ClockPort, PicturePort } from "./ports.ts";

export const browserClock: ClockPort = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const id = window.setTimeout(callback, milliseconds);
    return () => window.clearTimeout(id);
  },
  hidden: () => document.hidden,
};

/** The picture of a <video>, with `canvas` laid over it for stills. */
export function browserPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement): PicturePort {
  return {
    shownMicroseconds: () => {
      if (typeof VideoFrame === "undefined" || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
      try {
        const frame = new VideoFrame(video);
        const { timestamp } = frame;
        frame.close(); // hardware decoders have few pictures to lend
        return timestamp;
      } catch {
        return null;
      }
    },
    hold: () => {
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !canvas.hidden) return;
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
    },
    release: () => {
      if (canvas.hidden) return;
      canvas.hidden = true;
      canvas.width = canvas.height = 0; // give the memory back
    },
  };
}
