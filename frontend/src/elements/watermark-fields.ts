// What a share link burns into its pictures: off by default; a small picture shows how it will look.
import "../styles/watermark.css";
import { t } from "../language/translate.ts";
import { fill, h, icon } from "./dom.ts";

/** As the API takes it. */
export interface WatermarkWish {
  readonly text: string;
  readonly viewer: boolean;
  readonly date: boolean;
  readonly place: (typeof PLACES)[number];
  readonly opacity: number;
}

const PLACES = ["tiled", "center", "top-left", "top-right", "bottom-left", "bottom-right"] as const;
const PLACE_NAMES: Readonly<Record<WatermarkWish["place"], string>> = {
  tiled: t("Over the whole picture"),
  center: t("In the middle"),
  "top-left": t("Top left"),
  "top-right": t("Top right"),
  "bottom-left": t("Bottom left"),
  "bottom-right": t("Bottom right"),
};
const LONGEST = 120;

/** The fields, folded; `wish()` is null while there is to be no watermark. `recipients`: those that are named so far. */
export function watermarkFields(recipients: () => readonly string[]): { readonly node: HTMLElement; readonly wish: () => WatermarkWish | null } {
  const text = h("input", { class: "input", id: "watermark-text", maxlength: LONGEST, placeholder: t("Confidential") });
  const viewer = h("input", { type: "checkbox" });
  const date = h("input", { type: "checkbox" });
  const place = h("select", { class: "input", id: "watermark-place" }, PLACES.map((one) => h("option", { value: one }, PLACE_NAMES[one])));
  const opacity = h("input", { type: "range", id: "watermark-opacity", min: 5, max: 90, step: 5, value: 20 });
  const picture = h("div", { class: "watermark-picture", "aria-hidden": "true" });
  const says = (): string[] => [viewer.checked ? (recipients()[0] ?? "") : "", text.value.trim(), date.checked ? new Date().toISOString().slice(0, 10) : ""].filter(Boolean);
  const show = (): void => {
    const lines = says();
    const block = (): HTMLElement => h("span", null, lines.map((line) => h("span", null, line)));
    picture.dataset["place"] = place.value;
    picture.style.setProperty("--seen", String(Number(opacity.value) / 100));
    fill(picture, lines.length === 0 ? icon("film") : place.value === "tiled" ? Array.from({ length: 9 }, block) : block());
  };
  const field = (id: string, words: string, control: HTMLElement): HTMLElement => h("div", { class: "field" }, h("label", { for: id }, words), control);
  const node = h(
    "details",
    { class: "share-more" },
    h("summary", null, t("Watermark in the picture"), icon("fold")),
    h("p", { class: "field-help" }, t("Burned into a copy of the picture, which is all that this link shows; making it takes about as long as the proxy did.")),
    h(
      "div",
      { class: "watermark-fields" },
      h(
        "div",
        { class: "watermark-words" },
        field("watermark-text", t("Text"), text),
        h("label", { class: "choice" }, viewer, t("The recipient's address (name recipients above)")),
        h("label", { class: "choice" }, date, t("Today's date")),
        field("watermark-place", t("Where"), place),
        field("watermark-opacity", t("How strong"), opacity),
      ),
      picture,
    ),
  );
  node.addEventListener("input", show);
  node.addEventListener("toggle", show);
  return {
    node,
    wish: () => (text.value.trim() || viewer.checked || date.checked ? { text: text.value.trim(), viewer: viewer.checked, date: date.checked, place: place.value as WatermarkWish["place"], opacity: Number(opacity.value) } : null),
  };
}
