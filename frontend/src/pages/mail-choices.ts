// What one hears by mail: everywhere, and otherwise in single projects. Each choice is kept at once.
import "../styles/library.css";
import "../styles/inbox.css";
import { fill, h } from "../elements/dom.ts";
import { problemBox, toast, toastProblem } from "../elements/feedback.ts";
import { t } from "../language/translate.ts";
import type { MailChoices } from "../net/types.ts";
import { api } from "./connect.ts";

type About = MailChoices["about"];
type Pace = MailChoices["pace"];
type Change = { project_id?: string; about?: About | null; pace?: Pace | null; hour?: number; time_zone?: string };

const ABOUT: readonly (readonly [About, string, string])[] = [
  ["personal", t("What speaks to me"), t("Mentions, replies, requests, decisions, what failed")],
  ["everything", t("Everything"), t("Also comments on my versions, new versions, deliveries")],
  ["nothing", t("Nothing"), t("The inbox alone tells me")],
];
const PACE: readonly (readonly [Pace, string])[] = [
  ["instant", t("At once")],
  ["hourly", t("Once an hour")],
  ["daily", t("Once a day")],
];

class MailChoicesPage extends HTMLElement {
  private readonly body = h("div", { class: "mail-choices" });

  connectedCallback(): void {
    fill(this, h("div", { class: "page-head" }, h("h1", null, t("Notifications"))), this.body);
    fill(this.body, h("div", { class: "skeleton report-skeleton" }));
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.show(await api.send<MailChoices>("me/mail"));
    } catch (error) {
      fill(this.body, problemBox(error, () => void this.load()));
    }
  }

  private change(change: Change): void {
    api
      .send<MailChoices>("me/mail", { method: "PATCH", body: change })
      .then((choices) => {
        this.show(choices);
        toast(t("Saved."));
      })
      .catch((error: unknown) => {
        toastProblem(error);
        void this.load();
      });
  }

  private show(choices: MailChoices): void {
    const focused = document.activeElement instanceof HTMLElement && this.contains(document.activeElement) ? document.activeElement.id : "";
    fill(
      this.body,
      h("p", { class: "quiet lead" }, t("Your inbox tells you everything that concerns you. Mails go to {address}; one tells what you have not read by then.", { address: choices.address })),
      !choices.sent && h("p", { class: "flash", role: "status" }, t("This server sends no mails of notifications: its administrator has not set up a mail server and its public address.")),
      this.about(choices),
      choices.about !== "nothing" && this.pace(choices),
      (choices.pace === "daily" || choices.projects.some((one) => one.own && one.pace === "daily")) && this.hour(choices),
      choices.projects.length > 0 && this.projects(choices),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  private about(choices: MailChoices): HTMLElement {
    return h(
      "fieldset",
      { class: "panel" },
      h("legend", { class: "visually-hidden" }, t("By mail")),
      h("h2", null, t("By mail")),
      ABOUT.map(([about, words, more]) =>
        h(
          "div",
          { class: "field check" },
          h("input", { type: "radio", name: "about", id: `about-${about}`, checked: choices.about === about, onchange: () => this.change({ about }) }),
          h("label", { for: `about-${about}` }, words, h("span", { class: "quiet mail-more" }, more)),
        ),
      ),
    );
  }

  private pace(choices: MailChoices): HTMLElement {
    return h(
      "fieldset",
      { class: "panel" },
      h("legend", { class: "visually-hidden" }, t("How often")),
      h("h2", null, t("How often")),
      h(
        "div",
        { class: "mail-paces" },
        PACE.map(([pace, words]) =>
          h(
            "div",
            { class: "field check" },
            h("input", { type: "radio", name: "pace", id: `pace-${pace}`, checked: choices.pace === pace, onchange: () => this.change({ pace }) }),
            h("label", { for: `pace-${pace}` }, words),
          ),
        ),
      ),
      h("p", { class: "quiet" }, t("“At once” waits a minute, so that what belongs together comes as one mail.")),
    );
  }

  private hour(choices: MailChoices): HTMLElement {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const zone = choices.time_zone || choices.server_time_zone;
    const hours = h(
      "select",
      { id: "mail-hour", onchange: () => this.change({ hour: Number(hours.value), ...(choices.time_zone || !here ? {} : { time_zone: here }) }) },
      Array.from({ length: 24 }, (_, hour) => h("option", { value: hour, selected: hour === choices.hour }, `${String(hour).padStart(2, "0")}:00`)),
    );
    return h(
      "div",
      { class: "panel" },
      h("h2", null, t("Daily mails")),
      h("div", { class: "field mail-hour" }, h("label", { for: "mail-hour" }, t("At")), hours, h("span", { class: "quiet" }, zone)),
      here !== "" && here !== zone && h("p", null, h("button", { type: "button", class: "button small", id: "mail-zone", onclick: () => this.change({ time_zone: here }) }, t("By the clock of {zone}", { zone: here }))),
    );
  }

  private projects(choices: MailChoices): HTMLElement {
    return h(
      "div",
      { class: "panel" },
      h("h2", null, t("In single projects")),
      h("ul", { class: "mail-projects" }, choices.projects.map((one) => this.project(one))),
    );
  }

  private project(one: MailChoices["projects"][number]): HTMLElement {
    const about = h(
      "select",
      {
        id: `about-${one.id}`,
        "aria-label": t("Mails about {project}", { project: one.name }),
        onchange: () => this.change(about.value === "" ? { project_id: one.id, about: null, pace: null } : { project_id: one.id, about: about.value as About }),
      },
      h("option", { value: "", selected: !one.own }, t("As everywhere")),
      ABOUT.map(([value, words]) => h("option", { value, selected: one.own && one.about === value }, words)),
    );
    const pace = h(
      "select",
      { id: `pace-${one.id}`, "aria-label": t("How often about {project}", { project: one.name }), onchange: () => this.change({ project_id: one.id, pace: pace.value as Pace }) },
      PACE.map(([value, words]) => h("option", { value, selected: one.pace === value }, words)),
    );
    return h("li", { class: "field" }, h("span", { class: "mail-project" }, one.name), about, one.own && one.about !== "nothing" && pace);
  }
}
customElements.define("tp-mail-choices", MailChoicesPage);
