// A project's spec as a sheet of fields that people read and fill in. All values are text; "" is: not judged.
import type { ProjectSpec } from "../net/types.ts";
import type { Fields } from "./merging.ts";
import { t } from "../language/translate.ts";

export type FieldKind = "choice" | "whole" | "decimal" | "words" | "text";

export interface SheetField {
  readonly key: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly choices?: readonly (readonly [string, string])[];
  readonly unit?: string;
  readonly help?: string;
}

export interface SheetGroup {
  readonly title: string;
  readonly fields: readonly SheetField[];
}

const ANY = t("Not judged");
const RATES = ["24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60", "100", "120"];

export const GROUPS: readonly SheetGroup[] = [
  {
    title: t("Picture"),
    fields: [
      { key: "rate", label: t("Frame rate"), kind: "choice", choices: [["", ANY], ...RATES.map((one) => [one, rateText(one)] as const)], unit: "fps" },
      { key: "drop_frame", label: t("Timecode counts"), kind: "choice", choices: [["", ANY], ["no", t("Non-drop-frame")], ["yes", t("Drop-frame")]] },
      { key: "width", label: t("Width"), kind: "whole", unit: "px" },
      { key: "height", label: t("Height"), kind: "whole", unit: "px" },
      { key: "pixel_aspect", label: t("Pixel aspect"), kind: "text", help: t("1 is square; 16/15") },
      { key: "scan", label: t("Scan"), kind: "choice", choices: [["", ANY], ["progressive", t("Progressive")], ["tff", t("Interlaced, top field first")], ["bff", t("Interlaced, bottom field first")]] },
      { key: "start_timecode", label: t("Start timecode"), kind: "text", help: t("01:00:00:00; with ; for drop-frame") },
    ],
  },
  {
    title: t("Sound"),
    fields: [
      { key: "audio_rate", label: t("Sample rate"), kind: "whole", unit: "Hz" },
      { key: "audio_layouts", label: t("Layout of each track"), kind: "words", help: t("stereo, or mono, mono") },
      { key: "loudness_lufs", label: t("Loudness"), kind: "decimal", unit: "LUFS" },
      { key: "loudness_tolerance_lu", label: t("Tolerance"), kind: "decimal", unit: "LU" },
      { key: "true_peak_dbtp", label: t("True peak, at most"), kind: "decimal", unit: "dBTP" },
    ],
  },
  {
    title: t("Rendering"),
    fields: [
      { key: "render_cost_per_hour", label: t("Cost of an hour of rendering"), kind: "decimal", help: t("Reports then compare fixing with rendering again") },
      { key: "render_currency", label: t("Currency"), kind: "text", help: t("EUR") },
      { key: "render_hours_per_hour", label: t("Hours of rendering for an hour of film"), kind: "decimal" },
    ],
  },
  {
    title: t("Files"),
    fields: [
      { key: "containers", label: t("Containers"), kind: "words", help: t("mov, mxf") },
      { key: "video_codecs", label: t("Picture codecs"), kind: "words", help: t("prores, h264") },
      { key: "audio_codecs", label: t("Sound codecs"), kind: "words", help: t("pcm_s24le, aac") },
      { key: "proxies_by", label: t("Proxies for editing"), kind: "choice", choices: [["server", t("The server makes them")], ["editor", t("The editor makes them")], ["nobody", t("Nobody makes them")]] },
    ],
  },
];
export const NAMES: SheetField = { key: "naming_pattern", label: t("Names"), kind: "text" };
const DEVIATIONS: Readonly<Record<string, string>> = {
  rate: t("Frame rate"),
  drop_frame: t("Timecode counts"),
  raster: t("Raster"),
  pixel_aspect: t("Pixel aspect"),
  scan: t("Scan"),
  start_timecode: t("Start timecode"),
  container: t("Containers"),
  video_codec: t("Picture codecs"),
  audio_rate: t("Sample rate"),
  audio_layouts: t("Layout of each track"),
  audio_codec: t("Sound codecs"),
};

/** What a file does not keep to, as the spec's own form calls it. */
export const deviationName = (what: string): string => DEVIATIONS[what] ?? what;

export const FIELDS: readonly SheetField[] = [...GROUPS.flatMap((group) => group.fields), NAMES];

