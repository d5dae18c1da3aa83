// Tells the address bar and screen readers where the playhead has come to rest.
import { setText } from "../../elements/dom.ts";
import type { PlayerState } from "../../player/player.ts";
import { after } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

export class Arriving implements RoomPart {
  private forget: (() => void) | null = null;

  constructor(
    private readonly room: RoomContext,
    private readonly spoken: HTMLElement,
  ) {}

  leave(): void {
    this.forget?.(); // of another version
  }

  /** Once it rests: browsers refuse an address that changes often (Safari with an error), and nobody wants every step of a
   *  run of steps read out. */
  player(state: PlayerState, before: PlayerState): void {
    const { face, session } = this.room;
    if (!state.confirmed || before.confirmed || !face) return;
    this.forget?.();
    this.forget = after(300, () => {
      const query = new URLSearchParams({ frame: String(state.frame) });
      const version = new URLSearchParams(location.search).get("version");
      if (version !== null) query.set("version", version); // a guest's address names its link, not the version
      history.replaceState(null, "", `${location.pathname.replace(/\/v\/.*/, `/v/${session.versionId}`)}?${query}`);
      setText(this.spoken, `${face.position(state.frame)}, ${face.beside(state.frame)}`);
    });
  }
}
