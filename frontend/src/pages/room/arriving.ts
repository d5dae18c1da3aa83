// Tells the address bar and screen readers where the playhead has come to rest, and screen readers what keys have set.
import { setText } from "../../elements/dom.ts";
import { t } from "../../language/translate.ts";
import type { PlayerState } from "../../player/player.ts";
import { after } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

export class Arriving implements RoomPart {
  private forget: (() => void) | null = null;
  private silence: (() => void) | null = null;

  constructor(
    private readonly room: RoomContext,
    private readonly spoken: HTMLElement,
  ) {}

  leave(): void {
    this.forget?.(); // of another version
    this.silence?.();
  }

  /** Once it rests: browsers refuse an address that changes often (Safari with an error), and nobody wants every step of a
   *  run of steps read out. */
  player(state: PlayerState, before: PlayerState): void {
    const { face, session } = this.room;
    this.settings(state, before);
    if (!state.confirmed || before.confirmed || !face) return;
    this.forget?.();
    this.forget = after(300, () => {
      const query = new URLSearchParams({ frame: String(state.frame) });
      const version = new URLSearchParams(location.search).get("version");
      if (version !== null) query.set("version", version); // a guest's address names its link, not the version
      history.replaceState(null, "", `${location.pathname.replace(/\/v\/.*/, `/v/${session.versionId}`)}?${query}`);
      setText(this.spoken, [`${face.position(state.frame)}, ${face.beside(state.frame)}`, this.commentAt(state.frame)].filter(Boolean).join(". "));
    });
  }

  /** The comment that was gone to, if it stands here. */
  private commentAt(frame: number): string {
    const { comments, panel } = this.room;
    const chosen = comments.store.state.items.find(({ comment }) => comment.id === panel.selectedId && comment.frame === frame)?.comment;
    return chosen ? `${chosen.author.name}: ${chosen.text}` : "";
  }

  /** In, out, loop and sound: whoever sets them by key hears it, as others see it. */
  private settings(state: PlayerState, before: PlayerState): void {
    const { face } = this.room;
    if (state.loop !== before.loop) setText(this.spoken, state.loop ? t("Loop on") : t("Loop off"));
    if (state.muted !== before.muted) setText(this.spoken, state.muted ? t("Sound off") : t("Sound on"));
    const { range } = state;
    if (range === before.range || !face) return;
    this.silence?.();
    this.silence = after(300, () => setText(this.spoken, range ? t("Range {first} to {last}", { first: face.position(range.first), last: face.position(range.last) }) : t("No range")));
  }
}
