// The picture: the video, the still held over it while the source changes, and what must be said on top of it.
import type { ClockFace } from "../core/clock-face.ts";
import { FULL, type Size } from "../core/drawing.ts";
import { WHOLE, partAt, partOnStage, pictureToStage, type Matrix, type PictureView, type Place } from "../core/picture-view.ts";
import { waitText } from "../core/wording.ts";
import { figure, t, woven } from "../language/translate.ts";
import type { PlayerState } from "../player/player.ts";
import { fill, h, icon, setAttribute } from "./dom.ts";
import { ask } from "./requests.ts";

export interface StageNotice {
  /** Nothing can be shown yet, or at all. */
  readonly node: Node;
}

export class PlayerView extends HTMLElement {
  readonly video = h("video", { playsinline: true, preload: "auto", disablepictureinpicture: true, tabindex: -1, "aria-hidden": "true" });
  /** Pictures at full size … */
  readonly still = h("canvas", { class: "still", hidden: true, "aria-hidden": "true" });
  /** … and from a lighter file, until those are there. */
  readonly lightStill = h("canvas", { class: "still", hidden: true, "aria-hidden": "true" });
  private readonly overlay = h("div", { class: "stage-overlay", hidden: true });
  private readonly busy = h("div", { class: "stage-busy", hidden: true, role: "status", "aria-label": t("Loading the picture") }, h("i", { class: "spinner" }));
  private readonly big = h("button", { class: "stage-play", type: "button", "aria-label": t("Play"), tabindex: -1 }, icon("play"));
  /** Buttons over the corner of the picture, for the room's parts to fill. */
  readonly tools = h("div", { class: "stage-tools" });
  private shown = "";
  private look: PictureView = WHOLE;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.classList.add("stage");
    this.append(this.video, this.lightStill, this.still, this.big, this.busy, this.tools, this.overlay);
    this.big.addEventListener("click", () => ask(this, { kind: "toggle" }));
    this.video.addEventListener("click", () => ask(this, { kind: "toggle" }));
    this.video.addEventListener("dblclick", () => ask(this, { kind: "fullscreen" }));
  }

  /** `secondsToAwaited`: when the awaited frame will be made; null when that cannot be said. `notice` covers all. */
  show(state: PlayerState, face: ClockFace | null, secondsToAwaited: number | null, notice: { key: string; node: () => Node } | null): void {
    setAttribute(this, "data-frame", state.status === "ready" ? state.frame : null);
    setAttribute(this, "data-confirmed", state.status === "ready" && state.confirmed ? "true" : "false");
    setAttribute(this, "data-sharp", String(state.sharp));
    setAttribute(this, "data-timecode", state.status === "ready" && face ? face.record(state.frame) : null);
    setAttribute(this, "data-playing", state.playing ? "true" : "false");
    setAttribute(this, "data-source", state.sourceId);
    setAttribute(this, "data-status", state.status);
    setAttribute(this, "data-player", state.stills ? "plus" : "base");
    const waitingLong = state.status === "loading" || state.buffering;
    this.busy.hidden = !waitingLong || notice !== null;
    this.big.hidden = state.playing || state.status !== "ready" || notice !== null || state.awaited !== null || state.frame > 0;
    if (notice) return this.cover(`notice:${notice.key}`, notice.node);
    if (state.failure) {
      const { failure } = state;
      return this.cover(`failure:${failure.code}`, () =>
        h(
          "div",
          { class: "stage-card problem", role: "alert" },
          h("p", null, failure.message),
          h("p", { class: "remedy" }, failure.remedy),
          h("button", { type: "button", class: "button small", onclick: () => ask(this, { kind: "retry-source" }) }, t("Try again")),
        ),
      );
    }
    if (state.awaited !== null && face) {
      const frame = state.awaited;
      const when = secondsToAwaited === null ? t("as soon as it is made") : t("in about {wait}", { wait: waitText(secondsToAwaited) });
      return this.cover(`awaited:${frame}:${when}`, () =>
        h(
          "div",
          { class: "stage-card" }, // no live region: it counts down
          h("p", null, h("strong", null, `${t("Still being prepared.")} `), woven<"Frame {frame} will be ready {when}.", string | Node>("Frame {frame} will be ready {when}.", { frame: h("span", { class: "tc" }, `${figure(frame)} (${face.position(frame)})`), when })),
          h("p", { class: "quiet" }, t("The picture jumps there by itself. So far frames 0 to {last} can be shown.", { last: figure(state.available - 1) })),
          h("button", { type: "button", class: "button small", onclick: () => ask(this, { kind: "stop-waiting" }) }, t("Do not wait")),
        ),
      );
    }
    this.cover("", null);
  }

  /** Of the upright picture in its own pixels; null until it is known. */
  pictureSize(): Size | null {
    const { videoWidth: width, videoHeight: height } = this.video;
    return width > 0 && height > 0 ? { width, height } : null;
  }

  /** Show the picture in the left half only: the other half is another's. */
  setSide(side: boolean): void {
    if (this.classList.contains("side") === side) return;
    this.classList.toggle("side", side);
    this.dispatchEvent(new Event("room"));
  }

  /** The room that the picture has, in CSS pixels. */
  roomForPicture(): Size {
    const { width, height } = this.getBoundingClientRect();
    return { width: this.classList.contains("side") ? width / 2 : width, height };
  }

  /** What shows the picture now. */
  get picture(): HTMLVideoElement | HTMLCanvasElement {
    return [this.still, this.lightStill].find(({ hidden }) => !hidden) ?? this.video;
  }

  /** Show the picture as `look` says; `transform`: the same for CSS. */
  setLook(look: PictureView, transform: Matrix): void {
    this.look = look;
    this.style.setProperty("--look", look === WHOLE ? "none" : `matrix(${transform.join(", ")})`);
    setAttribute(this, "data-turns", look.turns);
    this.dispatchEvent(new Event("look"));
  }

  /** A place on the screen as part (0 … 1) of the upright picture; outside of it less or more. */
  place(clientX: number, clientY: number): Place {
    const size = this.pictureSize() ?? { width: 16, height: 9 };
    const box = this.getBoundingClientRect();
    return partAt(this.look, size, this.roomForPicture(), [clientX - box.left, clientY - box.top]);
  }

  /** The other way round: where a part of the upright picture lies on the stage, in CSS pixels from its top left corner. */
  onStage(x: number, y: number): Place {
    const size = this.pictureSize() ?? { width: 16, height: 9 };
    return partOnStage(this.look, size, this.roomForPicture(), [x, y]);
  }

  /** CSS pixels per 1/65535 of the picture's shorter side. */
  unit(): number {
    const size = this.pictureSize() ?? { width: 16, height: 9 };
    const [a, b] = pictureToStage(this.look, size, this.roomForPicture());
    return (Math.hypot(a, b) * Math.min(size.width, size.height)) / FULL;
  }

  private cover(key: string, build: (() => Node) | null): void {
    if (key === this.shown) return;
    this.shown = key;
    this.overlay.hidden = build === null;
    if (build) fill(this.overlay, build());
    else this.overlay.replaceChildren();
  }
}
customElements.define("tp-player", PlayerView);
