// Signs on a comment: who put them there, and one's own to put or take away.
import { REACTIONS } from "../../core/reactions.ts";
import { t } from "../../language/translate.ts";
import type { Comment, Person } from "../../net/types.ts";
import { h } from "../dom.ts";
import { ask } from "../requests.ts";
import { popup } from "./popup.ts";

export function reactionRow(comment: Comment, me: Person): HTMLElement | null {
  const may = comment.can.includes("react");
  if (comment.reactions.length === 0) return null;
  const chips = comment.reactions.map(({ name, emoji, people }) => {
    const mine = people.some((person) => person.id === me.id);
    const who = people.map((person) => person.name).join(", ");
    return h(
      "button",
      { type: "button", class: "reaction", disabled: !may, "aria-pressed": String(mine), title: who, "aria-label": `${REACTIONS.find((one) => one.name === name)?.label ?? name}: ${who}`, "data-act": `react-${name}`, onclick: (event: Event) => ask(event.currentTarget as Element, { kind: "react", id: comment.id, name, there: !mine }) },
      emoji,
      h("span", null, people.length),
    );
  });
  return h("div", { class: "reactions" }, chips);
}

/** The choice of all signs, behind one button. */
export function reactionChooser(comment: Comment, me: Person): HTMLElement | null {
  if (!comment.can.includes("react")) return null;
  return popup("menu react-menu", t("React"), "smile", (menu) =>
    h(
      "div",
      { class: "menu-panel reaction-choice" },
      REACTIONS.map(({ name, emoji, label }) => {
        const mine = comment.reactions.some((one) => one.name === name && one.people.some((person) => person.id === me.id));
        return h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": label, title: label, onclick: () => { menu.open = false; ask(menu, { kind: "react", id: comment.id, name, there: !mine }); } }, emoji);
      }),
    ),
  );
}
