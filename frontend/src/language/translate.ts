// What the pages say, in the reader's language. English stands in the code, `t("Copy link to frame")`, and is the name of
// the message; the other languages are tables (`de/`), each a script of its own that only its readers load and that speaks
// before the page's script runs. German is complete by its type: a text that it lacks does not compile.
//
//   t("Done by {person}", { person })          what stands in braces is put in
//   n("{count} frame | {count} frames", 3)     forms by number, in the order of Intl.PluralRules: one | other in English
//   t("Open // verb")                          behind the slashes: a hint where one English text has two meanings
import type { German } from "./de/table.ts";

export type Message = keyof German & string;
export type PluralMessage = Extract<Message, `${string} | ${string}`>;
export type SingleMessage = Exclude<Message, PluralMessage>;

/** The names in braces of a message. */
export type Slots<M extends string> = M extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;
/** A message with nothing to put in: what tables of names are made of. */
export type PlainMessage = { [M in SingleMessage]: M extends `${string}{${string}` ? never : M }[SingleMessage];

type Values<Name extends string> = { readonly [One in Name]: string | number };
type Given<Name extends string> = [Name] extends [never] ? [] : [values: Values<Name>];

const CATEGORIES = ["zero", "one", "two", "few", "many", "other"] as const;

/** A table of messages; what it lacks is said in English. */
export type Table = Readonly<Record<string, string>>;

interface Speech {
  /** What dates and numbers are written by. */
  readonly tag: string;
  readonly table: Table;
  readonly plural: (count: number) => number;
}

function speech(language: string, tag: string, table: Table): Speech {
  const rules = new Intl.PluralRules(language);
  const forms = CATEGORIES.filter((category) => rules.resolvedOptions().pluralCategories.includes(category));
  return { tag, table, plural: (count) => forms.indexOf(rules.select(count) as (typeof CATEGORIES)[number]) };
}

const ENGLISH = speech("en", "en-GB", {});
let present = ENGLISH;

/** From now on in this language. `tag`: how it writes dates and numbers. */
export function speak(language: string, tag: string, table: Table): void {
  present = language === "en" ? ENGLISH : speech(language, tag, table);
}

/** The BCP 47 tag for `toLocaleString` and `Intl`. */
export const localeTag = (): string => present.tag;

/** A number as the language writes it. Small whole ones look alike in all of ours: to make a format costs more than a page of
 *  text, and most pages never need one. */
export const figure = (value: number): string => (Number.isInteger(value) && Math.abs(value) < 1000 ? String(value) : value.toLocaleString(present.tag));

/** The message in the reader's language. */
export function t<M extends SingleMessage>(message: M, ...given: Given<Slots<M>>): string {
  return filled(textOf(message), given[0]);
}

/** The form of a message that goes with the number, which is put in as `{count}`. */
export function n<M extends PluralMessage>(message: M, count: number, ...given: Given<Exclude<Slots<M>, "count">>): string {
  const own = present.table[message];
  const speaks = own === undefined ? ENGLISH : present;
  const forms = withoutHint(own ?? message).split(" | ");
  return filled(forms[speaks.plural(count)] ?? forms.at(-1) ?? message, { count: figure(count), ...given[0] });
}

/** A message with elements in it, as children of an element: `woven("Made by {person}", { person: h("b", …) })`. */
export function woven<M extends SingleMessage, T>(message: M, pieces: { readonly [Name in Slots<M>]: T }): (string | T)[] {
  const parts = textOf(message).split(/(\{\w+\})/).filter((part) => part !== "");
  return parts.map((part) => (pieces as Readonly<Record<string, T>>)[part.slice(1, -1)] ?? part);
}

const textOf = (message: string): string => withoutHint(present.table[message] ?? message);

function withoutHint(text: string): string {
  const at = text.indexOf(" // ");
  return at < 0 ? text : text.slice(0, at);
}

function filled(text: string, values: Readonly<Record<string, string | number>> | undefined): string {
  if (values === undefined) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}
