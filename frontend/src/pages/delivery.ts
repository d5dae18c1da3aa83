// One delivery: the file, how to have it whole, and the record that was frozen with it.
import "../styles/library.css";
import "../styles/desk.css";
import { deviationName, rateText, sheetOf } from "../state/spec-sheet.ts";
import { sizeText } from "../core/wording.ts";
import { approvalHistory } from "../elements/approval-history.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { copyText, toast } from "../elements/feedback.ts";
import { askReason } from "../elements/reason-dialog.ts";
import { specSheet } from "../elements/spec-sheet.ts";
import { verifyBox } from "../elements/verify-box.ts";
import type { DeliveryRecord } from "../net/types.ts";
import { BLOCKS, type DeliveryRecordBody } from "../state/delivery-record.ts";
import { api, livePage } from "./live-page.ts";
import { localeTag, t } from "../language/translate.ts";

class DeliveryPage extends HTMLElement {
  private readonly deliveryId = this.dataset["delivery"] ?? "";
  private readonly may = new Set((this.dataset["capabilities"] ?? "").split(" "));
  private readonly body = h("div", { class: "desk" });
  private readonly verify = verifyBox(api, this.dataset["project"] ?? "");
  private load!: () => Promise<void>;

  connectedCallback(): void {
    fill(this, this.body);
    // Only a recall changes what is frozen; an answer about a file that was read here stays where it is.
    this.load = livePage(this, { body: this.body, fetch: () => api.send<DeliveryRecord>(`deliveries/${this.deliveryId}`), show: (found) => this.show(found), kinds: /^delivery\.updated$/ });
  }

  private show({ delivery, record: given, record_sha256 }: DeliveryRecord): void {
    const record = given as unknown as DeliveryRecordBody;
    const made = new Date(delivery.made_at).toLocaleString(localeTag(), { dateStyle: "long", timeStyle: "short" });
    const recall = (): void => askReason(t("Recall this delivery"), t("Whoever verifies the file from now on is told that it was recalled, and why. The record stays."), t("Why is it recalled?"), t("Recall"), async (reason) => {
      await api.send(`deliveries/${this.deliveryId}/recall`, { method: "POST", body: { reason } });
      toast(t("The delivery was recalled."));
      await this.load();
    }, true);
    fill(
      this.body,
      h(
        "div",
        { class: "page-head" },
        h("div", { class: "report-title" }, h("h1", null, delivery.name), h("p", { class: "quiet" }, t("{assetName} v{number} · delivered by {name}, {made}", { assetName: delivery.asset_name, number: delivery.number, name: delivery.made_by.name, made }))),
        this.may.has("download_original") && !delivery.recalled_at && h("a", { class: "button primary", href: delivery.file_url, download: delivery.name }, icon("file"), t("Download")),
        this.may.has("download_original") && h("a", { class: "button", href: delivery.sidecar_url, download: `${delivery.name}.sha256` }, ".sha256"),
        h("a", { class: "button", href: `/api/v1/deliveries/${this.deliveryId}`, download: `${delivery.name} delivery.json` }, "JSON"),
        h("a", { class: "button", href: `/api/v1/deliveries/${this.deliveryId}/record.pdf`, download: `${delivery.name} delivery.pdf` }, "PDF"),
        this.may.has("deliver") && !delivery.recalled_at && h("button", { type: "button", class: "button danger", onclick: recall }, t("Recall")),
      ),
      delivery.recalled_at && h("div", { class: "verify-verdict bad" }, icon("close"), h("div", null, h("h2", null, t("Recalled")), h("p", null, delivery.recall_reason), h("p", { class: "quiet" }, `${delivery.recalled_by?.name ?? ""}, ${new Date(delivery.recalled_at).toLocaleString(localeTag())}`))),
      this.file(delivery.sha256, record, record_sha256),
      record.blocks_lifted.length > 0 && section(t("Let pass with a reason"), h("dl", { class: "facts" }, record.blocks_lifted.map((one) => h("div", null, h("dt", null, BLOCKS[one.code] ?? one.code), h("dd", null, one.reason))))),
      this.checks(record),
      section(t("Approval"), record.approvals.length > 0 ? approvalHistory(record.approvals, null) : h("p", { class: "quiet" }, t("Nobody had said anything."))),
      record.open_comments.length > 0 && section(record.open_comments.length === 1 ? t("One comment was open") : t("{count} comments were open", { count: record.open_comments.length }), h("ul", { class: "history" }, record.open_comments.map((one) => h("li", null, h("p", null, h("span", { class: "tc quiet" }, `${one.timecode ?? one.frame} `), one.text))))),
      record.note && section(t("Note"), h("p", null, record.note)),
      section(t("Spec, revision {revision}", { revision: record.spec.revision }), record.spec.revision > 0 ? specSheet(sheetOf(record.spec)) : h("p", { class: "quiet" }, t("Nothing had been agreed on."))),
      this.verify,
    );
  }

  private file(sha256: string, record: DeliveryRecordBody, recordSha256: string): HTMLElement {
    const { file, rate } = record;
    const hash = (value: string): HTMLElement => h("span", { class: "hash-line" }, h("code", { class: "hash" }, value), h("button", { type: "button", class: "button small ghost", onclick: () => void copyText(value).then((done) => done && toast(t("Copied."))) }, t("Copy")));
    const facts: readonly (readonly [string, string | HTMLElement])[] = [
      [t("Size"), `${sizeText(file.size)} (${t("{count} bytes", { count: file.size.toLocaleString(localeTag()) })})`],
      [t("Frames"), file.frame_count === null ? "" : `${file.frame_count.toLocaleString(localeTag())}${rate ? ` @ ${rateText(`${rate.num}/${rate.den}`)}${rate.drop_frame ? " DF" : ""}` : ""}`],
      [t("Starts at"), record.start_timecode ?? ""],
      [t("Came as"), record.version.original_name],
      [t("SHA-256 of the file"), hash(sha256)],
      [t("SHA-256 of this record"), hash(recordSha256)],
    ];
    return section(t("The file"), h("dl", { class: "facts" }, facts.filter(([, value]) => value !== "").map(([name, value]) => h("div", null, h("dt", null, name), h("dd", { class: "num" }, value)))));
  }

  private checks({ checks, not_conforming }: DeliveryRecordBody): HTMLElement {
    const verdict = checks?.report?.verdict;
    const waivers = checks?.waivers ?? [];
    return section(
      t("Checks"),
      verdict ? h("p", null, h("strong", null, verdict.title), ` ${verdict.summary}`) : h("p", { class: "quiet" }, t("The checks had not come to an end.")),
      waivers.length > 0 && h("dl", { class: "facts" }, waivers.map((one) => h("div", null, h("dt", null, one.code), h("dd", null, one.reason)))),
      not_conforming.length > 0 && h("ul", { class: "deviations" }, not_conforming.map((one) => h("li", null, `${deviationName(one.what)}: ${one.found} `, h("span", { class: "quiet" }, t("instead of {expected}", { expected: one.expected }))))),
    );
  }
}

const section = (title: string, ...content: (HTMLElement | null | false)[]): HTMLElement => h("section", { class: "desk-section" }, h("h2", null, title), content);
customElements.define("tp-delivery", DeliveryPage);
