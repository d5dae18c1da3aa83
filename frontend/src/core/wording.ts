// Numbers as people read them: sizes, waits, moments.
import { localeTag, t } from "../language/translate.ts";

/** "1.4 GB": decimal units, as disks and file managers of editors show them. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return t("{size} bytes", { size: bytes });
  const digits = value < 10 ? 1 : 0;
  return `${value.toLocaleString(localeTag(), { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${units[unit]}`;
}

/** "8 s", "2 min 5 s", "1 h 12 min": a wait, coarser as it grows. */
export function waitText(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  if (whole < 3600) return `${Math.ceil(whole / 60)} min`;
  const minutes = Math.ceil(whole / 60);
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** "just now", "5 min ago", "3 h ago", then the date. */
export function agoText(iso: string, now: number): string {
  const then = Date.parse(iso);
  const seconds = Math.floor((now - then) / 1000);
  if (seconds < 45) return t("just now");
  if (seconds < 3600) return t("{count} min ago", { count: Math.max(1, Math.round(seconds / 60)) });
  if (seconds < 86_400) return t("{count} h ago", { count: Math.round(seconds / 3600) });
  const date = new Date(then);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(localeTag(), { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}

/** "3 Dec 2026" */
export const dateText = (iso: string): string => new Date(iso).toLocaleDateString(localeTag(), { day: "numeric", month: "short", year: "numeric" });

/** The text as a sentence that another one may follow. */
export const sentence = (text: string): string => (text === "" || /[.!?…:]$/.test(text.trimEnd()) ? text : `${text}.`);

/** "AK" for Anna Karlsson, "A" for anna. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("") || "?";
}
