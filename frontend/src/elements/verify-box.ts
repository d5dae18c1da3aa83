// Is this file the delivered one, bit for bit? It is read here, in the browser; only its hashes are sent.
import { hashFile } from "../core/file-hash.ts";
import { sizeText } from "../core/wording.ts";
import type { Api } from "../net/api.ts";
import type { Verification } from "../net/types.ts";
import { fill, h, icon, type IconName } from "./dom.ts";
import { problemBox } from "./feedback.ts";
import { t } from "../language/translate.ts";

export function verifyBox(api: Api, projectId: string): HTMLElement {
  const answer = h("div", { class: "verify-answer", role: "status" });
  const picker = h("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "button", onclick: () => picker.click() }, icon("file"), t("Choose a file"));
  let stop: AbortController | null = null;

  const check = async (file: File): Promise<void> => {
    stop?.abort();
    const mine = (stop = new AbortController());
    const bar = h("div", { class: "bar" }, h("i"));
    fill(answer, h("p", { class: "quiet" }, t("Reading {name} ({size}) …", { name: file.name, size: sizeText(file.size) })), bar, h("button", { type: "button", class: "button small ghost", onclick: () => { mine.abort(); fill(answer); } }, t("Stop")));
    try {
      const known = await hashFile(file, (done) => bar.style.setProperty("--part", String(file.size > 0 ? done / file.size : 1)), mine.signal);
      const body = { sha256: known.sha256, head_sha256: known.headSha256, size: known.size, name: file.name };
      const found = await api.send<Verification>(`projects/${projectId}/verify`, { method: "POST", body, signal: mine.signal });
      if (mine === stop) fill(answer, verdict(found, file, known.sha256));
    } catch (error) {
      if (mine.signal.aborted || mine !== stop) return;
      fill(answer, error instanceof DOMException ? problemText(file) : problemBox(error, () => void check(file)));
    }
  };
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (file) void check(file);
  });
  const box = h("section", { class: "desk-section verify-box", "aria-label": t("Verify a file") }, h("h2", null, t("Is this the delivered file?")), h("p", { class: "quiet" }, t("Drop or choose a file that you downloaded or received. It is read in this browser and compared by SHA-256; it is not uploaded.")), h("div", { class: "form-actions" }, button, picker), answer);
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("drop-target");
  });
  box.addEventListener("dragleave", () => box.classList.remove("drop-target"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("drop-target");
    const file = event.dataTransfer?.files[0];
    if (file) void check(file);
  });
  return box;
}

const problemText = (file: File): HTMLElement => h("p", { class: "field-error", role: "alert" }, t("{name} can no longer be read: it was changed, moved, or its drive is gone. Choose it again.", { name: file.name }));

function verdict({ result, delivery, version }: Verification, file: File, sha256: string): HTMLElement {
  const [title, text, look, sign] = words(result, file, delivery, version);
  return h(
    "div",
    { class: `verify-verdict ${look}`, "data-result": result },
    icon(sign),
    h("div", null, h("h3", null, title), h("p", null, text), delivery && h("p", null, h("a", { href: `/deliveries/${delivery.id}` }, t("Delivery of {name}", { name: delivery.name }))), version && h("p", null, h("a", { href: `/v/${version.id}` }, `${version.asset_name} v${version.number}`)), h("p", { class: "quiet hash" }, `SHA-256 ${sha256}`)),
  );
}

function words(result: Verification["result"], file: File, delivery: Verification["delivery"], version: Verification["version"]): readonly [string, string, "good" | "bad" | "accent", IconName] {
  const size = sizeText(file.size);
  switch (result) {
    case "delivered":
      return [t("This is the delivered file"), t("Bit for bit the same."), "good", "check"];
    case "recalled":
      return [t("This delivery was recalled"), t("It is the file that was delivered, but it was taken back: {reason}", { reason: delivery?.recall_reason ?? "" }), "bad", "close"];
    case "other_version":
      return [t("This is another version"), version ? t("It is {assetName} v{number}, whole and undamaged, but it was not delivered.", { assetName: version.asset_name, number: version.number }) : t("It is whole and undamaged, but it was not delivered."), "accent", "close"];
    case "truncated":
      return [t("This file is cut off"), t("It begins like the delivered one, but has {size} of {size2}. Download it again: the download goes on where it stopped.", { size, size2: sizeText(delivery?.size ?? 0) }), "bad", "close"];
    case "longer":
      return [t("This file is longer than the delivered one"), t("Something stands after its end: {size} instead of {size2}. Do not use it.", { size, size2: sizeText(delivery?.size ?? 0) }), "bad", "close"];
    case "damaged":
      return [t("This file is damaged"), t("It is as long as the delivered one, but its content was changed. Do not use it; download it again."), "bad", "close"];
    case "unknown":
      return [t("This file is not known here"), t("It is no version of this project, and does not begin like a delivered one."), "accent", "help"];
  }
}
