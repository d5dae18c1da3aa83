// Bangs that might be a slate's clap: looked at, heard, and confirmed by a person.
import { agoText } from "../core/wording.ts";
import { t } from "../language/translate.ts";
import type { SyncReportAnswer } from "../net/types.ts";
import type { Finding } from "../state/sync-report.ts";
import { h, icon } from "./dom.ts";
import { eventStrip, type MediaOf, type Picking } from "./event-strip.ts";

export interface ClapPort {
  confirm(bang: number, frame: number): void;
  withdraw(bang: number): void;
}
type Confirmed = SyncReportAnswer["claps"][number];

/** The bang's own frame is the first number of the place's note, in every language. */
export function bangOf(note: string): number | null {
  const found = /(\d+)/.exec(note);
  return found ? Number(found[1]) : null;
}

/** Below the finding that proposes them. */
export function clapChoices(finding: Finding, versionId: string, media: MediaOf, port: ClapPort | null): HTMLElement {
  return h(
    "div",
    { class: "claps" },
    finding.places.map((place) => {
      const bang = bangOf(place.note);
      const id = `clap-${place.frame}`;
      const frame = h("input", { class: "input num", id, type: "number", min: 0, step: 1, value: place.frame, required: true });
      const mark = (): void => {
        for (const one of form.querySelectorAll<HTMLElement>("button[data-frame]")) one.setAttribute("aria-pressed", String(one.dataset["frame"] === frame.value));
      };
      const picking: Picking = {
        chosen: () => Number(frame.value),
        choose: (number) => {
          frame.value = String(number);
          mark();
        },
      };
      frame.addEventListener("input", mark);
      const form = h(
        "form",
        {
          class: "clap",
          onsubmit: (event: Event) => {
            event.preventDefault();
            if (bang !== null) port?.confirm(bang, Number(frame.value));
          },
        },
        eventStrip(`clap-${place.frame}`, place, versionId, media, port && bang !== null ? picking : null),
        port && bang !== null && h("p", { class: "quiet" }, t("Choose the first picture in which the slate is closed.")),
        port && bang !== null && h("label", { for: id }, t("The slate is closed from frame")),
        port && bang !== null && frame,
        port && bang !== null && h("button", { type: "submit", class: "button small" }, t("It is a clap")),
      );
      return form;
    }),
  );
}

/** What was confirmed, with the way back. */
export function confirmedClaps(claps: readonly Confirmed[], versionId: string, port: ClapPort | null): HTMLElement | false {
  return (
    claps.length > 0 &&
    h(
      "section",
      { class: "compared" },
      h("h2", null, t("Confirmed claps")),
      claps.map(({ bang, frame, by, created_at }) => h("p", { class: "waiver" }, icon("check"), h("a", { href: `/v/${versionId}?frame=${frame}` }, t("Slate closed in frame {frame}, bang in frame {bang}", { frame, bang })), h("span", { class: "quiet" }, t("By {name} {ago}", { name: by.name, ago: agoText(created_at, Date.now()) })), port && h("button", { type: "button", class: "button small ghost", onclick: () => port.withdraw(bang) }, t("Take back")))),
    )
  );
}
