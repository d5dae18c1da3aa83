// The sync report of a version: its verdict in plain words, then what was found, where, and what to do.
import "../styles/library.css";
import "../styles/checks.css";
import { verdictLook } from "../core/sync-verdict.ts";
import { sizeText } from "../core/wording.ts";
import { clapChoices, confirmedClaps, type ClapPort } from "../elements/clap-box.ts";
import { correctionBox } from "../elements/correction-box.ts";
import { fill, h, icon } from "../elements/dom.ts";
import type { EventMedia } from "../elements/event-strip.ts";
import { evidencePlot } from "../elements/evidence-plot.ts";
import { openDialog, problemBox, problemText, toastProblem } from "../elements/feedback.ts";
import { referenceChoice } from "../elements/reference-choice.ts";
import { numbersOf, syncFinding, type FindingPort, type WaiverShown } from "../elements/sync-finding.ts";
import { figure, n, t, woven } from "../language/translate.ts";
import type { Reference } from "../net/types.ts";
import { findingsOf, quietChecks, type Answer, type Check, type Compared, type Report, type Told } from "../state/sync-report.ts";
import { after, api, goLive } from "./connect.ts";

const POLL_MS = 4_000; // without any word from the live connection

class SyncReportPage extends HTMLElement {
  private readonly versionId = this.dataset["version"] ?? "";
  private readonly capabilities = (this.dataset["capabilities"] ?? "").split(" ");
  private readonly mayWaive = this.capabilities.includes("waive_findings");
  private readonly claps: ClapPort | null = this.mayWaive
    ? { confirm: (bang, frame) => void this.clap("PUT", bang, { frame }), withdraw: (bang) => void this.clap("DELETE", bang) }
    : null;
  private readonly content = h("div", { class: "sync-report", "aria-live": "off" });
  private readonly reference = h("div");
  private readonly media = (): Promise<EventMedia> => api.send<EventMedia>(`versions/${this.versionId}/media`);
  private mediaId = "";
  private shown = "";
  private next: (() => void) | null = null;

  connectedCallback(): void {
    const { assetName = "", number = "", fileName } = this.dataset;
    fill(
      this,
      h(
        "div",
        { class: "page-head" },
        h("div", { class: "report-title" }, h("h1", null, t("Sync report: {assetName} v{number}", { assetName, number })), h("p", { class: "quiet" }, fileName)),
        h("a", { class: "button", href: `/v/${this.versionId}` }, icon("play"), t("Open in the room")),
        h("a", { class: "button", href: `/api/v1/versions/${this.versionId}/checks`, download: `${assetName} v${number} sync report.json` }, "JSON"),
        h("a", { class: "button", href: `/api/v1/versions/${this.versionId}/checks.pdf` }, "PDF"),
        h("button", { type: "button", class: "button", onclick: () => this.print() }, t("Print")),
      ),
      this.reference,
      this.content,
    );
    void this.loadReference();
    fill(this.content, h("div", { class: "skeleton report-skeleton" }), h("div", { class: "skeleton report-skeleton" }));
    void this.load();
    goLive(this.dataset["project"] ?? "", Number(this.dataset["seq"] ?? 0), {
      event: ({ kind, payload }) => {
        const about = (payload ?? {}) as { version_id?: string; media_id?: string };
        if ((kind === "checks.changed" && about.version_id === this.versionId) || (kind === "media.changed" && about.media_id === this.mediaId)) {
          this.soon(150);
          void this.loadReference();
        }
      },
      progress: () => {},
      state: () => {},
    });
  }

  private async loadReference(): Promise<void> {
    try {
      const reference = await api.send<Reference>(`versions/${this.versionId}/reference`);
      const changed = (): void => {
        void this.loadReference();
        this.soon(150);
      };
      fill(this.reference, referenceChoice(api, this.dataset["project"] ?? "", this.versionId, reference, this.capabilities.includes("manage_assets"), after, changed));
    } catch {
      // The report itself says what it was held against.
    }
  }

  private soon(milliseconds: number): void {
    this.next?.();
    this.next = after(milliseconds, () => void this.load());
  }

  private async load(): Promise<void> {
    try {
      const answer = await api.send<Answer>(`versions/${this.versionId}/checks`);
      this.mediaId = answer.media_id;
      const now = JSON.stringify(answer);
      if (now !== this.shown) this.show(answer);
      this.shown = now;
      if (answer.state === "running" || answer.state === "waiting" || isBusy(answer)) this.soon(POLL_MS);
    } catch (error) {
      if (this.shown === "") fill(this.content, problemBox(error, () => void this.load()));
      else this.soon(POLL_MS);
    }
  }

