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

/** The fields, folded; `wish()` is null while there is to be no watermark. `recipients`: those that are named so far;
 *  `present`: of a link that is there. */
export function watermarkFields(recipients: () => readonly string[], present: WatermarkWish | null = null): { readonly node: HTMLElement; readonly wish: () => WatermarkWish | null } {
  const id = (name: string): string => `${present ? "edited" : "new"}-watermark-${name}`;
  const text = h("input", { class: "input", id: id("text"), maxlength: LONGEST, placeholder: t("Confidential"), value: present?.text ?? "" });
  const viewer = h("input", { type: "checkbox", checked: present?.viewer ?? false });
  const date = h("input", { type: "checkbox", checked: present?.date ?? false });
  const place = h("select", { class: "input", id: id("place") }, PLACES.map((one) => h("option", { value: one, selected: one === present?.place }, PLACE_NAMES[one])));
  const opacity = h("input", { type: "range", id: id("opacity"), min: 5, max: 90, step: 5, value: present?.opacity ?? 20 });
  const picture = h("div", { class: "watermark-picture", "aria-hidden": "true" });
  const says = (): string[] => [viewer.checked ? (recipients()[0] ?? t("Name of the guest")) : "", text.value.trim(), date.checked ? new Date().toISOString().slice(0, 10) : ""].filter(Boolean);
  const show = (): void => {
    const lines = says();
    const block = (): HTMLElement => h("span", null, lines.map((line) => h("span", null, line)));
    picture.dataset["place"] = place.value;
    picture.style.setProperty("--seen", String(Number(opacity.value) / 100));
    fill(picture, lines.length === 0 ? icon("film") : place.value === "tiled" ? Array.from({ length: 9 }, block) : block());
  };
  const field = (of: string, words: string, control: HTMLElement): HTMLElement => h("div", { class: "field" }, h("label", { for: of }, words), control);
  const node = h(
    "details",
    { class: "share-more", open: present !== null },
    h("summary", null, t("Watermark in the picture"), icon("fold")),
    h("p", { class: "field-help" }, t("Burned into a copy of the picture, which is all that this link shows; making it takes about as long as the proxy did.")),
    h(
      "div",
      { class: "watermark-fields" },
      h(
        "div",
        { class: "watermark-words" },
        field(id("text"), t("Text"), text),
        h("label", { class: "choice" }, viewer, t("Who watches: the address of a recipient, else the name that guests give")),
        h("label", { class: "choice" }, date, t("Today's date")),
        field(id("place"), t("Where"), place),
        field(id("opacity"), t("How strong"), opacity),
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
