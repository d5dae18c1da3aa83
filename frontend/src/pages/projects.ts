// The list of projects.
import "../styles/library.css";
import { agoText } from "../core/wording.ts";
import { fill, h, hueOf, icon } from "../elements/dom.ts";
import { openDialog, problemBox, problemText } from "../elements/feedback.ts";
import { t } from "../language/translate.ts";
import type { Project } from "../net/types.ts";
import { api } from "./connect.ts";
import { roleName } from "../core/roles.ts";

class Projects extends HTMLElement {
  private readonly list = h("div", { class: "project-list" });

  connectedCallback(): void {
    const mayCreate = this.hasAttribute("data-may-create");
    fill(
      this,
      h("div", { class: "page-head" }, h("h1", null, t("Projects")), mayCreate && h("button", { type: "button", class: "button primary", onclick: () => this.create() }, icon("plus"), t("New project"))),
      this.list,
    );
    fill(this.list, [1, 2, 3].map(() => h("div", { class: "skeleton project-skeleton" })));
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const projects = await api.all<Project>("projects?page_size=200");
      fill(this.list, projects.length > 0 ? projects.map((project) => this.row(project)) : this.empty());
    } catch (error) {
      fill(this.list, problemBox(error, () => void this.load()));
    }
  }

  private row(project: Project): HTMLElement {
    const sign = h("span", { class: "project-sign", "aria-hidden": "true" }, icon("film"));
    sign.style.setProperty("--hue", String(hueOf(project.id)));
    return h(
      "a",
      { class: "project-row", href: `/projects/${project.id}` },
      sign,
      h("span", { class: "project-name" }, h("strong", null, project.name), h("span", { class: "quiet" }, t("Made {ago}", { ago: agoText(project.created_at, Date.now()) }))),
      h("span", { class: "badge" }, project.role ? roleName(project.role) : t("Site owner")),
    );
  }

  private empty(): HTMLElement {
    const mayCreate = this.hasAttribute("data-may-create");
    return h(
      "div",
      { class: "empty" },
      icon("film"),
      h("h2", null, mayCreate ? t("Your first project") : t("No projects yet")),
      h("p", null, mayCreate ? t("A project holds the renders of one film, and the people who talk about them.") : t("You see a project here as soon as its owner adds you. They need the address that you sign in with.")),
      mayCreate && h("button", { type: "button", class: "button primary", onclick: () => this.create() }, icon("plus"), t("New project")),
    );
  }

  private create(): void {
    openDialog(t("New project"), (body) => {
      const name = h("input", { class: "input", id: "project-name", required: true, maxlength: 200, autocomplete: "off" });
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h("form", { class: "form" }, h("div", { class: "field" }, h("label", { for: "project-name" }, t("Name")), name, error), h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Create"))));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        api
          .send<Project>("projects", { method: "POST", body: { name: name.value.trim() } })
          .then((project) => location.assign(`/projects/${project.id}`))
          .catch((problem: unknown) => fill(error, problemText(problem).message));
      });
      body.append(form);
      requestAnimationFrame(() => name.focus());
    });
  }
}
customElements.define("tp-projects", Projects);
