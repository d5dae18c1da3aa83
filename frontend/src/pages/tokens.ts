// Personal access tokens.
import "../styles/library.css";
import { agoText } from "../core/wording.ts";
import { fill, h, icon, iconButton } from "../elements/dom.ts";
import { copyText, openDialog, problemBox, problemText, toast, toastProblem } from "../elements/feedback.ts";
import { localeTag, t } from "../language/translate.ts";
import type { NewToken, Token } from "../net/types.ts";
import { api } from "./connect.ts";

type Scope = Token["scopes"][number];
const SCOPES: Scope[] = ["read", "comment", "upload", "approve", "manage"];

function scopeWords(): Record<Scope, { short: string; long: string }> {
  return {
    read: { short: t("May read"), long: t("See everything that you see") },
    comment: { short: t("Comments"), long: t("Comment, and mark comments as done") },
    upload: { short: t("Uploads"), long: t("Upload versions, lock sequences") },
    approve: { short: t("Approvals"), long: t("Approve and deliver") },
    manage: { short: t("Administration"), long: t("Manage projects and people") },
  };
}

class Tokens extends HTMLElement {
  private readonly list = h("div", { class: "row-list" });

  connectedCallback(): void {
    fill(
      this,
      h("div", { class: "page-head" }, h("h1", null, t("API tokens")), h("button", { type: "button", class: "button primary", onclick: () => this.create() }, icon("plus"), t("New token"))),
      h("p", { class: "quiet lead" }, `${t("Scripts and panels sign in with a token in your name, for as much of what you can do as you choose.")} `, h("a", { href: "/api/v1/docs" }, t("The API's description")), " · ", h("a", { href: "/settings/device" }, t("Sign in a program by its code"))),
      this.list,
    );
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const tokens = await api.all<Token>("tokens");
      if (tokens.length === 0) {
        fill(this.list, h("div", { class: "empty" }, icon("key"), h("h2", null, t("No tokens")), h("p", null, t("Make one for each script or machine, so that you can revoke it alone."))));
      } else fill(this.list, tokens.map((token) => this.row(token)));
    } catch (error) {
      fill(this.list, problemBox(error, () => void this.load()));
    }
  }

  private row(token: Token): HTMLElement {
    const used = token.last_used_at ? t("Last used {ago}", { ago: agoText(token.last_used_at, Date.now()) }) : t("Never used");
    const until = token.expires_at ? ` · ${t("Until {date}", { date: new Date(token.expires_at).toLocaleDateString(localeTag()) })}` : "";
    return h(
      "div",
      { class: "row" },
      h("div", { class: "row-text" }, h("strong", null, token.name), h("span", { class: "quiet" }, `${used} · ${t("Made {ago}", { ago: agoText(token.created_at, Date.now()) })}${until}`)),
      token.scopes.length === SCOPES.length ? h("span", { class: "badge" }, t("Everything")) : token.scopes.map((scope) => h("span", { class: "badge" }, scopeWords()[scope].short)),
      h("button", { type: "button", class: "button small danger", "aria-label": t("Revoke {name}", { name: token.name }), onclick: () => this.revoke(token) }, t("Revoke")),
    );
  }

  private revoke(token: Token): void {
    openDialog(t("Revoke “{name}”?", { name: token.name }), (body, close) => {
      const go = (): void => {
        api
          .send(`tokens/${token.id}`, { method: "DELETE" })
          .then(() => this.load())
          .catch(toastProblem);
        close();
      };
      body.append(h("p", null, t("Whatever uses it is signed out at once. This cannot be undone.")), h("div", { class: "form-actions" }, h("button", { type: "button", class: "button danger", onclick: go }, t("Revoke")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Keep it"))));
    });
  }

  private create(): void {
    openDialog(t("New token"), (body, close) => {
      const name = h("input", { class: "input", id: "token-name", required: true, maxlength: 100, placeholder: t("Premiere panel"), autocomplete: "off" });
      const boxes = SCOPES.map((scope) => ({ scope, box: h("input", { type: "checkbox", id: `token-${scope}`, checked: scope === "read" || scope === "comment", disabled: scope === "read" }) }));
      const expiry = h("select", { class: "input", id: "token-expiry" }, h("option", { value: "90" }, t("In 90 days")), h("option", { value: "365" }, t("In a year")), h("option", { value: "" }, t("Never")));
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h(
        "form",
        { class: "form" },
        h("div", { class: "field" }, h("label", { for: "token-name" }, t("What is it for?")), name),
        h("div", { class: "field" }, h("label", { for: "token-expiry" }, t("Expires")), expiry),
        h("fieldset", { class: "field" }, h("legend", null, t("It may")), boxes.map(({ scope, box }) => h("div", { class: "field check" }, box, h("label", { for: `token-${scope}` }, scopeWords()[scope].long)))),
        error,
        h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Make token"))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const days = Number(expiry.value);
        const expires = days ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
        api
          .send<NewToken>("tokens", { method: "POST", body: { name: name.value.trim(), scopes: boxes.filter(({ box }) => box.checked).map(({ scope }) => scope), expires_at: expires } })
          .then((token) => {
            void this.load();
            this.reveal(body, token, close);
          })
          .catch((problem: unknown) => fill(error, problemText(problem).message));
      });
      body.append(form);
      requestAnimationFrame(() => name.focus());
    });
  }

  private reveal(body: HTMLElement, token: NewToken, close: () => void): void {
    const copy = iconButton("link", t("Copy the token"), () => void copyText(token.secret).then((done) => done && toast(t("Token copied."))));
    fill(
      body,
      h("p", null, h("strong", null, t("Copy it now: it is shown this once and kept nowhere."))),
      h("div", { class: "copy-line" }, h("code", { class: "input secret" }, token.secret), copy),
      h("div", { class: "form-actions" }, h("button", { type: "button", class: "button primary", onclick: close }, t("Done // finished with this"))),
    );
  }
}
customElements.define("tp-tokens", Tokens);
