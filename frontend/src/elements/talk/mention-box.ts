// Completes "@An…" in a text area to the name of somebody who will see the comment.
import { t } from "../../language/translate.ts";
import type { Person } from "../../net/types.ts";
import { initials } from "../../core/wording.ts";
import { completed, fragmentAt, suggestions } from "../../core/mention-typing.ts";
import { avatar, fill, h } from "../dom.ts";

let count = 0;

export class MentionBox {
  readonly element = h("ul", { class: "mention-box", role: "listbox", "aria-label": t("People"), hidden: true });
  private found: readonly Person[] = [];
  private chosen = 0;

  constructor(
    private readonly area: HTMLTextAreaElement,
    private readonly people: () => readonly Person[],
  ) {
    this.element.id = `people-${++count}`;
    area.setAttribute("aria-autocomplete", "list");
    area.addEventListener("input", () => this.look());
    area.addEventListener("click", () => this.look());
    area.addEventListener("blur", () => this.close());
    area.addEventListener("keydown", (event) => this.key(event), true);
  }

  private look(): void {
    const { value, selectionStart } = this.area;
    const fragment = fragmentAt(value, selectionStart);
    this.found = fragment === null ? [] : suggestions(this.people(), fragment.text);
    this.chosen = 0;
    this.draw();
  }

  private close(): void {
    this.found = [];
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    if (this.found.length === 0 || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" || event.key === "Tab") this.pick(this.chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private move(by: 1 | -1): void {
    this.chosen = (this.chosen + by + this.found.length) % this.found.length;
    this.draw();
  }

  private pick(index: number): void {
    const person = this.found[index];
    if (!person) return;
    const { text, caret } = completed(this.area.value, this.area.selectionStart, person.name);
    this.area.value = text;
    this.area.setSelectionRange(caret, caret);
    this.close();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private draw(): void {
    const open = this.found.length > 0;
    this.element.hidden = !open;
    const option = (person: Person, i: number): HTMLElement =>
      h(
        "li",
        // The text area keeps the focus: a click must not take it.
        { id: `${this.element.id}-${i}`, role: "option", "aria-selected": String(i === this.chosen), onmousedown: (event: MouseEvent) => event.preventDefault(), onclick: () => this.pick(i) },
        avatar(person, initials(person.name)),
        person.name,
      );
    fill(this.element, this.found.map(option));
    if (open) {
      this.area.setAttribute("aria-controls", this.element.id);
      this.area.setAttribute("aria-activedescendant", `${this.element.id}-${this.chosen}`);
    } else {
      this.area.removeAttribute("aria-controls");
      this.area.removeAttribute("aria-activedescendant");
    }
  }
}
