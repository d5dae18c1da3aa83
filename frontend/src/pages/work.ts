// What is under way: who is uploading, what is being prepared, what failed, what was superseded; and whether a session may start.
import "../styles/library.css";
import "../styles/desk.css";
import { agoText, initials } from "../core/wording.ts";
import { avatar, fill, h, icon } from "../elements/dom.ts";
import { SessionLine } from "../elements/session-line.ts";
import type { Work } from "../net/types.ts";
import { api, livePage } from "./live-page.ts";
import { n, t } from "../language/translate.ts";

type Item = Work["items"][number];
type Row = Work["people"][number];

const STATES: Readonly<Record<Item["state"], readonly [text: string, look: string]>> = {
  uploading: [t("Uploading"), "accent"],
  processing: [t("Being prepared"), "accent"],
  failed: [t("Failed"), "bad"],
};
const COLUMNS: readonly (readonly [key: Exclude<keyof Row, "person">, title: string])[] = [
  ["uploading", t("Uploading")],
  ["processing", t("Being prepared")],
  ["failed", t("Failed")],
  ["ready", t("Ready")],
  ["superseded", t("Superseded")],
];
const WAITS: Readonly<Record<string, string>> = { name_conflict: t("waits for another name"), sequence_locked: t("waits for a lock") };

class WorkPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly session = new SessionLine(api, this.projectId);
  private readonly body = h("div", { class: "desk" });

  connectedCallback(): void {
    fill(this, h("div", { class: "page-head" }, h("h1", null, t("What is under way"))), this.session, this.body);
    const load = livePage(this, {
      body: this.body,
      fetch: () => {
        void this.session.load(null);
        return api.send<Work>(`projects/${this.projectId}/work`);
      },
      show: (work) => this.show(work),
      kinds: /^(asset|version|media|checks|sequence|protocol|member)\./,
    });
    // Uploads of others that have only begun are no event.
    document.addEventListener("visibilitychange", () => !document.hidden && void load());
  }

  private show({ people, items }: Work): void {
    const title = items.length > 0 ? n("{count} file is not ready | {count} files are not ready", items.length) : t("Every newest version is ready");
    fill(
      this.body,
      h("section", { class: "desk-section", "data-state": items.length > 0 ? "" : "good" }, h("h2", null, items.length === 0 && icon("check"), title), items.length > 0 && h("div", { class: "row-list" }, items.map((one) => this.item(one)))),
      people.length > 0 && h("section", { class: "desk-section" }, h("h2", null, t("By person")), h("div", { class: "work-people" }, people.map(personCard))),
    );
  }

  private item(one: Item): HTMLElement {
    const [state, look] = STATES[one.state];
    const href = one.version_id ? `/v/${one.version_id}` : one.asset_id ? `/stacks/${one.asset_id}` : null;
    const waits = WAITS[one.error_code];
    return h(
      "div",
      { class: "row" },
      h("div", { class: "row-text" }, h("strong", null, href ? h("a", { href }, one.name) : one.name), h("span", { class: "quiet" }, [one.person.name, agoText(one.since, Date.now()), waits].filter(Boolean).join(" · "))),
      h("span", { class: `badge ${waits ? "bad" : look}` }, state),
    );
  }
}

/** Nothing of a kind is said by leaving it out. */
function personCard(row: Row): HTMLElement {
  const counts = COLUMNS.filter(([key]) => row[key] > 0);
  return h(
    "article",
    { class: "work-person" },
    h("p", { class: "work-name" }, avatar(row.person, initials(row.person.name)), h("strong", null, row.person.name)),
    h("dl", null, counts.map(([key, title]) => h("div", { "data-kind": key }, h("dt", null, title), h("dd", { class: "num" }, row[key])))),
  );
}
customElements.define("tp-work", WorkPage);
