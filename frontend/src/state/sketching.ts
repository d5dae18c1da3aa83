// What of a drawing under way the others in a live session see: what its maker has on the picture, while it is made and until it
// is sent or given up. Knows no DOM.
import { simplified, type Shape, type Size } from "../core/drawing.ts";

/** The board of who draws, and what else decides whether it is shown. */
export interface Sketch {
  readonly active: boolean;
  readonly shapes: readonly Shape[];
  /** The stroke that is being drawn. */
  readonly live: Shape | null;
  /** Of the upright picture; any unit. */
  readonly size: Size;
  /** It will be an internal comment, or changes one that was sent: shown to nobody. */
  readonly kept: boolean;
}

export interface Drawn {
  readonly frame: number;
  readonly shapes: readonly Shape[];
}

/** What one message may hold (review/live/session_state.py and the socket's limit), with room for the rest of it. */
const MOST_SHAPES = 200;
const MOST_LETTERS = 60_000;
/** Strokes under way are thinned more than those that are kept: they are sent again and again. */
const TOLERANCE = 90;
/** Milliseconds between two messages: a large drawing is sent less often, so that no line carries more than 50 KB a second. */
const EVERY_MS = 120;
const LETTERS_PER_MS = 50;

export class Sketching {
  private frame: number | null = null;
  private sent = "";

  /** What to tell the others now that this is on the board and that frame on the screen; undefined: nothing new. `after`: how
   *  many milliseconds may lie between this message and the one before. */
  next(sketch: Sketch, frame: number): { readonly drawn: Drawn | null; readonly after: number } | undefined {
    if (sketch.active) this.frame = frame;
    else if (sketch.shapes.length === 0) this.frame = null;
    // A draft from before, or on a frame that was left, is nobody's business.
    const shared = !sketch.kept && this.frame === frame;
    const shapes = shared ? fitting([...sketch.shapes.filter((shape) => shape.frame === frame), ...(sketch.live?.frame === frame ? [thinned(sketch.live, sketch.size)] : [])]) : [];
    const text = shapes.length === 0 ? "" : JSON.stringify(shapes);
    if (text === this.sent) return undefined;
    this.sent = text;
    return { drawn: text ? { frame, shapes } : null, after: Math.max(EVERY_MS, text.length / LETTERS_PER_MS) };
  }

  /** Nobody knows anything of it any more: another leads, another version is shown. */
  forget(): void {
    this.frame = null;
    this.sent = "";
  }

  /** The session forgot it (a new connection, somebody else led meanwhile); the next look says it again. */
  again(): void {
    this.sent = "";
  }
}

function thinned(live: Shape, size: Size): Shape {
  if (live.tool !== "pen") return live;
  const { points, pressure } = simplified(live.points, live.pressure ?? null, size, TOLERANCE);
  const { pressure: _raw, ...rest } = live;
  return { ...rest, points, ...(pressure ? { pressure } : {}) };
}

/** The last of them that fit into a message. */
function fitting(shapes: readonly Shape[]): readonly Shape[] {
  const kept: Shape[] = [];
  let letters = 0;
  for (const shape of shapes.slice(-MOST_SHAPES).reverse()) {
    letters += JSON.stringify(shape).length + 1;
    if (letters > MOST_LETTERS) break;
    kept.unshift(shape);
  }
  return kept;
}
