// How the team works: one page to read, acknowledge, revise and print.
import "../styles/library.css";
import "../styles/desk.css";
import { agoText, initials } from "../core/wording.ts";
import { saveFields } from "../elements/conflict-dialog.ts";
import { avatar, fill, h, icon } from "../elements/dom.ts";
import { problemText, toast, toastProblem } from "../elements/feedback.ts";
import { richTextNode } from "../elements/talk/rich-text.ts";
import type { Person, TeamProtocol } from "../net/types.ts";
import type { Present } from "../state/merging.ts";
import { api, livePage } from "./live-page.ts";
import { t } from "../language/translate.ts";

class ProtocolPage extends HTMLElement {
  private readonly path = `projects/${this.dataset["project"] ?? ""}/protocol`;
  private readonly me = this.dataset["me"] ?? "";
  private readonly mayEdit = (this.dataset["capabilities"] ?? "").split(" ").includes("manage_spec");
  private readonly head = h("div", { class: "page-head" });
  private readonly body = h("div", { class: "protocol" });
  private editing = false;
  private load!: () => Promise<void>;

  connectedCallback(): void {
    fill(this, this.head, this.body);
    this.load = livePage(this, {
      body: this.body,
      fetch: () => api.send<TeamProtocol>(this.path),
      show: (protocol) => this.show(protocol),
      kinds: /^(protocol|spec|member)\./,
      busy: () => this.editing,
    });
  }

  private show(protocol: TeamProtocol): void {
    const by = protocol.made_by && protocol.made_at ? t("Revision {revision} by {name}, {when}", { revision: protocol.revision, name: protocol.made_by.name, when: agoText(protocol.made_at, Date.now()) }) : t("The text that every project begins with, made from its spec");
    fill(
      this.head,
      h("div", { class: "report-title" }, h("h1", null, t("Protocol")), h("p", { class: "quiet" }, by)),
      h("button", { type: "button", class: "button", onclick: () => window.print() }, t("Print")),
      this.mayEdit && h("button", { type: "button", class: "button", onclick: () => this.edit(protocol) }, icon("edit"), t("Revise")),
    );
    fill(this.body, h("article", { class: "protocol-text" }, protocolNode(protocol.text)), h("aside", { class: "protocol-side" }, this.mine(protocol), this.people(protocol)));
  }

  private mine(protocol: TeamProtocol): HTMLElement | null {
    const done = protocol.acknowledged.find((one) => one.person.id === this.me);
    if (done) return h("p", { class: "acknowledged" }, icon("check"), t("You acknowledged this revision {when}.", { when: agoText(done.at, Date.now()) }));
    return h(
      "div",
      { class: "acknowledge" },
      h("p", null, t("Have you read it, and will you keep to it?")),
      h("button", { type: "button", class: "button primary", onclick: () => void this.acknowledge(protocol) }, icon("check"), t("I have read it and keep to it")),
    );
  }

  private people(protocol: TeamProtocol): HTMLElement {
    const total = protocol.acknowledged.length + protocol.missing.length;
    const row = (person: Person, when: string | null): HTMLElement => h("li", null, avatar(person, initials(person.name)), h("span", { class: "row-text" }, h("strong", null, person.name), h("span", { class: "quiet" }, when ? t("acknowledged {when}", { when: agoText(when, Date.now()) }) : t("not yet"))), when && icon("check"));
    return h("section", { class: "protocol-people" }, h("h2", null, t("Acknowledged by {count} of {total}", { count: protocol.acknowledged.length, total })), h("ul", null, protocol.missing.map((one) => row(one, null)), protocol.acknowledged.map((one) => row(one.person, one.at))));
  }

  private async acknowledge(protocol: TeamProtocol): Promise<void> {
    try {
      this.show(await api.send<TeamProtocol>(`${this.path}/acknowledge`, { method: "POST", body: { revision: protocol.revision } }));
    } catch (error) {
      toastProblem(error);
      void this.load();
    }
  }

  private edit(protocol: TeamProtocol): void {
    this.editing = true;
    const area = h("textarea", { class: "input protocol-editor", id: "protocol-text", rows: 28, maxlength: 20000, required: true });
    area.value = protocol.text;
    const preview = h("article", { class: "protocol-text" });
    const error = h("p", { class: "field-error", role: "alert" });
    const draw = (): void => fill(preview, protocolNode(area.value));
    area.addEventListener("input", draw);
    draw();
    const close = (): void => {
      this.editing = false;
      void this.load();
    };
    const form = h(
      "form",
      { class: "form protocol-form" },
      h("div", { class: "field" }, h("label", { for: area.id }, t("Text")), area, h("p", { class: "field-help" }, t("# and ## make headings, - makes a list, ** makes bold. Everybody acknowledges the new revision anew."))),
      h("section", { "aria-label": t("How it will look") }, preview),
      h("div", { class: "protocol-actions" }, error, h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Put in force")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel")))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save(protocol, area.value).then((saved) => saved && close(), (problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
    });
    fill(this.head, h("h1", null, t("Revise the protocol")));
    fill(this.body, form);
    area.focus();
    area.setSelectionRange(0, 0);
  }

  private async save(protocol: TeamProtocol, text: string): Promise<boolean> {
    const present = (one: TeamProtocol): Present => ({ fields: { text: one.text }, tag: `"${one.revision}"`, by: one.made_by?.name ?? "" });
    const words = { what: t("the protocol"), label: () => t("Text"), say: (_key: string, value: string) => value, texts: ["text"] };
    const done = await saveFields<TeamProtocol, TeamProtocol>(words, protocol, { text }, {
      save: (wanted, tag) => api.send<TeamProtocol>(this.path, { method: "PUT", body: { text: wanted["text"] ?? "" }, ifMatch: tag }),
      present,
    });
    if (done.kind === "saved") toast(t("Revision {revision} is in force.", { revision: done.result.revision }));
    return done.kind !== "left";
  }
}

/** The text with its headings as headings: the rest as comments are written. */
function protocolNode(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.some((line) => line.trim())) fragment.append(richTextNode(lines.join("\n"), []));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const [, marks, title] = /^(#{1,3})\s+(.+)$/.exec(line) ?? [];
    if (!marks || !title) {
      lines.push(line);
      continue;
    }
    flush();
    fragment.append(h(marks.length === 1 ? "h2" : "h3", null, title));
  }
  flush();
  return fragment;
}
customElements.define("tp-protocol", ProtocolPage);
