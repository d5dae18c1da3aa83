// Live sessions, the part that is always there: it knows whether one runs on this stack, and loads the rest to join or start one.
import { h, icon } from "../../elements/dom.ts";
import { toastProblem } from "../../elements/feedback.ts";
import { ask, type Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { ReviewSession } from "../../net/types.ts";
import { api } from "../connect.ts";
import type { RoomContext } from "./context.ts";
import { TogetherPart } from "./together-part.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Start a live session on this version, or join the one that runs. */
    together: unknown;
  }
}

export class Together extends TogetherPart {
  readonly handlers: Handlers<"together">;
  private running: ReviewSession | null = null;
  private readonly button = h("button", { type: "button", class: "button small session-start", "aria-label": t("Live session"), title: t("Live session"), hidden: true, onclick: () => ask(this.button, { kind: "together" }) }, icon("people"), h("span", null, t("Live session")));

  constructor(room: RoomContext, tools: Element) {
    super(room, false);
    tools.prepend(this.button);
    this.handlers = { together: () => this.begin() };
    void this.look();
  }

  override entered(versionId: string): void {
    super.entered(versionId);
    this.offer();
  }

  protected told(session: ReviewSession, created: boolean): void {
    if (created ? session.asset_id === this.room.assetId : session.id === this.running?.id) {
      this.running = session.ended_at === null ? session : null;
      this.offer();
    }
  }

  /** Which session runs here, and whether this tab is in one. */
  private async look(): Promise<void> {
    const found = await api.all<ReviewSession>(`projects/${this.room.projectId}/sessions?running=true`).catch(() => []);
    const kept = this.room.landing.get("session") ?? this.kept;
    this.running = found.find(({ id }) => id === kept) ?? found.find(({ version_id }) => version_id === this.room.session.versionId) ?? found.find(({ asset_id }) => asset_id === this.room.assetId) ?? null;
    this.offer();
    if (this.running && this.running.id === kept) await this.begin();
  }

  protected get offered(): ReviewSession | null {
    return this.running;
  }

  protected override offer(): void {
    const { running, room, surface } = this;
    this.button.hidden = surface?.inside === true || running !== null || !room.capabilities.has("lead_session");
    super.offer();
  }

  protected async begin(): Promise<void> {
    const surface = await this.load();
    if (!surface || surface.inside) return;
    const fresh = this.running === null;
    try {
      this.running ??= await api.send<ReviewSession>(`versions/${this.room.session.versionId}/sessions`, { method: "POST", body: {} });
    } catch (error) {
      return toastProblem(error);
    }
    this.goIn(surface, this.running, fresh);
    this.offer();
  }

  protected goTo(versionId: string, assetId: string, frame: number, sessionId: string): true {
    if (assetId === this.room.assetId) this.room.enter(versionId, frame);
    else location.assign(`/v/${versionId}?frame=${frame}&session=${sessionId}`);
    return true;
  }
}
