// Somebody was faster: both sides, and what to make of them.
import "../styles/conflict.css";
import { ApiError } from "../net/api.ts";
import { differences, merged, mergedText, saveOrAsk, type Answer, type Fields, type Present, type Saved } from "../state/merging.ts";
import { h } from "./dom.ts";
import { openDialog } from "./feedback.ts";
import { t } from "../language/translate.ts";

export interface ConflictWords {
  /** "the spec", "your comment" */
  readonly what: string;
  readonly label: (key: string) => string;
  /** How a value is read. */
  readonly say: (key: string, value: string) => string;
  /** Long texts: merged line by line, to be read and edited. */
  readonly texts?: readonly string[];
}

/** Show both sides of a conflict. Closing it leaves everything as it is: what was written stays in the form. */
export function askConflict(words: ConflictWords, base: Fields, mine: Fields, theirs: Present): Promise<Answer> {
  return new Promise((resolve) => {
    const found = differences(base, mine, theirs.fields);
    const result: Record<string, string> = { ...merged(base, mine, theirs.fields) };
    const both = found.filter((one) => one.conflict).length;
    const by = theirs.by || "Theirs";
    const dialog = openDialog(
      t("Somebody was faster"),
      (body, close) => {
        const answer = (one: Answer): void => {
          resolve(one);
          close();
        };
        const side = (key: string, whose: "mine" | "theirs", value: string): HTMLElement => {
          const input = h("input", { type: "radio", name: `conflict-${key}`, value: whose, checked: result[key] === value });
          input.addEventListener("change", () => (result[key] = value));
          return h("label", { class: "conflict-side" }, input, h("span", null, h("small", null, whose === "mine" ? t("Yours") : by), h("span", { class: "conflict-value" }, words.say(key, value) || t("empty"))));
        };
        const text = (key: string, my: string, their: string): HTMLElement => {
          const together = mergedText(base[key] ?? "", my, their);
          const area = h("textarea", { class: "input conflict-text", rows: 12, id: `conflict-${key}` });
          area.value = result[key] = together.text;
          area.addEventListener("input", () => (result[key] = area.value));
          const places = together.conflicts === 1 ? t("In one place") : t("In {conflicts} places", { conflicts: together.conflicts });
          return h(
            "div",
            { class: "field" },
            h("label", { for: area.id }, t("{key}, merged", { key: words.label(key) })),
            together.conflicts > 0 && h("p", { class: "field-help" }, t("{places} both changed the same lines: yours stand first, the others after them.", { places })),
            area,
            h("details", null, h("summary", null, t("Both sides by themselves")), h("div", { class: "conflict-pair" }, h("div", null, h("small", null, t("Yours")), h("pre", null, my)), h("div", null, h("small", null, by), h("pre", null, their)))),
          );
        };
        const rows = found.map((one) =>
          words.texts?.includes(one.key)
            ? text(one.key, one.mine, one.theirs)
            : h("fieldset", { class: "conflict-row" }, h("legend", null, words.label(one.key), one.conflict && h("span", { class: "badge accent" }, t("both changed it"))), side(one.key, "mine", one.mine), side(one.key, "theirs", one.theirs)),
        );
        body.append(
          h("p", null, t("While you were writing, {name} changed {what}. Nothing is lost.", { name: theirs.by || t("somebody"), what: words.what }), " ", both === 0 ? t("You changed different things, which can stand together.") : t("Choose what shall stand.")),
          ...(rows.length > 0 ? rows : [h("p", { class: "quiet" }, t("Both made the same of it."))]),
          h(
            "div",
            { class: "form-actions" },
            h("button", { type: "button", class: "button primary", onclick: () => answer({ ...result }) }, t("Save merged")),
            h("button", { type: "button", class: "button", onclick: () => answer(mine) }, t("Keep mine")),
            h("button", { type: "button", class: "button", onclick: () => answer("take") }, t("Take theirs")),
          ),
        );
      },
      true,
    );
    dialog.addEventListener("close", () => resolve(null));
  });
}

/** Save fields under the tag that they were read with; a conflict is shown and resolved by the person. `present`: the fields of the
 *  object as the API shows it, which the refusal brings along. */
export function saveFields<R, T>(words: ConflictWords, base: T, mine: Fields, port: { save(fields: Fields, tag: string): Promise<R>; present(one: T): Present }): Promise<Saved<R>> {
  const isStale = (error: unknown): boolean => error instanceof ApiError && error.status === 412 && error.current !== null;
  const fetch = (refused: unknown): Promise<Present> => Promise.resolve(port.present((refused as ApiError).current as T));
  return saveOrAsk<R>({ save: port.save, fetch, isStale, ask: (from, wanted, theirs) => askConflict(words, from, wanted, theirs) }, port.present(base), mine);
}
