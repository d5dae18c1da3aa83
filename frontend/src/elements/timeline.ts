// The timeline: joins the lanes (painted on canvas), the playhead, the ends that can be dragged, the card above the
// pointer and the overview. Where things lie is core/timeline-*.ts, what is shown state/timeline-state.ts.
import type { ClockFace } from "../core/clock-face.ts";
import type { SpriteGrid } from "../core/sprites.ts";
import { hitAt, type Hit } from "../core/timeline-hit.ts";
import type { Mark } from "../core/timeline-lanes.ts";
import { frameAtX, xOf, type View } from "../core/timeline-view.ts";
import type { Waveform } from "../core/waveform.ts";
import { t } from "../language/translate.ts";
import type { PlayerState } from "../player/player.ts";
import type { TimelineModel } from "../state/timeline-state.ts";
import { h, setAttribute } from "./dom.ts";
import { ask } from "./requests.ts";
import { pageStep } from "./slider-keys.ts";
import { RangeEdits, type EditsHost } from "./timeline-edits.ts";
import { TimelineHeads } from "./timeline-heads.ts";
import { HoverCard } from "./timeline-hover.ts";
import { TimelineOverview, zoomButtons } from "./timeline-overview.ts";
import { TimelinePainter, type Layer } from "./timeline-painter.ts";
import { TimelinePointer, type PointerHost } from "./timeline-pointer.ts";
import { CommentWalk } from "./timeline-walk.ts";

export class Timeline extends HTMLElement implements PointerHost, EditsHost {
  readonly painter = new TimelinePainter(this, () => this.redraw("bed"));
  private readonly heads = new TimelineHeads();
  readonly card = new HoverCard();
  private readonly slider = h("div", { class: "lanes", role: "slider", tabindex: 0, "aria-label": t("Position"), "aria-valuemin": 0 }, this.painter.bed, this.heads.cell, this.painter.marks, this.heads.ghost, this.heads.head);
  private readonly pointer = new TimelinePointer(this.slider, this);
  private readonly walk: CommentWalk;
  private readonly edits = new RangeEdits(this, this);
  private readonly overview: TimelineOverview;
  face: ClockFace | null = null;
  private sprites: SpriteGrid | null = null;
  private waveform: Waveform | null = null;
  private variable = false;
  private player: PlayerState | null = null;
  private intended = 0;
  private focused: Mark | null = null;
  private overviewOf: readonly unknown[] = [];
  private readonly dirty = new Set<Layer>();
  private pending = 0;
  private asked = -1;

  constructor(readonly model: TimelineModel) {
    super();
    this.walk = new CommentWalk({ focused: (mark) => this.focusMark(mark), open: (mark) => ask(this, { kind: "open-comment", id: mark.id }) });
    this.overview = new TimelineOverview({
      get view() {
        return model.state.view;
      },
      get frameCount() {
        return model.state.frameCount;
      },
      look: (view) => model.look(view),
    });
  }

  connectedCallback(): void {
    if (this.firstChild) return;
    this.slider.addEventListener("keydown", (event) => this.key(event));
    this.append(this.card.node, h("div", { class: "lanes-box" }, this.slider, ...this.edits.nodes), this.walk.node, h("div", { class: "overview-row" }, this.overview.node, zoomButtons()));
    new ResizeObserver(() => this.resized()).observe(this.slider);
    window.addEventListener("resize", () => this.resized());
    const recolor = (): void => {
      this.painter.forgetColors();
      this.redraw("bed", "marks");
    };
    new MutationObserver(recolor).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", recolor);
    this.model.store.watch((state, before) => {
      if (state.lanes !== before.lanes) this.lanesChanged();
      if (state.options !== before.options) this.redraw("layout");
      if (state.view !== before.view || state.width !== before.width) this.redraw("bed", "marks");
    });
  }

  // --- what it shows ------------------------------------------------------------------------------------------------------

