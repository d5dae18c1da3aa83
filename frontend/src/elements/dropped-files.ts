// What was dropped or chosen: files, and whole folders with the paths in them.

import { t } from "../language/translate.ts";
import { toast } from "./feedback.ts";

export interface FoundFile {
  readonly file: File;
  /** Path within the dropped folder; empty for a single file. */
  readonly relativePath: string;
}

const NOT_MEDIA = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

async function walk(entry: FileSystemEntry, path: string, found: FoundFile[]): Promise<void> {
  if (NOT_MEDIA.test(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, relativePath: path ? `${path}/${entry.name}` : "" });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside = path ? `${path}/${entry.name}` : entry.name;
  for (;;) {
    // A reader gives a hundred entries at a time, and an empty list at the end.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const child of part) await walk(child, inside, found);
  }
}

export async function droppedFiles(transfer: DataTransfer): Promise<FoundFile[]> {
  // The list dies with the event: take the entries before the first await.
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null));
  const plain = [...transfer.files];
  const found: FoundFile[] = [];
  if (entries.every((entry) => entry === null)) return plain.map((file) => ({ file, relativePath: "" }));
  for (const entry of entries) if (entry) await walk(entry, "", found);
  return found.sort((a, b) => (a.relativePath || a.file.name).localeCompare(b.relativePath || b.file.name, undefined, { numeric: true }));
}

export const chosenFiles = (list: FileList): FoundFile[] =>
  [...list].filter((file) => !NOT_MEDIA.test(file.name)).map((file) => ({ file, relativePath: file.webkitRelativePath }));

/** Take the files that are dropped anywhere on `ground`; `zone` shows that it would. */
export function takeDrops(ground: Document | HTMLElement, zone: HTMLElement, take: (files: FoundFile[]) => void): void {
  ground.addEventListener("dragover", (event) => {
    const { dataTransfer } = event as DragEvent;
    if (!dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("drop-target");
  });
  ground.addEventListener("dragleave", () => zone.classList.remove("drop-target"));
  ground.addEventListener("drop", (event) => {
    zone.classList.remove("drop-target");
    const { dataTransfer } = event as DragEvent;
    if (!dataTransfer) return;
    event.preventDefault();
    droppedFiles(dataTransfer)
      .then(take)
      .catch(() => toast(t("What was dropped could not be read. Use the button."), { bad: true }));
  });
}
