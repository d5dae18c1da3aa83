// Which part of a version a timeline shows, and where frames lie on it. Frame i owns [i, i + 1); `start` and `span` are
// counted in frames but need not be whole: they are geometry, and what is pointed at is always rounded down to a frame.

export interface View {
  readonly start: number;
  readonly span: number;
}

/** One frame is never wider than this, in CSS pixels. */
export const WIDEST_FRAME = 96;

export const wholeView = (frameCount: number): View => ({ start: 0, span: Math.max(1, frameCount) });

/** Keep a view within the version and its zoom within [all of it, single frames]. */
export function clampView(view: View, frameCount: number, width: number): View {
  const all = Math.max(1, frameCount);
  const least = Math.min(all, Math.max(1, width / WIDEST_FRAME));
  const span = Math.min(all, Math.max(least, view.span));
  return { start: Math.min(all - span, Math.max(0, view.start)), span };
}

export const isWhole = (view: View, frameCount: number): boolean => view.span >= frameCount;

/** Where the left edge of frame `edge` lies. May be outside [0, width]. */
export const xOf = (view: View, width: number, edge: number): number => ((edge - view.start) * width) / view.span;

/** The frame under `x`, kept within the version. */
export function frameAtX(view: View, width: number, frameCount: number, x: number): number {
  if (width <= 0 || frameCount <= 0) return 0;
  return Math.min(frameCount - 1, Math.max(0, Math.floor(view.start + (x * view.span) / width)));
}

/** Zoom by `factor` (above 1: closer) while what is under `x` stays under `x`. */
export function zoomView(view: View, factor: number, x: number, width: number, frameCount: number): View {
  const share = width > 0 ? x / width : 0.5;
  const held = view.start + share * view.span;
  const { span } = clampView({ start: 0, span: view.span / factor }, frameCount, width);
  return clampView({ start: held - share * span, span }, frameCount, width);
}

export const panView = (view: View, pixels: number, width: number, frameCount: number): View =>
  width > 0 ? clampView({ ...view, start: view.start + (pixels * view.span) / width }, frameCount, width) : view;

/** The view after two fingers moved from `before` to `now` (x of each): what was under each finger stays under it. */
export function pinchView(view: View, before: readonly [number, number], now: readonly [number, number], width: number, frameCount: number): View {
  const apart = (two: readonly [number, number]): number => Math.max(8, Math.abs(two[1] - two[0]));
  const middle = (two: readonly [number, number]): number => (two[0] + two[1]) / 2;
  const zoomed = zoomView(view, apart(now) / apart(before), middle(before), width, frameCount);
  return panView(zoomed, middle(before) - middle(now), width, frameCount);
}

/** Move just so far that frame is in view with some room beside it; unchanged if it is. */
export function revealFrame(view: View, frame: number, frameCount: number, width: number): View {
  const room = Math.min(view.span / 2, Math.max(1, view.span * 0.05));
  if (frame + 1 > view.start + view.span) return clampView({ ...view, start: frame + room + 1 - view.span }, frameCount, width);
  if (frame < view.start) return clampView({ ...view, start: frame - room }, frameCount, width);
  return view;
}

/** The view while playing: turned like a page when the playhead leaves it. `backwards`: it runs to the left. */
export function followFrame(view: View, frame: number, frameCount: number, width: number, backwards = false): View {
  if (frame >= view.start && frame + 1 <= view.start + view.span) return view;
  const lead = view.span * 0.05;
  const start = backwards ? frame + 1 + lead - view.span : frame - lead;
  return clampView({ ...view, start }, frameCount, width);
}

/** Show [first, last] with a margin on both sides. */
export function viewOfRange(first: number, last: number, frameCount: number, width: number): View {
  const margin = Math.max(1, (last + 1 - first) * 0.08);
  return clampView({ start: first - margin, span: last + 1 - first + 2 * margin }, frameCount, width);
}
