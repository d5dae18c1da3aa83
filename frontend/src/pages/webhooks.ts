// Where the events of a project are sent: addresses, their keys, what became of each delivery.
import "../styles/library.css";
import "../styles/desk.css";
import { agoText } from "../core/wording.ts";
import { fill, h, icon, iconButton } from "../elements/dom.ts";
import { copyText, openDialog, problemBox, problemText, toast, toastProblem } from "../elements/feedback.ts";
import { t } from "../language/translate.ts";
import type { Webhook, WebhookDelivery, WebhookWithKey } from "../net/types.ts";
import { api } from "./connect.ts";

const LOOK_AGAIN_MS = 3000;

/** First words of kinds of events, as people choose them. */
const SUBJECTS: readonly (readonly [string, string])[] = [
  ["comment", t("Comments")],
  ["version", t("Versions")],
  ["media", t("Files being prepared")],
  ["checks", t("Sync reports")],
  ["approvals", t("Approvals")],
  ["delivery", t("Deliveries")],
  ["marker", t("Markers")],
  ["lock", t("Locks")],
  ["member", t("People")],
];

const FORMATS: readonly (readonly [Webhook["format"], string])[] = [
  ["twopop", t("For programs: events as JSON, signed")],
  ["slack", "Slack"],
  ["teams", t("Microsoft Teams")],
  ["discord", "Discord"],
];

/** Where a chat gives the address that it is reached by. */
const WHERE: Readonly<Record<Webhook["format"], string>> = {
  twopop: "",
  slack: t("In Slack: your app, Incoming Webhooks, Add New Webhook to Workspace."),
  teams: t("In Teams: the channel's Workflows, “When a Teams webhook request is received”."),
  discord: t("In Discord: the channel's settings, Integrations, Webhooks."),
};

