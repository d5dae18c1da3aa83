// The share links with their styles: a part that is loaded when it is asked for.
import "../styles/share.css";
import { openShares as open } from "../elements/share-dialog.ts";
import type { ShareTarget } from "../elements/share-fields.ts";
import type { LiveEvent } from "../net/types.ts";
import { after, api, LIVE_EVENT } from "./connect.ts";

/** Kept up to date by the connection that the page has anyway. */
export function openShares(projectId: string, target: ShareTarget | null): void {
  const hear = (listener: (kind: string) => void): (() => void) => {
    const heard = (event: Event): void => listener((event as CustomEvent<LiveEvent>).detail.kind);
    document.addEventListener(LIVE_EVENT, heard);
    return () => document.removeEventListener(LIVE_EVENT, heard);
  };
  open({ api, projectId, hear, after }, target);
}
