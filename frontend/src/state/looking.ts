// How the picture is looked at: zoomed, turned, filtered, with guides and scopes. Knows no DOM.
import type { Filter } from "../core/colour.ts";
import { MASKS, readAspect } from "../core/guides.ts";
import type { Size } from "../core/drawing.ts";
import { fitScale, moved, percent, turnedOn, WHOLE, zoomedAt, type PictureView, type Place } from "../core/picture-view.ts";
import { t } from "../language/translate.ts";
import { Store } from "./store.ts";

export type Scope = "none" | "waveform" | "parade" | "vectorscope" | "histogram";
export const FILTERS: readonly (readonly [Filter, string])[] = [["picture", t("Picture")], ["luma", t("Luma")], ["red", t("Red")], ["green", t("Green")], ["blue", t("Blue")], ["false", t("False colour")]];
export const SCOPES: readonly (readonly [Scope, string])[] = [["none", t("No scope")], ["waveform", t("Waveform")], ["parade", t("RGB parade")], ["vectorscope", t("Vectorscope")], ["histogram", t("Histogram")]];

export interface LookState {
  /** The row of tools is shown. */
  readonly open: boolean;
  readonly view: PictureView;
  readonly filter: Filter;
  readonly scope: Scope;
  readonly safe: boolean;
  readonly checker: boolean;
  /** Aspect that is masked to; null: none. */
  readonly mask: { readonly num: number; readonly den: number } | null;
}

const ZOOM_STEP = 1.25;

export class Looking {
  readonly store = new Store<LookState>({ open: false, view: WHOLE, filter: "picture", scope: "none", safe: false, checker: false, mask: null });
  private picture: Size = { width: 16, height: 9 };
  private stage: Size = { width: 16, height: 9 };
  private ratio = 1;

  get state(): LookState {
    return this.store.state;
  }

  /** Picture in its pixels, stage in CSS pixels. What is shown stays in the middle. */
  setSizes(picture: Size, stage: Size, ratio: number): void {
    this.picture = picture;
    this.stage = stage;
    this.ratio = ratio;
    const { view } = this.state;
    const least = zoomedAt(view, view.zoom, [stage.width / 2, stage.height / 2], picture, stage);
    if (JSON.stringify(least) !== JSON.stringify(view)) this.store.set({ view: least });
  }

  get sizes(): { readonly picture: Size; readonly stage: Size } {
    return { picture: this.picture, stage: this.stage };
  }

  /** 100: one picture pixel on one pixel of the screen. */
  get percent(): number {
    return percent(this.state.view, this.picture, this.stage, this.ratio);
  }

  /** Anything but the plain, whole picture? */
  get changed(): boolean {
    const { view, filter, scope, safe, mask, checker } = this.state;
    return JSON.stringify(view) !== JSON.stringify(WHOLE) || filter !== "picture" || scope !== "none" || safe || checker || mask !== null;
  }

  zoomBy(factor: number, at: Place | null = null): void {
    const { view } = this.state;
    this.store.set({ view: zoomedAt(view, view.zoom * factor, at ?? [this.stage.width / 2, this.stage.height / 2], this.picture, this.stage) });
  }

  zoomStep(steps: number): void {
    this.zoomBy(ZOOM_STEP ** steps);
  }

  /** Exactly this many percent, if the whole picture is not larger already. */
  zoomTo(wanted: number): void {
    const { view } = this.state;
    const zoom = wanted / 100 / this.ratio / fitScale(this.picture, this.stage, view.turns);
    this.zoomBy(zoom / view.zoom);
  }

  whole(): void {
    this.store.set({ view: { ...this.state.view, zoom: 1, x: 0.5, y: 0.5 } });
  }

  move(by: Place): void {
    this.store.set({ view: moved(this.state.view, by, this.picture, this.stage) });
  }

  turn(): void {
    this.store.set({ view: turnedOn(this.state.view) });
  }

  mirror(): void {
    this.store.set({ view: { ...this.state.view, mirrored: !this.state.view.mirrored, x: 1 - this.state.view.x } });
  }

  flip(): void {
    this.store.set({ view: { ...this.state.view, upsideDown: !this.state.view.upsideDown, y: 1 - this.state.view.y } });
  }

  setOpen(open: boolean): void {
    this.store.set({ open });
  }

  setFilter(filter: Filter): void {
    this.store.set({ filter });
  }

  nextFilter(): void {
    const present = FILTERS.findIndex(([filter]) => filter === this.state.filter);
    this.setFilter((FILTERS[(present + 1) % FILTERS.length] as (typeof FILTERS)[number])[0]);
  }

  setScope(scope: Scope): void {
    this.store.set({ scope });
  }

  nextScope(): void {
    const present = SCOPES.findIndex(([scope]) => scope === this.state.scope);
    this.setScope((SCOPES[(present + 1) % SCOPES.length] as (typeof SCOPES)[number])[0]);
  }

  setSafe(safe: boolean): void {
    this.store.set({ safe });
  }

  setChecker(checker: boolean): void {
    this.store.set({ checker });
  }

  /** The name of a mask, or an aspect as people write it; "" for none. False if it is none. */
  setMask(text: string): boolean {
    const known = MASKS.find(({ name }) => name === text);
    const mask = text.trim() === "" ? null : known ? { num: known.num, den: known.den } : readAspect(text);
    if (mask === null && text.trim() !== "") return false;
    this.store.set({ mask });
    return true;
  }

  reset(): void {
    this.store.set({ view: WHOLE, filter: "picture", scope: "none", safe: false, checker: false, mask: null });
  }
}
