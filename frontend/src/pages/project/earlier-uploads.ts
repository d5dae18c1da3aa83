// Uploads of an earlier visit to a project: gone on with, named, or given up.
import { h } from "../../elements/dom.ts";
import { problemText, toast } from "../../elements/feedback.ts";
import type { UploadPanel } from "../../elements/upload-panel.ts";
import { figure, t } from "../../language/translate.ts";
import { csrfFrom } from "../../net/api.ts";
import type { OpenUpload } from "../../net/types.ts";
import type { UploadQueue } from "../../net/upload-queue.ts";
import { api } from "../connect.ts";

export class EarlierUploads {
  constructor(
    private readonly projectId: string,
    private readonly panel: UploadPanel,
    private readonly queue: UploadQueue,
  ) {}

  /** Name an upload that the server has already: it may be whole, and waits for nothing but that. */
  async rename(url: string, name: string): Promise<void> {
    const path = new URL(url, location.origin).pathname;
    const open = (await api.all<OpenUpload>(`projects/${this.projectId}/uploads`)).find((one) => new URL(one.url, location.origin).pathname === path);
    if (open) await api.send(`uploads/${open.id}/name`, { method: "PUT", body: { name } });
  }

  /** Uploads of an earlier visit that are not complete: the browser cannot open their files again by itself. */
  async load(): Promise<void> {
    try {
      const open = await api.all<OpenUpload>(`projects/${this.projectId}/uploads`);
      this.panel.showEarlier(open.filter((upload) => upload.state === "open"));
    } catch {
      // A help, not a need: dropping the same file again goes on where it stopped, too.
    }
  }

  goOn(open: OpenUpload): void {
    const picker = h("input", { type: "file" });
    picker.addEventListener("change", () => {
      const file = picker.files?.[0];
      if (!file) return;
      if (file.size !== open.size) {
        toast(t("This is another file: it has {size} bytes, {filename} had {before}.", { size: figure(file.size), filename: open.filename, before: figure(open.size) }), { bad: true });
        return;
      }
      this.queue.add(file, { projectId: this.projectId, uploadUrl: open.url, ...(open.asset_id ? { assetId: open.asset_id } : {}), ...(open.relative_path ? { relativePath: open.relative_path } : {}) });
      void this.loadWithout(open);
    });
    picker.click();
  }

  async discard(open: OpenUpload): Promise<void> {
    try {
      const answer = await fetch(new URL(open.url, location.origin).pathname, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": csrfFrom(document.cookie) } });
      if (!answer.ok && answer.status !== 404 && answer.status !== 410) throw new Error(String(answer.status));
    } catch (error) {
      toast(problemText(error).message, { bad: true });
    }
    await this.loadWithout(open);
  }

  private async loadWithout(open: OpenUpload): Promise<void> {
    const rest = await api.all<OpenUpload>(`projects/${this.projectId}/uploads`).catch(() => []);
    this.panel.showEarlier(rest.filter((upload) => upload.id !== open.id && upload.state === "open" && !this.queue.store.state.items.some((item) => item.name === upload.filename && item.size === upload.size)));
  }
}
