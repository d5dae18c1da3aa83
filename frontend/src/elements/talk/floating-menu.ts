// The panel of a menu lies over everything where there is room for it: below or above its button; on a phone at the foot of the
// page, where thumbs are. In the list itself the composer would cover it. Browsers without popovers show it below, in the list.

const NARROW = window.matchMedia("(max-width: 800px)");
const AWAY = 6; // px from the button
const MARGIN = 8; // px to the edge of the page

export function floatingMenu(menu: HTMLDetailsElement, panel: HTMLElement): void {
  if (typeof panel.showPopover !== "function") return;
  panel.popover = "manual"; // who closes menus closes this one too
  panel.classList.add("floating");
  let opened = new DOMRect();
  /** When its button has gone from where it was. A list that has just come to rest says so after the click. */
  const close = (): void => {
    const { top, left } = menu.getBoundingClientRect();
    if (Math.abs(top - opened.top) + Math.abs(left - opened.left) > 1) menu.open = false;
  };
  menu.addEventListener("toggle", () => {
    if (!menu.isConnected) return;
    panel.togglePopover(menu.open);
    if (!menu.open) return window.removeEventListener("scroll", close, true);
    opened = menu.getBoundingClientRect();
    place(panel, opened);
    window.addEventListener("scroll", close, { capture: true, passive: true });
  });
}

function place(panel: HTMLElement, button: DOMRect): void {
  const { width, height } = panel.getBoundingClientRect();
  const below = button.bottom + AWAY;
  const fits = below + height <= window.innerHeight - MARGIN;
  const top = Math.max(MARGIN, fits ? below : button.top - AWAY - height);
  const left = Math.max(MARGIN, button.right - width);
  for (const [side, at] of [["top", top], ["left", left]] as const) panel.style.setProperty(side, NARROW.matches ? "" : `${Math.round(at)}px`);
}
