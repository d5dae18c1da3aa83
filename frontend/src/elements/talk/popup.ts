// A small panel behind a button of a comment.
import { h, icon, type IconName } from "../dom.ts";
import { floatingMenu } from "./floating-menu.ts";

/** Its panel is made when it is first asked for: a list of comments has two for each, and hardly any is ever opened. */
export function popup(kind: string, name: string, sign: IconName, panel: (details: HTMLDetailsElement) => HTMLElement): HTMLDetailsElement {
  const summary = h("summary", { class: "icon-button small", "aria-label": name, title: name }, icon(sign));
  const details = h("details", { class: kind }, summary);
  const make = (): void => {
    const made = panel(details);
    details.append(made);
    floatingMenu(details, made);
  };
  summary.addEventListener("click", make, { once: true }); // keys click, too
  return details;
}
