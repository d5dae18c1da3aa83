// What is said about the approval of the version: one line, and behind it who was asked, what they said, and one's own say.
import { DECISIONS, dueText, stand, STATES, today, type Decision } from "../core/approval-words.ts";
import { initials } from "../core/wording.ts";
import type { Capability, Marker, Member, ReviewerStand, VersionApprovals } from "../net/types.ts";
import { avatar, fill, h, icon, iconButton, setText } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";
import { n, t } from "../language/translate.ts";

export interface ApprovalPort {
  readonly me: string;
  readonly may: ReadonlySet<Capability>;
  /** Throws what was refused. */
  decide(decision: Decision, upToPlayhead: boolean, text: string): Promise<void>;
  withdraw(): Promise<void>;
  ask(userId: string, due: string | null): Promise<void>;
  unask(userId: string): Promise<void>;
  members(): Promise<readonly Member[]>;
  addMarker(label: string): Promise<void>;
  removeMarker(id: string): Promise<void>;
  editMarker(marker: Marker): void;
  goTo(frame: number): void;
}

export class ApprovalPanel extends HTMLElement {
  private readonly state = h("span", { class: "badge" });
  private readonly line = h("span", { class: "approval-line" });
  private readonly people = h("ul", { class: "approval-people" });
  private readonly own = h("div", { class: "approval-own" });
  private readonly marks = h("div", { class: "approval-markers" });
  private readonly fold = h("details", { class: "approval", name: "beside" }, h("summary", null, this.state, this.line, icon("fold")), h("div", { class: "approval-body" }, this.people, this.own, this.marks));
  private readonly here = h("span", { class: "tc" });
  private port: ApprovalPort | null = null;

