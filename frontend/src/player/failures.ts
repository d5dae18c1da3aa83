// Why a source cannot be shown, in words that help. The video element itself gives no reason, so the address is asked.
import { t } from "../language/translate.ts";

export interface PlayerFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export const FAILURES = {
  noFrameCallback: {
    code: "browser_without_frame_callback",
    message: t("This browser cannot say which frame it shows."),
    remedy: t("Use Chrome or Edge 83, Safari 15.4, Firefox 132, or newer."),
  },
  noRanges: {
    code: "ranges_missing",
    message: t("The server or a proxy in front of it does not answer byte ranges, so no frame but the first can be reached."),
    remedy: t("Let the proxy pass the Range header and 206 answers for /media/."),
  },
  unreachable: {
    code: "media_unreachable",
    message: t("The video could not be fetched: no connection to the server."),
    remedy: t("Check the network, then try again."),
  },
  gone: {
    code: "media_gone",
    message: t("This rendition of the video is no longer there."),
    remedy: t("Reload the page to get the present one."),
  },
  signedOut: {
    code: "signed_out",
    message: t("You are signed out, or no longer a member of this project."),
    remedy: t("Reload the page and sign in."),
  },
  undecodable: {
    code: "media_undecodable",
    message: t("This browser cannot play this rendition."),
    remedy: t("Choose the proxy as quality, or use Chrome, Edge, Safari or Firefox in a recent version."),
  },
  unconfirmed: {
    code: "frame_unconfirmed",
    message: t("The browser does not confirm the frame asked for, so no number is shown."),
    remedy: t("Try again. If it stays, choose another quality and report the file to your administrator."),
  },
  table: {
    code: "frame_table_unreadable",
    message: t("The list of frame times of this video could not be read."),
    remedy: t("Reload the page. If it stays, let the version's media be made again."),
  },
} as const satisfies Record<string, PlayerFailure>;

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** Ask the address for its first byte and say what is wrong with the answer. */
export async function explainSource(url: string, fetcher: Fetch): Promise<PlayerFailure> {
  let answer: Response;
  try {
    answer = await fetcher(url, { headers: { Range: "bytes=0-0" }, credentials: "same-origin" });
  } catch {
    return FAILURES.unreachable;
  }
  await answer.body?.cancel();
  if (answer.status === 206) return FAILURES.undecodable;
  if (answer.ok) return FAILURES.noRanges;
  if (answer.status === 401 || answer.status === 403) return FAILURES.signedOut;
  if (answer.status === 404 || answer.status === 410) return FAILURES.gone;
  return {
    code: "media_unreachable",
    message: t("The server answered {status} for the video.", { status: answer.status }),
    remedy: t("Try again in a moment."),
  };
}
