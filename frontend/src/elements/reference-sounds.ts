// Mixdowns to compare a version with: those that are there, a new one from a file, removing one.
import { sizeText } from "../core/wording.ts";
import { n, t } from "../language/translate.ts";
import { csrfFrom, type Api } from "../net/api.ts";
import { tusTransfers } from "../net/tus-transfer.ts";
import type { ReferenceSound } from "../net/types.ts";
import { UploadQueue } from "../net/upload-queue.ts";
import { fill, h } from "./dom.ts";
import { problemBox, problemText } from "./feedback.ts";

export interface SoundsPort {
  readonly api: Pick<Api, "send">;
  readonly projectId: string;
  readonly versionId: string;
  /** Later, unless it is called off. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  /** Compare the version with that one. */
  choose(sound: ReferenceSound): void;
  /** What the version is compared with is another one now; `over`: the person is done. */
  changed(over: boolean): void;
}

/** What people bring: the browser's own filter, no check. */
const ACCEPTED = "audio/*,.wav,.w64,.aif,.aiff,.flac,.mp3,.m4a,.aac,.caf";

/** The list of mixdowns, with a button for a new one. */
export function referenceSounds(port: SoundsPort, chosenId: string | null): HTMLElement {
  const list = h("div", { class: "row-list" });
  const going = h("div", { class: "reference-upload", role: "status" });
  const error = h("p", { class: "field-error", role: "alert" });
  const picker = h("input", { type: "file", accept: ACCEPTED, class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "button", onclick: () => picker.click() }, t("Upload a mixdown…"));
  const load = (): void => {
    port.api
      .send<ReferenceSound[]>(`projects/${port.projectId}/reference-sounds`)
      .then((sounds) => fill(list, sounds.map((sound) => row(sound, sound.id === chosenId, () => port.choose(sound), () => remove(sound)))))
      .catch((problem: unknown) => fill(list, problemBox(problem, load)));
  };
  const remove = (sound: ReferenceSound): void => {
    port.api
      .send(`reference-sounds/${sound.id}`, { method: "DELETE" })
      .then(() => {
        port.changed(false);
        load();
      })
      .catch((problem: unknown) => fill(error, problemText(problem).message));
  };
  const queue = new UploadQueue(
    tusTransfers(() => csrfFrom(document.cookie)),
    { now: () => performance.now(), after: port.after },
  );
  queue.store.watch(({ items }) => {
    const item = items[items.length - 1];
    if (!item) return;
    button.disabled = queue.busy;
    if (item.state === "done") port.changed(true);
    else if (item.state === "failed") fill(error, `${item.problem} ${item.remedy}`.trim());
    else if (item.state === "cancelled") fill(going);
    if (item.state === "failed") fill(going);
    else if (item.state !== "done" && item.state !== "cancelled") {
      const bar = h("progress", { max: Math.max(1, item.size), value: item.sent, "aria-label": t("Upload of {name}", { name: item.name }) });
      fill(going, h("span", null, item.state === "retrying" ? item.problem : item.name), bar, h("button", { type: "button", class: "button small ghost", onclick: () => queue.cancel(item.id) }, t("Cancel")));
    }
  });
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = "";
    fill(error);
    if (file) queue.add(file, { projectId: port.projectId, referenceFor: port.versionId });
  });
  load();
  return h(
    "section",
    { class: "form reference-sounds", "aria-label": t("Mixdowns") },
    h("h3", null, t("Or a mixdown: sound alone")),
    h("p", { class: "quiet" }, t("The editor's own mix of this cut (WAV, AIFF, MP3, M4A, FLAC …). It must begin with the film's first frame. It is only compared: nobody can play or download it.")),
    list,
    going,
    error,
    h("div", { class: "form-actions" }, button, picker),
  );
}

function row(sound: ReferenceSound, chosen: boolean, choose: () => void, remove: () => void): HTMLElement {
  const facts = sound.state === "ready" ? [clock(sound.milliseconds ?? 0), n("{count} track | {count} tracks", sound.tracks ?? 0), sizeText(sound.size)] : sound.error ? [`${sound.error.message}. ${sound.error.remedy}`] : [t("It is being read."), sizeText(sound.size)];
  return h(
    "div",
    { class: "row" },
    h("div", { class: "row-text" }, h("strong", null, sound.name), h("span", { class: sound.error ? "field-error" : "quiet" }, facts.join(" · "))),
    chosen ? h("span", { class: "badge good" }, t("In use")) : h("button", { type: "button", class: "button small", disabled: sound.state === "failed", "aria-label": t("Compare with {name}", { name: sound.name }), onclick: choose }, t("Compare with this")),
    h("button", { type: "button", class: "button small ghost", "aria-label": t("Remove {name}", { name: sound.name }), onclick: remove }, t("Remove")),
  );
}

/** Hours (if any), minutes and seconds. */
function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
