// Who did what to what, and when: the audit trail of a project, with filters.
import "../styles/library.css";
import "../styles/desk.css";
import { fill, h, icon } from "../elements/dom.ts";
import { problemBox, toastProblem } from "../elements/feedback.ts";
import type { AuditEntry, Member } from "../net/types.ts";
import { detailRows, entryWords, SUBJECTS } from "../state/audit-words.ts";
import { api } from "./connect.ts";
import { localeTag, t } from "../language/translate.ts";

const FILTERS = ["by", "kind", "from_date", "to_date"] as const;

class AuditPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly by = h("select", { class: "input", id: "audit-by" }, h("option", { value: "" }, t("Anybody")));
  private readonly kind = h("select", { class: "input", id: "audit-kind" }, h("option", { value: "" }, t("Anything")), SUBJECTS.map(([value, text]) => h("option", { value }, text)));
  private readonly from = h("input", { class: "input", id: "audit-from", type: "date" });
  private readonly to = h("input", { class: "input", id: "audit-to", type: "date" });
  private readonly list = h("div", { class: "audit" });
  private readonly more = h("div", { class: "form-actions" });
  private day = "";
  private asked = 0;

  connectedCallback(): void {
    const field = (label: string, input: HTMLElement): HTMLElement => h("div", { class: "field" }, h("label", { for: input.id }, label), input);
    const form = h("form", { class: "audit-filter", role: "search", "aria-label": t("Filter") }, field(t("Who // audit"), this.by), field(t("What // audit"), this.kind), field(t("From // audit"), this.from), field(t("To // audit"), this.to), h("button", { type: "reset", class: "button ghost" }, t("Show all")));
    fill(this, h("div", { class: "page-head" }, h("div", { class: "report-title" }, h("h1", null, t("Audit trail")), h("p", { class: "quiet" }, t("Everything that was changed, newest first. Nothing here can be changed or taken out. Days are those of UTC.")))), form, this.list, this.more);
    form.addEventListener("change", () => void this.load());
    form.addEventListener("reset", () => queueMicrotask(() => void this.load()));
    form.addEventListener("submit", (event) => event.preventDefault());
    void this.begin();
  }

  private async begin(): Promise<void> {
    const members = await api.all<Member>(`projects/${this.projectId}/members?page_size=200`).catch(() => []);
    this.by.append(...members.map((one) => h("option", { value: one.user.id }, one.user.name)));
    const wanted = new URLSearchParams(location.search);
    for (const [name, input] of this.inputs()) input.value = wanted.get(name) ?? "";
    await this.load();
  }

  private inputs(): readonly (readonly [(typeof FILTERS)[number], HTMLInputElement | HTMLSelectElement])[] {
    return [["by", this.by], ["kind", this.kind], ["from_date", this.from], ["to_date", this.to]];
  }

  private async load(): Promise<void> {
    const query = new URLSearchParams();
    for (const [name, input] of this.inputs()) if (input.value) query.set(name, input.value);
    history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname); // to be passed on
    query.set("page_size", "100");
    const mine = ++this.asked;
    fill(this.more);
    try {
      const page = await api.page<AuditEntry>(`projects/${this.projectId}/audit?${query}`);
      if (mine !== this.asked) return;
      this.day = "";
      fill(this.list, page.data.length === 0 ? h("div", { class: "empty" }, icon("filter"), h("h2", null, t("Nothing was found")), h("p", null, t("Take a filter away, or choose other days."))) : null);
      this.put(page.data, page.links.next);
    } catch (error) {
      if (mine === this.asked) fill(this.list, problemBox(error, () => void this.load()));
    }
  }

  private put(entries: readonly AuditEntry[], next: string | null): void {
    for (const one of entries) {
      const at = new Date(one.at);
      const day = at.toLocaleDateString(localeTag(), { weekday: "long", day: "numeric", month: "long", year: "numeric" });
      if (day !== this.day) this.list.append(h("h2", null, day), h("ol", { class: "audit-day" }));
      this.day = day;
      this.list.lastElementChild?.append(row(one, at));
    }
    const go = async (): Promise<void> => {
      if (next === null) return;
      const mine = this.asked;
      try {
        const page = await api.page<AuditEntry>(next);
        if (mine === this.asked) this.put(page.data, page.links.next);
      } catch (error) {
        toastProblem(error);
      }
    };
    fill(this.more, next !== null && h("button", { type: "button", class: "button", onclick: () => void go() }, t("Earlier entries")));
  }
}

function row(one: AuditEntry, at: Date): HTMLElement {
  const details = detailRows(one.detail);
  const line = [h("time", { class: "num quiet", datetime: one.at }, at.toLocaleTimeString(localeTag(), { hour: "2-digit", minute: "2-digit", second: "2-digit" })), h("span", null, h("strong", null, one.by?.name ?? "Twopop"), ` ${entryWords(one)}`)];
  if (details.length === 0) return h("li", null, h("p", { class: "audit-line" }, line));
  return h("li", null, h("details", null, h("summary", { class: "audit-line" }, line), h("dl", { class: "facts" }, details.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))))));
}
customElements.define("tp-audit", AuditPage);
