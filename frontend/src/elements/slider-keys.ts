// The keys of sliders whose steps are frames, beside the room's own: Page ↑ and Page ↓ move by a second.
import { nominalRate, type Rate } from "../core/timecode.ts";

/** Frames by which this key moves such a slider; 0 for any other key. */
export function pageStep({ key, ctrlKey, altKey, metaKey }: KeyboardEvent, rate: Rate): number {
  const way = ctrlKey || altKey || metaKey ? 0 : key === "PageUp" ? 1 : key === "PageDown" ? -1 : 0;
  return way * nominalRate(rate);
}
