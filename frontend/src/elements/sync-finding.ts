// One finding of the sync checks: what, where, what it means, what to do.
import { numberText } from "../core/plot.ts";
import { agoText } from "../core/wording.ts";
import { figure, n, t } from "../language/translate.ts";
import type { Measured, Place, Told } from "../state/sync-report.ts";
import { h, icon, iconButton, type IconName } from "./dom.ts";
import { eventStrip, type MediaOf } from "./event-strip.ts";
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
  error: [t("Error"), "bad", "close"],
  warn: [t("Warning"), "accent", "edit"],
  info: [t("For information"), "busy", "help"],
};
const CAUSES: Readonly<Record<string, readonly [string, string]>> = {
  timeline: [t("Cause: timeline"), t("It was put together or rendered so: the edit, the renderer, the segments.")],
  media: [t("Cause: media"), t("Picture or sound themselves: missing frames, drifting sound, damage.")],
  metadata: [t("Cause: metadata"), t("Picture and sound are right, what the container says about them is not.")],
};
const PLACES_SHOWN = 12;

export function syncFinding({ check, finding }: Told, versionId: string, waiver: WaiverShown | null, port: FindingPort | null, media: MediaOf): HTMLElement {
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
      cause && h("span", { class: "badge", title: cause[1] }, cause[0]),
      waiver && h("span", { class: "badge" }, icon("check"), t("Waived")),
    ),
    h("h3", { id }, finding.summary),
    h("p", null, finding.meaning),
    numbersOf(finding.numbers),
    placesOf(finding.places, finding.place_count, versionId),
    finding.places[0] && finding.code !== "sync_events.clap" && eventStrip(finding.code, finding.places[0], versionId, media),
    h(
      "div",
      { class: "remedy-box" },
      h("h4", null, t("What to do")),
      h("p", null, remedy.summary),
      remedy.steps.length > 0 && h("dl", { class: "remedy-steps" }, remedy.steps.flatMap(([where, what]) => [h("dt", null, where), h("dd", null, what)])),
      remedy.command && commandLine(remedy.command),
    ),
    finding.evidence.map(evidencePlot),
    waiver
      ? h("p", { class: "waiver" }, h("strong", null, `${t("Waived by {name} {ago}:", { name: waiver.by.name, ago: agoText(waiver.created_at, Date.now()) })} `), waiver.reason, port && h("button", { type: "button", class: "button small ghost", onclick: () => port.withdraw(finding.code) }, t("Take back")))
      : port && (finding.severity === "warn" || finding.severity === "error") && h("div", { class: "finding-tools" }, h("button", { type: "button", class: "button small", onclick: () => port.waive(finding.code) }, t("Waive with a reason…"))),
  );
}

export function numbersOf(numbers: readonly Measured[]): HTMLElement | false {
  return numbers.length > 0 && h("dl", { class: "measured" }, numbers.map((one) => h("div", null, h("dt", null, one.name), h("dd", { class: "num" }, `${numberText(one.value, one.digits)}${one.unit ? `\u202f${one.unit}` : ""}`))));
}

function placesOf(places: readonly Place[], count: number, versionId: string): HTMLElement | false {
  const link = (place: Place): HTMLElement =>
    h("li", null, h("a", { class: "place", href: `/v/${versionId}?frame=${place.frame}` }, h("span", { class: "tc" }, place.timecode || t("Frame {frame}", { frame: place.frame })), place.duration_frames > 1 && h("span", { class: "quiet num" }, ` · ${n("{count} frame | {count} frames", place.duration_frames)}`), place.note && h("span", { class: "quiet" }, ` · ${place.note}`)));
  const shown = places.slice(0, PLACES_SHOWN);
  const rest = places.slice(PLACES_SHOWN);
  const untold = count - places.length;
  return (
    places.length > 0 &&
    h(
      "div",
      { class: "places" },
      h("h4", null, count === 1 ? t("Where") : t("Where ({count})", { count: figure(count) })),
      h("ul", null, shown.map(link)),
      rest.length > 0 && h("details", null, h("summary", null, t("{count} more", { count: rest.length })), h("ul", null, rest.map(link))),
      untold > 0 && h("p", { class: "quiet" }, n("and {count} other | and {count} others", untold)),
    )
  );
}

function commandLine(command: string): HTMLElement {
  const copy = iconButton("link", t("Copy the command"), () => void copyText(command).then((done) => done && toast(t("Command copied."))), true);
  return h("div", { class: "copy-line" }, h("code", { class: "command", tabindex: 0 }, command), copy);
}
