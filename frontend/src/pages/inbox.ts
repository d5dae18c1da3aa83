// What one was told of, in all projects: what belongs together is one line, which leads to its frame, page or report.
import "../styles/library.css";
import "../styles/inbox.css";
import { agoText, initials } from "../core/wording.ts";
import { avatar, fill, h, icon, signOf, type IconName } from "../elements/dom.ts";
import { problemBox, toast, toastProblem } from "../elements/feedback.ts";
import { notePicture } from "../elements/note-picture.ts";
import { n, t } from "../language/translate.ts";
import type { NotificationCounts, NotificationLine } from "../net/types.ts";
import { api } from "./connect.ts";

const UNREAD_EVENT = "tp-unread";
const COUNTED_EVENT = "tp-counted";
const PAGE = 30;
const MOST_AVATARS = 3;

const SIGNS: Readonly<Record<NotificationLine["kind"], IconName>> = {
  mention: "comment",
  reply: "reply",
  comment: "comment",
  approval_asked: "help",
  decision: "check",
  version: "film",
  media_failed: "close",
  checks_failed: "close",
  lock_asked: "lock",
  lock_free: "lock",
  lock_forced: "lock",
  delivery: "upload",
  recall: "retry",
};
const BAD: ReadonlySet<string> = new Set(["media_failed", "checks_failed", "lock_forced"]);
/** What is listed: everything, or what the query of this name asks for. */
type Only = "" | "unread" | "muted";
const SHOWN: readonly (readonly [Only, string])[] = [
  ["", t("Everything")],
  ["unread", t("Unread")],
  ["muted", t("Muted")],
];
/** A dot, filled while unread. */
const DOT = "M12 8a4 4 0 100 8 4 4 0 000-8z";

class Inbox extends HTMLElement {
  private readonly list = h("ol", { class: "note-list" });
  private readonly body = h("div", null, this.list);
  private readonly more = h("button", { type: "button", class: "button note-more", hidden: true, onclick: () => void this.loadMore() }, t("Show more"));
  private readonly all = h("button", { type: "button", class: "button small", onclick: () => void this.markAll() }, icon("check"), t("Mark all as read"));
  private readonly chips = SHOWN.map(([shown, words]) => h("button", { type: "button", class: "chip", "aria-pressed": String(shown === ""), onclick: () => this.filter(shown) }, words));
  private readonly projects = h("select", { class: "compact", "aria-label": t("Project"), onchange: () => void this.load() });
  private rows: NotificationLine[] = [];
  private next: string | null = null;
  private only: Only = "";
  private known = -1;
  private loading = 0;

  connectedCallback(): void {
    fill(
      this,
      h("div", { class: "page-head" }, h("h1", null, t("Inbox")), h("a", { class: "quiet", href: "/settings/notifications" }, t("Mail and settings"))),
      h("div", { class: "note-tools" }, this.chips, this.projects, this.all),
      this.body,
      this.more,
      h("p", { class: "quiet note-keys" }, t("↑ ↓ move, Enter opens, R marks as read, M mutes")),
    );
    void this.fillProjects();
    void this.load(true);
    document.addEventListener(UNREAD_EVENT, (event) => {
      const { unread } = (event as CustomEvent<NotificationCounts>).detail;
      if (unread !== this.known && this.known !== -1) void this.load();
      this.known = unread;
    });
    this.addEventListener("keydown", (event) => this.key(event));
  }

  private address(): string {
    const project = this.projects.value ? `&project=${this.projects.value}` : "";
    return `me/notifications?page_size=${PAGE}${project}${this.only ? `&${this.only}=true` : ""}`;
  }

  private async fillProjects(): Promise<void> {
    fill(this.projects, h("option", { value: "" }, t("All projects")));
    try {
      const rows = await api.all<{ id: string; name: string }>("projects?page_size=200");
      this.projects.append(...rows.map(({ id, name }) => h("option", { value: id }, name)));
      this.projects.hidden = rows.length < 2;
    } catch {
      this.projects.hidden = true; // the list says what is wrong
    }
  }

  private async load(first = false): Promise<void> {
    const ticket = (this.loading += 1);
    if (first) fill(this.body, [1, 2, 3].map(() => h("div", { class: "skeleton note-skeleton" })));
    try {
      const page = await api.page<NotificationLine>(this.address());
      if (ticket !== this.loading) return;
      [this.rows, this.next] = [page.data, page.links.next];
      this.show();
    } catch (error) {
      if (ticket === this.loading) fill(this.body, problemBox(error, () => void this.load(true)));
    }
  }

  private async loadMore(): Promise<void> {
    if (this.next === null) return;
    const ticket = this.loading;
    try {
      const page = await api.page<NotificationLine>(this.next);
      if (ticket !== this.loading) return;
      const known = new Set(this.rows.map((row) => row.thread));
      this.rows.push(...page.data.filter((row) => !known.has(row.thread)));
      this.next = page.links.next;
      this.show();
    } catch (error) {
      toastProblem(error);
    }
  }

