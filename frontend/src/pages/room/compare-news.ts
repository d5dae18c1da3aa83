// What is compared in the room at the moment, for whoever shows it elsewhere: others in a live session; and the other way round.
import type { CompareSeen } from "../../state/live-session.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Compare as somebody else does; null: no longer. */
    "compare-as": { readonly seen: CompareSeen | null };
  }
}

const NAME = "tp-compared";

export function tellCompared(root: EventTarget, seen: CompareSeen | null): void {
  root.dispatchEvent(new CustomEvent<CompareSeen | null>(NAME, { detail: seen }));
}

export function onCompared(root: EventTarget, heard: (seen: CompareSeen | null) => void): void {
  root.addEventListener(NAME, (event) => heard((event as CustomEvent<CompareSeen | null>).detail));
}
