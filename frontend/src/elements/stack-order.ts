// The order of a stack, to be changed: by dragging a row, by its arrow keys, or by its two buttons. Numbers stay.
import type { Version } from "../net/types.ts";
import { moved } from "../state/stack-rows.ts";
import { fill, h, icon, setText } from "./dom.ts";
import { toastProblem } from "./feedback.ts";
import { nameRow, orderRow } from "./order-row.ts";
import { t } from "../language/translate.ts";

export interface StackOrderPort {
  save(ids: readonly string[]): Promise<unknown>;
  /** It was refused: whatever is shown may be out of date. */
  refused(): void;
  done(): void;
}

export class StackOrder extends HTMLElement {
  private readonly list = h("ol", { class: "order-list", "aria-label": t("Order of the versions, the top one first") });
  private readonly spoken = h("p", { class: "visually-hidden", "aria-live": "polite" });
  private versions: readonly Version[] = [];
  private readonly rows = new Map<string, HTMLElement>();
  private saving: Promise<void> = Promise.resolve();
  private unsaved = 0;
  private dragged: string | null = null;

  constructor(private readonly port: StackOrderPort) {
    super();
  }

  connectedCallback(): void {
    if (this.firstChild) return;
    fill(
      this,
      h("p", { class: "quiet" }, t("Drag a version, or move it with the arrow keys. Numbers stay as they are, and the newest version is the highest number wherever it stands.")),
      this.list,
      h(
        "div",
        { class: "form-actions" },
        h("button", { type: "button", class: "button primary", onclick: () => this.port.done() }, t("Done")),
        h("button", { type: "button", class: "button ghost", onclick: () => this.put([...this.versions].sort((a, b) => b.number - a.number)) }, t("By number")),
      ),
      this.spoken,
    );
  }

  /** The stack from top to bottom, as it was fetched. What is in the hand or not yet saved is newer. */
  show(versions: readonly Version[]): void {
    if (this.dragged === null && this.unsaved === 0) this.draw(versions);
  }

  private draw(versions: readonly Version[]): void {
    this.versions = versions;
    for (const id of [...this.rows.keys()]) if (!versions.some((one) => one.id === id)) this.rows.delete(id);
    const newest = Math.max(...versions.map((one) => one.number));
    const nodes = versions.map((one) => this.rows.get(one.id) ?? this.row(one, one.number === newest));
    // A node that is put anew loses the focus: only what stands elsewhere is moved.
    nodes.forEach((node, at) => this.list.children[at] !== node && this.list.insertBefore(node, this.list.children[at] ?? null));
    while (this.list.children.length > nodes.length) this.list.lastElementChild?.remove();
    nodes.forEach((node, at) => nameRow(node, `v${node.dataset["version"] ?? ""}`, at, nodes.length));
  }

  private row(version: Version, newest: boolean): HTMLElement {
    let before: readonly Version[] = [];
    const content = [
      h("span", { class: "stack-poster" }, version.poster_url ? h("img", { src: version.poster_url, alt: "", loading: "lazy", decoding: "async", draggable: "false" }) : icon("film")),
      h("strong", { class: "num" }, `v${version.number}`),
      h("span", { class: "order-name" }, version.name || version.original_name, newest && h("span", { class: "badge accent" }, t("Newest"))),
    ];
    const made = orderRow(content, {
      place: () => this.place(version.id),
      last: () => this.versions.length - 1,
      move: (to) => this.move(version.id, to),
      taken: () => {
        before = this.versions;
        this.dragged = version.id;
      },
      over: (to) => (this.versions = moved(this.versions, this.place(version.id), to)),
      left: (back) => {
        this.dragged = null;
        this.draw(back ? before : this.versions);
        if (this.versions.some((one, at) => one !== before[at])) this.save();
      },
    });
    made.dataset["version"] = String(version.number);
    this.rows.set(version.id, made);
    return made;
  }

  private place(id: string): number {
    return this.versions.findIndex((one) => one.id === id);
  }

  private move(id: string, to: number): void {
    const from = this.place(id);
    const bounded = Math.max(0, Math.min(this.versions.length - 1, to));
    if (from === bounded) return;
    this.put(moved(this.versions, from, bounded));
    setText(this.spoken, t("{version} is {place} of {count} now.", { version: `v${this.versions[bounded]?.number ?? ""}`, place: bounded + 1, count: this.versions.length }));
  }

  /** Show the order at once, and save it after those before. */
  private put(versions: readonly Version[]): void {
    const focused = document.activeElement instanceof HTMLElement && this.contains(document.activeElement) ? document.activeElement : null;
    this.draw(versions);
    focused?.focus();
    this.save();
  }

  private save(): void {
    const ids = this.versions.map((one) => one.id);
    this.unsaved += 1;
    this.saving = this.saving.then(async () => {
      const refused = await this.port.save(ids).then(() => null, (error: unknown) => ({ error }));
      this.unsaved -= 1;
      if (!refused) return;
      toastProblem(refused.error);
      this.port.refused();
    });
  }
}
customElements.define("tp-stack-order", StackOrder);