  private show(answer: Answer): void {
    const { report } = answer;
    const open = new Set([...this.content.querySelectorAll<HTMLDetailsElement>("details[open][data-part]")].map((one) => one.dataset["part"]));
    fill(this.content, report ? this.parts(answer, report) : [this.corrections(answer), nothingYet(answer)]);
    for (const part of this.content.querySelectorAll<HTMLDetailsElement>("details[data-part]")) part.open = open.has(part.dataset["part"]);
  }

  private parts(answer: Answer, report: Report): readonly (HTMLElement | false | null)[] {
    const told = findingsOf(report);
    const quiet = quietChecks(report);
    const waivers = new Map(answer.waivers.map((one) => [one.code, one]));
    const port: FindingPort | null = this.mayWaive ? { waive: (code) => this.askReason(code), withdraw: (code) => void this.withdraw(code) } : null;
    return [
      banner(report, answer.state),
      confirmedClaps(answer.claps, this.versionId, this.claps),
      this.corrections(answer),
      answer.compared !== null && compared(answer.compared),
      h("section", { class: "findings", "aria-label": t("Findings") }, h("h2", null, told.length === 0 ? t("Nothing was found") : n("{count} finding | {count} findings", told.length)), told.map((one) => this.finding(one, waivers.get(one.finding.code) ?? null, port))),
      folded("passed", t("Passed"), quiet.passed),
      folded("cannot_tell", t("Cannot tell"), quiet.cannot_tell),
      folded("does_not_apply", t("Does not apply"), quiet.does_not_apply),
      h("details", { class: "fold", "data-part": "limits" }, h("summary", null, t("What these checks cannot see")), h("dl", { class: "quiet-checks" }, report.checks.filter((check) => check.cannot_see).map((check) => h("div", null, h("dt", null, check.title), h("dd", null, check.cannot_see))))),
      about(report),
    ];
  }

  private finding(told: Told, waiver: WaiverShown | null, port: FindingPort | null): HTMLElement {
    const made = syncFinding(told, this.versionId, waiver, port, this.media);
    if (told.finding.code === "sync_events.clap") made.append(clapChoices(told.finding, this.versionId, this.media, this.claps));
    return made;
  }

