// One upload by tus 1.0. Retrying is the queue's business; resuming from what the server has is tus's own.
import { Upload, type DetailedError, type HttpResponse } from "tus-js-client";
import { t } from "../language/translate.ts";
import type { OpenTransfer, TransferFailure, TransferResult, UploadTarget } from "./upload-queue.ts";

/** The same file of the same place in the same project, unchanged since: name alone would splice two files into one. */
export function fingerprint(file: Pick<File, "name" | "size" | "lastModified">, target: UploadTarget): string {
  const place = [target.projectId, target.assetId ?? "", target.sequenceId ?? "", target.relativePath ?? file.name, ...(target.checkOnly ? ["check only"] : []), ...(target.referenceFor ? ["reference", target.referenceFor] : [])];
  return `twopop-upload:${JSON.stringify([...place, file.size, file.lastModified])}`;
}

function failureOf(error: Error | DetailedError): TransferFailure {
  const response = "originalResponse" in error ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  let problem: { title?: string; detail?: string; remedy?: string; errors?: { field: string; code: string; message: string }[] } = {};
  try {
    problem = JSON.parse(response?.getBody() ?? "") as typeof problem;
  } catch {
    // A proxy's page, or nothing: the status must do.
  }
  if (status === 0) {
    // No answer at all. Without a request the file itself could not be read: changed, moved, or its drive is gone.
    const sent = "originalRequest" in error && error.originalRequest !== null;
    if (sent) return { transient: true, message: t("No connection. Trying again."), remedy: "" };
    return { transient: false, message: t("The file can no longer be read."), remedy: t("It was changed, moved, or its drive is gone. Choose it again.") };
  }
  const named = (field: string, code: string): string | null => problem.errors?.find((one) => one.field === field && one.code === code)?.message ?? null;
  const transient = status === 423 || status === 409 || status === 429 || (status >= 500 && status !== 507);
  return {
    transient,
    message: problem.detail ?? problem.title ?? t("The server answered {status}.", { status }),
    remedy: problem.remedy ?? "",
    offered: named("name", "offered"),
    lockedSequence: named("sequence_id", "locked"),
  };
}

export function tusTransfers(csrfToken: () => string): OpenTransfer {
  return (file, target, listener) => {
    let result: TransferResult = { versionId: null, known: null };
    let begun = false;
    const metadata: Record<string, string> = { filename: file.name, filetype: file.type, projectId: target.projectId };
    if (target.assetId) metadata["assetId"] = target.assetId;
    if (target.sequenceId) metadata["sequenceId"] = target.sequenceId;
    if (target.checkOnly) metadata["checkOnly"] = "1";
    if (target.referenceFor) metadata["referenceFor"] = target.referenceFor;
    if (target.versionName) metadata["versionName"] = target.versionName;
    if (target.releaseLock) metadata["releaseLock"] = "1";
    if (target.sha256) metadata["sha256"] = target.sha256;
    if (target.relativePath) metadata["relativePath"] = target.relativePath;
    const upload = new Upload(file, {
      endpoint: "/files/",
      ...(target.uploadUrl ? { uploadUrl: new URL(target.uploadUrl, location.origin).pathname } : {}),
      metadata,
      retryDelays: null,
      removeFingerprintOnSuccess: true,
      fingerprint: () => Promise.resolve(fingerprint(file, target)),
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onAfterResponse: (_request, response: HttpResponse) => {
        const versionId = response.getHeader("Twopop-Version");
        const known = response.getHeader("Twopop-Known");
        if (versionId) result = { versionId, known: known === "version" || known === "project" ? known : result.known };
      },
      onProgress: (sent) => listener.progress(sent),
      onSuccess: () => listener.done(result),
      onError: (error) => listener.failed(failureOf(error)),
    });
    return {
      start: () => {
        if (begun || target.uploadUrl) {
          begun = true;
          upload.start(); // asks the server for its offset first
          return;
        }
        begun = true;
        upload
          .findPreviousUploads()
          .then((previous) => {
            const last = previous[previous.length - 1];
            if (last) upload.resumeFromPreviousUpload(last);
          })
          .catch(() => {
            // No storage: then there is nothing to resume from.
          })
          .finally(() => upload.start());
      },
      get url() {
        return upload.url;
      },
      stop: () => upload.abort(false),
      terminate: () => upload.abort(true),
    };
  };
}
