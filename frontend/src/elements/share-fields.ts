// What can be set of a share link: the fields of a new one, and of one that is there.
import { dateText } from "../core/wording.ts";
import { t } from "../language/translate.ts";
import type { Api } from "../net/api.ts";
import type { Share } from "../net/types.ts";
import { h, icon } from "./dom.ts";
import { ShareItems, type Item } from "./share-items.ts";
import { watermarkFields, type WatermarkWish } from "./watermark-fields.ts";

/** What a link can be made for here. */
export interface ShareTarget {
  readonly assetId: string;
  readonly assetName: string;
  /** Null: only the stack, that is its newest version. */
  readonly version: { readonly id: string; readonly number: number } | null;
}

type Right = Share["rights"][number];

/** As the API takes it. */
export interface ShareWish {
  readonly items: readonly Item[];
  readonly rights: readonly Right[];
  readonly name: string;
  readonly passphrase: string;
  readonly recipients: readonly string[];
  readonly expires_at: string | null;
  readonly max_uses: number | null;
  readonly watermark: WatermarkWish | null;
}

const RIGHTS: readonly (readonly [Right, string, boolean])[] = [
  ["comment", t("Comment and draw"), true],
  ["approve", t("Approve, or request changes"), true],
  ["see_comments", t("Read the comments of others (never internal ones)"), true],
  ["see_versions", t("See earlier versions"), false],
  ["download_proxy", t("Download the preview file"), false],
  ["download_original", t("Download the original"), false],
];
const KEEP = "keep";

export interface ShareFields {
  readonly nodes: readonly HTMLElement[];
  /** Of a new link. */
  readonly wish: () => ShareWish;
  /** Of one that is there: what is another than it was. */
  readonly changes: () => Partial<ShareWish>;
}

/** `what`: the target of a new link, or the link that is there. */
export function shareFields(api: Api, projectId: string, what: { readonly target: ShareTarget } | { readonly share: Share }): ShareFields {
  const present = "share" in what ? what.share : null;
  const id = (name: string): string => `${present ? "edited" : "new"}-share-${name}`; // both can be on the page
  const shown = new ShareItems(what, api, projectId);
  const rights = RIGHTS.map(([right, words, on]) => ({ right, box: h("input", { type: "checkbox", checked: present ? present.rights.includes(right) : on }), words }));
  const passphrase = h("input", { class: "input", id: id("passphrase"), maxlength: 200, autocomplete: "off", spellcheck: "false", placeholder: present?.has_passphrase ? t("As it is") : t("None") });
  const without = h("input", { type: "checkbox" });
  const recipients = h("input", { class: "input", id: id("recipients"), autocomplete: "off", placeholder: "name@example.com", value: present?.recipients.join(", ") ?? "" });
  const times: readonly (readonly [string, string])[] = [["", t("Never")], ["1", t("Tomorrow")], ["7", t("In a week")], ["30", t("In 30 days")]];
  const kept = present?.expires_at ? [[KEEP, dateText(present.expires_at)] as const] : [];
  const expires = h("select", { class: "input", id: id("expires") }, [...kept, ...times].map(([days, words]) => h("option", { value: days }, words)));
  const uses = h("input", { class: "input", id: id("uses"), type: "number", min: 1, max: 100000, placeholder: t("Any number"), value: present?.max_uses ?? "" });
  const named = (): string[] => recipients.value.split(/[\s,;]+/).filter(Boolean);
  const mark = watermarkFields(named, present?.watermark ?? null);
  const name = h("input", { class: "input", id: id("name"), maxlength: 100, placeholder: t("For you alone, such as the client's name"), value: present?.name ?? "" });
  const field = (of: string, words: string, control: HTMLElement, help = "", wide = false): HTMLElement => h("div", { class: wide ? "field wide" : "field" }, h("label", { for: id(of) }, words), control, help && h("p", { class: "field-help" }, help));
  const wish = (): ShareWish => {
    const days = Number(expires.value);
    return {
      items: shown.chosen(),
      rights: rights.filter(({ box }) => box.checked).map(({ right }) => right),
      name: name.value.trim(),
      passphrase: passphrase.value,
      recipients: named(),
      expires_at: expires.value === KEEP ? (present?.expires_at ?? null) : days ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
      max_uses: uses.value ? Number(uses.value) : null,
      watermark: mark.wish(),
    };
  };
  const begun = present ? wish() : null;
  return {
    nodes: [
      ...shown.nodes,
      h("fieldset", { class: "share-rights" }, h("legend", null, t("Whoever has it may watch, and")), rights.map(({ box, words }) => h("label", { class: "choice" }, box, words))),
      h(
        "details",
        { class: "share-more", open: present !== null && (present.has_passphrase || present.recipients.length > 0 || present.expires_at !== null || present.max_uses !== null) },
        h("summary", null, t("Name, passphrase, recipients, expiry"), icon("fold")),
        h(
          "div",
          { class: "share-limits" },
          h("div", { class: "field" }, h("label", { for: id("passphrase") }, t("Passphrase")), passphrase, present?.has_passphrase && h("label", { class: "choice" }, without, t("Without passphrase"))),
          field("expires", t("Expires"), expires),
          field("uses", t("Opened at most"), uses, t("Browsers; the same one may come back.")),
          field("name", t("Name"), name, "", true),
          field("recipients", t("Only for these people"), recipients, t("Each is mailed a code when they open the link."), true),
        ),
      ),
      mark.node,
    ],
    wish,
    changes: () => {
      const { passphrase: typed, ...now } = wish();
      const changed = Object.entries(now).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(begun?.[key as keyof ShareWish]));
      return { ...(Object.fromEntries(changed) as Partial<ShareWish>), ...(without.checked ? { passphrase: "" } : typed ? { passphrase: typed } : {}) };
    },
  };
}
