// The three-point test render: which minutes of a timeline to render first, and whether to go on with the whole.
import "../styles/library.css";
import "../styles/checks.css";
import "../styles/test-render.css";
import { fill, h, icon } from "../elements/dom.ts";
import { chosenFiles, takeDrops } from "../elements/dropped-files.ts";
import { evidencePlot } from "../elements/evidence-plot.ts";
import { problemBox, toastProblem } from "../elements/feedback.ts";
import { UploadPanel } from "../elements/upload-panel.ts";
import { figure, t } from "../language/translate.ts";
import { csrfFrom } from "../net/api.ts";
import { tusTransfers } from "../net/tus-transfer.ts";
import type { SourceTable, TestRender } from "../net/types.ts";
import { UploadQueue } from "../net/upload-queue.ts";
import { addressOf, questionOf, wishFrom, type RangeName, type Wish } from "../state/test-render.ts";
import { after, api, goLive } from "./connect.ts";

const POLL_MS = 3_000;
const RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"];
const RATE_NAMES: Readonly<Record<string, string>> = { "24000/1001": "23.976", "30000/1001": "29.97", "60000/1001": "59.94" };
const TITLES: Readonly<Record<RangeName, string>> = { beginning: t("Beginning"), middle: t("Middle"), end: t("End") };

class TestRenderPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly mayCompare = (this.dataset["capabilities"] ?? "").split(" ").includes("manage_assets");
  private readonly content = h("div", { class: "test-render" });
  private readonly asked = new Set<string>(); // renders whose reference this page has chosen
  private readonly length = h("input", { class: "input num", id: "timeline-length", autocomplete: "off", placeholder: "01:30:00:00" });
  private readonly rate = h("select", { class: "input", id: "timeline-rate" });
  private readonly reference = h("select", { class: "input", id: "timeline-reference" });
  private readonly picker = h("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  private readonly uploads = new UploadPanel();
  private readonly queue = new UploadQueue(
    tusTransfers(() => csrfFrom(document.cookie)),
    { now: () => performance.now(), after },
  );
  private readonly goingUp = new Map<number, RangeName>();
  private wish: Wish = wishFrom(location.search);
  private picked: RangeName = "beginning";
  private next: (() => void) | null = null;
  private shown = "";

  connectedCallback(): void {
    fill(this.rate, h("option", { value: "" }, t("The reference's")), RATES.map((rate) => h("option", { value: rate }, RATE_NAMES[rate] ?? rate)));
    fill(this.reference, h("option", { value: "" }, t("None: the timeline has flash and beep")));
    this.length.value = this.wish.length;
    this.rate.value = this.wish.rate;
    const change = (): void => this.change({ length: this.length.value.trim(), rate: this.rate.value, reference: this.reference.value });
    for (const field of [this.length, this.rate, this.reference]) field.addEventListener("change", change);
    this.length.addEventListener("input", () => this.soon(400, change));
    fill(
      this,
      h("div", { class: "page-head" }, h("div", { class: "report-title" }, h("h1", null, t("Test render")), h("p", { class: "quiet" }, t("Render three minutes before the whole film: a drift that nobody sees in one minute is seconds at the end.")))),
      h(
        "form",
        { class: "timeline-form", onsubmit: (event: Event) => event.preventDefault() },
        h("div", { class: "field" }, h("label", { for: "timeline-length" }, t("Length of the timeline")), this.length, h("p", { class: "field-help" }, t("As timecode, or in frames; empty: the reference's"))),
        h("div", { class: "field" }, h("label", { for: "timeline-rate" }, t("Rate")), this.rate),
        h("div", { class: "field" }, h("label", { for: "timeline-reference" }, t("Reference")), this.reference, h("p", { class: "field-help" }, t("A version that is known to be in sync"))),
      ),
      this.content,
      this.picker,
      this.uploads,
    );
    this.picker.addEventListener("change", () => {
      const [found] = this.picker.files ? chosenFiles(this.picker.files) : [];
      if (found) this.send(this.picked, found.file);
      this.picker.value = "";
    });
    this.uploads.bind(this.queue, { goOn: () => {}, drop: () => {} });
    this.queue.store.watch(({ items }) => {
      for (const { id, state, result } of items) {
        const name = this.goingUp.get(id);
        if (name === undefined || state !== "done" || result === null || result.versionId === null) continue;
        this.goingUp.delete(id);
        void this.arrived(name, result.versionId);
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.busy) event.preventDefault();
    });
    void this.references();
    void this.load();
    goLive(this.projectId, Number(this.dataset["seq"] ?? 0), {
      event: ({ kind }) => {
        if (kind === "checks.changed" || kind === "media.changed") this.soon(300);
      },
      progress: () => {},
      state: () => {},
    });
  }

  private async references(): Promise<void> {
    try {
      const { rows } = await api.send<SourceTable>(`projects/${this.projectId}/sources?versions=all`);
      if (this.mayCompare) this.reference.append(...rows.filter((row) => row.known).map((row) => h("option", { value: row.version_id }, `${row.asset_name} v${row.number}`)));
      this.reference.value = this.wish.reference;
    } catch (error) {
      toastProblem(error);
    }
  }

  private change(to: Partial<Wish>): void {
    const before = this.wish.reference;
    this.wish = { ...this.wish, ...to };
    history.replaceState(null, "", location.pathname + addressOf(this.wish));
    if (this.wish.reference !== before) void Promise.all(Object.values(this.wish.renders).map((id) => this.compare(id))).then(() => this.load());
    else void this.load();
  }

  private send(name: RangeName, file: File): void {
    this.goingUp.set(this.queue.add(file, { projectId: this.projectId, checkOnly: true }), name);
  }

  private async arrived(name: RangeName, versionId: string): Promise<void> {
    await this.compare(versionId);
    this.change({ renders: { ...this.wish.renders, [name]: versionId } });
  }

  private async compare(versionId: string): Promise<void> {
    const { reference } = this.wish;
    try {
      await api.send(`versions/${versionId}/reference`, { method: "PUT", body: reference ? { mode: "chosen", reference_id: reference } : { mode: "none" } });
    } catch (error) {
      if (reference) toastProblem(error);
    }
  }

  /** Renders that only the address names may not be compared with its reference yet: once each, by whoever may. */
  private catchUp({ ranges, reference_id: reference }: TestRender): void {
    for (const { render } of ranges) {
      if (!render || !reference || !this.mayCompare || render.reference_id === reference || this.asked.has(render.version_id)) continue;
      this.asked.add(render.version_id);
      void this.compare(render.version_id).then(() => this.soon(300));
    }
  }

  private soon(milliseconds: number, then: () => void = () => void this.load()): void {
    this.next?.();
    this.next = after(milliseconds, then);
  }

  private async load(): Promise<void> {
    const question = questionOf(this.wish);
    if (question === null) {
      this.shown = "";
      return fill(this.content, h("div", { class: "empty" }, icon("check"), h("h2", null, t("How long is the timeline?")), h("p", null, t("Give its length and rate, or choose a reference of the same length: the three ranges to render follow from that."))));
    }
    try {
      const answer = await api.send<TestRender>(`projects/${this.projectId}/test-render?${question}`);
      const now = JSON.stringify(answer);
      if (now !== this.shown) this.show(answer);
      this.shown = now;
      this.catchUp(answer);
      if (answer.ranges.some(({ render }) => render !== null && (render.state === "waiting" || render.state === "running"))) this.soon(POLL_MS);
    } catch (error) {
      this.shown = "";
      fill(this.content, problemBox(error, () => void this.load()));
    }
  }

  private show(answer: TestRender): void {
    const { ranges, judgement, frame_count } = answer;
    const focused = (document.activeElement as HTMLElement | null)?.dataset["range"];
    const strip = ranges.map(() => h("span"));
    strip.forEach((part, i) => {
      const range = ranges[i];
      if (!range) return;
      part.style.left = `${(100 * range.frame) / frame_count}%`;
      part.style.width = `${(100 * range.duration_frames) / frame_count}%`;
    });
    fill(
      this.content,
      banner(answer),
      h("div", { class: "test-strip", "aria-hidden": "true" }, strip),
      h("div", { class: "test-ranges" }, ranges.map((range) => this.card(range))),
      judgement.points.length > 0 && line(answer),
    );
    if (focused) this.content.querySelector<HTMLElement>(`[data-range="${focused}"]`)?.focus();
  }

  private card({ name, frame, duration_frames, at_cut, first_timecode, last_timecode, render }: TestRender["ranges"][number]): HTMLElement {
    const last = frame + duration_frames - 1;
    const states: Readonly<Record<string, string>> = { waiting: t("It is being checked."), running: t("It is being checked."), failed: t("It could not be checked. Its report says why."), done: t("Checked.") };
    const made = h(
      "section",
      { class: "test-range", "aria-label": TITLES[name] },
      h("h2", null, TITLES[name]),
      first_timecode !== null && h("p", { class: "num" }, `${first_timecode} – ${last_timecode}`),
      h("p", { class: "quiet" }, t("Frames {first} to {last}, {count} in all", { first: figure(frame), last: figure(last), count: figure(duration_frames) }), at_cut ? `; ${t("it begins at a cut")}` : ""),
      render !== null && h("p", null, h("a", { href: `/v/${render.version_id}/checks` }, render.original_name)),
      render !== null && h("p", { class: "quiet", role: "status" }, states[render.state] ?? ""),
      h(
        "button",
        {
          type: "button",
          class: render === null ? "button primary" : "button",
          "data-range": name,
          onclick: () => {
            this.picked = name;
            this.picker.click();
          },
        },
        icon("upload"),
        render === null ? t("Drop or choose the render") : t("Another render"),
      ),
    );
    takeDrops(made, made, ([found]) => found && this.send(name, found.file));
    return made;
  }
}

