// What a share link shows, in its order: rows to be put elsewhere or taken out, and the other stacks of the project to add.
import { t } from "../language/translate.ts";
import type { Api } from "../net/api.ts";
import type { Asset, Share } from "../net/types.ts";
import { moved } from "../state/stack-rows.ts";
import { fill, h, icon, iconButton, setText } from "./dom.ts";
import { problemBox } from "./feedback.ts";
import { nameRow, orderRow } from "./order-row.ts";
import type { ShareTarget } from "./share-fields.ts";

export type Item = { readonly version_id: string } | { readonly asset_id: string };

interface Row {
  readonly assetId: string;
  readonly name: string;
  readonly node: HTMLLIElement;
  chosen(): Item;
}

/** Of a new link that a target is given for, or of one that is there. */
export class ShareItems {
  readonly nodes: readonly HTMLElement[];
  private readonly list = h("ol", { class: "order-list share-items", "aria-label": t("What it shows") });
  private readonly spoken = h("p", { class: "visually-hidden", "aria-live": "polite" });
  private readonly boxes = new Map<string, HTMLInputElement>();
  private rows: readonly Row[] = [];
  private before: readonly Row[] = []; // where they stood when one was taken in hand

  constructor(what: { readonly target: ShareTarget } | { readonly share: Share }, api: Api, projectId: string) {
    if ("share" in what) {
      for (const item of what.share.items) this.add(item.asset_id, item.asset_name, pinned(item), item.version_id ? { version_id: item.version_id } : { asset_id: item.asset_id });
    } else this.addTarget(what.target);
    this.nodes = [h("div", { class: "field" }, h("span", { class: "label" }, t("What it shows")), this.list, this.spoken), this.others(api, projectId)];
  }

  chosen(): Item[] {
    return this.rows.map((row) => row.chosen());
  }

  private addTarget({ assetId, assetName, version }: ShareTarget): void {
    if (!version) return this.add(assetId, assetName, t("Always the newest version"), { asset_id: assetId });
    const which = h("select", { class: "input compact", "aria-label": t("What it shows") }, h("option", { value: "stack" }, t("Always the newest version")), h("option", { value: "version" }, t("Version {number} only", { number: version.number })));
    this.add(assetId, assetName, which, () => (which.value === "version" ? { version_id: version.id } : { asset_id: assetId }));
  }

  private add(assetId: string, name: string, which: string | HTMLElement, item: Item | (() => Item)): void {
    const text = h("span", { class: "share-item" }, h("strong", null, name), typeof which === "string" ? h("span", { class: "quiet" }, which) : which);
    const out = iconButton("close", t("Take {name} out of the link", { name }), () => this.remove(row), true);
    out.classList.add("share-out");
    const node = orderRow([text], {
      place: () => this.rows.indexOf(row),
      last: () => this.rows.length - 1,
      move: (to) => this.move(row, to),
      taken: () => (this.before = this.rows),
      over: (to) => (this.rows = moved(this.rows, this.rows.indexOf(row), to)),
      left: (back) => this.draw(back ? this.before : this.rows),
    });
    node.append(out);
    const row: Row = { assetId, name, node, chosen: typeof item === "function" ? item : () => item };
    this.draw([...this.rows, row]);
  }

  private remove(row: Row): void {
    const at = this.rows.indexOf(row);
    this.draw(this.rows.filter((one) => one !== row));
    const box = this.boxes.get(row.assetId);
    if (box) box.checked = this.rows.some((one) => one.assetId === row.assetId);
    setText(this.spoken, t("{name} is no longer in the link.", { name: row.name }));
    (this.rows[at] ?? this.rows.at(-1))?.node.querySelector<HTMLElement>("button")?.focus();
  }

  private move(row: Row, to: number): void {
    const from = this.rows.indexOf(row);
    const bounded = Math.max(0, Math.min(this.rows.length - 1, to));
    if (from === bounded) return;
    const focused = document.activeElement;
    this.draw(moved(this.rows, from, bounded));
    if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus();
    setText(this.spoken, t("{version} is {place} of {count} now.", { version: row.name, place: bounded + 1, count: this.rows.length }));
  }

  private draw(rows: readonly Row[]): void {
    this.rows = rows;
    // A node that is put anew loses the focus: only what stands elsewhere is moved.
    rows.forEach(({ node }, at) => this.list.children[at] !== node && this.list.insertBefore(node, this.list.children[at] ?? null));
    while (this.list.children.length > rows.length) this.list.lastElementChild?.remove();
    rows.forEach(({ node, name }, at) => nameRow(node, name, at, rows.length));
    this.list.classList.toggle("single", rows.length < 2);
  }

  /** The stacks of the project; they are asked for when somebody unfolds them. */
  private others(api: Api, projectId: string): HTMLElement {
    const list = h("div", { class: "share-other" });
    const node = h("details", { class: "share-more" }, h("summary", null, t("More in the same link"), icon("fold")), h("p", { class: "field-help" }, t("The same link shows these too, one after the other.")), list);
    const choice = ({ id, name }: Asset): HTMLElement => {
      const box = h("input", { type: "checkbox", checked: this.rows.some((row) => row.assetId === id) });
      box.addEventListener("change", () => {
        if (box.checked) return this.add(id, name, t("Always the newest version"), { asset_id: id });
        for (const row of this.rows.filter((one) => one.assetId === id)) this.remove(row);
        box.focus();
      });
      this.boxes.set(id, box);
      return h("label", { class: "choice" }, box, name);
    };
    const load = async (): Promise<void> => {
      try {
        const assets = await api.all<Asset>(`projects/${projectId}/assets?page_size=200`);
        fill(list, assets.filter((one) => one.version_count > 0).map(choice));
      } catch (error) {
        fill(list, problemBox(error, () => void load()));
      }
    };
    node.addEventListener("toggle", () => void load(), { once: true });
    return node;
  }
}

const pinned = ({ number }: Share["items"][number]): string => (number === null ? t("Always the newest version") : t("Version {number} only", { number }));
