// Is this file here already? Asked before it is sent. Its size is asked first: a file is only worth reading for its hash where the
// project has another that is just as long.
import { hashFile } from "../core/file-hash.ts";
import type { Api } from "./api.ts";
import type { IncomingFile } from "./types.ts";
import type { Recognise } from "./upload-queue.ts";

const NOTHING = { sha256: null, versionId: null };

export function recogniser(api: Pick<Api, "send">): Recognise {
  return async (file, target, progress, signal) => {
    if (target.checkOnly) return NOTHING;
    const ask = (more: Record<string, string>): Promise<IncomingFile> => {
      const query = new URLSearchParams({ filename: target.versionName ?? file.name, size: String(file.size), ...(target.assetId ? { asset_id: target.assetId } : {}), ...more });
      return api.send<IncomingFile>(`projects/${target.projectId}/incoming?${query}`, { signal });
    };
    if (!(await ask({})).same_size) return NOTHING;
    const { sha256 } = await hashFile(file, progress, signal);
    const { asset_id, known } = await ask({ sha256 });
    return { sha256, versionId: known.find((one) => one.asset_id === asset_id)?.id ?? null };
  };
}
