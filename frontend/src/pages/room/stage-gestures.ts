// Dragging and pinching on the stage. A drag that has moved is no click, so play does not begin at its end.
import type { PlayerView } from "../../elements/player-view.ts";
import type { Looking } from "../../state/looking.ts";

const CLICK_PIXELS = 4;

export class StageGestures {
  private readonly fingers = new Map<number, readonly [number, number]>();
  private travelled = 0;
  private swallow = false;

  constructor(
    private readonly view: PlayerView,
    private readonly look: Looking,
  ) {
    view.classList.add("close-look");
    view.addEventListener("pointerdown", (event) => this.down(event));
    view.addEventListener("pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"] as const) view.addEventListener(type, (event) => this.up(event));
    view.addEventListener("click", (event) => this.click(event), { capture: true });
  }

  private down(event: PointerEvent): void {
    this.swallow = false; // fingers that were lifted make no click: the next one is meant
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("button, input, textarea, .stage-overlay"))) return;
    if (this.fingers.size === 0) this.travelled = 0;
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) {
      // Down before this was loaded: the pinch that loaded it.
      if (event.pointerType === "touch" && event.buttons > 0 && !(event.target instanceof Element && event.target.closest("button, input"))) this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
      return;
    }
    const now = [event.clientX, event.clientY] as const;
    const by = [now[0] - before[0], now[1] - before[1]] as const;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, now);
    this.travelled += Math.hypot(...by);
    if (other) {
      const box = this.view.getBoundingClientRect();
      const stretch = Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]));
      this.look.zoomBy(stretch, [(now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top]);
      this.look.move([by[0] / 2, by[1] / 2]); // the middle between two fingers goes half the way of one
    } else if (this.look.state.view.zoom > 1 && this.travelled > CLICK_PIXELS) {
      this.view.classList.add("dragging");
      this.look.move(by);
    }
  }

  private up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId)) return;
    this.swallow = this.travelled > CLICK_PIXELS && this.look.state.view.zoom > 1;
    this.view.classList.remove("dragging");
  }

  private click(event: MouseEvent): void {
    if (!this.swallow) return;
    this.swallow = false;
    event.stopPropagation();
    event.preventDefault();
  }
}