class Webhooks extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly list = h("div", { class: "row-list" });

  connectedCallback(): void {
    const lead = t("Twopop tells other programs what happens here: each event is sent to an address of yours, signed, and repeated until it is taken.");
    fill(
      this,
      h("div", { class: "page-head" }, h("h1", null, t("Webhooks")), h("button", { type: "button", class: "button primary", onclick: () => this.edit(null) }, icon("plus"), t("New webhook"))),
      h("p", { class: "quiet lead" }, `${lead} `, h("a", { href: "/api/v1/docs" }, t("The API's description"))),
      this.list,
    );
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const hooks = await api.all<Webhook>(`projects/${this.projectId}/webhooks`);
      if (hooks.length === 0) fill(this.list, h("div", { class: "empty" }, icon("link"), h("h2", null, t("No webhooks")), h("p", null, t("Make one to have a chat, a tracker or a script of yours told of comments, versions and approvals."))));
      else fill(this.list, hooks.map((hook) => this.row(hook)));
    } catch (error) {
      fill(this.list, problemBox(error, () => void this.load()));
    }
  }

  private row(hook: Webhook): HTMLElement {
    const kinds = hook.kinds.length === 0 ? t("Everything") : hook.kinds.map((kind) => SUBJECTS.find(([name]) => name === kind)?.[1] ?? kind).join(", ");
    const log = h("div", { class: "hook-log" });
    const details = h("details", null, h("summary", null, t("What was sent")), log);
    details.addEventListener("toggle", () => details.open && void this.fillLog(hook, log, details));
    return h(
      "div",
      { class: "row hook" },
      h("div", { class: "row-text" }, h("strong", null, hook.name), h("span", { class: "quiet hook-address" }, hook.endpoint), h("span", { class: "quiet" }, (hook.format === "twopop" ? "" : `${FORMATS.find(([name]) => name === hook.format)?.[1] ?? hook.format} · `) + kinds + (hook.internal ? ` · ${t("with internal comments")}` : ""))),
      hook.paused_at !== null && h("span", { class: "badge bad" }, pausedWords(hook)),
      h(
        "div",
        { class: "hook-tools" },
        h("button", { type: "button", class: "button small", onclick: () => this.change(hook, { paused: hook.paused_at === null }) }, hook.paused_at === null ? t("Pause") : t("Go on")),
        hook.paused_at === null && h("button", { type: "button", class: "button small", onclick: () => void this.tryOut(hook, details, log) }, hook.format === "twopop" ? t("Try it") : t("Test message")),
        hook.format === "twopop" && h("button", { type: "button", class: "button small", onclick: () => void this.key(hook) }, t("Key")),
        h("button", { type: "button", class: "button small", onclick: () => this.edit(hook) }, t("Change")),
        h("button", { type: "button", class: "button small danger", "aria-label": t("Delete {name}", { name: hook.name }), onclick: () => this.deleteHook(hook) }, t("Delete")),
      ),
      details,
    );
  }

  private async fillLog(hook: Webhook, log: HTMLElement, details: HTMLDetailsElement): Promise<void> {
    try {
      const page = await api.page<WebhookDelivery>(`webhooks/${hook.id}/deliveries?page_size=50`);
      fill(log, page.data.length === 0 ? h("p", { class: "quiet" }, t("Nothing yet.")) : h("ol", null, page.data.map((one) => this.delivery(hook, one, () => void this.fillLog(hook, log, details)))));
      const waiting = page.data.some((one) => one.state === "waiting");
      if (waiting && details.open && this.isConnected && hook.paused_at === null) window.setTimeout(() => details.open && void this.fillLog(hook, log, details), LOOK_AGAIN_MS);
    } catch (error) {
      fill(log, problemBox(error, () => void this.fillLog(hook, log, details)));
    }
  }

  private delivery(hook: Webhook, one: WebhookDelivery, again: () => void): HTMLElement {
    const last = one.attempts.at(-1);
    const answered = last === undefined ? t("Not sent yet") : last.status === null ? last.error : t("Answer {status} after {ms} ms", { status: last.status, ms: last.milliseconds });
    const state = { delivered: t("Delivered"), failed: t("Given up"), waiting: t("Waiting") }[one.state];
    const replay = (): void => {
      api.send(`webhook-deliveries/${one.id}/replay`, { method: "POST" }).then(again).catch(toastProblem);
    };
    return h(
      "li",
      null,
      h("span", { class: `badge ${one.state === "delivered" ? "good" : one.state === "failed" ? "bad" : ""}` }, state),
      h("span", { class: "hook-kind" }, one.kind + (one.seq === null ? "" : ` ${one.seq}`)),
      h("span", { class: "quiet" }, `${agoText(one.created_at, Date.now())} · ${answered}${one.attempts.length > 1 ? ` · ${t("Attempt {count}", { count: one.attempts.length })}` : ""}`),
      one.state !== "waiting" && hook.paused_at === null && h("button", { type: "button", class: "button small ghost", onclick: replay }, t("Send again")),
    );
  }

  private change(hook: Webhook, changes: Partial<Webhook> | { paused: boolean }): void {
    api.send(`webhooks/${hook.id}`, { method: "PATCH", body: changes }).then(() => this.load()).catch(toastProblem);
  }

  private async tryOut(hook: Webhook, details: HTMLDetailsElement, log: HTMLElement): Promise<void> {
    try {
      await api.send(`webhooks/${hook.id}/trial`, { method: "POST" });
      if (details.open) await this.fillLog(hook, log, details);
      else details.open = true;
    } catch (error) {
      toastProblem(error);
    }
  }

  private async key(hook: Webhook): Promise<void> {
    try {
      showKey(await api.send<WebhookWithKey>(`webhooks/${hook.id}`));
    } catch (error) {
      toastProblem(error);
    }
  }

  private deleteHook(hook: Webhook): void {
    openDialog(t("Delete “{name}”?", { name: hook.name }), (body, close) => {
      const go = (): void => {
        api.send(`webhooks/${hook.id}`, { method: "DELETE" }).then(() => this.load()).catch(toastProblem);
        close();
      };
      body.append(h("p", null, t("Nothing more is sent to it, and its log is gone.")), h("div", { class: "form-actions" }, h("button", { type: "button", class: "button danger", onclick: go }, t("Delete")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Keep it"))));
    });
  }

  private edit(hook: Webhook | null): void {
    openDialog(hook === null ? t("New webhook") : t("Change “{name}”", { name: hook.name }), (body, close) => {
      const name = h("input", { class: "input", id: "hook-name", required: true, maxlength: 100, value: hook?.name ?? "", autocomplete: "off" });
      const endpoint = h("input", { class: "input", id: "hook-endpoint", type: "url", required: true, maxlength: 1000, value: hook?.endpoint ?? "", autocomplete: "off" });
      const where = h("p", { class: "field-help" });
      const format = h("select", { id: "hook-format" }, FORMATS.map(([value, words]) => h("option", { value, selected: value === (hook?.format ?? "twopop") }, words)));
      const tell = (): void => fill(where, WHERE[format.value as Webhook["format"]]);
      format.addEventListener("change", tell);
      tell();
      const boxes = SUBJECTS.map(([kind, words]) => ({ kind, words, box: h("input", { type: "checkbox", id: `hook-${kind}`, checked: hook?.kinds.includes(kind) ?? false }) }));
      const others = hook?.kinds.filter((kind) => !SUBJECTS.some(([known]) => known === kind)) ?? [];
      const internal = h("input", { type: "checkbox", id: "hook-internal", checked: hook?.internal ?? false });
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h(
        "form",
        { class: "form" },
        h("div", { class: "field" }, h("label", { for: "hook-name" }, t("What is it for?")), name),
        h("div", { class: "field" }, h("label", { for: "hook-format" }, t("Where to?")), format),
        h("div", { class: "field" }, h("label", { for: "hook-endpoint" }, t("Address")), endpoint, where),
        h("fieldset", { class: "hook-kinds" }, h("legend", null, t("Of these it is told; of everything, if none is chosen")), boxes.map(({ kind, words, box }) => h("div", { class: "field check" }, box, h("label", { for: `hook-${kind}` }, words)))),
        h("div", { class: "field check" }, internal, h("label", { for: "hook-internal" }, t("Also what clients do not see"))),
        error,
        h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, hook === null ? t("Make webhook") : t("Save"))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const given = { name: name.value.trim(), endpoint: endpoint.value.trim(), format: format.value as Webhook["format"], kinds: [...boxes.filter(({ box }) => box.checked).map(({ kind }) => kind), ...others], internal: internal.checked };
        const done = (made: WebhookWithKey | null): void => {
          void this.load();
          close();
          if (made !== null && made.format === "twopop") showKey(made);
        };
        const sent = hook === null ? api.send<WebhookWithKey>(`projects/${this.projectId}/webhooks`, { method: "POST", body: given }).then(done) : api.send<Webhook>(`webhooks/${hook.id}`, { method: "PATCH", body: given }).then(() => done(null));
        sent
          .catch((problem: unknown) => fill(error, problemText(problem).message));
      });
      body.append(form);
      requestAnimationFrame(() => name.focus());
    });
  }
}

