// Open comments of earlier versions in the room: shown until somebody carries them over or marks them as done.
import type { GhostPanel } from "../../elements/ghost-panel.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import type { Comment, Ghost, MediaStatus } from "../../net/types.ts";
import { after, api } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { GhostMark } from "../../core/timeline-lanes.ts";
import type { Handlers } from "../../elements/requests.ts";
import { n } from "../../language/translate.ts";

/** None for a ghost that stands behind this version's end. */
const ghostMark = ({ comment, version_number, frame }: Ghost): GhostMark[] => (frame === null ? [] : [{ id: comment.id, frame, frames: comment.duration_frames, title: `v${version_number} · ${comment.author.name}: ${comment.text}` }]);

export class Ghosts implements RoomPart {
  readonly handlers: Handlers<"open-ghost"> = { "open-ghost": ({ id }) => this.panel.reveal(id) };
  private asked = 0;
  private soon: (() => void) | null = null;

  constructor(
    private readonly room: RoomContext,
    private readonly panel: GhostPanel,
  ) {
    panel.bind({
      mayCarry: room.capabilities.has("complete_comments"),
      goTo: (frame) => room.player.seek(frame),
      position: (frame) => room.face?.position(frame) ?? String(frame),
      carry: (ids) => this.carry(ids),
    });
  }

  leave(): void {
    this.asked++;
    this.soon?.();
    this.show([]);
  }

  private show(ghosts: readonly Ghost[]): void {
    this.panel.show(ghosts);
    this.room.timeline.model.setLanes({ ghosts: ghosts.flatMap(ghostMark) });
  }

  media(_: MediaStatus | null, fresh: boolean): void {
    if (fresh) void this.load();
  }

  display(): void {
    void this.load();
  }

  event(kind: string, payload: unknown): void {
    const about = payload as Partial<Comment> | null;
    // This version's own comments change nothing, unless one was carried over or taken away again.
    if (!kind.startsWith("comment.") || (about?.version_id === this.room.session.versionId && !about.carried_from)) return;
    this.soon?.();
    this.soon = after(300, () => void this.load());
  }

  private async load(): Promise<void> {
    const mine = ++this.asked;
    const found = await api.all<Ghost>(`versions/${this.room.session.versionId}/ghosts?page_size=200`).catch(() => null);
    if (found && mine === this.asked) this.show(found);
  }

  private async carry(ids: readonly string[]): Promise<void> {
    try {
      const made = await api.send<Comment[]>(`versions/${this.room.session.versionId}/carry-over`, { method: "POST", body: { comment_ids: ids } });
      toast(n("{count} comment was carried over. | {count} comments were carried over.", made.length));
    } catch (error) {
      toastProblem(error);
    }
    await this.load();
  }
}
