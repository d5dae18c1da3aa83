// The browser's clock.
import type { ClockPort } from "./ports.ts";

export const browserClock: ClockPort = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const id = window.setTimeout(callback, milliseconds);
    return () => window.clearTimeout(id);
  },
  hidden: () => document.hidden,
};
