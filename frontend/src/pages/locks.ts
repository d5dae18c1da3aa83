// Who works on which sequence of the project: on each of its pages, live. What a page shows of a lock by itself is left out.
import "../styles/locks.css";
import { lockAt } from "../core/lock-words.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { lockText, tellOfFreed, type LockFreed } from "../elements/lock-line.ts";
import type { LiveEvent, Sequence } from "../net/types.ts";
import { api, goLive, isLive, LIVE_EVENT } from "./connect.ts";
import { t } from "../language/translate.ts";

const ASK_AGAIN_MS = 30_000; // a lease runs out without an event

class Locks extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly me = this.dataset["me"] ?? "";
  private sequences: readonly Sequence[] = [];

  connectedCallback(): void {
    this.hidden = true;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("Who works on what"));
    void this.load();
    // The page's own scripts have run by now.
    if (!isLive()) goLive(this.projectId, Number(this.dataset["seq"] ?? 0), { event: () => {}, progress: () => {}, state: () => {} });
    document.addEventListener(LIVE_EVENT, (event) => this.event((event as CustomEvent<LiveEvent>).detail));
    window.setInterval(() => this.draw(), ASK_AGAIN_MS);
    const line = document.querySelector("tp-lock");
    if (line) new MutationObserver(() => this.draw()).observe(line, { attributes: true, attributeFilter: ["hidden", "data-sequence"] });
  }

  private async load(): Promise<void> {
    this.sequences = await api.all<Sequence>(`projects/${this.projectId}/sequences?page_size=200`).catch(() => this.sequences);
    this.draw();
  }

  private event({ kind, payload }: LiveEvent): void {
    if (kind === "lock.freed" && !document.querySelector("tp-lock")) tellOfFreed(api, this.me, payload as unknown as LockFreed);
    const told = payload as unknown as Sequence | null;
    if (!kind.startsWith("sequence.") || !told) return;
    const others = this.sequences.filter((one) => one.id !== told.id);
    this.sequences = kind === "sequence.deleted" ? others : [...others, told];
    this.draw();
  }

  private draw(): void {
    const shown = document.querySelector<HTMLElement>("tp-lock:not([hidden])")?.dataset["sequence"];
    const held = this.sequences.filter((one) => one.id !== shown && lockAt(one, Date.now()) !== null);
    held.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    this.hidden = held.length === 0;
    fill(this, held.map((one) => h("a", { class: "lock-row", href: `/projects/${this.projectId}?sequence=${one.id}`, "data-mine": one.lock?.holder.id === this.me }, icon("lock"), lockText(one, this.me))));
  }
}
customElements.define("tp-locks", Locks);
