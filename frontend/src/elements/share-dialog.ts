// Share links, for those who make them: a new one, and those there are, to be copied, changed and revoked.
import { agoText, dateText } from "../core/wording.ts";
import { n, t } from "../language/translate.ts";
import type { Api } from "../net/api.ts";
import type { Asset, ReviewSession, Share } from "../net/types.ts";
import { FreshList } from "../state/fresh-list.ts";
import { fill, h, icon, setText } from "./dom.ts";
import { copyText, openDialog, problemBox, problemText, toast, toastProblem } from "./feedback.ts";
import { shareFields, type ShareTarget, type ShareWish } from "./share-fields.ts";

const STATES: Readonly<Record<Share["state"], string>> = { open: t("Open // a link"), used_up: t("Used up"), expired: t("Expired"), revoked: t("Revoked") };

export interface SharesPort {
  readonly api: Api;
  readonly projectId: string;
  /** Calls with the kind of each event of the project. Returns what ends it. */
  hear(listener: (kind: string) => void): () => void;
  after(milliseconds: number, callback: () => void): () => void;
}

const KINDS = /^(share|guest)\./;

export function openShares(port: SharesPort, target: ShareTarget | null): void {
  const { api, projectId } = port;
  let close: () => void = () => undefined;
  const dialog = openDialog(
    target ? t("Share “{name}”", { name: target.assetName }) : t("Share links"),
    (body) => {
      const list = new ShareList(port, target);
      close = () => list.close();
      if (target) body.append(newLink(api, projectId, target, () => list.load()), h("h3", { class: "share-others" }, t("Links of this project")));
      body.append(list.node);
      void list.load();
    },
    true,
  );
  dialog.addEventListener("close", close);
}

/** The links that there are, as they are now: who opens one, who revokes one, and when one is over shows by itself. */
class ShareList {
  readonly node = h("div", { class: "row-list share-list" }, [1, 2].map(() => h("div", { class: "skeleton row-skeleton" })));
  private readonly rows = new Map<string, ShareRow>();
  private readonly list: FreshList<Share>;
  private readonly deafen: () => void;

  constructor(
    private readonly port: SharesPort,
    private readonly target: ShareTarget | null,
  ) {
    this.list = new FreshList<Share>({
      fetch: () => port.api.all<Share>(`projects/${port.projectId}/shares?page_size=200`),
      show: (all) => this.show(all),
      failed: (error) => fill(this.node, problemBox(error, () => void this.load())),
      endOf: ({ expires_at: end, state }) => (end && (state === "open" || state === "used_up") ? Date.parse(end) : null),
      now: Date.now,
      after: port.after,
    });
    this.deafen = port.hear((kind) => KINDS.test(kind) && this.list.heard());
  }

  close(): void {
    this.deafen();
    this.list.close();
  }

  load(): Promise<void> {
    return this.list.load();
  }

  private show(all: readonly Share[]): void {
    const { target } = this;
    const here = (one: Share): boolean => target === null || one.items.some((item) => item.asset_id === target.assetId);
    const shown = [...all.filter(here), ...all.filter((one) => !here(one))];
    for (const id of [...this.rows.keys()]) if (!shown.some((one) => one.id === id)) this.rows.delete(id);
    if (shown.length === 0) fill(this.node, h("p", { class: "quiet" }, target ? t("No links yet.") : t("No links yet. Share in a review room or on a stack makes one.")));
    const nodes = shown.map((share) => {
      const row = this.rows.get(share.id) ?? new ShareRow(this.port.api, () => this.load());
      this.rows.set(share.id, row);
      row.show(share);
      return row.node;
    });
    // What somebody has in hand keeps the focus: only what stands elsewhere is put anew.
    nodes.forEach((node, at) => this.node.children[at] !== node && this.node.insertBefore(node, this.node.children[at] ?? null));
    while (nodes.length > 0 && this.node.children.length > nodes.length) this.node.lastElementChild?.remove();
  }
}

/** The fields with a button that sends them. */
function shareForm(nodes: readonly HTMLElement[], verb: readonly (Node | string)[], send: () => Promise<void>): HTMLElement {
  const problem = h("p", { class: "field-error", role: "alert", hidden: true });
  const go = h("button", { type: "submit", class: "button primary" }, ...verb);
  const form = h("form", { class: "form share-form" }, ...nodes, problem, h("div", { class: "dialog-foot" }, go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go.disabled = true;
    problem.hidden = true;
    send()
      .catch((error: unknown) => {
        const { message, remedy } = problemText(error);
        setText(problem, `${message} ${remedy}`);
        problem.hidden = false;
      })
      .finally(() => (go.disabled = false));
  });
  return form;
}

function newLink(api: Api, projectId: string, target: ShareTarget, made: () => Promise<void>): HTMLElement {
  const fields = shareFields(api, projectId, { target });
  const answer = h("div", { class: "share-answer", hidden: true });
  const form = shareForm(fields.nodes, [icon("link"), t("Make the link and copy it")], async () => {
    await showLink(answer, await api.send<Share>(`projects/${projectId}/shares`, { method: "POST", body: fields.wish() }));
    await made();
  });
  return h("div", null, form, answer);
}

