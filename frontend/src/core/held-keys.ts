// What keys mean that are held or repeat: K held makes steps of J and L, and slow motion while those are held as well. Pure: told of
// the keys, it answers and asks.

/** What may repeat by itself while its key is held: everything else happens once. */
const REPEATING: ReadonlySet<string> = new Set(["step", "neighbour", "marker", "zoom", "look"]);

/** Held for so long, J or L beside K is no step any more; then a frame each SLOW_MS: eight a second. */
export const HELD_MS = 300;
export const SLOW_MS = 125;

interface Request {
  readonly kind: string;
}
type Direction = 1 | -1;
interface Step extends Request {
  readonly kind: "step";
  readonly frames: number;
}
interface Shuttle extends Request {
  readonly kind: "shuttle";
  readonly direction: Direction;
}

export class HeldKeys {
  private pause: string | null = null;
  /** J or L, whichever went down last. */
  private shuttle: { readonly code: string; readonly direction: Direction } | null = null;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly ask: (step: Step) => void,
    private readonly after: (milliseconds: number, run: () => void) => () => void,
  ) {}

  /** The key at this place of the keyboard went down, or repeats, and stands for `request`: what that means now; null for
   *  nothing (more). */
  press<R extends Request>(code: string, repeats: boolean, request: R | Shuttle): R | Shuttle | Step | null {
    if (repeats) return REPEATING.has(request.kind) ? request : null;
    if (request.kind === "pause") {
      this.pause = code;
      if (this.shuttle) this.slowly(this.shuttle.direction);
    } else if ("direction" in request && request.kind === "shuttle") {
      const { direction } = request as Shuttle;
      this.shuttle = { code, direction };
      if (this.pause !== null) {
        this.slowly(direction);
        return { kind: "step", frames: direction };
      }
    }
    return request;
  }

  release(code: string): void {
    if (code === this.pause) this.pause = null;
    else if (code === this.shuttle?.code) this.shuttle = null;
    else return;
    this.stop();
  }

  /** The page hears of no key any more. */
  releaseAll(): void {
    this.pause = null;
    this.shuttle = null;
    this.stop();
  }

  private slowly(direction: Direction): void {
    const step = (): void => {
      this.cancel = this.after(SLOW_MS, step);
      this.ask({ kind: "step", frames: direction });
    };
    this.stop();
    this.cancel = this.after(HELD_MS, step);
  }

  private stop(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
