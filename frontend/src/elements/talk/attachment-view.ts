// The files of a comment as people see them: pictures to look at, sounds to hear, the rest to fetch.
import { sizeText } from "../../core/wording.ts";
import { t } from "../../language/translate.ts";
import type { Attachment } from "../../net/types.ts";
import { isWaiting } from "../../state/waiting-files.ts";
import { h, icon } from "../dom.ts";
import { openDialog } from "../feedback.ts";

export function attachmentList(attachments: readonly Attachment[]): HTMLElement | null {
  return attachments.length === 0 ? null : h("ul", { class: "attachments" }, attachments.map((one) => h("li", null, view(one))));
}

function view(attachment: Attachment): HTMLElement {
  if (isWaiting(attachment)) return h("span", { class: "file-chip" }, icon(attachment.kind === "audio" ? "microphone" : "file"), attachment.name, h("small", { class: "dim" }, t("Sent with the comment")));
  if (attachment.state === "preparing" && attachment.kind !== "pdf") {
    return h("span", { class: "file-chip", role: "status" }, icon(attachment.kind === "audio" ? "microphone" : "file"), attachment.name, h("small", { class: "dim" }, t("Preparing…")));
  }
  if (attachment.kind === "image" && attachment.thumb_url) return picture(attachment);
  if (attachment.kind === "audio" && attachment.shown_url) return sound(attachment, attachment.shown_url);
  const words = attachment.state === "failed" ? t("Cannot be shown") : sizeText(attachment.size);
  return h("a", { class: "file-chip", href: attachment.original_url, download: attachment.name }, icon("file"), attachment.name, h("small", { class: "dim" }, words));
}

function picture(attachment: Attachment): HTMLElement {
  const image = h("img", { src: attachment.thumb_url, alt: attachment.name, loading: "lazy", width: attachment.width, height: attachment.height });
  return h("button", { type: "button", class: "picture", title: attachment.name, onclick: () => enlarge(attachment) }, image);
}

function enlarge(attachment: Attachment): void {
  openDialog(
    attachment.name,
    (body) => {
      body.classList.add("picture-large");
      body.append(
        h("img", { src: attachment.shown_url, alt: attachment.name, width: attachment.width, height: attachment.height }),
        h("a", { class: "button small ghost", href: attachment.original_url, download: attachment.name }, t("Download the original")),
      );
    },
    true,
  );
}

function sound(attachment: Attachment, url: string): HTMLElement {
  const peaks = attachment.peaks ?? [];
  const wave = h("span", { class: "sound-wave", "aria-hidden": "true" }, peaks.map((peak) => {
    const bar = h("i", null);
    bar.style.setProperty("--peak", `${Math.max(6, peak)}%`);
    return bar;
  }));
  const length = attachment.duration ? Math.round(attachment.duration.num / attachment.duration.den) : 0;
  const player = h("audio", { controls: true, preload: "none", src: url, "aria-label": attachment.name });
  player.addEventListener("keydown", (event) => event.stopPropagation());
  return h("span", { class: "sound" }, wave, h("small", { class: "dim" }, `${attachment.name} · ${Math.floor(length / 60)}:${String(length % 60).padStart(2, "0")}`), player);
}
