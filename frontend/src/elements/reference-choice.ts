// What a version is compared with, and choosing another reference.
import { t, woven } from "../language/translate.ts";
import { fill, h } from "./dom.ts";
import { openDialog, problemBox, problemText } from "./feedback.ts";
import { referenceSounds, type SoundsPort } from "./reference-sounds.ts";
import type { Api } from "../net/api.ts";
import type { Reference, SourceTable } from "../net/types.ts";

type Sender = Pick<Api, "send">;
type After = SoundsPort["after"];

/** "Compared with …", with a button for those who may change it. Calls `changed` after a choice. */
export function referenceChoice(api: Sender, projectId: string, versionId: string, reference: Reference, mayChange: boolean, after: After, changed: () => void): HTMLElement {
  const states: Readonly<Record<string, string>> = { waiting: t("It waits for both files to be decoded."), running: t("It is being compared."), failed: t("The comparison failed.") };
  const error = reference.sound_in_use?.error;
  const own = reference.in_use?.verdict;
  const doubtful = own === "fix_in_post" || own === "rerender";
  return h(
    "section",
    { class: "reference-line", "aria-label": t("Reference") },
    h("p", null, inUse(reference), ` ${error ? `${error.message}. ${error.remedy}` : (states[reference.state] ?? "")}`, doubtful && h("span", { class: "badge bad" }, t("Its own report finds it out of sync")), doubtful && ` ${t("What is said against it may be its fault.")}`),
    mayChange && h("button", { type: "button", class: "button small", onclick: () => choose(api, projectId, versionId, reference, after, changed) }, t("Choose the reference…")),
  );
}

function inUse({ mode, in_use: used, sound_in_use: sound }: Reference): string | readonly (string | Node)[] {
  if (sound) return woven(sound.state === "failed" ? "The mixdown {name} cannot be compared with." : "Compared with the mixdown {name}.", { name: h("strong", null, sound.name) });
  if (used) return woven(mode === "chosen" ? "Compared with {version}, which was chosen." : "Compared with {version}, the version before it.", { version: h("a", { href: `/v/${used.id}/checks` }, `${used.asset_name} v${used.number}`) });
  return mode === "none" ? t("Compared with nothing, as was chosen.") : t("There is nothing to compare it with yet.");
}

function choose(api: Sender, projectId: string, versionId: string, reference: Reference, after: After, changed: () => void): void {
  openDialog(t("Compare with"), (body, close) => {
    fill(body, h("div", { class: "skeleton" }));
    const show = (table: SourceTable): void => {
      const select = h("select", { class: "input", id: "reference-version", size: 8 }, table.rows.filter((row) => row.version_id !== versionId && row.known).map((row) => h("option", { value: row.version_id, selected: row.version_id === reference.chosen_id }, `${row.asset_name} v${row.number} (${row.original_name})`)));
      const find = h("input", { class: "input", type: "search", placeholder: t("Find a version"), "aria-label": t("Find a version") });
      const all = [...select.options];
      find.addEventListener("input", () => fill(select, all.filter((one) => (one.textContent ?? "").toLowerCase().includes(find.value.toLowerCase()))));
      const error = h("p", { class: "field-error", role: "alert" });
      const send = (change: Readonly<Record<string, string>>): void => {
        api
          .send(`versions/${versionId}/reference`, { method: "PUT", body: change })
          .then(() => {
            close();
            changed();
          })
          .catch((problem: unknown) => fill(error, problemText(problem).message));
      };
      const form = h(
        "form",
        { class: "form" },
        h("p", { class: "quiet" }, t("A version whose sound and picture are known to fit: the one before it, the editor's export, another cut.")),
        find,
        h("div", { class: "field" }, h("label", { for: "reference-version" }, t("Version of this project")), select),
        error,
        h(
          "div",
          { class: "form-actions" },
          h("button", { type: "submit", class: "button primary" }, t("Compare with this")),
          h("button", { type: "button", class: "button", onclick: () => send({ mode: "previous" }) }, t("The version before it")),
          h("button", { type: "button", class: "button ghost", onclick: () => send({ mode: "none" }) }, t("Nothing")),
        ),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (select.value) send({ mode: "chosen", reference_id: select.value });
        else fill(error, t("Choose a version in the list."));
      });
      const port: SoundsPort = {
        api, projectId, versionId, after,
        choose: (sound) => send({ mode: "sound", reference_id: sound.id }),
        changed: (over) => {
          if (over) close();
          changed();
        },
      };
      fill(body, form, referenceSounds(port, reference.sound_in_use?.id ?? null));
      find.focus();
    };
    api
      .send<SourceTable>(`projects/${projectId}/sources?versions=all`)
      .then(show)
      .catch((problem: unknown) => fill(body, problemBox(problem, null)));
  });
}
