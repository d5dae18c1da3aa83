// What waits for one's own decision, in all projects, the earliest due first.
import "../styles/library.css";
import "../styles/desk.css";
import { dueText, STATES, today } from "../core/approval-words.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { problemBox } from "../elements/feedback.ts";
import type { Review } from "../net/types.ts";
import { api } from "./connect.ts";
import { n, t } from "../language/translate.ts";

class ReviewsPage extends HTMLElement {
  private readonly list = h("div", { class: "row-list" });
  private readonly count = h("p", { class: "quiet", role: "status" });

  connectedCallback(): void {
    fill(this, h("div", { class: "page-head" }, h("div", { class: "report-title" }, h("h1", null, t("Waiting for you")), this.count)), this.list);
    fill(this.list, [1, 2].map(() => h("div", { class: "skeleton project-skeleton" })));
    void this.load();
    // Who comes back to this page from a room wants to see what is left.
    window.addEventListener("pageshow", (event) => event.persisted && void this.load());
    document.addEventListener("visibilitychange", () => !document.hidden && void this.load());
  }

  private async load(): Promise<void> {
    try {
      const reviews = await api.send<Review[]>("me/reviews");
      fill(this.count, reviews.length > 0 ? n("{count} version | {count} versions", reviews.length) : "");
      fill(this.list, reviews.length > 0 ? reviews.map(row) : h("div", { class: "empty" }, icon("check"), h("h2", null, t("Nothing waits for you")), h("p", null, t("When somebody asks for your approval, the version stands here until you have decided."))));
    } catch (error) {
      fill(this.list, problemBox(error, () => void this.load()));
    }
  }
}

function row(one: Review): HTMLElement {
  const due = one.due ? dueText(one.due, today(new Date())) : null;
  const [state, look] = STATES[one.state];
  return h(
    "a",
    { class: "project-row", href: `/v/${one.version_id}` },
    h("span", { class: "project-name" }, h("strong", null, `${one.asset_name} v${one.number}`), h("span", { class: "quiet" }, one.project_name)),
    due && h("span", { class: due.late ? "badge bad" : "badge accent" }, due.text),
    h("span", { class: `badge ${look}` }, state),
  );
}
customElements.define("tp-reviews", ReviewsPage);
