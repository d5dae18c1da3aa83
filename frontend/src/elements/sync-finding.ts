// One finding of the sync checks: what, where, what it means, what to do.
import { numberText } from "../core/plot.ts";
import { agoText } from "../core/wording.ts";
import type { Measured, Place, Told } from "../state/sync-report.ts";
import { h, icon, iconButton, type IconName } from "./dom.ts";
import { evidencePlot } from "./evidence-plot.ts";
import { copyText, toast } from "./feedback.ts";

export interface WaiverShown {
  readonly reason: string;
  readonly by: { readonly name: string };
  readonly created_at: string;
}
export interface FindingPort {
  waive(code: string): void;
  withdraw(code: string): void;
}

const LOOKS: Readonly<Record<string, readonly [string, string, IconName]>> = {
  error: ["Error", "bad", "close"],
  warn: ["Warning", "accent", "edit"],
  info: ["For information", "busy", "help"],
};
const CAUSES: Readonly<Record<string, readonly [string, string]>> = {
  timeline: ["Timeline", "It was put together or rendered so: the edit, the renderer, the segments."],
  media: ["Media", "Picture or sound themselves: missing frames, drifting sound, damage."],
  metadata: ["Metadata", "Picture and sound are right, what the container says about them is not."],
};
const PLACES_SHOWN = 12;

export function syncFinding({ check, finding }: Told, versionId: string, waiver: WaiverShown | null, port: FindingPort | null): HTMLElement {
  const [severity, look, sign] = LOOKS[finding.severity] ?? ["", "", "help"];
  const cause = finding.cause ? CAUSES[finding.cause] : undefined;
  const { remedy } = finding;
  const id = `finding-${finding.code.replace(/\W+/g, "-")}`;
  return h(
    "article",
    { class: "finding", "data-severity": finding.severity, "data-waived": finding.waived !== null, "aria-labelledby": id },
    h(
      "header",
      { class: "finding-head" },
      h("span", { class: `badge ${look}` }, icon(sign), severity),
      h("span", { class: "quiet" }, check.title),
      cause && h("span", { class: "badge", title: cause[1] }, `Cause: ${cause[0].toLowerCase()}`),
      waiver && h("span", { class: "badge" }, icon("check"), "Waived"),
    ),
    h("h3", { id }, finding.summary),
    h("p", null, finding.meaning),
    numbersOf(finding.numbers),
    placesOf(finding.places, finding.place_count, versionId),
    h(
      "div",
      { class: "remedy-box" },
      h("h4", null, "What to do"),
      h("p", null, remedy.summary),
      remedy.steps.length > 0 && h("dl", { class: "remedy-steps" }, remedy.steps.flatMap(([where, what]) => [h("dt", null, where), h("dd", null, what)])),
      remedy.command && commandLine(remedy.command),
    ),
    finding.evidence.map(evidencePlot),
    waiver
      ? h("p", { class: "waiver" }, h("strong", null, `Waived by ${waiver.by.name} ${agoText(waiver.created_at, Date.now())}: `), waiver.reason, port && h("button", { type: "button", class: "button small ghost", onclick: () => port.withdraw(finding.code) }, "Take back"))
      : port && (finding.severity === "warn" || finding.severity === "error") && h("div", { class: "finding-tools" }, h("button", { type: "button", class: "button small", onclick: () => port.waive(finding.code) }, "Waive with a reason…")),
  );
}

export function numbersOf(numbers: readonly Measured[]): HTMLElement | false {
  return numbers.length > 0 && h("dl", { class: "measured" }, numbers.map((one) => h("div", null, h("dt", null, one.name), h("dd", { class: "num" }, `${numberText(one.value, one.digits)}${one.unit ? `\u202f${one.unit}` : ""}`))));
}

function placesOf(places: readonly Place[], count: number, versionId: string): HTMLElement | false {
  const link = (place: Place): HTMLElement =>
    h("li", null, h("a", { class: "place", href: `/v/${versionId}?frame=${place.frame}` }, h("span", { class: "tc" }, place.timecode || `Frame ${place.frame}`), place.duration_frames > 1 && h("span", { class: "quiet num" }, ` ${place.duration_frames} frames`), place.note && h("span", { class: "quiet" }, ` ${place.note}`)));
  const shown = places.slice(0, PLACES_SHOWN);
  const rest = places.slice(PLACES_SHOWN);
  const untold = count - places.length;
  return (
    places.length > 0 &&
    h(
      "div",
      { class: "places" },
      h("h4", null, count === 1 ? "Where" : `Where (${count.toLocaleString("en-GB")})`),
      h("ul", null, shown.map(link)),
      rest.length > 0 && h("details", null, h("summary", null, `${rest.length} more`), h("ul", null, rest.map(link))),
      untold > 0 && h("p", { class: "quiet" }, `and ${untold.toLocaleString("en-GB")} others`),
    )
  );
}

function commandLine(command: string): HTMLElement {
  const copy = iconButton("link", "Copy the command", () => void copyText(command).then((done) => done && toast("Command copied.")), true);
  return h("div", { class: "copy-line" }, h("code", { class: "command", tabindex: 0 }, command), copy);
}