  private show(): void {
    const focused = this.focusedThread();
    this.more.hidden = this.next === null;
    this.all.disabled = !this.rows.some((row) => row.unread > 0);
    if (this.rows.length === 0) {
      const words = { "": t("Nothing yet"), unread: t("Nothing unread"), muted: t("Nothing muted") }[this.only];
      const more = this.only === "muted" ? t("A line that you mute stays in your inbox; nothing new comes to it but mentions and requests for approval.") : t("Here stands who mentions you, replies to you or asks for your approval, and what became of your versions.");
      fill(this.body, h("div", { class: "empty" }, icon("check"), h("h2", null, words), h("p", null, more)));
      return;
    }
    fill(this.list, this.rows.map((row) => this.line(row)));
    fill(this.body, this.list);
    if (focused !== null) this.links().find((link) => link.dataset["thread"] === focused)?.focus();
  }

  private line(row: NotificationLine): HTMLElement {
    const unread = row.unread > 0;
    const seen = (): void => void this.mark(row, true, true);
    const place = [row.place, row.timecode, row.project.name].filter(Boolean).join(" · ");
    const people = row.people.slice(0, MOST_AVATARS);
    const toggle = unread ? t("Mark as read") : t("Mark as unread");
    const hush = row.muted ? t("Tell me again") : t("Mute: only mentions and requests for approval");
    const mute = h("button", { type: "button", class: "icon-button small note-mute", "aria-label": hush, title: hush, "aria-pressed": String(row.muted), onclick: () => void this.mute(row) }, icon(row.muted ? "muted" : "volume"));
    const dot = h("button", { type: "button", class: "icon-button small note-dot", "aria-label": toggle, title: toggle, "aria-pressed": String(unread), onclick: () => void this.mark(row, unread) }, signOf(DOT));
    return h(
      "li",
      { class: unread ? "note unread" : "note" },
      h(
        "a",
        { class: "note-link", href: new URL(row.url, location.href).pathname + new URL(row.url, location.href).search, "data-thread": row.thread, onclick: seen },
        h("span", { class: BAD.has(row.kind) ? "note-picture bad" : "note-picture" }, notePicture(row), h("span", { class: "note-sign" }, icon(SIGNS[row.kind]))),
        h(
          "span",
          { class: "note-text" },
          h("strong", null, people.length > 1 && h("span", { class: "note-people" }, people.map((one) => avatar(one, initials(one.name)))), row.title),
          row.text !== "" && h("span", { class: "note-said" }, row.text),
          h("span", { class: "quiet note-place" }, place, " · ", h("time", { datetime: row.happened_at }, agoText(row.happened_at, Date.now()))),
        ),
        row.unread > 1 && h("span", { class: "badge accent note-new" }, n("{count} new | {count} new", row.unread)),
      ),
      h("span", { class: "note-acts" }, mute, dot),
    );
  }

  private async mute(row: NotificationLine): Promise<void> {
    try {
      await api.send(`me/muted-threads/${row.thread}`, { method: row.muted ? "DELETE" : "PUT" });
      toast(row.muted ? t("You will be told again.") : t("Muted. It stands under “Muted”."));
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }

  private async mark(row: NotificationLine, read: boolean, leaving = false): Promise<void> {
    if (read && row.unread === 0) return;
    try {
      const body = { threads: [row.thread], read, ...(read ? { up_to: row.id } : {}) };
      this.counted(await api.send<NotificationCounts>("me/notifications/read", { method: "POST", body, keepalive: leaving }));
      if (!leaving) await this.load();
    } catch (error) {
      if (!leaving) toastProblem(error);
    }
  }

  private async markAll(): Promise<void> {
    const [newest] = this.rows;
    if (!newest) return;
    const what = this.projects.value ? { project_id: this.projects.value } : { everything: true };
    try {
      this.counted(await api.send<NotificationCounts>("me/notifications/read", { method: "POST", body: { ...what, up_to: newest.id } }));
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }

  private counted(counts: NotificationCounts): void {
    this.known = counts.unread;
    document.dispatchEvent(new CustomEvent<NotificationCounts>(COUNTED_EVENT, { detail: counts }));
  }

  private filter(only: Only): void {
    this.only = only;
    this.chips.forEach((chip, at) => chip.setAttribute("aria-pressed", String(SHOWN[at]?.[0] === only)));
    void this.load();
  }

  private links(): HTMLAnchorElement[] {
    return [...this.list.querySelectorAll<HTMLAnchorElement>(".note-link")];
  }

  private focusedThread(): string | null {
    const focused = document.activeElement;
    return focused instanceof HTMLElement && this.list.contains(focused) ? (focused.closest(".note")?.querySelector<HTMLElement>(".note-link")?.dataset["thread"] ?? null) : null;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    const links = this.links();
    const at = links.findIndex((link) => link.dataset["thread"] === this.focusedThread());
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step !== undefined && links.length > 0) {
      event.preventDefault();
      links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
    } else if (event.key.toLowerCase() === "r" && at >= 0) {
      const row = this.rows.find((one) => one.thread === links[at]?.dataset["thread"]);
      if (row) void this.mark(row, row.unread > 0);
    } else if (event.key.toLowerCase() === "m" && at >= 0) {
      const row = this.rows.find((one) => one.thread === links[at]?.dataset["thread"]);
      if (row) void this.mute(row);
    }
  }
}

document.addEventListener("keydown", (event) => {
  const focused = document.activeElement;
  const page = document.querySelector("tp-inbox");
  if (page !== null && (focused === document.body || focused === null) && (event.key === "ArrowDown" || event.key === "j")) {
    event.preventDefault();
    page.querySelector<HTMLElement>(".note-link")?.focus();
  }
});
customElements.define("tp-inbox", Inbox);
