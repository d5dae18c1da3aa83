// On every page: styles, the account menu, the choice of theme; before signing in that of a language.
import "../styles/tokens.css";
import "../styles/base.css";
import { initials } from "../core/wording.ts";
import { hueOf } from "../elements/dom.ts";

/** Bring an account menu to life (the review room places a copy of its own). */
export function wireAccountMenu(root: ParentNode): void {
  for (const avatar of root.querySelectorAll<HTMLElement>(".avatar[data-person]")) {
    avatar.style.setProperty("--hue", String(hueOf(avatar.dataset["person"] ?? "")));
    avatar.textContent = initials(avatar.dataset["name"] ?? "");
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-theme-choice]")) {
    button.addEventListener("click", () => {
      const theme = button.dataset["themeChoice"] ?? "auto";
      document.documentElement.dataset["theme"] = theme;
      document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
      showTheme();
    });
  }
  showTheme();
}

/** Comments that could not be sent are sent from any page. (The review room, whose menu is in a template still, does so itself.) */
function sendLeftovers(): void {
  const who = document.querySelector<HTMLElement>(".avatar[data-person]")?.dataset["person"];
  try {
    if (who && localStorage.getItem(`twopop.unsent.${who}`)) void import("./outbox.ts").then(({ openOutbox }) => openOutbox(who));
  } catch {
    // Storage is forbidden: nothing was kept.
  }
}

function showTheme(): void {
  const present = document.documentElement.dataset["theme"];
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === present));
  }
}

wireAccountMenu(document);
sendLeftovers();
if (document.querySelector("[data-bell], #account-menu") !== null) void import("./bell.ts");
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-language-choice]")) {
  button.addEventListener("click", () => {
    document.cookie = `language=${button.dataset["languageChoice"] ?? ""}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  });
}
// On a phone the tabs are wider than the page: the present one is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    const inside = event.target instanceof Node && menu.contains(event.target);
    const chosen = event.target instanceof Element && event.target.closest(".menu-item:not([aria-disabled='true']), a") !== null;
    if (!inside || chosen) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
