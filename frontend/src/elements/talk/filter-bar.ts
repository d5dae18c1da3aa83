// What of the conversation is shown, and in which order.
import { t } from "../../language/translate.ts";
import { EVERYTHING, narrowing, type Arrangement, type SortOrder, type StateFilter } from "../../state/arranging.ts";
import { fill, h, icon, setText } from "../dom.ts";
import { exportMarkers } from "./marker-export.ts";
import type { TalkContext } from "./talk-context.ts";

const STATES = [["all", t("All")], ["open", t("Open // not done")], ["done", t("Done")]] as const;
const ORDERS = [["frame", t("By frame")], ["newest", t("Newest first")], ["state", t("Open first")]] as const;
const VISIBILITIES = [["all", t("Internal or not")], ["internal", t("Only internal")], ["public", t("What clients see")]] as const;

export class FilterBar {
  readonly states = h("div", { class: "segments", role: "group", "aria-label": t("Show") });
  readonly element: HTMLElement;
  private view: Arrangement = EVERYTHING;
  private room: TalkContext | null = null;
  private readonly search = h("input", { type: "search", class: "input", placeholder: t("Search"), "aria-label": t("Search the comments") });
  private readonly sort = h("select", { class: "input", "aria-label": t("Order") }, ORDERS.map(([value, name]) => h("option", { value }, name)));
  private readonly author = h("select", { class: "input", "aria-label": t("Author") });
  private readonly label = h("select", { class: "input", "aria-label": t("Label") });
  private readonly visibility = h("select", { class: "input", "aria-label": t("Visibility") }, VISIBILITIES.map(([value, name]) => h("option", { value }, name)));
  private readonly unread = h("input", { type: "checkbox" });
  private readonly mine = h("input", { type: "checkbox" });
  private readonly count = h("span", { class: "filter-count", hidden: true });

  constructor(private readonly changed: (view: Arrangement) => void) {
    for (const [state, name] of STATES) this.states.append(h("button", { type: "button", "data-filter": state, onclick: () => this.set({ state }) }, name));
    this.search.addEventListener("input", () => this.set({ text: this.search.value }));
    this.search.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.set({ text: "" });
    });
    this.sort.addEventListener("change", () => this.set({ sort: this.sort.value as SortOrder }));
    this.author.addEventListener("change", () => this.set({ author: this.author.value }));
    this.label.addEventListener("change", () => this.set({ label: this.label.value }));
    this.visibility.addEventListener("change", () => this.set({ visibility: this.visibility.value as Arrangement["visibility"] }));
    this.unread.addEventListener("change", () => this.set({ unread: this.unread.checked }));
    this.mine.addEventListener("change", () => this.set({ mentionsMe: this.mine.checked }));
    const more = h(
      "details",
      { class: "menu filter-menu" },
      h("summary", { class: "icon-button small", "aria-label": t("Filter"), title: t("Filter") }, icon("filter"), this.count),
      h(
        "div",
        { class: "menu-panel filter-panel" },
        this.author,
        this.label,
        this.visibility,
        h("label", { class: "choice" }, this.unread, t("Only new")),
        h("label", { class: "choice" }, this.mine, t("Only where I am mentioned")),
        h("button", { type: "button", class: "button small ghost", onclick: () => this.set({ ...EVERYTHING, sort: this.view.sort }) }, t("Show everything")),
        h("hr"),
        h("button", { type: "button", class: "button small ghost", onclick: () => this.exported() }, t("Comments as markers…")),
      ),
    );
    more.addEventListener("keydown", (event) => {
      if (event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement) event.stopPropagation();
    });
    this.element = h("div", { class: "filter-bar" }, this.search, this.sort, more);
    this.draw();
  }

  get arrangement(): Arrangement {
    return this.view;
  }

  set(change: Partial<Arrangement>): void {
    this.view = { ...this.view, ...change };
    this.draw();
    this.changed(this.view);
  }

  setState(state: StateFilter): void {
    if (this.view.state !== state) this.set({ state });
  }

  configure(room: TalkContext): void {
    const { people, labels, mayHide } = room;
    this.room = room;
    const options = (select: HTMLSelectElement, all: string, rows: readonly { id: string; name: string }[]): void =>
      fill(select, h("option", { value: "" }, all), rows.map(({ id, name }) => h("option", { value: id }, name)));
    options(this.author, t("Anybody"), [...people].sort((a, b) => a.name.localeCompare(b.name)));
    options(this.label, t("Any label"), labels);
    this.label.hidden = labels.length === 0;
    this.visibility.hidden = !mayHide;
    this.draw();
  }

  private exported(): void {
    if (this.room) exportMarkers(this.room.versionId, this.view, this.room.face?.record(0) ?? null);
  }

  private draw(): void {
    const { view } = this;
    for (const button of this.states.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset["filter"] === view.state));
    if (this.search.value !== view.text) this.search.value = view.text;
    this.sort.value = view.sort;
    this.author.value = view.author;
    this.label.value = view.label;
    this.visibility.value = view.visibility;
    this.unread.checked = view.unread;
    this.mine.checked = view.mentionsMe;
    const set = narrowing({ ...view, text: "" });
    this.count.hidden = set === 0;
    setText(this.count, String(set));
  }
}
