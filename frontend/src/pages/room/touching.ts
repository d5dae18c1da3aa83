// Fingers on the picture: a swipe steps, a finger held still comments on the frame, two look closer.
import { HOLD_MS, Swipe } from "../../core/swipe.ts";
import { after } from "../connect.ts";
import type { RoomContext } from "./context.ts";

export class Touching {
  private readonly fingers = new Set<number>();
  private swipe: Swipe | null = null;
  private forgetHold: (() => void) | null = null;
  private swallow = false;

  constructor(private readonly room: RoomContext) {
    const { view } = room;
    view.addEventListener("pointerdown", (event) => this.down(event));
    view.addEventListener("pointermove", (event) => this.move(event));
    view.addEventListener("pointerup", (event) => this.up(event));
    view.addEventListener("pointercancel", (event) => this.up(event));
    // A browser makes mouse events of a finger that is lifted: they would take the focus from what was just opened.
    view.addEventListener("touchend", (event) => {
      if (this.swallow && event.cancelable) event.preventDefault();
    }, { passive: false });
    view.addEventListener("click", (event) => this.click(event), { capture: true });
    view.addEventListener("contextmenu", (event) => {
      if (this.swipe) event.preventDefault(); // a finger held is ours
    });
  }

  private down(event: PointerEvent): void {
    if (event.pointerType !== "touch") return;
    this.swallow = false;
    this.fingers.add(event.pointerId);
    if (this.fingers.size > 1) {
      this.swipe?.cancel();
      if (this.fingers.size === 2) this.room.act({ kind: "look-ready" });
      return;
    }
    // Not where fingers have another meaning: buttons, drawing, a picture that is moved about.
    const taken = event.target instanceof Element && event.target.closest("button, input, textarea, .stage-overlay, tp-drawing.active, [role=slider]");
    if (taken || this.room.view.classList.contains("zoomed")) return;
    this.swipe = new Swipe(event.clientX, event.clientY);
    this.forgetHold = after(HOLD_MS, () => {
      if (!this.swipe?.hold() || !this.room.capabilities.has("comment")) return;
      navigator.vibrate?.(12);
      this.room.act({ kind: "write" });
    });
  }

  private move(event: PointerEvent): void {
    if (event.pointerType !== "touch" || !this.swipe) return;
    this.step(this.swipe.move(event.clientX, event.clientY));
  }

  private up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size > 0) return;
    const { swipe } = this;
    this.swipe = null;
    this.forgetHold?.();
    this.forgetHold = null;
    if (!swipe) return;
    if (event.type === "pointerup") this.step(swipe.end());
    this.swallow = swipe.taken;
  }

  private step(frames: number): void {
    if (frames !== 0) this.room.act({ kind: "step", frames });
  }

  private click(event: MouseEvent): void {
    if (!this.swallow) return;
    this.swallow = false;
    event.stopPropagation();
    event.preventDefault();
  }
}
