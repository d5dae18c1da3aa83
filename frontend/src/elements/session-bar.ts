// The bar of a live session: who is there and on which frame, following, leading, letting in, leaving.
import { lateText, standingOf, standingText, type Attendee, type Standing } from "../core/session-standing.ts";
import { initials } from "../core/wording.ts";
import { t } from "../language/translate.ts";
import type { LiveSessionState } from "../state/live-session.ts";
import type { SessionLink } from "../net/session-socket.ts";
import { avatar, fill, h, icon, setAttribute, setText } from "./dom.ts";
import { hinted } from "./key-hints.ts";
import { SessionPlaylist, type PlaylistPlace } from "./session-playlist.ts";

export interface SessionActions {
  join(): void;
  leave(): void;
  end(): void;
  follow(on: boolean): void;
  /** Somebody leads from now on; oneself: takes it. */
  handOver(userId: string): void;
  admit(userId: string, admitted: boolean): void;
  waitingRoom(on: boolean): void;
  /** Lead in this window, where one leads in another. */
  leadHere(): void;
  /** Lead to something of the playlist. */
  go(item: PlaylistPlace): void;
  /** Show one's pointer to everybody, or do so no longer. */
  point(on: boolean): void;
}

export interface SessionShown {
  readonly link: SessionLink | null;
  readonly live: LiveSessionState;
  readonly leads: boolean;
  readonly following: boolean;
  readonly pointing: boolean;
  /** Of a share link: leads where somebody handed the lead to them, and decides nothing else. */
  readonly guest: boolean;
  /** What is shown may not be seen here. */
  readonly hidden: boolean;
}

const MOST_CHIPS = 10;

interface Chip {
  readonly item: HTMLElement;
  readonly button: HTMLButtonElement;
}

/** Two versions are compared, of which only one is shown here. */
const halfOf = ({ live, leads }: SessionShown): boolean => !leads && live.parts.compare?.with === null;

export class SessionBar extends HTMLElement {
  private readonly text = h("span", { class: "session-text" });
  private readonly late = h("span", { class: "session-late" });
  private readonly people = h("ul", { class: "session-people", "aria-label": t("Who is here") });
  private readonly more = h("span", { class: "dim num" });
  readonly playlist: SessionPlaylist;
  private readonly door = h("div", { class: "session-door", role: "status" });
  private readonly join: HTMLButtonElement;
  private readonly follow: HTMLButtonElement;
  private readonly lead: HTMLButtonElement;
  private readonly pointer: HTMLButtonElement;
  private readonly room: HTMLButtonElement;
  private readonly leave: HTMLButtonElement;
  private readonly end: HTMLButtonElement;
  private readonly chips = new Map<string, Chip>();
  private doorShown = "";
  private shown: SessionShown | null = null;

