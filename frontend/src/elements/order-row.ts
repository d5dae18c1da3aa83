// A row that is put elsewhere in its list: by dragging its grip, by arrow keys, Home and End on it, or by two buttons.
import "../styles/order.css";
import { t } from "../language/translate.ts";
import { h, signOf } from "./dom.ts";

const GRIP = "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01";
const UP = "M6 14.5l6-6 6 6";

export interface OrderHand {
  place(): number;
  /** Of the last row. */
  last(): number;
  /** By keys and buttons. */
  move(to: number): void;
  /** By pointer or finger: it is taken; it stands at another place; it is let go, or taken back. */
  taken(): void;
  over(to: number): void;
  left(back: boolean): void;
}

export function orderRow(content: readonly HTMLElement[], hand: OrderHand): HTMLLIElement {
  const grip = h("button", { type: "button", class: "icon-button order-grip" }, signOf(GRIP));
  grip.addEventListener("keydown", (event) => {
    const to = { ArrowUp: hand.place() - 1, ArrowDown: hand.place() + 1, Home: 0, End: hand.last() }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    hand.move(to);
    grip.focus();
  });
  const step = (by: -1 | 1): HTMLElement => h("button", { type: "button", class: by === -1 ? "icon-button order-up" : "icon-button order-down", onclick: () => hand.move(hand.place() + by) }, signOf(UP));
  const row = h("li", { class: "order-row" }, grip, content, step(-1), step(1));
  drags(grip, row, hand);
  return row;
}

/** What its grip and buttons are called at place `at` of `count`. */
export function nameRow(row: HTMLElement, version: string, at: number, count: number): void {
  const label = (kind: string, text: string, off: boolean): void => {
    const button = row.querySelector<HTMLElement>(`.order-${kind}`);
    if (!button) return;
    button.title = text;
    button.setAttribute("aria-label", text);
    // Not `disabled`: that would take the focus from whoever moved it to the end.
    button.setAttribute("aria-disabled", String(off));
  };
  label("grip", t("Move {version}: {place} of {count}", { version, place: at + 1, count }), false);
  label("up", t("Move {version} up", { version }), at === 0);
  label("down", t("Move {version} down", { version }), at === count - 1);
}

/** The row goes along, the others make room. */
function drags(grip: HTMLElement, row: HTMLElement, hand: OrderHand): void {
  grip.addEventListener("pointerdown", (event) => {
    const list = row.parentElement;
    if (event.button !== 0 || !list) return;
    event.preventDefault();
    grip.focus();
    grip.setPointerCapture(event.pointerId);
    hand.taken();
    row.classList.add("dragged");
    const over = (move: PointerEvent): void => {
      const others = [...list.children].filter((one) => one !== row);
      const to = others.filter((one) => { const { top, height } = one.getBoundingClientRect(); return move.clientY > top + height / 2; }).length;
      if (to === hand.place()) return;
      hand.over(to);
      list.insertBefore(row, others[to] ?? null);
      if (!grip.hasPointerCapture(move.pointerId)) grip.setPointerCapture(move.pointerId); // moving the node lets go of it
    };
    const end = (up: PointerEvent): void => {
      grip.removeEventListener("pointermove", over);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      row.classList.remove("dragged");
      hand.left(up.type === "pointercancel");
      grip.focus();
    };
    grip.addEventListener("pointermove", over);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  });
}
