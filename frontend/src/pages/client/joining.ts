// A live session on the client's page: offered where one runs on what the link shows; joined under the guest's name.
import { toast } from "../../elements/feedback.ts";
import type { RoomRequest } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { ReviewSession } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { api } from "../connect.ts";
import type { RoomContext, RoomPart } from "../room/context.ts";
import type { TogetherSurface } from "../room/together-surface.ts";
import { entered } from "./entering.ts";

export interface JoiningPorts {
  /** Asks for the guest's name where it is not known yet; false: they closed the dialog. */
  named(why: string): Promise<boolean>;
  /** Whether this page can show that version. */
  shows(versionId: string): boolean;
}

const KEPT = "twopop-session"; // of this tab: a reload goes on in it

export class Joining implements RoomPart {
  private surface: TogetherSurface | null = null;
  private loading: Promise<TogetherSurface | null> | null = null;
  private seen = false;

  constructor(
    private readonly room: RoomContext,
    private readonly ports: JoiningPorts,
    /** Those that run on what the link shows. */
    private running: readonly ReviewSession[],
  ) {
    const kept = sessionStorage.getItem(KEPT);
    const here = running.find(({ id }) => id === kept);
    if (here) void this.join(here);
    else this.offer();
  }

  intends(request: RoomRequest): void {
    this.surface?.intends(request);
  }

  leave(): void {
    this.surface?.leaveVersion();
  }

  entered(versionId: string): void {
    this.surface?.entered(versionId);
    const first = !this.seen; // of what runs then the page itself tells
    this.seen = true;
    if (!first && !this.surface?.inside) api.send<ReviewSession[]>(`versions/${versionId}/sessions`).then((found) => this.know(found, versionId), () => undefined);
  }

  media(): void {
    this.surface?.timed();
  }

  player(state: PlayerState): void {
    this.surface?.player(state);
  }

  event(kind: string, payload: unknown): void {
    if (kind !== "session.created" && kind !== "session.updated") return;
    const told = payload as ReviewSession;
    this.know(told.ended_at === null ? [told] : [], told.version_id);
  }

  private know(found: readonly ReviewSession[], versionId: string): void {
    this.running = [...found, ...this.running.filter(({ version_id }) => version_id !== versionId)];
    this.offer();
  }

  /** Of several the one on the version that is looked at. */
  private get offered(): ReviewSession | null {
    return this.running.find(({ version_id }) => version_id === this.room.session?.versionId) ?? this.running[0] ?? null;
  }

  private offer(): void {
    if (this.surface) this.surface.offer(this.offered);
    else if (this.offered) void this.load().then((surface) => surface?.offer(this.offered));
  }

  private async begin(): Promise<void> {
    if (this.offered && (await this.ports.named(t("So that everybody knows who is there.")))) await this.join(this.offered);
  }

  private async join(session: ReviewSession | null): Promise<void> {
    const [surface] = await Promise.all([this.load(), entered]);
    if (!session || !surface || surface.inside) return;
    sessionStorage.setItem(KEPT, session.id);
    surface.join(session, false);
  }

  private load(): Promise<TogetherSurface | null> {
    const ports = {
      begin: () => void this.begin(),
      left: () => {
        sessionStorage.removeItem(KEPT);
        this.offer();
      },
      goTo: (versionId: string, _assetId: string, frame: number) => {
        const shown = this.ports.shows(versionId);
        if (shown) this.room.enter(versionId, frame);
        return shown;
      },
    };
    this.loading ??= import("../room/together-surface.ts").then(
      ({ TogetherSurface }) => (this.surface = new TogetherSurface(this.room, ports, true)),
      () => {
        this.loading = null;
        toast(t("The tools could not be loaded. Check the network, then try again."), { bad: true });
        return null;
      },
    );
    return this.loading;
  }
}