  constructor(private readonly actions: SessionActions) {
    super();
    const button = (label: string, run: () => void, look = ""): HTMLButtonElement => h("button", { type: "button", class: `button small ${look}`, onclick: run }, label);
    this.join = button(t("Join"), () => actions.join(), "primary");
    this.follow = button(t("Follow"), () => actions.follow(this.shown?.following === false), "toggle");
    this.lead = button(t("Take the lead"), () => this.takeLead());
    this.pointer = hinted(button(t("Pointer"), () => actions.point(this.shown?.pointing === false), "toggle"), t("Show everybody where your mouse or finger is on the picture"), "point");
    this.room = button(t("Waiting room"), () => actions.waitingRoom(this.shown?.live.session?.waiting_room === false), "toggle");
    this.leave = button(t("Leave the session"), () => actions.leave(), "ghost session-leave");
    this.leave.prepend(icon("close"));
    this.leave.title = t("Leave the session");
    this.end = button(t("End for all"), () => actions.end(), "ghost");
    this.playlist = new SessionPlaylist((item) => actions.go(item));
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("Live session"));
    fill(
      this,
      h("div", { class: "session-row" }, h("span", { class: "session-mark" }, t("Live")), this.text, this.people, this.more, this.late, this.playlist, h("div", { class: "session-tools" }, this.join, this.follow, this.lead, this.pointer, this.room, this.leave, this.end)),
      this.door,
    );
  }

  /** Offer to join a session that runs without us; null: there is none. */
  offer(host: string | null): void {
    this.hidden = host === null;
    if (host === null) return;
    this.dataset["state"] = "offered";
    setText(this.text, t("{host} holds a live session", { host }));
    for (const one of [this.people, this.playlist, this.more, this.late, this.door, this.follow, this.lead, this.pointer, this.room, this.leave, this.end]) one.hidden = true;
    this.join.hidden = false;
  }

  show(shown: SessionShown): void {
    this.shown = shown;
    const { live, leads, following, link } = shown;
    const { session, you } = live;
    this.hidden = false;
    this.join.hidden = true;
    this.dataset["number"] = String(live.number);
    this.dataset["frame"] = String(live.parts.play?.frame ?? "");
    this.dataset["version"] = live.parts.play?.version_id ?? "";
    this.dataset["state"] = live.waiting ? "waiting" : link === "here" ? "in" : "lost";
    const iControl = session !== null && session.controller.id === you?.person.id;
    const mine = session !== null && (iControl || session.host.id === you?.person.id);
    const inside = session !== null && !live.waiting;
    setText(this.text, this.words(shown, iControl));
    setAttribute(this, "data-words", live.waiting ? "long" : shown.hidden ? "row" : null);
    setAttribute(this.follow, "aria-pressed", String(following));
    setAttribute(this.pointer, "aria-pressed", String(shown.pointing));
    setAttribute(this.room, "aria-pressed", String(session?.waiting_room === true));
    this.follow.hidden = !inside || leads;
    const controllerHere = live.people.some((one) => one.person.id === session?.controller.id);
    this.lead.hidden = !inside || leads || !(mine || (you?.may_lead === true && !controllerHere));
    this.pointer.hidden = !inside || !leads;
    this.room.hidden = !inside || you?.may_lead !== true;
    this.end.hidden = !inside || !mine || shown.guest;
    this.leave.hidden = false;
    this.showPeople(shown);
    this.playlist.show(live.parts.play?.version_id, inside && leads);
    this.showDoor(shown);
  }

  private words(shown: SessionShown, iControl: boolean): string {
    const { live, leads, link, hidden } = shown;
    if (live.waiting) return t("You are in the waiting room. Somebody will let you in.");
    if (link !== "here" || live.session === null) return t("Connecting to the session");
    if (hidden) return t("Something that is not shared with you is being looked at. It goes on here in a moment.");
    if (leads) return t("You lead");
    if (iControl) return t("You lead in another window");
    return t("{name} leads", { name: live.session.controller.name });
  }

  private showPeople(shown: SessionShown): void {
    const { live, guest } = shown;
    const inside = live.people.filter((one) => !one.waiting);
    const play = live.parts.play;
    const few = inside.slice(0, MOST_CHIPS);
    const kept = new Set(few.map((one) => one.seat));
    for (const [seat, { item }] of this.chips) {
      if (kept.has(seat)) continue;
      item.remove();
      this.chips.delete(seat);
    }
    for (const one of few) {
      const { standing, frames } = standingOf(one, play);
      this.showChip(one, standing, one.seat === live.parts.lead?.seat ? t("leads") : standingText(standing, frames), live, guest);
    }
    this.people.hidden = few.length === 0;
    setText(this.more, inside.length > few.length ? `+${inside.length - few.length}` : "");
    this.more.hidden = inside.length <= few.length;
    const half = halfOf(shown) && !shown.hidden ? t("{name} compares two versions. You see one of them.", { name: live.session?.controller.name ?? "" }) : "";
    const late = [half, lateText(inside, play, live.you?.person.id ?? "")].filter(Boolean).join(" · ");
    setText(this.late, late);
    this.late.hidden = late === "";
  }

  private showChip(one: Attendee, standing: Standing, text: string, { session, you }: LiveSessionState, guest: boolean): void {
    let chip = this.chips.get(one.seat);
    if (!chip) {
      const button = h("button", { type: "button", class: "session-chip", onclick: () => this.handOver(one) }, avatar(one.person, initials(one.person.name)));
      chip = { button, item: h("li", null, button) };
      this.chips.set(one.seat, chip);
      this.people.append(chip.item);
    }
    const leads = text === t("leads");
    const mayHandOver = !guest && session !== null && you !== null && one.person.id !== session.controller.id && (session.host.id === you.person.id || session.controller.id === you.person.id);
    const label = `${one.seat === you?.seat ? t("You") : one.person.name}: ${text}${mayHandOver ? `. ${t("Click: hand over the lead")}` : ""}`;
    setAttribute(chip.button, "data-standing", leads ? "leads" : standing);
    setAttribute(chip.button, "aria-label", label);
    setAttribute(chip.button, "title", label);
    setAttribute(chip.button, "aria-disabled", mayHandOver ? null : "true");
  }

  private showDoor({ live }: SessionShown): void {
    const waiting = live.you?.may_lead ? live.people.filter((one) => one.waiting) : [];
    const now = waiting.map((one) => one.seat).join();
    this.door.hidden = waiting.length === 0;
    if (now === this.doorShown) return;
    this.doorShown = now;
    const answer = (one: Attendee, label: string, admitted: boolean, look: string): HTMLElement =>
      h("button", { type: "button", class: `button small ${look}`, "aria-label": `${label}: ${one.person.name}`, onclick: () => this.actions.admit(one.person.id, admitted) }, label);
    fill(this.door, waiting.map((one) => h("p", null, icon("people"), h("span", null, t("{name} would like to come in", { name: one.person.name })), answer(one, t("Let in"), true, "primary"), answer(one, t("Not now"), false, "ghost"))));
  }

  private takeLead(): void {
    const { session, you } = this.shown?.live ?? {};
    if (!session || !you) return;
    if (session.controller.id === you.person.id) this.actions.leadHere();
    else this.actions.handOver(you.person.id);
  }

  private handOver(one: Attendee): void {
    if (this.chips.get(one.seat)?.button.getAttribute("aria-disabled") !== "true") this.actions.handOver(one.person.id);
  }
}
customElements.define("tp-session-bar", SessionBar);
