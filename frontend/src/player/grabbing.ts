// What is seen, taken as a picture, with the number of the frame that it is.
import { frameAtSeconds, type FrameTable } from "../core/frame-table.ts";
import type { Store } from "../state/store.ts";
import type { PlayerState } from "./player-state.ts";
import type { PicturePort } from "./ports.ts";

/** At the size of the source; null when it is not certain which frame it is. */
export async function grabPicture(store: Store<PlayerState>, picture: PicturePort, table: () => FrameTable | null): Promise<{ frame: number; image: ImageBitmap } | null> {
  if (!store.state.sharp) await sharpened(store);
  const [known, state] = [table(), store.state];
  const grabbed = known && state.status === "ready" ? await picture.grab() : null;
  if (!known || !grabbed) return null;
  const playing = grabbed.microseconds !== null && state.playing;
  if (playing) return { frame: frameAtSeconds(known, (grabbed.microseconds as number) / 1e6), image: grabbed.image };
  const { confirmed, frame, sharp } = store.state;
  if (state.confirmed && confirmed && frame === state.frame && sharp) return { frame, image: grabbed.image };
  grabbed.image.close();
  return null;
}

/** The picture has its full size, or has gone. */
function sharpened(store: Store<PlayerState>): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.watch((state) => {
      if (!state.sharp && state.confirmed) return;
      stop();
      resolve();
    });
  });
}