  setMedia(face: ClockFace | null, sprites: SpriteGrid | null, variable: boolean): void {
    this.face = face;
    this.sprites = sprites;
    this.variable = variable;
    this.card.setMedia(sprites);
    this.model.setFrameCount(face?.frameCount ?? 0);
    setAttribute(this.slider, "aria-valuemax", face ? face.frameCount - 1 : null);
    this.walk.show(this.model.state.lanes.marks, face);
    this.redraw("layout");
  }

  setWaveform(waveform: Waveform | null): void {
    this.waveform = waveform;
    this.redraw("layout");
  }

  setMarks(marks: readonly Mark[]): void {
    this.model.setLanes({ marks });
  }

  /** Positions are shown in another way from now on. */
  refresh(): void {
    this.redraw("bed");
    this.walk.show(this.model.state.lanes.marks, this.face);
    if (this.player) this.show(this.player, this.intended);
  }

  show(state: PlayerState, intended: number): void {
    const before = this.player;
    this.player = state;
    this.intended = intended;
    const { face } = this;
    if (!face) return;
    this.model.playheadAt(intended, { playing: state.playing, backwards: state.shuttle < 0, held: this.pointer.busy || this.edits.dragging });
    setAttribute(this.slider, "aria-valuenow", state.frame);
    if (!state.playing) setAttribute(this.slider, "aria-valuetext", `${face.position(state.frame)}, ${face.beside(state.frame)}`);
    if (before?.available !== state.available) this.redraw("bed");
    if (before?.range !== state.range) this.redraw("marks");
    this.placeHead();
  }

  private lanesChanged(): void {
    const { lanes } = this.model.state;
    this.walk.show(lanes.marks, this.face);
    this.redraw("layout");
  }

  private focusMark(mark: Mark | null): void {
    this.focused = mark;
    if (mark && this.face) {
      this.model.playheadAt(mark.frame, { playing: false, backwards: false, held: false });
      this.card.show(this.face, mark.frame, this.xOf(mark.frame + 0.5), this.width, { marks: [mark], titles: [] });
    } else this.card.hide();
    this.redraw("marks");
  }

  /** The selected comment, if who looks at it may move its ends. */
  private get editable(): Mark | null {
    return this.model.state.lanes.marks.find((mark) => mark.selected && mark.editable) ?? null;
  }

  look(frame: number): void {
    this.seek(frame);
    if (this.face) this.card.show(this.face, frame, this.xOf(frame + 0.5), this.width, { marks: [], titles: [] });
  }

  draftChanged(): void {
    this.redraw("marks");
  }

  // --- the pointer ----------------------------------------------------------------------------------------------------------

  get view(): View {
    return this.model.state.view;
  }

  get whole(): boolean {
    return this.model.whole;
  }

  get width(): number {
    return this.model.state.width;
  }

  box(): { left: number; top: number; width: number } {
    return this.slider.getBoundingClientRect();
  }

  xOf(edge: number): number {
    return xOf(this.view, this.width, edge);
  }

  edgeAt(clientX: number): number {
    return Math.round(this.view.start + ((clientX - this.box().left) * this.view.span) / Math.max(1, this.width));
  }

  private frameAt(x: number): number {
    return frameAtX(this.view, this.width, this.model.state.frameCount, Math.min(this.width - 0.01, Math.max(0, x)));
  }

  pan(pixels: number): void {
    this.model.pan(pixels);
  }

  zoom(factor: number, x: number): void {
    this.model.zoom(factor, x);
  }

  pinch(from: View, before: readonly [number, number], now: readonly [number, number]): void {
    this.model.pinch(from, before, now);
  }

  private hit(x: number, y: number, touch: boolean): Hit | null {
    return hitAt({ x, y, touch, view: this.view, width: this.width, layout: this.painter.layout, lanes: this.model.state.lanes, clusters: this.painter.clusters, rows: this.painter.rows });
  }

