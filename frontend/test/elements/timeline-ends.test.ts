// The ends of a range, moved faster than the timeline is painted: each move is built on the one before, and none is lost.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { RangeEdits } from "../../src/elements/timeline-edits.ts";

/** As much of an element as the ends need; no browser. */
class Element extends EventTarget {
  hidden = false;
  style = { setProperty: () => undefined };
  private attributes = new Map<string, string>();
  setAttribute = (name: string, value: string): void => void this.attributes.set(name, value);
  getAttribute = (name: string): string | null => this.attributes.get(name) ?? null;
  removeAttribute = (name: string): void => void this.attributes.delete(name);
  append(): void {}
  focus(): void {}
  setPointerCapture(): void {}
  getBoundingClientRect = (): object => ({ left: 0, right: 0 });
}

const kept = { document: globalThis.document };
beforeAll(() => void Object.assign(globalThis, { document: { createElement: () => new Element() } }));
afterAll(() => void Object.assign(globalThis, kept));

const MARK = { id: "c", frame: 10, frames: 15 };
let asked: Record<string, unknown>[];
let edits: RangeEdits;
let start: Element;
let end: Element;
const show = (mark: typeof MARK | null): void => edits.show(null, mark as never, 0, { ruler: { top: 0, height: 1 }, comments: { top: 0, height: 1 } } as never);
const send = (node: Element, kind: string, about: object = {}): boolean => node.dispatchEvent(Object.assign(new Event(kind, { cancelable: true }), about));
const press = (node: Element, key: string): void => {
  send(node, "keydown", { key });
  send(node, "keyup");
};
const drag = (node: Element, frames: number): void => {
  send(node, "pointerdown", { button: 0, clientX: 0, pointerId: 1 });
  send(node, "pointermove", { clientX: frames });
  send(node, "pointerup");
};

beforeEach(() => {
  asked = [];
  const from = new EventTarget();
  from.addEventListener("tp-request", (event) => asked.push((event as CustomEvent<Record<string, unknown>>).detail));
  const face = { frameCount: 60, rate: { num: 24_000, den: 1001 }, position: String, beside: String };
  edits = new RangeEdits({ face: face as never, width: 600, xOf: Number, edgeAt: Number, look: () => undefined, unhover: () => undefined, draftChanged: () => undefined }, from);
  [start, end] = edits.nodes.slice(2) as unknown as [Element, Element];
  show(MARK);
});

it("takes a drag of the one end right after a key on the other", () => {
  press(end, "ArrowLeft");
  drag(start, 6);
  expect(asked).toEqual([expect.objectContaining({ id: "c", frame: 10, frames: 14 }), expect.objectContaining({ id: "c", frame: 6, frames: 18 })]);
});

it("takes it back right after, though the timeline still shows what was there before", () => {
  press(end, "ArrowLeft");
  press(end, "ArrowRight");
  expect(asked.map(({ frames }) => frames)).toEqual([14, 15]);
});

it("keeps what was moved when another comment is selected before the key is let go", () => {
  send(end, "keydown", { key: "ArrowLeft" });
  show({ id: "other", frame: 40, frames: 3 });
  send(end, "blur");
  expect(asked).toEqual([expect.objectContaining({ id: "c", frame: 10, frames: 14 })]);
});

it("asks for nothing when nothing was moved, or the drag was given up", () => {
  press(start, "x");
  drag(start, 10);
  send(start, "pointerdown", { button: 0, clientX: 0, pointerId: 1 });
  send(start, "pointermove", { clientX: 5 });
  send(start, "pointercancel");
  expect(asked).toEqual([]);
});

it("moves an end by a second, as far as it goes", () => {
  press(end, "PageUp");
  press(end, "PageUp");
  press(end, "PageDown");
  press(start, "PageDown");
  expect(asked.map(({ frame, frames }) => [frame, frames])).toEqual([[10, 39], [10, 50], [10, 26], [0, 36]]);
  asked = [];
  send(end, "keydown", { key: "PageUp", ctrlKey: true });
  send(end, "keyup");
  expect(asked).toEqual([]);
});
