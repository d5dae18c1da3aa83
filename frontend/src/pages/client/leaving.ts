// Somebody else sits at this browser from now on.
import type { Outbox } from "../../state/outbox.ts";
import type { Keeping } from "../../state/keeping.ts";
import { KEPT_SESSION } from "../room/kept-session.ts";
import { forgetDrafts } from "./unsent-here.ts";

export interface Leaving {
  readonly outbox: Outbox;
  readonly keeping: Keeping;
  /** What the tab keeps. */
  readonly tab: Pick<Storage, "removeItem">;
  /** Settled once the server lets this browser in. */
  readonly entered: Promise<void>;
  /** Tell the server. */
  end(): Promise<void>;
}

/** With nothing of what the one before had begun to write, nor of where they were. False, and nothing is done: comments of theirs
 *  are still to be sent; whoever comes next would send them. */
export async function leave({ outbox, keeping, tab, entered, end }: Leaving): Promise<boolean> {
  await outbox.open(); // what earlier pages left is known then
  if (outbox.store.state.items.length > 0) return false;
  await entered;
  await end();
  forgetDrafts(keeping);
  tab.removeItem(KEPT_SESSION);
  return true;
}
