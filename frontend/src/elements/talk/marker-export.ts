// The comments as markers of an editing program: which one, where its timeline starts, and the file.
import { t } from "../../language/translate.ts";
import { markerFilePath, type Program } from "../../net/marker-file.ts";
import { narrowing, type Arrangement } from "../../state/arranging.ts";
import { fill, h } from "../dom.ts";
import { openDialog } from "../feedback.ts";

const PROGRAMS: Readonly<Record<Program, readonly [name: string, how: string]>> = {
  resolve: ["DaVinci Resolve", t("Media Pool: right-click the timeline, Timelines, Import, Timeline Markers from EDL.")],
  premiere: ["Premiere Pro", t("File, Import; then copy the clip “Review markers” into your sequence.")],
  fcpxml: ["Final Cut Pro", t("File, Import, XML.")],
  avid: ["Avid Media Composer", t("Tools, Markers, then Import Markers from the panel's menu.")],
  "avid-aaf": ["Avid Media Composer (AAF)", t("Drag it into a bin; the sequence carries the markers.")],
  otio: ["OpenTimelineIO", t("For programs that read .otio timelines.")],
  "after-effects": ["After Effects", t("File, Scripts, Run Script File, with the composition open.")],
  kdenlive: ["Kdenlive", t("Project, Guides, Import. Guides have no length.")],
  blender: ["Blender", t("Open the script in the text editor and run it.")],
  csv: [t("Table (CSV)"), t("For Excel, Numbers and Sheets.")],
  pdf: ["PDF", t("For paper and mail: each comment with its picture and what is drawn on it.")],
  html: [t("Web page"), t("One file with each comment, its picture and what is drawn on it.")],
  webvtt: ["WebVTT", t("For players that show text tracks.")],
};
const KEPT = "twopop.marker-program";

/** Open the dialog. `ownStart`: the file's start timecode, where it has one. */
export function exportMarkers(versionId: string, view: Arrangement, ownStart: string | null): void {
  openDialog(t("Comments as markers"), (body, close) => {
    const program = h("select", { class: "input", id: "marker-program", autofocus: true }, Object.entries(PROGRAMS).map(([value, [name]]) => h("option", { value }, name)));
    const kept = localStorage.getItem(KEPT);
    if (kept && kept in PROGRAMS) program.value = kept;
    const chosen = (): Program => program.value as Program;
    const narrowed = narrowing(view) > 0 || view.state !== "all";
    const about = h("p", { class: "quiet" });
    const how = h("p", { class: "field-help", id: "marker-how" });
    const isDocument = (): boolean => chosen() === "pdf" || chosen() === "html";
    const tell = (): void => {
      fill(how, PROGRAMS[chosen()][1]);
      if (isDocument()) fill(about, narrowed ? t("Only the comments that the list shows now, with their replies.") : t("All comments, with their replies."));
      else fill(about, narrowed ? t("Only the comments that the list shows now. Replies stand in their comment's marker.") : t("All comments. Replies stand in their comment's marker."));
      startField.hidden = marksField.hidden = isDocument();
    };
    program.setAttribute("aria-describedby", how.id);
    program.addEventListener("change", tell);
    const start = h("input", { class: "input", id: "marker-start", placeholder: ownStart ?? "00:00:00:00", autocomplete: "off", inputMode: "numeric" });
    const startField = h("div", { class: "field" }, h("label", { for: start.id }, t("Your timeline starts at")), start, h("p", { class: "field-help" }, t("Leave it empty if it starts as the file does.")));
    const marks = h("input", { type: "checkbox", id: "marker-marks" });
    const marksField = h("div", { class: "field check" }, marks, h("label", { for: marks.id }, t("With the timeline's markers, chapters among them")));
    tell();
    const error = h("p", { class: "field-error", role: "alert" });
    const go = h("button", { type: "submit", class: "button primary" }, t("Download"));
    const form = h(
      "form",
      { class: "form" },
      about,
      h("div", { class: "field" }, h("label", { for: program.id }, t("Editing program")), program, how),
      startField,
      marksField,
      error,
      h("p", { class: "field-help" }, h("a", { href: "/companions" }, t("Panels and scripts for Premiere, Resolve and Blender that need no files"))),
      h("div", { class: "form-actions" }, go),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      localStorage.setItem(KEPT, chosen());
      fill(error);
      fill(go, isDocument() ? t("Making the pictures…") : t("Download"));
      go.disabled = true;
      download(`/api/v1/${markerFilePath(versionId, chosen(), view, start.value, marks.checked)}`)
        .then(close)
        .catch((problem: unknown) => fill(error, problem instanceof Error ? problem.message : String(problem)))
        .finally(() => {
          go.disabled = false;
          fill(go, t("Download"));
        });
    });
    fill(body, form);
    program.focus();
  });
}

/** Fetched rather than followed, so that a refusal is shown here and not as a page. Throws with the refusal's words. */
async function download(address: string): Promise<void> {
  const answer = await fetch(address, { headers: { "Accept-Language": document.documentElement.lang } });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string; remedy?: string };
    throw new Error([problem.detail ?? problem.title ?? answer.statusText, problem.remedy].filter(Boolean).join(" "));
  }
  const name = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "markers";
  const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: decodeURIComponent(name) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