  connectedCallback(): void {
    if (this.firstChild) return;
    this.hidden = true;
    this.append(this.fold);
    // The keys of the room are for the picture; what is written here is text.
    this.fold.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.fold.open) {
        this.fold.open = false;
        this.fold.querySelector("summary")?.focus();
        event.stopPropagation();
      }
    });
  }

  bind(port: ApprovalPort): void {
    this.port = port;
  }

  /** Another version: nothing is known of it yet. */
  clear(): void {
    this.hidden = true;
    this.fold.open = false;
    this.own.replaceChildren();
  }

  /** Where the playhead is, in words. */
  playhead(text: string): void {
    setText(this.here, text);
  }

  show(approvals: VersionApprovals): void {
    const { port } = this;
    if (!port) return;
    const [text, look] = STATES[approvals.state];
    this.hidden = false;
    this.state.className = `badge ${look}`;
    setText(this.state, text);
    setText(this.line, summary(approvals, port.me));
    fill(this.people, approvals.reviewers.map((one) => this.person(one, port)));
    const mine = approvals.reviewers.find((one) => one.person.id === port.me) ?? null;
    const writing = this.own.contains(document.activeElement) || this.own.querySelector<HTMLTextAreaElement>("textarea")?.value;
    if (!writing) fill(this.own, port.may.has("approve") && approvals.state !== "delivered" ? this.form(mine, port) : null, port.may.has("ask_for_approval") && approvals.state !== "delivered" && h("button", { type: "button", class: "button small ghost", onclick: () => void this.askSomebody(port) }, icon("plus"), t("Ask somebody")));
  }

  showMarkers(markers: readonly Marker[]): void {
    const { port } = this;
    if (!port) return;
    const mayMark = port.may.has("mark");
    const row = (one: Marker): HTMLElement => {
      const dot = h("span", { class: "marker-dot", "aria-hidden": "true" });
      dot.style.setProperty("--dot", one.colour);
      const name = markerName(one);
      const mine = one.author.id === port.me || port.may.has("manage_assets");
      const range = one.duration_frames > 1 ? ` · ${n("{count} frame | {count} frames", one.duration_frames)}` : "";
      return h("li", null, h("button", { type: "button", class: "marker-go", onclick: () => port.goTo(one.frame) }, dot, h("span", null, name), h("span", { class: "tc quiet" }, one.timecode ?? String(one.frame), range)), mayMark && mine && iconButton("edit", t("Change “{name}”", { name }), () => port.editMarker(one), true), mayMark && mine && iconButton("close", t("Take “{name}” away", { name }), () => void port.removeMarker(one.id), true));
    };
    const field = h("input", { class: "input", id: "marker-label", maxlength: 200, placeholder: t("Chapter, or what begins here"), autocomplete: "off", "aria-label": t("Name of a marker at the playhead") });
    const form = h("form", { class: "marker-form" }, field, h("button", { type: "submit", class: "button small" }, icon("tag"), t("Mark here")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void port.addMarker(field.value.trim()).then(() => (field.value = ""));
    });
    if (this.marks.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement && document.activeElement.value) return;
    fill(this.marks, (markers.length > 0 || mayMark) && h("h3", null, t("Markers")), markers.length > 0 && h("ul", null, markers.map(row)), mayMark && form);
  }

  private person(one: ReviewerStand, port: ApprovalPort): HTMLElement {
    const said = stand(one);
    const due = one.due && !one.decision ? dueText(one.due, today(new Date())) : null;
    const frame = one.up_to_frame;
    const look = one.decision ? DECISIONS[one.decision][1] : "";
    return h(
      "li",
      null,
      avatar(one.person, initials(one.person.name)),
      h(
        "span",
        { class: "row-text" },
        h("strong", null, one.person.name, one.must && h("span", { class: "quiet", title: t("By the project's policy") }, t(" must approve"))),
        said ? h("span", null, h("span", { class: `badge ${look}` }, said)) : h("span", { class: due?.late ? "late" : "quiet" }, due ? due.text : one.asked ? t("asked") : t("not asked yet")),
        one.text && h("span", { class: "approval-text" }, one.text),
      ),
      frame !== null && iconButton("play", t("Go to the last frame that {name} approved", { name: one.person.name }), () => port.goTo(frame), true),
      one.asked && !one.decision && port.may.has("ask_for_approval") && iconButton("close", t("Ask {name} no longer", { name: one.person.name }), () => void port.unask(one.person.id), true),
    );
  }

  private form(mine: ReviewerStand | null, port: ApprovalPort): HTMLElement {
    const text = h("textarea", { class: "input", rows: 2, maxlength: 10000, "aria-label": t("Notes to your decision"), placeholder: t("Notes (optional)") });
    const choice = (value: string, label: (string | Node)[], checked: boolean): HTMLElement => h("label", { class: "choice" }, h("input", { type: "radio", name: "approval-extent", value, checked }), h("span", null, label));
    const extent = h("fieldset", { class: "approval-extent" }, h("legend", { class: "visually-hidden" }, t("How far")), choice("wholly", [t("All of it")], true), choice("playhead", [t("Up to the playhead, "), this.here], false));
    const error = h("p", { class: "field-error", role: "alert" });
    const upTo = (): boolean => extent.querySelector<HTMLInputElement>("input:checked")?.value === "playhead";
    const decide = (decision: Decision): void => {
      fill(error);
      if (decision !== "approved" && text.value.trim() === "") {
        fill(error, t("Say what it is about: others read it beside your decision."));
        text.focus();
        return;
      }
      port.decide(decision, decision !== "changes_requested" && upTo(), text.value.trim()).then(() => (text.value = ""), (problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
    };
    const button = (decision: Decision, label: string, look: string): HTMLElement => h("button", { type: "button", class: `button small ${look}`, onclick: () => decide(decision) }, label);
    return h(
      "div",
      { class: "approval-form", role: "group", "aria-label": t("Your decision") },
      extent,
      text,
      error,
      h("div", { class: "form-actions" }, button("approved", t("Approve"), "primary"), button("approved_with_notes", t("Approve with notes"), ""), button("changes_requested", t("Request changes"), ""), mine?.decision && h("button", { type: "button", class: "button small ghost", onclick: () => void port.withdraw() }, t("Take back"))),
    );
  }

  private async askSomebody(port: ApprovalPort): Promise<void> {
    const members = await port.members();
    openDialog(t("Ask for approval"), (body, close) => {
      const who = h("select", { class: "input", id: "reviewer" }, members.map((one) => h("option", { value: one.user.id }, one.user.name)));
      const due = h("input", { class: "input", id: "reviewer-due", type: "date", min: today(new Date()) });
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h("form", { class: "form" }, h("div", { class: "field" }, h("label", { for: who.id }, t("Whom")), who), h("div", { class: "field" }, h("label", { for: due.id }, t("Until (optional)")), due), error, h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Ask")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        port.ask(who.value, due.value || null).then(close, (problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
      });
      body.append(form);
      requestAnimationFrame(() => who.focus());
    });
  }
}
customElements.define("tp-approvals", ApprovalPanel);

const KINDS: Readonly<Record<Marker["kind"], string>> = { version_starts: t("This version starts here"), approved_up_to: t("Approved up to here"), chapter: t("Chapter"), custom: t("Marker") };
export const markerName = (one: Pick<Marker, "kind" | "label">): string => one.label || KINDS[one.kind];

function summary({ state, reviewers, waiting_for }: VersionApprovals, me: string): string {
  if (waiting_for.some((one) => one.id === me) && state !== "delivered") return t("Your decision is asked for");
  const partial = reviewers.find((one) => one.decision && one.decision !== "changes_requested" && one.up_to_frame !== null);
  if (partial) return `${partial.person.name}: ${stand(partial)}`;
  if (waiting_for.length > 0 && state !== "in_progress") return t("waiting for {people}", { people: waiting_for.map((one) => one.name).join(", ") });
  return "";
}
