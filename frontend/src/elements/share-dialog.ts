// Share links, for those who make them: a new one, and those there are.
import { agoText } from "../core/wording.ts";
import { localeTag, n, t } from "../language/translate.ts";
import type { Api } from "../net/api.ts";
import type { Asset, Share } from "../net/types.ts";
import { fill, h, icon, setText } from "./dom.ts";
import { copyText, openDialog, problemBox, problemText, toast, toastProblem } from "./feedback.ts";
import { watermarkFields } from "./watermark-fields.ts";

/** What a link can be made for here; without it the links are listed only. */
export interface ShareTarget {
  readonly assetId: string;
  readonly assetName: string;
  /** Null: only the stack, that is its newest version. */
  readonly version: { readonly id: string; readonly number: number } | null;
}

type Right = Share["rights"][number];

const RIGHTS: readonly (readonly [Right, string, boolean])[] = [
  ["comment", t("Comment and draw"), true],
  ["approve", t("Approve, or request changes"), true],
  ["see_comments", t("Read the comments of others (never internal ones)"), true],
  ["see_versions", t("See earlier versions"), false],
  ["download_proxy", t("Download the preview file"), false],
  ["download_original", t("Download the original"), false],
];
const STATES: Readonly<Record<Share["state"], string>> = { open: t("Open // a link"), used_up: t("Used up"), expired: t("Expired"), revoked: t("Revoked") };

export function openShares(api: Api, projectId: string, target: ShareTarget | null): void {
  openDialog(
    target ? t("Share “{name}”", { name: target.assetName }) : t("Share links"),
    (body) => {
      const list = h("div", { class: "row-list share-list" });
      const load = async (): Promise<void> => {
        try {
          const all = await api.all<Share>(`projects/${projectId}/shares?page_size=200`);
          const here = (one: Share): boolean => target === null || one.items.some((item) => item.asset_id === target.assetId);
          const shown = [...all.filter(here), ...all.filter((one) => !here(one))];
          fill(list, shown.length > 0 ? shown.map((share) => shareRow(api, share, load)) : h("p", { class: "quiet" }, t("No links yet.")));
        } catch (error) {
          fill(list, problemBox(error, () => void load()));
        }
      };
      if (target) body.append(newLink(api, projectId, target, load), h("h3", { class: "share-others" }, t("Links of this project")));
      body.append(list);
      fill(list, [1, 2].map(() => h("div", { class: "skeleton row-skeleton" })));
      void load();
    },
    true,
  );
}

function newLink(api: Api, projectId: string, target: ShareTarget, made: () => Promise<void>): HTMLElement {
  const what = h("select", { class: "input", id: "share-what" }, h("option", { value: "stack" }, t("Always the newest version")), target.version && h("option", { value: "version" }, t("Version {number} only", { number: target.version.number })));
  const rights = RIGHTS.map(([right, words, on]) => ({ right, box: h("input", { type: "checkbox", checked: on }), words }));
  const passphrase = h("input", { class: "input", id: "share-passphrase", maxlength: 200, autocomplete: "off", spellcheck: "false", placeholder: t("None") });
  const recipients = h("input", { class: "input", id: "share-recipients", autocomplete: "off", placeholder: "name@example.com" });
  const expires = h("select", { class: "input", id: "share-expires" }, [["", t("Never")], ["1", t("Tomorrow")], ["7", t("In a week")], ["30", t("In 30 days")]].map(([days, words]) => h("option", { value: days }, words)));
  const uses = h("input", { class: "input", id: "share-uses", type: "number", min: 1, max: 100000, placeholder: t("Any number") });
  const named = (): string[] => recipients.value.split(/[\s,;]+/).filter(Boolean);
  const mark = watermarkFields(named);
  const name = h("input", { class: "input", id: "share-name", maxlength: 100, placeholder: t("For you alone, such as the client's name") });
  const field = (id: string, words: string, control: HTMLElement, help = "", wide = false): HTMLElement => h("div", { class: wide ? "field wide" : "field" }, h("label", { for: id }, words), control, help && h("p", { class: "field-help" }, help));
  const others = otherStacks(api, projectId, target.assetId);
  const answer = h("div", { class: "share-answer", hidden: true });
  const problem = h("p", { class: "field-error", role: "alert", hidden: true });
  const go = h("button", { type: "submit", class: "button primary" }, icon("link"), t("Make the link and copy it"));
  const form = h(
    "form",
    { class: "form share-form" },
    field("share-what", t("What it shows"), what),
    h("fieldset", { class: "share-rights" }, h("legend", null, t("Whoever has it may watch, and")), rights.map(({ box, words }) => h("label", { class: "choice" }, box, words))),
    others.node,
    h(
      "details",
      { class: "share-more" },
      h("summary", null, t("Passphrase, recipients, expiry"), icon("fold")),
      h(
        "div",
        { class: "share-limits" },
        field("share-passphrase", t("Passphrase"), passphrase),
        field("share-expires", t("Expires"), expires),
        field("share-uses", t("Opened at most"), uses, t("Browsers; the same one may come back.")),
        field("share-name", t("Name"), name, "", true),
        field("share-recipients", t("Only for these people"), recipients, t("Each is mailed a code when they open the link."), true),
      ),
    ),
    mark.node,
    problem,
    h("div", { class: "dialog-foot" }, go),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go.disabled = true;
    problem.hidden = true;
    const days = Number(expires.value);
    const version = what.value === "version" ? target.version : null;
    const chosen = {
      items: [version ? { version_id: version.id } : { asset_id: target.assetId }, ...others.chosen().map((id) => ({ asset_id: id }))],
      rights: rights.filter(({ box }) => box.checked).map(({ right }) => right),
      name: name.value.trim(),
      passphrase: passphrase.value,
      recipients: named(),
      expires_at: days ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
      max_uses: uses.value ? Number(uses.value) : null,
      watermark: mark.wish(),
    };
    api
      .send<Share>(`projects/${projectId}/shares`, { method: "POST", body: chosen })
      .then(async (share) => {
        await showLink(answer, share);
        await made();
      })
      .catch((error: unknown) => {
        const { message, remedy } = problemText(error);
        setText(problem, `${message} ${remedy}`);
        problem.hidden = false;
      })
      .finally(() => (go.disabled = false));
  });
  return h("div", null, form, answer);
}

