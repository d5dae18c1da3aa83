// Looking closer, loaded when it is needed: zoom and pan by wheel, fingers and keys, filters, scopes, guides, stills.
import "../../styles/looking.css";
import { setAttribute } from "../../elements/dom.ts";
import { toast } from "../../elements/feedback.ts";
import { LookLayer } from "../../elements/look-layer.ts";
import { LookTools, type LookCommand } from "../../elements/look-tools.ts";
import { READ_WIDTH, ScopeView } from "../../elements/scope-view.ts";
import { PIXELS_FROM_PERCENT, stageTransform } from "../../core/picture-view.ts";
import { t } from "../../language/translate.ts";
import { renditionOf } from "../../state/sources.ts";
import { Looking, type LookState } from "../../state/looking.ts";
import type { Pixels } from "../../core/scopes.ts";
import type { RoomContext } from "./context.ts";
import { saveStill } from "./saving.ts";
import { StageGestures } from "./stage-gestures.ts";
import { SourceTransparency } from "./transparency.ts";

export class LookingSurface {
  readonly look = new Looking();
  private readonly layer = new LookLayer();
  private readonly tools = new LookTools();
  private readonly scope = new ScopeView();
  private readonly transparency: SourceTransparency;
  private readonly reading = document.createElement("canvas");
  private waiting = false;
  private watching = false;

  constructor(
    private readonly room: RoomContext,
    private readonly button: HTMLElement,
    /** For guests: nothing but the copy that their link shows them. */
    private readonly plain = false,
  ) {
    const { view, timeline } = room;
    view.video.before(this.layer.checker);
    view.still.after(this.layer);
    view.append(this.scope);
    this.scope.hidden = true;
    this.transparency = new SourceTransparency(room, this.layer.source);
    timeline.before(this.tools);
    new ResizeObserver(() => this.measure()).observe(view);
    view.video.addEventListener("resize", () => this.measure());
    view.addEventListener("room", () => this.measure());
    new StageGestures(view, this.look);
    this.measure();
    this.look.store.watch((state, before) => this.follow(state, before));
  }

  toggle(): void {
    this.look.setOpen(!this.look.state.open);
  }

  wheel(event: WheelEvent): void {
    const box = this.room.view.getBoundingClientRect();
    // A notch of a wheel is about 100 pixels or 3 lines; a pinch on a touchpad comes as a wheel with Ctrl, in small steps.
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 33;
    if (event.shiftKey && this.look.state.view.zoom > 1) this.look.move([-(event.deltaX || pixels), 0]);
    else this.look.zoomBy(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0022)), [event.clientX - box.left, event.clientY - box.top]);
  }

  act(command: LookCommand): void {
    const { look } = this;
    switch (command.do) {
      case "in":
        return look.zoomStep(2);
      case "out":
        return look.zoomStep(-2);
      case "whole":
        return look.whole();
      case "pixels":
        return look.zoomTo(100);
      case "turn":
        return look.turn();
      case "mirror":
        return look.mirror();
      case "flip":
        return look.flip();
      case "safe":
        return look.setSafe(!look.state.safe);
      case "checker":
        look.setChecker(!look.state.checker);
        return this.nameTransparency();
      case "filter":
        return look.setFilter(command.filter);
      case "next-filter":
        return look.nextFilter();
      case "scope":
        return look.setScope(command.scope);
      case "next-scope":
        return look.nextScope();
      case "mask":
        return this.tools.refuseAspect(!look.setMask(command.text));
      case "still":
        return void saveStill(this.room, this.plain);
      case "reset":
        return look.reset();
      case "close":
        return look.setOpen(false);
    }
  }

  /** Copies have no transparency: a checkerboard that nothing shows through says why, or when something will. */
  private nameTransparency(): void {
    if (this.look.state.checker && this.transparency.missing) return void toast(t("The copy on screen has no transparency: wherever it rests, you see the source's own picture."), { milliseconds: 8000 });
    const { session, player } = this.room;
    const renditions = session.store.state.media?.renditions ?? [];
    const shown = renditionOf(session.store.state.media, player.state.sourceId);
    if (!this.look.state.checker || !shown || shown.kind === "original") return;
    if (!renditions.some(({ kind }) => kind === "original")) return void toast(t("The copy on screen has no transparency, and browsers cannot play the original."));
    toast(t("The copy on screen has no transparency; the original shows what it has."), { milliseconds: 8000, action: { label: t("Show the original"), run: () => this.room.act({ kind: "quality", quality: "original" }) } });
  }

  /** The picture on screen has changed, or is about to. */
  changed(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  private follow(state: LookState, before: LookState): void {
    const { view, root } = this.room;
    const { picture, stage } = this.look.sizes;
    this.tools.show(state, this.look.percent);
    root.classList.toggle("looking", state.open);
    setAttribute(this.button, "aria-pressed", String(state.open || this.look.changed));
    view.setLook(state.view, stageTransform(state.view, picture, stage));
    view.classList.toggle("pixels", this.look.percent > PIXELS_FROM_PERCENT);
    view.classList.toggle("zoomed", state.view.zoom > 1);
    this.layer.guides(picture, state);
    if (state.filter !== before.filter || state.scope !== before.scope || state.checker !== before.checker) this.changed();
    this.watch();
  }

  private measure(): void {
    const picture = this.room.view.pictureSize();
    const { width, height } = this.room.view.roomForPicture();
    if (!picture || width === 0 || height === 0) return;
    this.look.setSizes(picture, { width, height }, window.devicePixelRatio);
    this.follow(this.look.state, this.look.state);
    this.changed();
  }

  private get needed(): boolean {
    return this.look.state.filter !== "picture" || this.look.state.scope !== "none";
  }

  /** While something is made of the picture, every picture of the video is noticed. */
  private watch(): void {
    const { video } = this.room.view;
    if (this.watching || !this.needed || !video.requestVideoFrameCallback) return;
    this.watching = true;
    const next = (): void => {
      this.paint();
      if (this.needed) video.requestVideoFrameCallback(next);
      else this.watching = false;
    };
    video.requestVideoFrameCallback(next);
  }

  private paint(): void {
    const { view } = this.room;
    const { state } = this.look;
    const picture = view.pictureSize();
    this.transparency.follow(state.checker && state.filter === "picture");
    if (!picture || view.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.layer.paint(view.picture, picture, state);
    this.scope.show(state.scope, state.scope === "none" ? null : this.read());
  }

  private read(): Pixels | null {
    const { view } = this.room;
    const picture = view.pictureSize();
    const context = this.reading.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!picture || !context) return null;
    const width = Math.min(READ_WIDTH, picture.width);
    const height = Math.max(1, Math.round((picture.height * width) / picture.width));
    if (this.reading.width !== width || this.reading.height !== height) [this.reading.width, this.reading.height] = [width, height];
    context.imageSmoothingEnabled = false; // levels that are there, no mixtures of them
    context.drawImage(view.picture, 0, 0, width, height);
    return { data: context.getImageData(0, 0, width, height).data, width, height };
  }
}
