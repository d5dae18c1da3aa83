// One of many videos: a menu that is searched by typing where it is long.
import { t } from "../language/translate.ts";
import type { CompareChoice } from "../state/compare-choices.ts";
import { fill, h, icon, setText } from "./dom.ts";

/** So many are seen at once. */
const MANY = 8;

export class VideoMenu {
  private readonly present = h("span", { class: "video-name" });
  private readonly find = h("input", { class: "input", type: "search", autocomplete: "off", placeholder: t("Find a video"), "aria-label": t("Find a video") });
  private readonly list = h("div", { class: "video-list", role: "menu", "aria-label": t("Compare with") });
  private readonly nothing = h("p", { class: "quiet", role: "status" });
  private readonly summary = h("summary", { class: "button small", title: t("Compare with") }, this.present, icon("fold"));
  readonly node = h("details", { class: "menu video-menu" }, this.summary, h("div", { class: "menu-panel up" }, this.find, this.list, this.nothing));
  private videos: readonly CompareChoice[] = [];
  private chosen = "";

  constructor(private readonly choose: (id: string) => void) {
    this.node.addEventListener("toggle", () => this.node.open && this.opened());
    this.find.addEventListener("input", () => this.fill());
    this.node.addEventListener("keydown", (event) => this.key(event));
  }

  show(videos: readonly CompareChoice[], chosen: string): void {
    this.videos = videos;
    this.chosen = chosen;
    this.node.hidden = videos.length < 2;
    const name = videos.find(({ id }) => id === chosen)?.name ?? "";
    setText(this.present, name);
    this.summary.setAttribute("aria-label", `${t("Compare with")}: ${name}`);
  }

  private opened(): void {
    this.find.value = "";
    this.find.hidden = this.videos.length <= MANY;
    this.fill();
    const present = this.list.querySelector<HTMLElement>("[aria-checked=true]");
    present?.scrollIntoView({ block: "nearest" });
    // Not where it would open the keyboard on the screen.
    if (!this.find.hidden && matchMedia("(pointer: fine)").matches) this.find.focus();
    else present?.focus();
  }

  private fill(): void {
    const words = this.find.value.toLocaleLowerCase().split(/\s+/);
    const fitting = this.videos.filter(({ name }) => words.every((word) => name.toLocaleLowerCase().includes(word)));
    fill(this.list, fitting.map(({ id, name }) => h("button", { type: "button", class: "menu-item", role: "menuitemradio", "aria-checked": String(id === this.chosen), onclick: () => this.choose(id) }, h("span", null, name))));
    setText(this.nothing, fitting.length === 0 ? t("No video fits.") : "");
  }

  /** Arrows lead through the list, Enter in the field takes the first that fits. */
  private key(event: KeyboardEvent): void {
    const items = [...this.list.querySelectorAll<HTMLElement>(".menu-item")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.node.open && by !== undefined) (items[at + by] ?? (this.find.hidden ? items[at] : this.find))?.focus();
    else if (event.key === "Enter" && event.target === this.find) items[0]?.click();
    else return;
    event.preventDefault();
  }
}