/** Its address stays; what is changed counts from the next request on. */
function editLink(api: Api, share: Share, changed: () => Promise<void>): void {
  openDialog(
    t("Change the link"),
    (body, close) => {
      const fields = shareFields(api, share.project_id, { share });
      body.append(
        shareForm(fields.nodes, [t("Save")], async () => {
          const changes: Partial<ShareWish> = fields.changes();
          if (Object.keys(changes).length > 0) {
            await api.send<Share>(`shares/${share.id}`, { method: "PATCH", body: changes });
            toast(t("The link is changed. Its address is the same."));
          }
          close();
          await changed();
        }),
      );
    },
    true,
  );
}

async function showLink(answer: HTMLElement, share: Share): Promise<void> {
  const url = share.url ?? "";
  const field = h("input", { class: "input", readonly: true, value: url, "aria-label": t("The link"), onfocus: () => field.select() });
  const copied = await copyText(url);
  fill(answer, h("p", { role: "status" }, h("strong", null, copied ? t("Copied. Paste it wherever you write to them.") : t("Copy this link."))), field);
  answer.hidden = false;
  answer.scrollIntoView({ block: "nearest" });
}

function factsOf(share: Share, shown: string): string {
  const uses = share.max_uses === null ? share.uses === 0 ? t("not opened yet") : n("opened once | opened {count} times", share.uses) : t("opened {count} of {most} times", { count: share.uses, most: share.max_uses });
  const facts = [
    share.name ? shown : "",
    uses,
    share.last_used_at ? t("last {ago}", { ago: agoText(share.last_used_at, Date.now()) }) : "",
    share.guests.length > 0 ? share.guests.map((one) => one.name).join(", ") : "",
    share.expires_at && share.state === "open" ? t("until {date}", { date: dateText(share.expires_at) }) : "",
    share.watermark ? t("with watermark") : "",
    share.has_passphrase ? t("with passphrase") : "",
    share.recipients.join(", "),
  ];
  return facts.filter(Boolean).join(" · ");
}

/** One link. What changes of its words leaves its buttons alone. */
class ShareRow {
  readonly node = h("div");
  private readonly title = h("strong");
  private readonly facts = h("span", { class: "quiet" });
  private readonly state = h("span", { class: "badge" });
  private readonly acts = h("div", { class: "share-acts" });
  private share: Share | null = null;

  constructor(
    private readonly api: Api,
    private readonly changed: () => Promise<void>,
  ) {
    fill(this.node, h("div", { class: "row-text" }, this.title, this.facts), this.state, this.acts);
  }

  show(share: Share): void {
    const before = this.share;
    this.share = share;
    const open = share.state === "open" || share.state === "used_up";
    const shown = share.items.map((item) => (item.number === null ? item.asset_name : `${item.asset_name} v${item.number}`)).join(", ");
    setText(this.title, share.name || shown);
    setText(this.facts, factsOf(share, shown));
    setText(this.state, STATES[share.state]);
    this.state.hidden = share.state === "open";
    this.node.className = open ? "row" : "row share-ended";
    this.node.dataset["share"] = share.id;
    if (before?.state !== share.state || before.url !== share.url || before.items.length !== share.items.length) this.drawActs(share, open);
  }

  private drawActs(share: Share, open: boolean): void {
    const now = (): Share => this.share ?? share;
    const revoke = (): void => void this.api.send(`shares/${share.id}`, { method: "DELETE" }).then(() => this.changed()).catch(toastProblem);
    const copy = async (): Promise<void> => {
      if (share.url && (await copyText(share.url))) toast(t("Link copied."));
    };
    fill(
      this.acts,
      open && share.items.length > 1 && h("button", { type: "button", class: "button small ghost", title: t("A live session on this playlist"), onclick: () => void meet(this.api, now()) }, icon("people"), t("Live session")),
      open && share.url && h("button", { type: "button", class: "button small", onclick: () => void copy() }, icon("copy"), t("Copy")),
      share.state !== "revoked" && h("button", { type: "button", class: "button small ghost", onclick: () => editLink(this.api, now(), this.changed) }, icon("edit"), t("Edit")),
      share.state !== "revoked" && revokeButton(revoke),
    );
  }
}

/** A live session that goes through what the link shows, from its first thing on. */
async function meet(api: Api, share: Share): Promise<void> {
  const [first] = share.items;
  if (!first) return;
  try {
    const versionId = first.version_id ?? (await api.send<Asset>(`assets/${first.asset_id}`)).latest_version?.id;
    const session = await api.send<ReviewSession>(`versions/${versionId}/sessions`, { method: "POST", body: { share_id: share.id } });
    location.assign(`/v/${session.version_id}?session=${session.id}`);
  } catch (error) {
    toastProblem(error);
  }
}

/** It cannot be undone: the first press asks, the second does it. */
function revokeButton(revoke: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "button small ghost" }, t("Revoke"));
  button.addEventListener("click", () => {
    if (button.classList.contains("danger")) return revoke();
    button.classList.add("danger");
    setText(button, t("Really revoke"));
  });
  button.addEventListener("blur", () => {
    button.classList.remove("danger");
    setText(button, t("Revoke"));
  });
  return button;
}
