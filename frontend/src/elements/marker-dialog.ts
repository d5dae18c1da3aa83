// A marker is changed: its name, its colour, where it stands.
import type { Marker } from "../net/types.ts";
import type { Fields, Present } from "../state/merging.ts";
import type { ConflictWords } from "./conflict-dialog.ts";
import { fill, h } from "./dom.ts";
import { openDialog, problemText } from "./feedback.ts";
import { t } from "../language/translate.ts";

/** Where a marker stands: first frame, and how many. */
export interface Place {
  readonly frame: number;
  readonly duration_frames: number;
}

const placeText = ({ frame, duration_frames }: Place): string => `${frame}+${duration_frames}`;

export const presentMarker = (one: Marker): Present => ({ fields: { label: one.label, colour: one.colour, place: placeText(one) }, tag: `"${one.updated_at}"`, by: "" });

export function markerBody(fields: Fields): { label: string; colour: string } & Place {
  const [frame, frames] = (fields["place"] ?? "").split("+").map(Number);
  return { label: fields["label"] ?? "", colour: fields["colour"] ?? "", frame: frame ?? 0, duration_frames: frames ?? 1 };
}

/** `position`: how a frame is read. */
export function markerWords(position: (frame: number) => string): ConflictWords {
  const names: Readonly<Record<string, string>> = { label: t("Name"), colour: t("Colour"), place: t("Place") };
  const say = (key: string, value: string): string => {
    if (key !== "place") return value;
    const { frame, duration_frames } = markerBody({ place: value });
    return duration_frames > 1 ? `${position(frame)} – ${position(frame + duration_frames - 1)}` : position(frame);
  };
  return { what: t("the marker"), label: (key) => names[key] ?? key, say };
}

/** `here`: where the playhead is, or what is marked from In to Out. `save` answers whether it is done; it may throw. */
export function editMarker(marker: Marker, here: Place, position: (frame: number) => string, save: (fields: Fields) => Promise<boolean>): void {
  openDialog(t("Change the marker"), (body, close) => {
    const name = h("input", { class: "input", id: "marker-name", maxlength: 200, autocomplete: "off", value: marker.label });
    const colour = h("input", { class: "input", id: "marker-colour", type: "color", value: marker.colour });
    const move = h("input", { type: "checkbox", id: "marker-move" });
    const place = markerWords(position).say("place", placeText(here));
    const error = h("p", { class: "field-error", role: "alert" });
    const form = h(
      "form",
      { class: "form" },
      h("div", { class: "field" }, h("label", { for: name.id }, t("Name")), name),
      h("div", { class: "field" }, h("label", { for: colour.id }, t("Colour")), colour),
      h("label", { class: "choice" }, move, h("span", null, here.duration_frames > 1 ? t("Move it to In and Out, ") : t("Move it to the playhead, "), h("span", { class: "tc" }, place))),
      error,
      h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary" }, t("Save")), h("button", { type: "button", class: "button ghost", onclick: close }, t("Cancel"))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save({ label: name.value.trim(), colour: colour.value, place: placeText(move.checked ? here : marker) }).then((done) => done && close(), (problem: unknown) => fill(error, `${problemText(problem).message} ${problemText(problem).remedy}`));
    });
    body.append(form);
    requestAnimationFrame(() => name.select());
  });
}
