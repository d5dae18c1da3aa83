// Where somebody in a live session is, compared with where everybody should be; in words.
import { n, t } from "../language/translate.ts";
import type { Played } from "./expected-frame.ts";

/** What somebody's page says that it shows. `lag`: frames behind where it should be, while it plays. */
export interface Report {
  readonly version_id: string;
  readonly frame: number;
  readonly at_rest: boolean;
  readonly lag: number;
  readonly buffering: boolean;
  readonly following: boolean;
}

export interface Attendee {
  readonly seat: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly waiting: boolean;
  readonly report: Report | null;
}

export type Standing = "there" | "behind" | "ahead" | "buffering" | "coming" | "apart" | "waiting";

/** One frame more or less while it plays is what two clocks and a screen make of the same moment. */
const AS_ONE = 1;

export function standingOf({ waiting, report }: Attendee, played: Played | null): { readonly standing: Standing; readonly frames: number } {
  const at = (standing: Standing, frames = 0): { standing: Standing; frames: number } => ({ standing, frames });
  if (waiting) return at("waiting");
  if (report === null || played === null) return at("coming");
  if (!report.following) return at("apart");
  if (report.version_id !== played.version_id) return at("coming");
  if (report.buffering) return at("buffering");
  const lag = played.playing ? report.lag : played.frame - report.frame;
  if (!played.playing && !report.at_rest) return lag === 0 ? at("coming") : at("behind", Math.abs(lag));
  if (Math.abs(lag) <= (played.playing ? AS_ONE : 0)) return at("there");
  return lag > 0 ? at("behind", lag) : at("ahead", -lag);
}

/** The same beside a name: short. */
export function standingText(standing: Standing, frames: number): string {
  switch (standing) {
    case "there":
      return t("on the same frame");
    case "behind":
      return n("{count} frame behind | {count} frames behind", frames);
    case "ahead":
      return n("{count} frame ahead | {count} frames ahead", frames);
    case "buffering":
      return t("buffering");
    case "coming":
      return t("not there yet");
    case "apart":
      return t("looking around alone");
    case "waiting":
      return t("in the waiting room");
  }
}

/** What is worth saying of all of them: who is not there, at most two by name. */
export function lateText(people: readonly Attendee[], played: Played | null, me: string): string {
  const late = people.flatMap((one) => {
    const { standing, frames } = standingOf(one, played);
    return one.person.id !== me && (standing === "behind" || standing === "ahead" || standing === "buffering" || standing === "coming") ? [{ name: one.person.name, text: standingText(standing, frames) }] : [];
  });
  if (late.length > 2) return n("{count} is not there yet | {count} are not there yet", late.length);
  return late.map(({ name, text }) => t("{name}: {standing}", { name, standing: text })).join(" · ");
}