  press(x: number, y: number, touch: boolean): boolean {
    const hit = this.hit(x, y, touch);
    if (!hit || !this.face) return this.face === null;
    if (hit.open) ask(this, { kind: "open-comment", id: hit.open });
    else ask(this, { kind: "seek", frame: hit.frame });
    if (hit.ghost) ask(this, { kind: "open-ghost", id: hit.ghost });
    else if (hit.titles.length > 0) ask(this, { kind: "name-place", frame: hit.frame });
    return true;
  }

  doubleClick(x: number, y: number): void {
    const marks = this.hit(x, y, false)?.marks ?? [];
    if (marks.length === 0) return;
    this.model.showRange(Math.min(...marks.map((mark) => mark.frame)), Math.max(...marks.map((mark) => mark.frame + mark.frames - 1)));
  }

  private key(event: KeyboardEvent): void {
    const frames = this.face ? pageStep(event, this.face.rate) : 0;
    if (frames === 0) return;
    event.preventDefault();
    ask(this, { kind: "step", frames });
  }

  scrub(x: number): void {
    if (this.face) this.seek(this.frameAt(x));
  }

  select(from: number, to: number): void {
    if (!this.face) return;
    const [a, b] = [this.frameAt(from), this.frameAt(to)];
    ask(this, { kind: "set-range", first: Math.min(a, b), last: Math.max(a, b) });
    this.seek(b);
  }

  hover(x: number, y: number, touch: boolean): void {
    const { face } = this;
    if (!face) return;
    const hit = this.pointer.busy ? null : this.hit(x, y, touch);
    const frame = hit?.frame ?? this.frameAt(x);
    this.slider.classList.toggle("on-mark", hit !== null);
    this.card.show(face, frame, x, this.width, { marks: hit?.marks ?? [], titles: hit?.titles ?? [] });
    this.heads.hover(this.pointer.busy ? null : this.xOf(frame + 0.5));
  }

  unhover(): void {
    this.card.hide();
    this.heads.hover(null);
  }

  held(x: number): void {
    this.seek(this.frameAt(x));
    ask(this, { kind: "write" });
  }

  released(): void {
    this.asked = -1;
  }

  private seek(frame: number): void {
    if (frame === this.asked && frame === this.intended) return;
    this.asked = frame;
    ask(this, { kind: "seek", frame });
  }

  // --- painting ---------------------------------------------------------------------------------------------------------------

  private resized(): void {
    this.model.setWidth(this.slider.clientWidth);
    this.overview.measure();
    this.redraw("layout");
  }

  private redraw(...what: Layer[]): void {
    for (const part of what) this.dirty.add(part);
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.paint();
    });
  }

  private placeHead(): void {
    const shown = this.face !== null && this.player !== null && this.player.status !== "empty";
    this.heads.place(shown, this.xOf(this.intended + 0.5), this.xOf(this.intended), this.width, this.width / this.view.span);
    this.overview.place(this.intended);
  }

  /** Paint what changed, or all of it. Moving the playhead alone paints nothing. */
  paint(everything = false): void {
    const { face, model, painter } = this;
    const { lanes, options, view, width } = model.state;
    if (!face || width <= 0) return;
    const layers = everything ? new Set<Layer>(["layout", "bed", "marks"]) : this.dirty;
    const range = this.player?.range ?? null;
    const input = { face, view, width, lanes, options, range, sprites: this.sprites, waveform: this.waveform, variable: this.variable, available: this.player?.available ?? 0, draft: this.edits.draft, focused: this.focused?.id ?? null };
    if (painter.paint(input, layers)) this.slider.style.setProperty("height", `${painter.layout.height}px`);
    if (layers.has("marks")) {
      const mark = this.editable;
      // Zooming and panning change nothing there but the window.
      const overview = [painter.palette, lanes, range, width];
      if (layers.has("layout") || overview.some((part, i) => part !== this.overviewOf[i])) this.overview.paint({ palette: painter.palette, lanes, range });
      this.overviewOf = overview;
      this.edits.show(range, mark, mark ? (painter.rows.get(mark.id) ?? 0) : 0, painter.layout);
    }
    this.dirty.clear();
    this.placeHead();
  }
}
customElements.define("tp-timeline", Timeline);