/** "24000/1001" as people say it: "23.976". */
export function rateText(rate: string): string {
  const [num = 0, den = 1] = rate.split("/").map(Number);
  return den === 1 ? String(num) : (num / den).toFixed(3).replace(/\.?0+$/, "");
}

/** The technical values of a spec, or of a preset, as fields. */
export function fieldsOf(technical: Readonly<Record<string, unknown>>): Fields {
  const text = (key: string): string => (technical[key] === null || technical[key] === undefined || technical[key] === 0 ? "" : String(technical[key]));
  const ratio = (key: string): string => {
    const num = text(`${key}_num`);
    const den = text(`${key}_den`);
    return num === "" ? "" : den === "" || den === "1" ? num : `${num}/${den}`;
  };
  const words = (key: string): string => (Array.isArray(technical[key]) ? (technical[key] as string[]).join(", ") : "");
  const drop = technical["drop_frame"];
  const loudness = text("loudness_lufs");
  const cost = text("render_cost_per_hour");
  return {
    rate: ratio("rate"),
    drop_frame: drop === true ? "yes" : drop === false ? "no" : "",
    width: text("width"),
    height: text("height"),
    pixel_aspect: ratio("pixel_aspect"),
    scan: text("scan"),
    start_timecode: text("start_timecode"),
    audio_rate: text("audio_rate"),
    audio_layouts: words("audio_layouts"),
    loudness_lufs: loudness,
    loudness_tolerance_lu: loudness === "" ? "" : text("loudness_tolerance_lu"),
    true_peak_dbtp: text("true_peak_dbtp"),
    render_cost_per_hour: cost,
    render_currency: cost === "" ? "" : text("render_currency"),
    render_hours_per_hour: cost === "" ? "" : text("render_hours_per_hour"),
    containers: words("containers"),
    video_codecs: words("video_codecs"),
    audio_codecs: words("audio_codecs"),
    name: text("name"),
  };
}

export function sheetOf(spec: Pick<ProjectSpec, "technical" | "proxies_by" | "naming_pattern">): Fields {
  return { ...fieldsOf(spec.technical), proxies_by: spec.proxies_by, naming_pattern: spec.naming_pattern };
}

/** The body of the PUT that puts these fields in force. What is no number is sent as it was written: the server says why not. */
export function bodyOf(fields: Fields): { technical: Record<string, unknown>; naming_pattern: string; proxies_by: string } {
  const technical: Record<string, unknown> = {};
  const text = (key: string): string => (fields[key] ?? "").trim();
  const number = (key: string): number | string | null => (text(key) === "" ? null : Number.isNaN(Number(text(key))) ? text(key) : Number(text(key)));
  for (const key of ["rate", "pixel_aspect"]) if (text(key)) technical[key] = text(key);
  for (const key of ["width", "height", "audio_rate"]) technical[key] = number(key) ?? 0;
  for (const key of ["scan", "start_timecode", "name", "render_currency"]) technical[key] = text(key);
  for (const key of ["containers", "video_codecs", "audio_codecs", "audio_layouts"]) technical[key] = text(key).split(",").map((one) => one.trim()).filter(Boolean);
  for (const key of ["loudness_lufs", "true_peak_dbtp", "render_cost_per_hour"]) technical[key] = number(key);
  technical["loudness_tolerance_lu"] = number("loudness_tolerance_lu") ?? 1;
  technical["render_hours_per_hour"] = number("render_hours_per_hour") ?? 1;
  technical["drop_frame"] = text("drop_frame") === "" ? null : text("drop_frame") === "yes";
  return { technical, naming_pattern: fields["naming_pattern"] ?? "", proxies_by: fields["proxies_by"] ?? "server" };
}

/** A value as it is read; "" if it is not judged. */
export function said(field: SheetField, value: string): string {
  if (value === "") return "";
  if (field.key === "rate") return `${rateText(value)} fps`;
  const chosen = field.choices?.find(([one]) => one === value)?.[1];
  return chosen ?? (field.unit ? `${value} ${field.unit}` : value);
}

export interface Change {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What is otherwise in `after`, in words. */
export function changes(before: Fields, after: Fields): Change[] {
  return FIELDS.filter(({ key }) => (before[key] ?? "") !== (after[key] ?? "")).map((field) => ({
    label: field.label,
    before: said(field, before[field.key] ?? "") || t("not judged"),
    after: said(field, after[field.key] ?? "") || t("not judged"),
  }));
}
