// What a delivery needs in this project: who must approve, and what stands in its way. Revised by those who may.
import { initials } from "../core/wording.ts";
import type { Api } from "../net/api.ts";
import type { ApprovalPolicy, Capability, Member } from "../net/types.ts";
import { bodyOf, fieldsOf, RULES, sentences } from "../state/approval-policy.ts";
import type { Present } from "../state/merging.ts";
import { saveFields } from "./conflict-dialog.ts";
import { avatar, fill, h, icon } from "./dom.ts";
import { openDialog, problemText, toast, toastProblem } from "./feedback.ts";
import { t } from "../language/translate.ts";

export class PolicyBox extends HTMLElement {
  private policy: ApprovalPolicy | null = null;

  constructor(
    private readonly api: Api,
    private readonly projectId: string,
    private readonly may: ReadonlySet<Capability>,
  ) {
    super();
    this.hidden = true;
    this.id = "policy"; // links lead here from where its rules are met
  }

  private get path(): string {
    return `projects/${this.projectId}/approval-policy`;
  }

  async load(): Promise<void> {
    const found = await this.api.send<ApprovalPolicy>(this.path).catch(() => null);
    if (found) this.show(found);
  }

  private show(policy: ApprovalPolicy): void {
    const first = this.policy === null;
    this.policy = policy;
    this.hidden = false;
    // The browser looked for it before it was there.
    if (first && location.hash === `#${this.id}`) requestAnimationFrame(() => this.scrollIntoView({ block: "start" }));
    const line = ({ text, on }: { readonly text: string; readonly on: boolean }): HTMLElement => h("li", { "data-on": on }, icon(on ? "check" : "minus"), text);
    fill(
      this,
      h(
        "section",
        { class: "desk-section policy" },
        h("h2", null, t("What a delivery needs"), this.may.has("manage_approvals") && h("button", { type: "button", class: "button small", onclick: () => void this.edit().catch(toastProblem) }, icon("edit"), t("Change …"))),
        policy.who.length > 0 && h("ul", { class: "policy-people" }, policy.who.map((one) => h("li", null, avatar(one, initials(one.name)), one.name))),
        h("ul", { class: "policy-rules" }, sentences(policy).map(line)),
      ),
    );
  }

  private async edit(): Promise<void> {
    const { policy } = this;
    if (!policy) return;
    const members = await this.api.all<Member>(`projects/${this.projectId}/members?page_size=200`);
    openDialog(t("What a delivery needs"), (body, close) => {
      const before = fieldsOf(policy);
      const box = (checked: boolean, value: string, text: string): HTMLLabelElement => h("label", { class: "choice" }, h("input", { type: "checkbox", value, checked }), h("span", null, text));
      const people = members.map((one) => box(policy.who.some((who) => who.id === one.user.id), one.user.id, one.user.name));
      const rules = RULES.map((rule) => box(before[rule.key] === "yes", rule.key, rule.label));
      const chosen = (boxes: readonly HTMLLabelElement[]): string[] => boxes.map((one) => one.querySelector("input")).filter((one) => one?.checked).map((one) => one?.value ?? "");
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h(
        "form",
        { class: "form" },
        h("fieldset", { class: "policy-group" }, h("legend", null, t("Who must approve")), h("p", { class: "field-help" }, t("Nobody chosen: whoever is asked.")), people),
        h("fieldset", { class: "policy-group" }, h("legend", null, t("Rules")), rules),
        error,
        h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Put in force")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const on = new Set(chosen(rules));
        const wanted = { who: chosen(people).join(" "), ...Object.fromEntries(RULES.map(({ key }) => [key, on.has(key) ? "yes" : ""])) };
        this.save(policy, wanted, members).then((done) => done && close(), (problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
      });
      body.append(form);
    });
  }

  /** False: it was left as it is. */
  private async save(policy: ApprovalPolicy, wanted: Readonly<Record<string, string>>, members: readonly Member[]): Promise<boolean> {
    const present = (one: ApprovalPolicy): Present => ({ fields: fieldsOf(one), tag: `"${one.revision}"`, by: one.made_by?.name ?? "" });
    const names = (ids: string): string => ids.split(" ").filter(Boolean).map((id) => members.find((one) => one.user.id === id)?.user.name ?? id).join(", ") || t("whoever is asked");
    const words = { what: t("the policy"), label: (key: string) => RULES.find((rule) => rule.key === key)?.label ?? t("Who must approve"), say: (key: string, value: string) => (key === "who" ? names(value) : value ? t("yes") : t("no")) };
    const done = await saveFields<ApprovalPolicy, ApprovalPolicy>(words, policy, wanted, {
      save: (fields, tag) => this.api.send<ApprovalPolicy>(this.path, { method: "PUT", body: bodyOf(fields), ifMatch: tag }),
      present,
    });
    if (done.kind === "left") return false;
    if (done.kind === "saved") {
      this.show(done.result);
      toast(t("The policy is in force."));
    } else void this.load();
    return true;
  }
}
customElements.define("tp-policy", PolicyBox);
