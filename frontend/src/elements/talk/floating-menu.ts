// The panel of a menu lies over everything where there is room for it: below or above its button; on a phone at the foot of the
// page, where thumbs are. In the list itself the composer would cover it. Browsers without popovers show it below, in the list.

const NARROW = window.matchMedia("(max-width: 800px)");
const AWAY = 6; // px from the button
const MARGIN = 8; // px to the edge of the page

export function floatingMenu(menu: HTMLDetailsElement, panel: HTMLElement): void {
  if (typeof panel.showPopover !== "function") return;
  panel.popover = "manual"; // who closes menus closes this one too
  panel.classList.add("floating");
  /** It goes with its button, and closes when that has left the list's window: a list that is coming to rest moves on its own. */
  const follow = (): void => {
    const button = menu.getBoundingClientRect();
    const list = menu.closest(".thread-list")?.getBoundingClientRect();
    if (!list) return window.removeEventListener("scroll", follow, true); // it is no longer in the page
    if (button.bottom < Math.max(0, list.top) || button.top > Math.min(window.innerHeight, list.bottom)) menu.open = false;
    else place(panel, button);
  };
  menu.addEventListener("toggle", () => {
    if (!menu.isConnected) return;
    panel.togglePopover(menu.open);
    if (!menu.open) return window.removeEventListener("scroll", follow, true);
    place(panel, menu.getBoundingClientRect());
    window.addEventListener("scroll", follow, { capture: true, passive: true });
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
