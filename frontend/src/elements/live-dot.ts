// Whether the page hears of what others do, at this moment.
import { t } from "../language/translate.ts";
import type { LiveState } from "../net/live.ts";
import { setText } from "./dom.ts";

const TEXT: Readonly<Record<LiveState, string>> = {
  connecting: t("Connecting"),
  live: t("Live"),
  offline: t("No connection. Trying again; what you write is kept"),
};

export class LiveDot extends HTMLElement {
  connectedCallback(): void {
    this.classList.add("live-dot");
    this.setAttribute("role", "status");
    this.show("connecting");
  }

  show(state: LiveState): void {
    this.dataset["state"] = state;
    setText(this, TEXT[state]);
    this.title = TEXT[state];
  }
}
customElements.define("tp-live", LiveDot);
