// The sources of a project in one table: sorted by any column, what is otherwise than the rest marked.
import "../styles/library.css";
import "../styles/sources.css";
import { verdictLook } from "../core/sync-verdict.ts";
import { sizeText } from "../core/wording.ts";
import { fill, h, icon } from "../elements/dom.ts";
import { problemBox } from "../elements/feedback.ts";
import { figure, n, t } from "../language/translate.ts";
import type { Source, SourceTable } from "../net/types.ts";
import { sorted, type SortKey } from "../state/source-sorting.ts";
import { after, api, goLive } from "./connect.ts";

interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly text: (row: Source) => string;
  readonly number?: boolean;
}
const yes = (value: boolean | null): string => (value === null ? "" : value ? t("yes") : t("no"));
const COLUMNS: readonly Column[] = [
  { key: "rate", title: t("Rate"), text: (row) => row.rate ?? "" },
  { key: "variable_rate", title: "VFR", text: (row) => (row.variable_rate === null ? "" : row.variable_rate ? t("variable") : t("constant")) },
  { key: "audio_rate", title: t("Sample rate"), text: (row) => row.audio_rate ?? "" },
  { key: "start_timecode", title: t("Timecode"), text: (row) => row.start_timecode ?? "" },
  { key: "drop_frame", title: t("Drop"), text: (row) => yes(row.drop_frame) },
  { key: "gop", title: "GOP", text: (row) => (row.gop === null ? "" : row.gop === 1 ? t("intra") : row.open_gop ? t("{length}, open", { length: row.gop }) : String(row.gop)), number: true },
  { key: "container", title: t("Container"), text: (row) => row.container ?? "" },
  { key: "video_codec", title: t("Picture"), text: (row) => row.video_codec ?? "" },
  { key: "raster", title: t("Raster"), text: (row) => row.raster ?? "" },
  { key: "pixel_aspect", title: t("Pixels"), text: (row) => row.pixel_aspect ?? "" },
  { key: "scan", title: t("Scan"), text: (row) => row.scan ?? "" },
  { key: "color", title: t("Colour"), text: (row) => row.color ?? "" },
  { key: "audio", title: t("Sound"), text: (row) => row.audio ?? "" },
  { key: "frame_count", title: t("Frames"), text: (row) => row.frame_count === null ? "" : figure(row.frame_count), number: true },
  { key: "size", title: t("Size"), text: (row) => sizeText(row.size), number: true },
];

class SourcesPage extends HTMLElement {
  private readonly projectId = this.dataset["project"] ?? "";
  private readonly mayUpload = (this.dataset["capabilities"] ?? "").split(" ").includes("upload");
  private readonly body = h("div", { class: "sources" });
  private readonly summary = h("p", { class: "quiet", role: "status" });
  private readonly csv = h("a", { class: "button", download: "" }, "CSV");
  private readonly every = h("input", { type: "checkbox" });
  private readonly only = h("input", { type: "checkbox" });
  private table: SourceTable | null = null;
  private key: SortKey = "asset_name";
  private down = false;
  private soon: (() => void) | null = null;

  connectedCallback(): void {
    fill(
      this,
      h("div", { class: "page-head" }, h("h1", null, t("Sources")), this.mayUpload && h("a", { class: "button", href: `/projects/${this.projectId}/proxies` }, t("Proxies")), this.csv),
      h("div", { class: "source-choices" }, h("label", null, this.every, t("Every version, not only the newest")), h("label", null, this.only, t("Only what differs")), this.summary),
      this.body,
    );
    this.every.addEventListener("change", () => void this.load());
    this.only.addEventListener("change", () => this.show());
    fill(this.body, h("div", { class: "skeleton report-skeleton" }));
    void this.load();
    goLive(this.projectId, Number(this.dataset["seq"] ?? 0), {
      event: ({ kind }) => {
        if (!/^(asset|version|checks|media)\./.test(kind)) return;
        this.soon?.();
        this.soon = after(400, () => void this.load());
      },
      progress: () => {},
      state: () => {},
    });
  }

  private async load(): Promise<void> {
    const query = `versions=${this.every.checked ? "all" : "latest"}`;
    this.csv.href = `/api/v1/projects/${this.projectId}/sources.csv?${query}`;
    try {
      this.table = await api.send<SourceTable>(`projects/${this.projectId}/sources?${query}`);
      this.show();
    } catch (error) {
      if (this.table === null) fill(this.body, problemBox(error, () => void this.load()));
    }
  }

  private show(): void {
    const { table } = this;
    if (!table) return;
    const odd = table.rows.filter((row) => row.odd.length > 0).length;
    const files = n("{count} file | {count} files", table.rows.length);
    fill(this.summary, table.rows.length === 0 ? "" : odd === 0 ? t("{files}, all alike", { files }) : n("{files}; {count} differs from the rest (marked ≠) | {files}; {count} differ from the rest (marked ≠)", odd, { files }));
    const rows = sorted(table.rows, this.key, this.down).filter((row) => !this.only.checked || row.odd.length > 0);
    if (table.rows.length === 0) return fill(this.body, h("div", { class: "empty" }, icon("folder"), h("h2", null, t("No files yet")), h("p", null, t("What is uploaded to the project is listed here."))));
    const focused = (document.activeElement as HTMLElement | null)?.dataset["sort"];
    fill(
      this.body,
      h(
        "div",
        { class: "source-scroll", tabindex: 0, role: "region", "aria-label": t("Sources") },
        h("table", { class: "source-table" }, h("thead", null, h("tr", null, this.head("asset_name", t("File")), this.head("verdict", t("Sync")), COLUMNS.map((one) => this.head(one.key, one.title)))), h("tbody", null, rows.map((row) => this.row(row, table)))),
      ),
    );
    if (focused) this.body.querySelector<HTMLElement>(`[data-sort="${focused}"]`)?.focus();
  }

  private head(key: SortKey, title: string): HTMLElement {
    const mine = this.key === key;
    const press = (): void => {
      this.down = mine ? !this.down : false;
      this.key = key;
      this.show();
    };
    return h("th", { scope: "col", "aria-sort": mine ? (this.down ? "descending" : "ascending") : "none" }, h("button", { type: "button", "data-sort": key, onclick: press }, title, h("span", { "aria-hidden": "true" }, mine ? (this.down ? " ↓" : " ↑") : "")));
  }

  private row(row: Source, { common }: SourceTable): HTMLElement {
    const { text, look, sign, title } = verdictLook(row.checks);
    const odd = new Set(row.odd);
    const cell = ({ key, text: say, number }: Column): HTMLElement => {
      const differs = odd.has(key);
      const most = String((common as Record<string, unknown>)[key] ?? t("none"));
      return h("td", { class: `${number ? "num" : ""}${differs ? " odd" : ""}`, title: differs ? t("Most have: {most}", { most }) : null }, differs && h("span", { class: "odd-sign", "aria-label": `${t("differs:")} ` }, "≠ "), say(row));
    };
    return h(
      "tr",
      null,
      h("th", { scope: "row" }, h("a", { href: `/v/${row.version_id}` }, `${row.asset_name} v${row.number}`), h("span", { class: "quiet" }, row.original_name)),
      h("td", null, h("a", { class: `badge ${look}`, href: `/v/${row.version_id}/checks`, title }, icon(sign), text)),
      row.known ? COLUMNS.map(cell) : h("td", { colspan: COLUMNS.length, class: "quiet" }, row.state === "failed" ? t("The file could not be read.") : t("The file is being read.")),
    );
  }
}
customElements.define("tp-sources", SourcesPage);
