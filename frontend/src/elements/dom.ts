// Building DOM without a framework: `h("p", { class: "dim" }, "text")`. Text is always text, never markup.

type Child = Node | string | number | null | undefined | false;
type Listener = (event: never) => void;
type Attribute = string | number | boolean | null | undefined | Listener;

/** An element with attributes (`on…` are listeners, booleans are present or absent) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Readonly<Record<string, Attribute>> | null, ...children: readonly (Child | readonly Child[])[]): HTMLElementTagNameMap[K];
export function h(tag: string, attributes?: Readonly<Record<string, Attribute>> | null, ...children: readonly (Child | readonly Child[])[]): HTMLElement;
export function h(tag: string, attributes?: Readonly<Record<string, Attribute>> | null, ...children: readonly (Child | readonly Child[])[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else setAttribute(element, name, value);
  }
  append(element, children.flat());
  return element;
}

export function setAttribute(element: Element, name: string, value: string | number | boolean | null | undefined): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(typeof child === "number" ? String(child) : child);
}

/** Replace all children. */
export function fill(element: Element, ...children: readonly (Child | readonly Child[])[]): void {
  element.replaceChildren();
  append(element, children.flat());
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  play: "M8 5.5v13l11-6.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  stepBack: "M15 6l-6 6 6 6",
  stepForward: "M9 6l6 6-6 6",
  volume: "M4 10v4h3.5L12 18V6L7.5 10zM15.5 9a4 4 0 010 6M18 6.5a7.5 7.5 0 010 11",
  muted: "M4 10v4h3.5L12 18V6L7.5 10zM16 9.5l5 5M21 9.5l-5 5",
  meter: "M5 20v-8M9.7 20V5M14.3 20v-6M19 20V9",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  help: "M12 21a9 9 0 100-18 9 9 0 000 18zM9.5 9.5a2.5 2.5 0 114 2c-1 .7-1.5 1.2-1.5 2.3M12 17h.01",
  back: "M15 5l-7 7 7 7",
  reply: "M9 8L4 13l5 5M4 13h10a6 6 0 016 6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  lock: "M7 11V8a5 5 0 0110 0v3M5.5 11h13v9h-13z",
  link: "M10 14a4 4 0 005.7 0l3-3A4 4 0 0013 5.3l-1 1M14 10a4 4 0 00-5.7 0l-3 3A4 4 0 0011 18.7l1-1",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  upload: "M12 16V5M7 9.5L12 4.5l5 5M5 19h14",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M3 6v12M21 6v12M6 12h12M9 9l-3 3 3 3M15 9l3 3-3 3",
  sliders: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h11M19 17h1M17 15v4",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4",
  people: "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM3 20c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 4.5a3.5 3.5 0 010 6.5M17 14.8c2.4.6 4 2.6 4 5.2",
  comment: "M5 5h14v11H11l-4 4v-4H5z",
  retry: "M19 12a7 7 0 11-2.2-5.1M19 4v4.5h-4.5",
  loop: "M17 4l3 3-3 3M4 12V9.5A2.5 2.5 0 016.5 7H20M7 20l-3-3 3-3M20 12v2.5a2.5 2.5 0 01-2.5 2.5H4",
  key: "M14.5 14a4.5 4.5 0 10-4.3-3L4 17.2V20h3l1-1v-2h2l2.2-2.2c.7.1 1.5.2 2.3-.8zM15.5 8.5h.01",
  fold: "M6 9.5l6 6 6-6",
  folder: "M4 6h6l2 2h8v11H4z",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  copy: "M9 9h10v11H9zM5 15V4h10",
  clip: "M19 11l-7.5 7.5a4.5 4.5 0 01-6.4-6.4L13 4.3a3 3 0 014.2 4.2l-7.7 7.8a1.5 1.5 0 01-2.1-2.1L14.5 7",
  microphone: "M12 14.5a3 3 0 003-3V6a3 3 0 00-6 0v5.5a3 3 0 003 3zM6 11.5a6 6 0 0012 0M12 17.5V21M9 21h6",
  smile: "M12 21a9 9 0 100-18 9 9 0 000 18zM8.5 14a4 4 0 007 0M9 9.5h.01M15 9.5h.01",
  tag: "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
  filter: "M4 6h16M7 12h10M10 18h4",
  clock: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3.5 2",
  warning: "M12 4L2.8 20h18.4zM12 10v4.5M12 17.3h.01",
} as const;

export type IconName = keyof typeof ICONS;
const SOLID: ReadonlySet<IconName> = new Set(["play", "pause"]);

export function icon(name: IconName): SVGSVGElement {
  return signOf(ICONS[name], SOLID.has(name) ? "icon solid" : `icon icon-${name}`);
}

/** A sign of 24 × 24 from a path: for those that only one element needs. */
export function signOf(d: string, name = "icon"): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

/** A button that shows a sign only; `label` is what it is called, also as its tooltip. */
export function iconButton(name: IconName, label: string, onclick: () => void, small = false): HTMLButtonElement {
  return h("button", { type: "button", class: small ? "icon-button small" : "icon-button", "aria-label": label, title: label, onclick }, icon(name));
}

/** A colour of their own for each person, the same everywhere. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return hash;
}

export function avatar(person: { readonly id: string; readonly name: string }, letters: string): HTMLElement {
  const element = h("span", { class: "avatar", "aria-hidden": "true" }, letters);
  element.style.setProperty("--hue", String(hueOf(person.id)));
  return element;
}
