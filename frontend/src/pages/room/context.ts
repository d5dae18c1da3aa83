// What the parts of the room share. A part answers requests and hears what changes; it knows the others only through this.
import type { ClockFace, ClockSetting } from "../../core/clock-face.ts";
import type { CommentPanel } from "../../elements/comment-panel.ts";
import type { Composer } from "../../elements/composer.ts";
import type { PlayerView } from "../../elements/player-view.ts";
import type { RoomRequest } from "../../elements/requests.ts";
import type { Timeline } from "../../elements/timeline.ts";
import type { Transport } from "../../elements/transport.ts";
import type { Capability, MediaStatus, Person, Preferences } from "../../net/types.ts";
import type { Player, PlayerState } from "../../player/player.ts";
import type { Comments, CommentsState } from "../../state/comments.ts";
import type { VersionSession } from "../../state/version-session.ts";

export interface RoomContext {
  readonly root: HTMLElement;
  readonly projectId: string;
  readonly assetId: string;
  readonly me: Person;
  readonly capabilities: ReadonlySet<Capability>;
  /** What who is here had set when the page came. */
  readonly preferences: Preferences;
  readonly player: Player;
  // The elements of the room.
  readonly view: PlayerView;
  readonly timeline: Timeline;
  readonly transport: Transport;
  readonly panel: CommentPanel;
  readonly composer: Composer;
  /** Of the version that is shown; replaced when another one is entered. */
  readonly session: VersionSession;
  readonly comments: Comments;
  /** Null until the frames of the version are known. */
  readonly face: ClockFace | null;
  /** How positions are shown; whoever changes it says so by `positionsChanged`. */
  readonly clock: ClockSetting;
  positionsChanged(): void;
  /** What the page's address asks for and has not got yet. */
  readonly landing: URLSearchParams;
  /** Show a version, on this frame; pushes an entry of the history. */
  enter(versionId: string, frame: number): void;
  act(request: RoomRequest): void;
}

/** A part of the room. Each hook is optional; they are called in the order in which the room lists its parts. */
export interface RoomPart {
  /** The present version is about to be left (not called for the first). */
  leave?(): void;
  /** Another version is shown from now on; nothing of it is known yet. */
  entered?(versionId: string): void;
  /** Its media is known anew; `fresh`: its frames for the first time. */
  media?(media: MediaStatus | null, fresh: boolean): void;
  player?(state: PlayerState, before: PlayerState): void;
  comments?(state: CommentsState): void;
  /** Positions are shown in another way from now on. */
  display?(): void;
  event?(kind: string, payload: unknown): void;
}
