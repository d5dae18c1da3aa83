// A comment's text on the page.
import { richText, type Rich } from "../../core/rich-text.ts";
import { h } from "../dom.ts";

export function richTextNode(text: string, names: readonly string[]): HTMLElement {
  return h("div", { class: "comment-text" }, richText(text, names).map(nodeOf));
}

function nodeOf(rich: Rich): Node {
  if (typeof rich === "string") return document.createTextNode(rich);
  const children = rich.children.map(nodeOf);
  if (rich.tag === "mention") return h("span", { class: "mention" }, children);
  // Whoever is linked to learns nothing of this page, and cannot reach back into it.
  if (rich.tag === "a") return h("a", { href: rich.href, target: "_blank", rel: "noopener noreferrer nofollow" }, children);
  return h(rich.tag, rich.start === undefined ? null : { start: rich.start }, children);
}
