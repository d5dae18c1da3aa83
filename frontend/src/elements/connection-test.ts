// A test of the connection: three bars, what is wrong in plain words, and the quality that plays without pauses.
import "../styles/connection.css";
import { figure, t } from "../language/translate.ts";
import { findingsOf, measureConnection, type ConnectionPort, type Finding, type Measured, type Quality, type Stage } from "../state/connection-test.ts";
import { fill, h, icon } from "./dom.ts";
import { openDialog } from "./feedback.ts";

declare module "./requests.ts" {
  interface RequestMap {
    "test-connection": unknown;
  }
}

export interface ConnectionChoices {
  /** Proxies, the best first. */
  readonly qualities: readonly Quality[];
  choose(quality: string): void;
  /** Download in bits per second. */
  measured(bitsPerSecond: number): void;
}

export function openConnectionTest(port: ConnectionPort, choices: ConnectionChoices): void {
  const bars = h("div", { class: "connection-bars" });
  const words = h("div", { class: "connection-words", "aria-live": "polite" });
  const again = h("button", { type: "button", class: "button small", onclick: () => void run() }, icon("retry"), t("Measure again"));
  let close: () => void = () => undefined;
  async function run(): Promise<void> {
    again.disabled = true;
    fill(words, h("p", { class: "quiet" }, t("Measuring, about five seconds…")));
    const measured = await measureConnection(port, (known, next) => fill(bars, barsOf(known, next, choices.qualities)));
    again.disabled = false;
    if (measured.download !== null) choices.measured(measured.download);
    fill(words, findingsOf(measured, choices.qualities).map((one) => paragraph(one, measured, choices, close)));
  }
  openDialog(t("Connection to this server"), (body, shut) => {
    close = shut;
    body.append(bars, words, h("div", { class: "dialog-actions" }, again));
  });
  void run();
}

/** "4.2 Mbit/s" */
export function speedText(bitsPerSecond: number): string {
  const mega = bitsPerSecond / 1_000_000;
  return `${figure(mega >= 10 ? Math.round(mega) : Math.round(mega * 10) / 10)} Mbit/s`;
}

/** A bar grows with the logarithm: from 0.1 to 1000 Mbit/s, from 10 to 2000 ms. */
const place = (value: number, low: number, high: number): number => Math.round(100 * Math.min(1, Math.max(0.02, Math.log(value / low) / Math.log(high / low))));
const ofSpeed = (bitsPerSecond: number): number => place(bitsPerSecond, 100_000, 1_000_000_000);

function barsOf(known: Measured, next: Stage | null, qualities: readonly Quality[]): HTMLElement[] {
  const row = (stage: Stage, name: string, value: string | null, width: number, marks: readonly HTMLElement[], bad: boolean): HTMLElement =>
    h(
      "div",
      { class: `connection-bar${bad ? " bad" : ""}${next === stage ? " measuring" : ""}` },
      h("span", null, name),
      h("strong", { class: "tc" }, value ?? (next === stage ? "…" : "–")),
      h("div", { class: "connection-track" }, svgBar(width), marks),
    );
  const needs = qualities.flatMap((one) => (one.need === null ? [] : [{ name: one.name, need: one.need, at: ofSpeed(one.need) }]));
  const marks = needs.map(({ name, need, at }) => positioned(h("i", { class: "connection-mark", title: t("{quality} needs {speed}", { quality: name, speed: speedText(need) }) }), at));
  const lowest = needs.at(-1)?.need ?? 0;
  return [
    row("download", t("Download // connection"), known.download === null ? null : speedText(known.download), known.download === null ? 0 : ofSpeed(known.download), marks, known.download !== null && known.download < lowest),
    h("ul", { class: "connection-needs dim", hidden: needs.length === 0 }, needs.map(({ name, need }) => h("li", { class: known.download !== null && known.download >= need ? "enough" : "" }, t("{quality} needs {speed}", { quality: name, speed: speedText(need) })))),
    row("upload", t("Upload // connection"), known.upload === null ? null : speedText(known.upload), known.upload === null ? 0 : ofSpeed(known.upload), [], false),
    row("latencyMs", t("Answer time"), known.latencyMs === null ? null : `${figure(Math.round(known.latencyMs))} ms`, known.latencyMs === null ? 0 : place(known.latencyMs, 2, 2000), [], known.latencyMs !== null && known.latencyMs > 250),
  ];
}

/** Widths are set by script: the policy of the page allows no style in markup. */
function svgBar(width: number): HTMLElement {
  const bar = h("b", { class: "connection-fill" });
  bar.style.width = `${width}%`;
  return bar;
}

function positioned(mark: HTMLElement, at: number): HTMLElement {
  mark.style.insetInlineStart = `${at}%`;
  return mark;
}

function paragraph(finding: Finding, measured: Measured, choices: ConnectionChoices, close: () => void): HTMLElement {
  const said = (text: string, ...more: (HTMLElement | false)[]): HTMLElement => h("div", { class: `connection-said ${finding.kind}` }, icon(finding.kind === "good" ? "check" : "warning"), h("p", null, text), ...more);
  switch (finding.kind) {
    case "good":
      return said(t("All is well: every quality plays without pauses."));
    case "unreachable":
      return said(t("The server cannot be reached from here, or the connection breaks. Check the network, a VPN or a firewall; what you write is kept meanwhile."));
    case "limited":
      return said(t("It was measured several times just now. Wait a minute."));
    case "slow-answers":
      return said(t("Answers take long: steps and jumps will feel slow. A VPN, a satellite or a weak mobile network is the usual cause; the pictures are right all the same."));
    case "slow-upload":
      return said(t("Sending is slow: files attached to comments will take a while. Text and drawings are small enough."));
    case "too-slow": {
      const { best, next } = finding;
      const needed = next.need === null ? "" : speedText(next.need);
      if (!best) return said(t("Too slow for playing without pauses: {quality} needs {speed}. Pause until it has loaded, or use another network. Every frame is exact all the same.", { quality: next.name, speed: needed }));
      const use = h("button", { type: "button", class: "button small primary", onclick: () => { choices.choose(best.quality); close(); } }, t("Use {quality}", { quality: best.name }));
      return said(t("{next} needs {speed}, which this connection does not give: use {best}. It shows the same frames, a little softer.", { next: next.name, speed: needed, best: best.name }), measured.download !== null && use);
    }
  }
}