const DECISIONS: Readonly<Record<TestRender["judgement"]["decision"], readonly [string, "check" | "close" | "help" | "retry" | "upload"]>> = {
  go: [t("Go"), "check"],
  no_go: [t("No go"), "close"],
  cannot_tell: [t("Cannot tell"), "help"],
  waiting: [t("Render these three"), "upload"],
};

function banner({ judgement, ranges }: TestRender): HTMLElement {
  const checking = judgement.decision === "waiting" && ranges.every(({ render }) => render !== null);
  const [title, sign] = checking ? ([t("The renders are being checked"), "retry"] as const) : DECISIONS[judgement.decision];
  const others = judgement.reasons.map((one) => one.text).filter((text) => !judgement.summary.includes(text));
  return h(
    "section",
    { class: "verdict", "data-verdict": judgement.decision, "aria-label": t("Verdict"), role: "status" },
    h("div", { class: "verdict-sign" }, icon(sign)),
    h("div", { class: "verdict-text" }, h("h2", null, title), h("p", { class: "verdict-summary" }, judgement.summary), others.length > 0 && h("ul", { class: "bullets" }, others.map((text) => h("li", null, text)))),
  );
}

/** Where sound and picture stand in the three, and the line through them over the whole timeline. */
function line({ judgement, frame_count }: TestRender): HTMLElement {
  const { points, begin_ms, end_ms } = judgement;
  const marks = points.map(({ name, frames }) => [frames[0] ?? 0, TITLES[name]] as const);
  const drawn = begin_ms !== null && end_ms !== null;
  return evidencePlot({
    kind: drawn ? "line" : "points",
    title: t("Sound against picture over the whole timeline"),
    x_label: t("Frame of the timeline"),
    y_label: t("milliseconds late"),
    x: drawn ? [0, frame_count - 1] : points.flatMap(({ frames }) => frames),
    y: drawn ? [begin_ms, end_ms] : points.flatMap(({ milliseconds }) => milliseconds),
    marks,
  });
}
customElements.define("tp-test-render", TestRenderPage);
