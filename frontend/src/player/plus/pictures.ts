// Pictures as they are kept: the decoder's own, or copies of them where decoders have few to lend.
import type { Kept } from "./frame-cache.ts";

export interface KeptPicture extends Kept {
  readonly image: VideoFrame | ImageBitmap;
}

function bytesOf(frame: VideoFrame): number {
  try {
    return frame.allocationSize();
  } catch {
    return frame.displayWidth * frame.displayHeight * 4;
  }
}

export function keepAsIs(frame: VideoFrame): KeptPicture {
  return { image: frame, bytes: bytesOf(frame), close: () => frame.close() };
}

/** A copy in plain memory; `frame` is closed. Hardware decoders stall with some ten pictures held. */
export async function keepCopy(frame: VideoFrame): Promise<KeptPicture> {
  try {
    if (frame.format === null) {
      const image = await createImageBitmap(frame);
      return { image, bytes: image.width * image.height * 4, close: () => image.close() };
    }
    const data = new Uint8Array(frame.allocationSize());
    const layout = await frame.copyTo(data);
    const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
    const copy = new VideoFrame(data, {
      format: frame.format,
      codedWidth: width,
      codedHeight: height,
      timestamp: frame.timestamp,
      displayWidth: frame.displayWidth,
      displayHeight: frame.displayHeight,
      layout,
      colorSpace: frame.colorSpace.toJSON(),
    });
    return { image: copy, bytes: data.byteLength, close: () => copy.close() };
  } finally {
    frame.close();
  }
}