  private async clap(method: "PUT" | "DELETE", bang: number, body?: { frame: number }): Promise<void> {
    try {
      await api.send(`versions/${this.versionId}/checks/claps/${bang}`, body ? { method, body } : { method });
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }

  private corrections({ proposal, corrections }: Answer): HTMLElement | null {
    return correctionBox(this.versionId, proposal, corrections, this.capabilities.includes("upload") ? { make: () => void this.correct() } : null);
  }

  private async correct(): Promise<void> {
    try {
      await api.send(`versions/${this.versionId}/corrections`, { method: "POST", body: {} });
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }

  private askReason(code: string): void {
    openDialog(t("Waive this finding"), (body, close) => {
      const reason = h("textarea", { class: "input", id: "waiver-reason", rows: 3, required: true, maxlength: 2000 });
      const error = h("p", { class: "field-error", role: "alert" });
      const form = h(
        "form",
        { class: "form" },
        h("p", { class: "quiet" }, t("It stays in the report, with your name and reason, and no longer decides the verdict of this version.")),
        h("div", { class: "field" }, h("label", { for: "waiver-reason" }, t("Why is it all right?")), reason),
        error,
        h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Waive")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        api
          .send(`versions/${this.versionId}/checks/waivers`, { method: "POST", body: { code, reason: reason.value.trim() } })
          .then(() => {
            close();
            return this.load();
          })
          .catch((problem: unknown) => fill(error, problemText(problem).message));
      });
      body.append(form);
      requestAnimationFrame(() => reason.focus());
    });
  }

  private async withdraw(code: string): Promise<void> {
    try {
      await api.send(`versions/${this.versionId}/checks/waivers/${encodeURIComponent(code)}`, { method: "DELETE" });
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }

  /** Paper has nothing to unfold. */
  private print(): void {
    const folds = [...this.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const fold of folds) fold.open = true;
    window.print();
    for (const fold of folds) fold.open = false;
  }
}

function nothingYet({ state, unreadable }: Answer): HTMLElement {
  if (state !== "failed") return h("div", { class: "empty" }, icon("retry"), h("h2", null, t("The file is being read")), h("p", null, t("The first results are here within seconds.")));
  return h("div", { class: "empty" }, icon("close"), h("h2", null, t("This file cannot be read")), h("p", null, unreadable ? `${unreadable.message}. ${unreadable.remedy}` : t("Its frames could not be counted. The room says why.")));
}

/** A copy is being made, or one that was made is still being checked. */
function isBusy({ corrections }: Answer): boolean {
  return corrections.some(({ state, result }) => state === "ordered" || state === "running" || (result !== null && ["waiting", "running"].includes(result.state)));
}

function banner(report: Report, state: Answer["state"]): HTMLElement {
  const { verdict } = report;
  const { sign } = verdictLook({ state: "done", verdict: verdict.kind, errors: 0, warnings: 0, waived: 0, revision: 0 });
  const going = state === "running" || state === "waiting";
  return h(
    "section",
    { class: "verdict", "data-verdict": verdict.kind, "aria-label": t("Verdict") },
    h("div", { class: "verdict-sign" }, icon(sign)),
    h(
      "div",
      { class: "verdict-text" },
      h("h2", null, verdict.title),
      h("p", { class: "verdict-summary" }, verdict.summary),
      going && h("p", { class: "badge busy", role: "status" }, icon("retry"), t("So far: more checks are still running")),
      state === "failed" && h("p", { class: "badge bad" }, t("Some checks could not run")),
      verdict.reasons.some((one) => one !== verdict.summary) && h("div", null, h("h3", null, verdict.kind === "in_sync" ? t("How we know") : t("Why")), h("ul", { class: "bullets" }, verdict.reasons.map((one) => h("li", null, one)))),
      verdict.next_steps.length > 0 && h("div", null, h("h3", null, verdict.kind === "cannot_tell" ? t("What would make it certain") : t("What to do")), h("ul", { class: "bullets" }, verdict.next_steps.map((one) => h("li", null, one)))),
      report.render_cost && h("div", null, h("h3", null, t("What it costs")), h("p", null, report.render_cost.text)),
    ),
  );
}

const WORDS: Readonly<Record<string, string>> = { in_sync: t("In sync"), fix_in_post: t("Fix in post"), rerender: t("Re-render"), cannot_tell: t("Cannot tell") };

function compared(since: Compared): HTMLElement {
  const { before, now } = since.verdict;
  const same = since.appeared.length + since.gone.length + since.changed.length === 0;
  const group = (title: string, texts: readonly string[]): HTMLElement | false => texts.length > 0 && h("div", null, h("h3", null, title), h("ul", { class: "bullets" }, texts.map((text) => h("li", null, text))));
  return h(
    "section",
    { class: "compared" },
    h("h2", null, woven("Since {version}", { version: h("a", { href: `/v/${since.version_id}/checks` }, t("version {number}", { number: since.number })) }), since.worse && h("span", { class: "badge bad" }, t("Worse than before"))),
    h("p", null, before === now ? t("The verdict is the same: {verdict}.", { verdict: WORDS[now] ?? now }) : t("The verdict was “{before}” and is “{now}” now.", { before: WORDS[before] ?? before, now: WORDS[now] ?? now }), same ? ` ${t("Nothing else is different.")}` : ""),
    group(t("New"), since.appeared.map((one) => one.summary)),
    group(t("Gone"), since.gone.map((one) => one.summary)),
    group(t("Different"), since.changed.map((one) => `${one.before.summary} → ${one.now.summary}`)),
  );
}

function folded(part: string, title: string, checks: readonly Check[]): HTMLElement | false {
  const one = (check: Check): HTMLElement => h("div", null, h("dt", null, check.title), h("dd", null, check.summary, numbersOf(check.numbers), check.evidence.map(evidencePlot)));
  return checks.length > 0 && h("details", { class: "fold", "data-part": part }, h("summary", null, `${title} (${checks.length})`), h("dl", { class: "quiet-checks" }, checks.map(one)));
}

function about(report: Report): HTMLElement {
  const { file, rate } = report;
  const facts: readonly (readonly [string, string])[] = [
    [t("File"), file.name ?? ""],
    [t("Size"), file.size === undefined ? "" : sizeText(file.size)],
    ["SHA-256", file.sha256 ?? ""],
    [t("Frames"), t(rate.drop_frame ? "{frames} at {rate} per second, drop-frame" : "{frames} at {rate} per second", { frames: figure(report.frame_count), rate: rate.den === 1 ? rate.num : `${rate.num}/${rate.den}` })],
    [t("Starts at"), report.start_timecode ?? t("no timecode")],
    [t("Held against"), [report.spec.name, report.against].filter(Boolean).join("; ")],
  ];
  return h("footer", { class: "report-about" }, h("dl", { class: "measured" }, facts.filter(([, value]) => value).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", { class: "num" }, value)))));
}
customElements.define("tp-sync-report", SyncReportPage);
