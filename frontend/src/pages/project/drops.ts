// Files and folders dropped anywhere on the page of a project: on a card, they are its next version.
import type { AssetCard } from "../../elements/asset-card.ts";
import { fill, h, icon } from "../../elements/dom.ts";
import { droppedFiles, type FoundFile } from "../../elements/dropped-files.ts";
import { toast } from "../../elements/feedback.ts";
import { t } from "../../language/translate.ts";
import type { Sequence } from "../../net/types.ts";

export interface DropHost {
  cards(): Iterable<AssetCard>;
  /** That new videos would be of. */
  sequence(): Sequence | undefined;
  send(files: readonly FoundFile[], assetId: string | null): void;
}

/** `hint` says, while something is dragged over the page, what a drop would do. */
export function acceptDrops(hint: HTMLElement, host: DropHost): void {
  let depth = 0;
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const cardAt = (event: DragEvent): AssetCard | null => (event.target instanceof Element ? event.target.closest<AssetCard>("tp-asset-card") : null);
  const point = (event: DragEvent): void => {
    const card = cardAt(event);
    for (const one of host.cards()) one.classList.toggle("drop-target", one === card);
    const sequence = host.sequence();
    fill(hint, h("p", null, icon("upload"), card?.asset ? t("Drop: next version of “{name}”", { name: card.asset.name }) : sequence ? t("Drop: new in “{name}”", { name: sequence.name }) : t("Drop: new in this project")));
  };
  const end = (): void => {
    depth = 0;
    hint.hidden = true;
    for (const card of host.cards()) card.classList.remove("drop-target");
  };
  document.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    hint.hidden = false;
    point(event);
  });
  document.addEventListener("dragleave", (event) => {
    if (carriesFiles(event) && --depth <= 0) end();
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    point(event);
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer || !carriesFiles(event)) return;
    event.preventDefault();
    const assetId = cardAt(event)?.asset?.id ?? null;
    end();
    droppedFiles(event.dataTransfer)
      .then((files) => host.send(files, assetId))
      .catch(() => toast(t("What was dropped could not be read. Use the Upload button."), { bad: true }));
  });
}
