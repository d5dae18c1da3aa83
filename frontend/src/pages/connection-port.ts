// Bytes to and from this server, for a test of the connection.
import { t } from "../language/translate.ts";
import { ApiError } from "../net/api.ts";
import { within } from "../net/within.ts";
import type { ConnectionPort } from "../state/connection-test.ts";
import { api } from "./connect.ts";

const PATIENCE_MS = 30_000;
/** `getRandomValues` gives so many at a time. */
const PIECE = 65_536;

export function connectionPort(versionId: string): ConnectionPort {
  const path = `versions/${versionId}/connection`;
  return {
    download: async (bytes) => {
      // Not by the API's client: the answer is no JSON.
      const answer = await fetch(`/api/v1/${path}?bytes=${bytes}`, { credentials: "same-origin", cache: "no-store", signal: within(PATIENCE_MS) }).catch(() => null);
      if (answer?.ok) await answer.arrayBuffer().catch(() => unreachable());
      else if (answer) throw new ApiError(answer.status, `http_${answer.status}`, t("The server answered {status}.", { status: answer.status }), "");
      else unreachable();
    },
    upload: (bytes) => api.send(path, { method: "POST", content: noise(bytes), signal: within(PATIENCE_MS) }),
    now: () => performance.now(),
  };
}

function unreachable(): never {
  throw new ApiError(0, "offline", t("The server cannot be reached."), "");
}

/** What nothing on the way can compress. */
function noise(bytes: number): Blob {
  const piece = crypto.getRandomValues(new Uint8Array(PIECE));
  const parts = Array.from({ length: Math.floor(bytes / PIECE) }, () => piece);
  return new Blob([...parts, piece.slice(0, bytes % PIECE)]);
}
