// What a live session goes through, for who leads it: back, on, or to any of it.
import { t } from "../language/translate.ts";
import { fill, h, signOf } from "./dom.ts";

/** One of several things in their order. */
export interface PlaylistPlace {
  readonly version_id: string;
  readonly asset_id: string;
  readonly name: string;
  readonly number: number;
}

export class SessionPlaylist extends HTMLElement {
  private readonly list = h("select", { class: "compact", "aria-label": t("Playlist"), onchange: () => this.goTo(this.list.selectedIndex) });
  private readonly back = this.step(t("The one before"), "M15 5l-7 7 7 7", -1);
  private readonly on = this.step(t("The next one"), "M9 5l7 7-7 7", 1);
  private items: readonly PlaylistPlace[] = [];
  private present = -1;

  constructor(private readonly go: (item: PlaylistPlace) => void) {
    super();
    this.hidden = true;
    this.append(this.back, this.list, this.on);
  }

  /** One thing alone is no list. */
  offer(items: readonly PlaylistPlace[]): void {
    this.items = items;
    fill(this.list, items.map((item, i) => h("option", { value: item.version_id }, `${i + 1}/${items.length} ${item.name} v${item.number}`)));
  }

  show(versionId: string | undefined, leads: boolean): void {
    const at = this.items.findIndex((item) => item.version_id === versionId);
    this.present = at;
    this.hidden = !leads || this.items.length < 2;
    if (this.list.selectedIndex !== at) this.list.selectedIndex = at;
    this.back.disabled = at <= 0;
    this.on.disabled = at === this.items.length - 1;
  }

  private step(label: string, sign: string, by: 1 | -1): HTMLButtonElement {
    return h("button", { type: "button", class: "icon-button small", "aria-label": label, title: label, onclick: () => this.goTo(this.present + by) }, signOf(sign));
  }

  private goTo(index: number): void {
    const item = this.items[index];
    if (item && index !== this.present) this.go(item);
  }
}
customElements.define("tp-session-playlist", SessionPlaylist);
