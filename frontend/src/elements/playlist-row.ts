// The things that a link shows, as a row of posters.
import { t } from "../language/translate.ts";
import { fill, h, icon, setAttribute } from "./dom.ts";
import { ask } from "./requests.ts";

export interface PlaylistItem {
  readonly version_id: string;
  readonly name: string;
  readonly number: number;
  readonly poster_url: string | null;
}

export class PlaylistRow extends HTMLElement {
  private buttons: readonly { readonly id: string; readonly node: HTMLElement }[] = [];

  /** `served`: settled once pictures are served to this page. */
  constructor(private readonly served: Promise<unknown> = Promise.resolve()) {
    super();
  }

  show(items: readonly PlaylistItem[], present: string): void {
    this.hidden = items.length < 2;
    if (this.buttons.length !== items.length) {
      this.buttons = items.map((item, i) => ({ id: item.version_id, node: this.button(item, i) }));
      fill(this, h("ol", { class: "playlist", "aria-label": t("What this link shows") }, this.buttons.map(({ node }) => h("li", null, node))));
    }
    for (const { id, node } of this.buttons) {
      setAttribute(node, "aria-current", id === present ? "true" : null);
      if (id === present) node.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  private button(item: PlaylistItem, i: number): HTMLElement {
    const picture = item.poster_url ? h("img", { alt: "", loading: "lazy" }) : icon("film");
    void this.served.then(() => item.poster_url && setAttribute(picture, "src", item.poster_url));
    return h("button", { type: "button", class: "playlist-item", onclick: () => ask(this, { kind: "version", id: item.version_id }) }, h("span", { class: "playlist-picture" }, picture), h("span", { class: "playlist-name" }, `${i + 1}. ${item.name}`, h("span", { class: "dim" }, ` v${item.number}`)));
  }
}
customElements.define("tp-playlist", PlaylistRow);
