// What a finger on the picture means: swiped sideways it steps, held still it comments. Pure: told of the finger, it answers.

/** Pixels of a swipe per frame. A flick shorter than that is a step all the same. */
export const FRAME_PIXELS = 16;
/** A finger that moved less than this has not moved. */
export const SLACK_PIXELS = 10;
export const HOLD_MS = 500;

type Mode = "waiting" | "swiping" | "held" | "other";

export class Swipe {
  private mode: Mode = "waiting";
  private stepped = 0;
  private moved = 0;

  constructor(
    private readonly startX: number,
    private readonly startY: number,
  ) {}

  /** Frames to step by now (to the right: on); 0 for none. */
  move(x: number, y: number): number {
    const [across, down] = [x - this.startX, y - this.startY];
    if (this.mode === "waiting" && Math.hypot(across, down) >= SLACK_PIXELS) this.mode = Math.abs(across) > Math.abs(down) * 1.2 ? "swiping" : "other";
    if (this.mode !== "swiping") return 0;
    this.moved = across;
    return this.stepTo(Math.trunc(across / FRAME_PIXELS));
  }

  /** The finger is lifted: the step of a short flick. */
  end(): number {
    return this.mode === "swiping" && this.stepped === 0 && Math.abs(this.moved) < FRAME_PIXELS ? this.stepTo(Math.sign(this.moved)) : 0;
  }

  /** It has stayed for HOLD_MS: whether that asks for a comment. */
  hold(): boolean {
    if (this.mode !== "waiting") return false;
    this.mode = "held";
    return true;
  }

  /** A second finger, or the browser, took over. */
  cancel(): void {
    this.mode = "other";
  }

  /** Whether it was no tap: the click that browsers make of it is none. */
  get taken(): boolean {
    return this.mode === "swiping" || this.mode === "held";
  }

  private stepTo(frames: number): number {
    const step = frames - this.stepped;
    this.stepped = frames;
    return step === 0 ? 0 : step;
  }
}
