// What a project has agreed on: the spec in force, its revisions and what changed, and the versions that do not conform.
import "../styles/library.css";
import "../styles/desk.css";
import { agoText } from "../core/wording.ts";
import { saveFields } from "../elements/conflict-dialog.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { toast } from "../elements/feedback.ts";
import { specForm } from "../elements/spec-form.ts";
import { changeList, notConformingList, specSheet } from "../elements/spec-sheet.ts";
import type { NotConforming, ProjectSpec, SpecChange, SpecPreset } from "../net/types.ts";
import type { Fields, Present } from "../state/merging.ts";
import { bodyOf, changes, FIELDS, said, sheetOf } from "../state/spec-sheet.ts";
import { api, livePage } from "./live-page.ts";
import { t } from "../language/translate.ts";

class SpecPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly mayEdit = (this.dataset["capabilities"] ?? "").split(" ").includes("manage_spec");
  private readonly head = h("div", { class: "page-head" });
  private readonly body = h("div", { class: "desk" });
  private revisions: readonly ProjectSpec[] = [];
  private editing = false;
  private load!: () => Promise<void>;

  connectedCallback(): void {
    fill(this, this.head, this.body);
    const path = `projects/${this.projectId}/spec`;
    this.load = livePage(this, {
      body: this.body,
      fetch: () => Promise.all([api.send<ProjectSpec>(path), api.all<ProjectSpec>(`${path}/revisions?page_size=200`), api.send<NotConforming[]>(`${path}/conformance`)]),
      show: ([spec, revisions, wrong]) => {
        this.revisions = revisions;
        this.show(spec, wrong);
      },
      kinds: /^(spec|version|asset|media)\./,
      busy: () => this.editing,
    });
  }

  private show(spec: ProjectSpec, wrong: readonly NotConforming[]): void {
    const name = String(spec.technical["name"] ?? "");
    const edit = h("button", { type: "button", class: "button primary", onclick: () => void this.edit(spec) }, icon("edit"), spec.revision === 0 ? t("Agree on a spec") : t("Revise"));
    const by = spec.made_by && spec.made_at ? t("Revision {revision} by {name}, {when}", { revision: spec.revision, name: spec.made_by.name, when: agoText(spec.made_at, Date.now()) }) : "";
    fill(this.head, h("div", { class: "report-title" }, h("h1", null, t("Spec")), by && h("p", { class: "quiet" }, [name, by].filter(Boolean).join(" · "))), spec.revision > 0 && h("button", { type: "button", class: "button", onclick: () => window.print() }, t("Print")), this.mayEdit && spec.revision > 0 && edit);
    if (spec.revision === 0) {
      return fill(
        this.body,
        h("div", { class: "empty" }, icon("file"), h("h2", null, t("Nothing has been agreed on yet")), h("p", null, t("The spec says what every file of this project must be: rate, picture, sound, timecode, names. Every upload is held against it.")), this.mayEdit && edit),
        h("section", { class: "spec-card" }, h("h2", null, t("Names")), h("p", { class: "quiet" }, t("Until then, versions are named by")), h("p", null, h("code", { class: "pattern" }, spec.naming_pattern))),
      );
    }
    fill(this.body, specSheet(sheetOf(spec)), this.conformance(wrong), this.history());
  }

  private conformance(wrong: readonly NotConforming[]): HTMLElement {
    const title = wrong.length === 0 ? t("Every version conforms") : wrong.length === 1 ? t("One version does not conform") : t("{count} versions do not conform", { count: wrong.length });
    return h("section", { class: "desk-section", "data-state": wrong.length === 0 ? "good" : "bad" }, h("h2", null, icon(wrong.length === 0 ? "check" : "close"), title), wrong.length > 0 && notConformingList(wrong));
  }

  private history(): HTMLElement {
    const one = (spec: ProjectSpec, at: number): HTMLElement => {
      const before = this.revisions[at + 1];
      const made = before ? changes(sheetOf(before), sheetOf(spec)) : [];
      return h(
        "li",
        { class: "revision" },
        h("p", { class: "revision-head" }, h("strong", null, t("Revision {revision}", { revision: spec.revision })), h("span", { class: "quiet" }, `${spec.made_by?.name ?? "somebody who left"}, ${spec.made_at ? agoText(spec.made_at, Date.now()) : ""}`)),
        spec.note && h("p", null, spec.note),
        before ? changeList(made) : h("p", { class: "quiet" }, t("The first spec of this project")),
      );
    };
    return h("section", { class: "desk-section" }, h("h2", null, t("Revisions")), h("ol", { class: "revisions" }, this.revisions.map(one)));
  }

  private async edit(spec: ProjectSpec): Promise<void> {
    this.editing = true;
    fill(this.head, h("h1", null, spec.revision === 0 ? t("Agree on a spec") : t("Revise the spec")));
    const presets = await api.send<SpecPreset[]>(`projects/${this.projectId}/spec/presets`).catch(() => []);
    const close = (): void => {
      this.editing = false;
      void this.load();
    };
    fill(this.body, specForm(api, spec, presets, { cancel: close, save: (fields, note) => this.save(spec, fields, note, close) }));
    this.body.querySelector<HTMLElement>("#spec-preset")?.focus();
  }

  private async save(spec: ProjectSpec, fields: Fields, note: string, close: () => void): Promise<boolean> {
    const path = `projects/${this.projectId}/spec`;
    const field = (key: string) => FIELDS.find((one) => one.key === key);
    const present = (one: ProjectSpec): Present => ({ fields: sheetOf(one), tag: `"${one.revision}"`, by: one.made_by?.name ?? "" });
    const words = { what: t("the spec"), label: (key: string) => field(key)?.label ?? t("Name of the spec"), say: (key: string, value: string) => { const one = field(key); return one ? said(one, value) || t("Not judged") : value; } };
    const done = await saveFields<SpecChange, ProjectSpec>(words, spec, fields, {
      save: (wanted, tag) => api.send<SpecChange>(path, { method: "PUT", body: { ...bodyOf(wanted), note }, ifMatch: tag }),
      present,
    });
    if (done.kind === "left") return false;
    if (done.kind === "saved") toast(t("Revision {revision} is in force.", { revision: done.result.spec.revision }));
    close();
    return true;
  }
}
customElements.define("tp-spec", SpecPage);
