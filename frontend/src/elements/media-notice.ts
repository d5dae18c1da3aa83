// What the pipeline is doing with this version: progress, cancel, failure with its remedy, retry.
import { sentence } from "../core/wording.ts";
import { t } from "../language/translate.ts";
import type { Job, MediaStatus } from "../net/types.ts";
import { activeJob, failedJob, progressText, stepName } from "../state/sources.ts";
import { fill, h, setText } from "./dom.ts";
import { ask } from "./requests.ts";

export class MediaNotice extends HTMLElement {
  private readonly headline = h("span", { class: "notice-title" });
  private readonly detail = h("span", { class: "dim num notice-detail" });
  private readonly bar = h("div", { class: "bar" }, h("i"));
  private readonly actions = h("span", { class: "notice-actions" });
  private shape = "";

  connectedCallback(): void {
    if (this.firstChild) return;
    this.append(h("div", { class: "notice-line" }, this.headline, this.detail, this.actions), this.bar);
  }

  show(media: MediaStatus | null, jobs: readonly Job[], mayManage: boolean): void {
    const failed = failedJob(jobs);
    const active = activeJob(jobs);
    const cancelled = !failed && !active && (media?.state === "cancelled" || jobs.some((job) => job.state === "cancelled"));
    // Without any picture the stage itself says what failed, and offers to try again.
    const said = failed !== null && !active && media !== null && media.renditions.length === 0;
    this.hidden = said || (!failed && !active && !cancelled);
    if (this.hidden) return;
    this.classList.toggle("bad", failed !== null && active === null);
    if (active) {
      setText(this.headline, stepName(active.step));
      setText(this.detail, progressText(active));
      this.bar.hidden = false;
      this.bar.classList.toggle("indefinite", active.total === 0);
      this.bar.style.setProperty("--part", String(active.total > 0 ? Math.min(1, active.done / active.total) : 0));
    } else {
      setText(this.headline, failed ? `${t("Failed: {step}.", { step: stepName(failed.step) })} ${sentence(failed.error?.message ?? "")}` : t("Preparation was cancelled."));
      setText(this.detail, failed?.error?.remedy ?? "");
      this.bar.hidden = true;
    }
    const shape = `${active ? "active" : "still"}:${mayManage}`;
    if (shape === this.shape) return;
    this.shape = shape;
    if (!mayManage) fill(this.actions);
    else if (active) fill(this.actions, h("button", { type: "button", class: "button ghost small", onclick: () => ask(this, { kind: "cancel-jobs" }) }, t("Cancel")));
    else fill(this.actions, h("button", { type: "button", class: "button small", onclick: () => ask(this, { kind: "retry-jobs" }) }, t("Try again")));
  }
}
customElements.define("tp-media-notice", MediaNotice);