function pausedWords(hook: Webhook): string {
  if (hook.paused_because === "gone") return t("Paused: it answered that it is gone");
  return hook.paused_because === "failing" ? t("Paused: it failed for 21 hours") : t("Paused");
}

function showKey(hook: WebhookWithKey): void {
  openDialog(t("Key of “{name}”", { name: hook.name }), (body, close) => {
    const copy = iconButton("link", t("Copy the key"), () => void copyText(hook.key).then((done) => done && toast(t("Key copied."))));
    const show = (key: string): void => fill(line, h("code", { class: "input secret" }, key), copy);
    const line = h("div", { class: "copy-line" });
    const renew = (): void => {
      api
        .send<WebhookWithKey>(`webhooks/${hook.id}/key`, { method: "POST" })
        .then((renewed) => {
          hook.key = renewed.key;
          show(renewed.key);
          toast(t("Signed with the new key from now on."));
        })
        .catch(toastProblem);
    };
    show(hook.key);
    body.append(
      h("p", null, t("With it the receiver checks that what comes is from here:")),
      h("pre", { class: "hook-how" }, t("Twopop-Signature: t=TIME,v1=HEX with HEX = HMAC-SHA256(key, TIME + '.' + body)")),
      line,
      h("div", { class: "form-actions" }, h("button", { type: "button", class: "button primary", onclick: close }, t("Done // finished with this")), h("button", { type: "button", class: "button ghost", onclick: renew }, t("Make another key"))),
    );
  });
}
customElements.define("tp-webhooks", Webhooks);
