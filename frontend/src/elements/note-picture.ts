// The picture of a line of the inbox: the comment's own frame, cut from its sheet of hover thumbnails, with what is drawn on it;
// else what stands for the version.
import { readAnnotation } from "../core/drawing.ts";
import type { NotificationLine } from "../net/types.ts";
import { h } from "./dom.ts";
import { paintedShape, svgElement } from "./drawing-paint.ts";

type Thumbnail = NonNullable<NotificationLine["thumbnail"]>;

export function notePicture({ thumbnail, drawing, poster_url }: NotificationLine): HTMLElement | null {
  if (thumbnail === null) return poster_url === null ? null : h("img", { src: poster_url, alt: "", loading: "lazy" });
  const tile = h("span", { class: "note-tile" }, sheet(thumbnail));
  tile.style.setProperty("aspect-ratio", `${thumbnail.width} / ${thumbnail.height}`);
  // Upright pictures fill their place by their width, and are cut above and below.
  tile.classList.toggle("tall", thumbnail.width * 9 < thumbnail.height * 16);
  const shapes = readAnnotation(drawing)?.shapes ?? [];
  if (shapes.length > 0) {
    const painted = svgElement("svg", { viewBox: `0 0 ${thumbnail.width} ${thumbnail.height}`, class: "note-drawing", "aria-hidden": "true" });
    painted.append(...shapes.map((shape) => paintedShape(shape, thumbnail)));
    tile.append(painted);
  }
  return tile;
}

/** An image, not a background: it waits until it is near the screen. Its height follows its width: a last sheet may be short. */
function sheet({ sheet_url, columns, column, row }: Thumbnail): HTMLElement {
  const image = h("img", { src: sheet_url, alt: "", loading: "lazy" });
  image.style.setProperty("width", `${100 * columns}%`);
  image.style.setProperty("left", `${-100 * column}%`);
  image.style.setProperty("top", `${-100 * row}%`);
  return image;
}
