// The guest's word on a version: approve, or ask for changes; then what happens next.
import { t } from "../language/translate.ts";
import type { OwnDecision } from "../net/types.ts";
import { fill, h, icon } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";

export type Word = "approved" | "changes_requested";

export interface VerdictPort {
  /** Who made the link. */
  readonly from: string;
  /** Whether the link will show the next version by itself. */
  readonly follows: boolean;
  /** Throws what was refused. False: they thought better of it. */
  decide(word: Word, text: string): Promise<boolean>;
}

export class VerdictBar extends HTMLElement {
  private port: VerdictPort | null = null;
  private said: OwnDecision | null = null;

  bind(port: VerdictPort): void {
    this.port = port;
    this.draw();
  }

  show(said: OwnDecision | null): void {
    this.said = said;
    this.draw();
  }

  private draw(): void {
    const { port, said } = this;
    if (!port) return;
    const { from } = port;
    const decision = said?.decision ?? null;
    this.dataset["said"] = decision ?? "";
    if (said?.delivered && decision === null) return fill(this, h("p", { class: "verdict-line" }, icon("check"), h("strong", null, t("This version is final."))));
    if (decision === null) {
      return fill(
        this,
        h("button", { type: "button", class: "button primary approve", onclick: () => this.ask("approved") }, icon("check"), t("Approve")),
        h("button", { type: "button", class: "button", onclick: () => this.ask("changes_requested") }, t("Request changes")),
      );
    }
    const approved = decision !== "changes_requested";
    const next = approved
      ? t("{person} sees it now. There is nothing more to do.", { person: from })
      : port.follows
        ? t("{person} sees it now, with your comments. The next version will be at this same link.", { person: from })
        : t("{person} sees it now, with your comments, and will send you the next version.", { person: from });
    fill(
      this,
      h(
        "p",
        { class: "verdict-line", role: "status" },
        icon(approved ? "check" : "comment"),
        h("span", null, h("strong", null, approved ? t("You approved this version.") : t("You asked for changes.")), " ", next),
      ),
      said?.delivered ? null : h("button", { type: "button", class: "button ghost small", onclick: () => this.ask(approved ? "changes_requested" : "approved") }, approved ? t("Request changes after all") : t("Approve after all")),
    );
  }

  private ask(word: Word): void {
    const { port } = this;
    if (!port) return;
    const approve = word === "approved";
    openDialog(approve ? t("Approve this version?") : t("Request changes?"), (body, close) => {
      const text = h("textarea", { class: "input", id: "verdict-text", rows: 2, maxlength: 10_000, "aria-label": t("A word to go with it") });
      text.placeholder = approve ? t("A word to go with it, if you like") : t("What should be different? Comments on frames say it best.");
      const problem = h("p", { class: "field-error", role: "alert", hidden: true });
      const go = h("button", { type: "submit", class: "button primary" }, approve ? t("Approve") : t("Request changes"));
      const form = h("form", { class: "form" }, h("p", { class: "dim" }, t("{person} will see it at once.", { person: port.from })), text, problem, h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel")), go));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        go.disabled = true;
        port.decide(word, text.value.trim()).then(
          (done) => {
            go.disabled = false;
            if (done) close();
          },
          (error: unknown) => {
            const { message, remedy } = problemText(error);
            problem.textContent = `${message} ${remedy}`;
            problem.hidden = false;
            go.disabled = false;
          },
        );
      });
      body.append(form);
    });
  }
}
customElements.define("tp-verdict", VerdictBar);