async function showLink(answer: HTMLElement, share: Share): Promise<void> {
  const url = share.url ?? "";
  const field = h("input", { class: "input", readonly: true, value: url, "aria-label": t("The link"), onfocus: () => field.select() });
  const copied = await copyText(url);
  fill(answer, h("p", { role: "status" }, h("strong", null, copied ? t("Copied. Paste it wherever you write to them.") : t("Copy this link."))), field);
  answer.hidden = false;
  answer.scrollIntoView({ block: "nearest" });
}

/** Stacks beside the one the dialog was opened for; they are asked for when somebody unfolds them. */
function otherStacks(api: Api, projectId: string, assetId: string): { node: HTMLElement; chosen: () => string[] } {
  const list = h("div", { class: "share-other" });
  const boxes: { readonly id: string; readonly box: HTMLInputElement }[] = [];
  const node = h("details", { class: "share-more" }, h("summary", null, t("More in the same link"), icon("fold")), h("p", { class: "field-help" }, t("The same link shows these too, one after the other.")), list);
  const load = async (): Promise<void> => {
    try {
      const assets = await api.all<Asset>(`projects/${projectId}/assets?page_size=200`);
      boxes.push(...assets.filter((one) => one.id !== assetId && one.version_count > 0).map((one) => ({ id: one.id, name: one.name, box: h("input", { type: "checkbox", "aria-label": one.name }) })));
      fill(list, boxes.map(({ box }) => h("label", { class: "choice" }, box, box.getAttribute("aria-label"))));
    } catch (error) {
      fill(list, problemBox(error, () => void load()));
    }
  };
  node.addEventListener("toggle", () => void load(), { once: true });
  return { node, chosen: () => boxes.filter(({ box }) => box.checked).map(({ id }) => id) };
}

function shareRow(api: Api, share: Share, changed: () => Promise<void>): HTMLElement {
  const shown = share.items.map((item) => (item.number === null ? item.asset_name : `${item.asset_name} v${item.number}`)).join(", ");
  const facts = [
    share.name ? shown : "",
    n("opened once | opened {count} times", share.uses),
    share.last_used_at ? t("last {ago}", { ago: agoText(share.last_used_at, Date.now()) }) : "",
    share.guests.length > 0 ? share.guests.map((one) => one.name).join(", ") : "",
    share.expires_at && share.state === "open" ? t("until {date}", { date: new Date(share.expires_at).toLocaleDateString(localeTag(), { day: "numeric", month: "short", year: "numeric" }) }) : "",
    share.watermark ? t("with watermark") : "",
    share.has_passphrase ? t("with passphrase") : "",
    share.recipients.join(", "),
  ];
  const revoke = (): void => void api.send(`shares/${share.id}`, { method: "DELETE" }).then(changed).catch(toastProblem);
  const copy = async (): Promise<void> => {
    if (share.url && (await copyText(share.url))) toast(t("Link copied."));
  };
  const open = share.state === "open" || share.state === "used_up";
  return h(
    "div",
    { class: open ? "row" : "row share-ended", "data-share": share.id },
    h("div", { class: "row-text" }, h("strong", null, share.name || shown), h("span", { class: "quiet" }, facts.filter(Boolean).join(" · "))),
    share.state !== "open" && h("span", { class: "badge" }, STATES[share.state]),
    open && share.url && h("button", { type: "button", class: "button small", onclick: () => void copy() }, icon("copy"), t("Copy")),
    open && h("button", { type: "button", class: "button small ghost", onclick: revoke }, t("Revoke")),
  );
}
