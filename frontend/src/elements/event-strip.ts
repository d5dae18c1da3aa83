// Picture and sound around the first place of a finding: five exact frames and the wave beneath them, fetched when asked for.
import { columnsAround, shapeOf } from "../core/event-wave.ts";
import { parseWaveform } from "../core/waveform.ts";
import { t } from "../language/translate.ts";
import type { Place } from "../state/sync-report.ts";
import { fill, h } from "./dom.ts";
import { problemBox } from "./feedback.ts";

export interface EventMedia {
  readonly frame_count: number | null;
  readonly rate: { readonly num: number; readonly den: number } | null;
  readonly waveforms: readonly { readonly track: number; readonly url: string }[];
}
export type MediaOf = () => Promise<EventMedia>;
/** Somebody chooses one of the pictures instead of being led to it. */
export interface Picking {
  readonly chosen: () => number;
  choose(frame: number): void;
}

const BESIDE = 2; // pictures to either side
const HEARD = 12; // frames of sound to either side
const PER_FRAME = 24;
const WIDTH = 640;
const HEIGHT = 90;
const AGAIN_MS = [1_500, 4_000, 10_000, 20_000]; // the server makes one at a time, for everybody
const SVG = "http://www.w3.org/2000/svg";

/** Folded; `part` keeps it open over a new drawing of the report. */
export function eventStrip(part: string, place: Place, versionId: string, media: MediaOf, picking: Picking | null = null): HTMLElement {
  const inside = h("div", { class: "event-strip" });
  const made = h("details", { class: "event", "data-part": `event-${part}` }, h("summary", null, t("Look and listen there")), inside);
  const load = (): void => {
    fill(inside, h("div", { class: "skeleton" }));
    media()
      .then((known) => show(inside, place, versionId, known, picking))
      .catch((problem: unknown) => fill(inside, problemBox(problem, load)));
  };
  made.addEventListener("toggle", () => {
    if (made.open && !inside.firstChild) load();
  });
  return made;
}

async function show(inside: HTMLElement, { frame, timecode }: Place, versionId: string, { frame_count, rate, waveforms }: EventMedia, picking: Picking | null): Promise<void> {
  const first = Math.max(0, frame - BESIDE);
  const last = Math.min((frame_count ?? frame + 1) - 1, frame + BESIDE);
  const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const pictures = numbers.map((number) => h("img", { alt: t("Frame {frame}", { frame: number }), decoding: "async" }));
  const label = (number: number): HTMLElement => h("span", { class: "num" }, String(number));
  const row = h("div", { class: "event-frames" }, numbers.map((number, i) => (picking ? h("button", { type: "button", "data-frame": number, "aria-pressed": String(number === picking.chosen()), onclick: () => picking.choose(number) }, pictures[i], label(number)) : h("a", { href: `/v/${versionId}?frame=${number}`, "aria-current": number === frame ? "true" : null }, pictures[i], label(number)))));
  const waves = h("div", { class: "event-waves" });
  fill(inside, row, waves);
  if (rate) for (const { track, url } of waveforms.slice(0, 4)) waves.append(await wave(track, url, frame, rate, waveforms.length > 1, timecode));
  // One at a time, of all strips: each is decoded for us.
  for (const [i, picture] of pictures.entries()) line = line.then(() => fetched(picture, `/api/v1/versions/${versionId}/frames/${numbers[i]}.png`));
}

let line = Promise.resolve();

/** Shows the picture; asks again where the server had no time for it. Not if nobody looks any more. */
async function fetched(picture: HTMLImageElement, address: string): Promise<void> {
  for (const pause of [...AGAIN_MS, 0]) {
    if (!picture.isConnected) return;
    const shown = await new Promise<boolean>((done) => {
      picture.onload = () => done(true);
      picture.onerror = () => done(false);
      picture.src = address;
    });
    if (shown) return;
    picture.removeAttribute("src"); // no sign of a broken picture while it waits
    if (pause > 0) await new Promise((done) => setTimeout(done, pause));
  }
}

async function wave(track: number, url: string, frame: number, rate: { readonly num: number; readonly den: number }, many: boolean, timecode: string): Promise<HTMLElement> {
  const answer = await fetch(url);
  if (!answer.ok) return h("p", { class: "quiet" }, t("The sound of this place could not be fetched."));
  const count = 2 * HEARD + 1;
  const shape = shapeOf(columnsAround(parseWaveform(await answer.arrayBuffer()), frame - HEARD, count, PER_FRAME, rate), WIDTH, HEIGHT);
  const name = many ? t("Sound of track {track}", { track: track + 1 }) : t("Sound");
  const svg = document.createElementNS(SVG, "svg");
  const draw = (tag: string, attributes: Readonly<Record<string, string | number>>): void => {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    svg.append(element);
  };
  for (const [key, value] of Object.entries({ viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "event-wave", role: "img", preserveAspectRatio: "none", "aria-label": t("{name}, half a second around {place}", { name, place: timecode || t("Frame {frame}", { frame }) }) })) svg.setAttribute(key, value);
  const step = WIDTH / count;
  draw("rect", { x: HEARD * step, y: 0, width: step, height: HEIGHT, class: "event-now" });
  for (let n = 1; n < count; n += 1) draw("line", { x1: n * step, x2: n * step, y1: 0, y2: HEIGHT, class: "plot-grid" });
  draw("path", { d: shape, class: "event-shape" });
  return h("figure", null, h("figcaption", { class: "quiet" }, name), svg);
}
