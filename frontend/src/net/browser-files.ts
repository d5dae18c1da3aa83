// Bytes of files that wait for their comment, in a database of their own: pages of an earlier release that are still open hold
// the one of the comments (`browser-shelf.ts`) in its own form, and would keep a new one waiting.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { FileShelf, KeptFile } from "../state/waiting-files.ts";

interface Tables extends DBSchema {
  files: { key: string; value: KeptFile };
  /** What they weigh, so that nobody reads them all to know. */
  sizes: { key: string; value: { readonly id: string; readonly bytes: number; readonly at: string } };
}

const open = (): Promise<IDBPDatabase<Tables>> =>
  openDB<Tables>("twopop-files", 1, {
    upgrade: (base) => {
      base.createObjectStore("files", { keyPath: "id" });
      base.createObjectStore("sizes", { keyPath: "id" });
    },
  });

const BOTH = ["files", "sizes"] as const;

export class BrowserFiles implements FileShelf {
  private base: Promise<IDBPDatabase<Tables>> | null = null;

  private opened(): Promise<IDBPDatabase<Tables>> {
    return (this.base ??= open());
  }

  async put(file: KeptFile, most: number): Promise<boolean> {
    const change = (await this.opened()).transaction(BOTH, "readwrite", { durability: "strict" });
    const sizes = change.objectStore("sizes");
    const used = (await sizes.getAll()).reduce((sum, one) => sum + one.bytes, 0);
    const fits = used + file.bytes.byteLength <= most;
    if (fits) await Promise.all([change.objectStore("files").put(file), sizes.put({ id: file.id, bytes: file.bytes.byteLength, at: file.at })]);
    await change.done;
    return fits;
  }

  async get(id: string): Promise<KeptFile | null> {
    return (await (await this.opened()).get("files", id)) ?? null;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const change = (await this.opened()).transaction(BOTH, "readwrite");
    await Promise.all(ids.flatMap((id) => [change.objectStore("files").delete(id), change.objectStore("sizes").delete(id)]));
    await change.done;
  }

  async sweep(before: string, still: ReadonlySet<string>): Promise<void> {
    const rows = await (await this.opened()).getAll("sizes");
    const old = rows.filter((one) => one.at < before && !still.has(one.id)).map((one) => one.id);
    if (old.length > 0) await this.remove(old);
  }
}
