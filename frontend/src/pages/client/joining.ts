// A live session on the client's page: offered where one runs on what the link shows; joined under the guest's name.
import { t } from "../../language/translate.ts";
import type { ReviewSession } from "../../net/types.ts";
import { api } from "../connect.ts";
import type { RoomContext } from "../room/context.ts";
import { TogetherPart } from "../room/together-part.ts";
import { entered } from "./entering.ts";

export interface JoiningPorts {
  /** Asks for the guest's name where it is not known yet; false: they closed the dialog. */
  named(why: string): Promise<boolean>;
  /** Whether this page can show that version. */
  shows(versionId: string): boolean;
}

export class Joining extends TogetherPart {
  private seen = false;

  constructor(
    room: RoomContext,
    private readonly ports: JoiningPorts,
    /** Those that run on what the link shows. */
    private running: readonly ReviewSession[],
  ) {
    super(room, true);
    const here = running.find(({ id }) => id === this.kept);
    if (here) void this.join(here);
    else this.offer();
  }

  override entered(versionId: string): void {
    super.entered(versionId);
    const first = !this.seen; // of what runs then the page itself tells
    this.seen = true;
    if (!first && !this.surface?.inside) api.send<ReviewSession[]>(`versions/${versionId}/sessions`).then((found) => this.know(found, versionId), () => undefined);
  }

  protected told(session: ReviewSession): void {
    this.know(session.ended_at === null ? [session] : [], session.version_id);
  }

  private know(found: readonly ReviewSession[], versionId: string): void {
    this.running = [...found, ...this.running.filter(({ version_id }) => version_id !== versionId)];
    this.offer();
  }

  /** Of several the one on the version that is looked at. */
  protected get offered(): ReviewSession | null {
    return this.running.find(({ version_id }) => version_id === this.room.session?.versionId) ?? this.running[0] ?? null;
  }

  protected async begin(): Promise<void> {
    if (this.offered && (await this.ports.named(t("So that everybody knows who is there.")))) await this.join(this.offered);
  }

  private async join(session: ReviewSession | null): Promise<void> {
    const [surface] = await Promise.all([this.load(), entered]);
    if (session && surface && !surface.inside) this.goIn(surface, session, false);
  }

  protected goTo(versionId: string, _assetId: string, frame: number): boolean {
    const shown = this.ports.shows(versionId);
    if (shown) this.room.enter(versionId, frame);
    return shown;
  }
}
