// A scope of the picture that is shown, in a corner of the stage.
import { barTargets, SKIN_DEGREES } from "../core/colour.ts";
import { histogram, LEVELS, parade, vectorPlace, vectorscope, waveform, type Pixels, type Plot } from "../core/scopes.ts";
import type { Scope } from "../state/looking.ts";
import { h } from "./dom.ts";

/** The picture is read at this width: enough for any scope, and quick (a few milliseconds). */
export const READ_WIDTH = 480;
const GAP = 8;
const TRACES: readonly (readonly [number, number, number])[] = [[255, 90, 80], [90, 235, 110], [100, 150, 255]];
const GREEN = [150, 240, 170] as const;

export class ScopeView extends HTMLElement {
  private readonly canvas = h("canvas", { width: READ_WIDTH, height: LEVELS, role: "img" });
  private readonly pen = this.canvas.getContext("2d");

  connectedCallback(): void {
    if (!this.firstChild) this.append(this.canvas);
  }

  show(scope: Scope, pixels: Pixels | null): void {
    this.hidden = scope === "none";
    this.dataset["scope"] = scope;
    const { canvas, pen } = this;
    if (!pixels || !pen || scope === "none") return;
    const side = LEVELS + 64;
    const [width, height] = scope === "vectorscope" ? [side, side] : [READ_WIDTH, LEVELS];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    pen.fillStyle = "#0b0b0b";
    pen.fillRect(0, 0, width, height);
    canvas.setAttribute("aria-label", scope);
    if (scope === "waveform") {
      this.trace(waveform(pixels), GREEN, 0, 0, width, height);
      this.levels(width, height);
    } else if (scope === "parade") {
      const part = (width - 2 * GAP) / 3;
      parade(pixels).forEach((plot, i) => this.trace(plot, TRACES[i] ?? GREEN, i * (part + GAP), 0, part, height));
      this.levels(width, height);
    } else if (scope === "vectorscope") {
      this.trace(vectorscope(pixels), GREEN, 32, 32, LEVELS, LEVELS);
      this.targets();
    } else this.bars(histogram(pixels), width, height);
  }

  /** Counts as light: few pixels are seen, many do not dazzle. */
  private trace(plot: Plot, [r, g, b]: readonly [number, number, number], x: number, y: number, width: number, height: number): void {
    const image = new ImageData(plot.width, plot.height);
    const bright = Math.log1p(plot.most) || 1;
    plot.counts.forEach((count, i) => {
      if (count > 0) image.data.set([r, g, b, 70 + (185 * Math.log1p(count)) / bright], 4 * i);
    });
    const own = new OffscreenCanvas(plot.width, plot.height);
    own.getContext("2d")?.putImageData(image, 0, 0);
    this.pen?.drawImage(own, x, y, width, height);
  }

  private levels(width: number, height: number): void {
    const { pen } = this;
    if (!pen) return;
    pen.font = "11px system-ui, sans-serif";
    for (const percent of [0, 25, 50, 75, 100]) {
      const y = Math.round((1 - percent / 100) * (height - 1)) + 0.5;
      pen.fillStyle = "rgb(255 255 255 / .18)";
      pen.fillRect(0, y - 0.5, width, 1);
      pen.fillStyle = "rgb(255 255 255 / .75)";
      pen.fillText(`${percent}`, 3, percent === 100 ? y + 11 : y - 3);
    }
  }

  private targets(): void {
    const { pen } = this;
    if (!pen) return;
    const place = (cb: number, cr: number): [number, number] => {
      const [x, y] = vectorPlace(cb, cr, LEVELS);
      return [x + 32, y + 32];
    };
    pen.strokeStyle = "rgb(255 255 255 / .3)";
    const [cx, cy] = place(0, 0);
    pen.beginPath();
    pen.arc(cx, cy, LEVELS / 2, 0, 2 * Math.PI);
    pen.moveTo(cx - LEVELS / 2, cy);
    pen.lineTo(cx + LEVELS / 2, cy);
    pen.moveTo(cx, cy - LEVELS / 2);
    pen.lineTo(cx, cy + LEVELS / 2);
    const skin = (SKIN_DEGREES * Math.PI) / 180;
    pen.moveTo(cx, cy);
    pen.lineTo(cx + (Math.cos(skin) * LEVELS) / 2, cy - (Math.sin(skin) * LEVELS) / 2);
    pen.stroke();
    pen.font = "11px system-ui, sans-serif";
    pen.fillStyle = pen.strokeStyle = "rgb(255 255 255 / .8)";
    for (const { name, cb, cr } of barTargets(0.75)) {
      const [x, y] = place(cb, cr);
      pen.strokeRect(x - 6, y - 6, 12, 12);
      pen.fillText(name, x + 9, y + 4);
    }
  }

  private bars([red, green, blue, luma]: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array], width: number, height: number): void {
    const { pen } = this;
    if (!pen) return;
    pen.globalCompositeOperation = "lighter";
    const part = height / 2 - GAP;
    const one = (counts: Uint32Array, color: string, bottom: number): void => {
      const inner = counts.slice(1, -1); // clipped values would flatten all others
      const most = Math.max(1, ...inner);
      pen.fillStyle = color;
      counts.forEach((count, i) => {
        const tall = Math.min(1, count / most) * part;
        pen.fillRect((i * width) / LEVELS, bottom - tall, Math.ceil(width / LEVELS), tall);
      });
    };
    one(luma, "rgb(200 200 200 / .9)", part);
    one(red, "rgb(235 60 60)", height);
    one(green, "rgb(50 190 80)", height);
    one(blue, "rgb(60 110 255)", height);
    pen.globalCompositeOperation = "source-over";
  }
}
customElements.define("tp-scope", ScopeView);
