// The order of a stack, to be changed: by dragging a row, by its arrow keys, or by its two buttons. Numbers stay.
import type { Version } from "../net/types.ts";
import { moved } from "../state/stack-rows.ts";
import { fill, h, icon, setText, signOf } from "./dom.ts";
import { toastProblem } from "./feedback.ts";
import { t } from "../language/translate.ts";

const GRIP = "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01";
const UP = "M6 14.5l6-6 6 6";

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
    nodes.forEach((node, at) => this.name(node, at));
  }

  private row(version: Version, newest: boolean): HTMLElement {
    const step = (direction: -1 | 1): void => this.move(version.id, this.place(version.id) + direction);
    const grip = h("button", { type: "button", class: "icon-button order-grip" }, signOf(GRIP));
    grip.addEventListener("keydown", (event) => {
      const to = { ArrowUp: this.place(version.id) - 1, ArrowDown: this.place(version.id) + 1, Home: 0, End: this.versions.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.move(version.id, to);
      grip.focus();
    });
    const button = (direction: -1 | 1): HTMLElement => h("button", { type: "button", class: direction === -1 ? "icon-button order-up" : "icon-button order-down", onclick: () => step(direction) }, signOf(UP));
    const made = h(
      "li",
      { class: "order-row" },
      grip,
      h("span", { class: "stack-poster" }, version.poster_url ? h("img", { src: version.poster_url, alt: "", loading: "lazy", decoding: "async", draggable: "false" }) : icon("film")),
      h("strong", { class: "num" }, `v${version.number}`),
      h("span", { class: "order-name" }, version.name || version.original_name, newest && h("span", { class: "badge accent" }, t("Newest"))),
      button(-1),
      button(1),
    );
    this.drags(grip, made, version.id);
    made.dataset["version"] = String(version.number);
    this.rows.set(version.id, made);
    return made;
  }

  private name(row: HTMLElement, at: number): void {
    const version = `v${row.dataset["version"] ?? ""}`;
    const [grip, up, down] = row.querySelectorAll("button");
    const last = this.versions.length - 1;
    const label = (button: HTMLButtonElement | undefined, text: string, off: boolean): void => {
      if (!button) return;
      button.title = text;
      button.setAttribute("aria-label", text);
      // Not `disabled`: that would take the focus from whoever moved it to the end.
      button.setAttribute("aria-disabled", String(off));
    };
    label(grip, t("Move {version}: {place} of {count}", { version, place: at + 1, count: last + 1 }), false);
    label(up, t("Move {version} up", { version }), at === 0);
    label(down, t("Move {version} down", { version }), at === last);
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

  /** By pointer or finger: the row goes along, the others make room, and it is saved where it is let go. */
  private drags(grip: HTMLElement, row: HTMLElement, id: string): void {
    grip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      grip.focus();
      grip.setPointerCapture(event.pointerId);
      const before = this.versions;
      this.dragged = id;
      row.classList.add("dragged");
      const over = (move: PointerEvent): void => {
        const others = [...this.list.children].filter((one) => one !== row);
        const to = others.filter((one) => { const { top, height } = one.getBoundingClientRect(); return move.clientY > top + height / 2; }).length;
        if (to === this.place(id)) return;
        this.versions = moved(this.versions, this.place(id), to);
        this.list.insertBefore(row, others[to] ?? null);
        if (!grip.hasPointerCapture(move.pointerId)) grip.setPointerCapture(move.pointerId); // moving the node lets go of it
      };
      const end = (up: PointerEvent): void => {
        grip.removeEventListener("pointermove", over);
        grip.removeEventListener("pointerup", end);
        grip.removeEventListener("pointercancel", end);
        row.classList.remove("dragged");
        this.dragged = null;
        const now = up.type === "pointercancel" ? before : this.versions;
        this.draw(now);
        grip.focus();
        if (now.some((one, at) => one !== before[at])) this.save();
      };
      grip.addEventListener("pointermove", over);
      grip.addEventListener("pointerup", end);
      grip.addEventListener("pointercancel", end);
    });
  }
}
customElements.define("tp-stack-order", StackOrder);
