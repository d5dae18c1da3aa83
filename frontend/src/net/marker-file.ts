// The address of a version's comments as a marker file: the filters of the list, in the API's words.
import type { Arrangement } from "../state/arranging.ts";
import type { operations } from "./api-types.ts";

export type Program = operations["version_marker_file"]["parameters"]["query"]["program"] | "pdf" | "html";

/** Path under /api/v1/. `startTimecode` empty: the file's own. `withMarkers`: those of the timeline too. What is new to a reader is no filter of the API's. */
export function markerFilePath(versionId: string, program: Program, view: Arrangement, startTimecode: string, withMarkers = false): string {
  const document = program === "pdf" || program === "html";
  const query = new URLSearchParams(document ? {} : { program });
  if (view.state !== "all") query.set("completed", String(view.state === "done"));
  if (view.visibility !== "all") query.set("visibility", view.visibility);
  if (view.author) query.set("author", view.author);
  if (view.label) query.set("label", view.label);
  if (view.mentionsMe) query.set("mentions", "me");
  if (view.text.trim()) query.set("q", view.text.trim());
  if (document) return `versions/${versionId}/comments.${program}?${query}`;
  if (withMarkers) query.set("include", "markers");
  if (startTimecode.trim()) query.set("start_tc", startTimecode.trim());
  return `versions/${versionId}/marker-file?${query}`;
}
