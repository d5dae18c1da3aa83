// Live sessions, the part that is always there: it knows whether one runs on this stack, and loads the rest to join or start one.
import { h, icon } from "../../elements/dom.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import { ask, type Handlers, type RoomRequest } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { ReviewSession } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { api } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import type { TogetherSurface } from "./together-surface.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Start a live session on this version, or join the one that runs. */
    together: unknown;
  }
}

const KEPT = "twopop-session"; // of this tab: a reload, or the room of another stack, goes on in it

export class Together implements RoomPart {
  readonly handlers: Handlers<"together">;
  private surface: TogetherSurface | null = null;
  private loading: Promise<TogetherSurface | null> | null = null;
  private running: ReviewSession | null = null;
  private readonly button = h("button", { type: "button", class: "button small session-start", "aria-label": t("Live session"), title: t("Live session"), hidden: true, onclick: () => ask(this.button, { kind: "together" }) }, icon("people"), h("span", null, t("Live session")));

  constructor(
    private readonly room: RoomContext,
    tools: Element,
  ) {
    tools.prepend(this.button);
    this.handlers = { together: () => this.begin() };
    void this.look();
  }

  /** Somebody asks for something: moving by oneself is not following. */
  intends(request: RoomRequest): void {
    this.surface?.intends(request);
  }

  leave(): void {
    this.surface?.leaveVersion();
  }

  entered(versionId: string): void {
    this.surface?.entered(versionId);
    this.offer();
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
    if (kind === "session.created" ? told.asset_id === this.room.assetId : told.id === this.running?.id) {
      this.running = told.ended_at === null ? told : null;
      this.offer();
    }
  }

  /** Which session runs here, and whether this tab is in one. */
  private async look(): Promise<void> {
    const found = await api.all<ReviewSession>(`projects/${this.room.projectId}/sessions?running=true`).catch(() => []);
    const kept = this.room.landing.get("session") ?? sessionStorage.getItem(KEPT);
    this.running = found.find(({ id }) => id === kept) ?? found.find(({ version_id }) => version_id === this.room.session.versionId) ?? found.find(({ asset_id }) => asset_id === this.room.assetId) ?? null;
    this.offer();
    if (this.running && this.running.id === kept) await this.begin();
  }

  private offer(): void {
    const { running, room, surface } = this;
    this.button.hidden = surface?.inside === true || running !== null || !room.capabilities.has("lead_session");
    if (surface) surface.offer(running);
    else if (running) void this.load().then((loaded) => loaded?.offer(this.running));
  }

  private async begin(): Promise<void> {
    const surface = await this.load();
    if (!surface || surface.inside) return;
    const fresh = this.running === null;
    try {
      this.running ??= await api.send<ReviewSession>(`versions/${this.room.session.versionId}/sessions`, { method: "POST", body: {} });
    } catch (error) {
      return toastProblem(error);
    }
    sessionStorage.setItem(KEPT, this.running.id);
    surface.join(this.running, fresh);
    this.offer();
  }

  private left(): void {
    sessionStorage.removeItem(KEPT);
    this.offer();
  }

  private goTo(versionId: string, assetId: string, frame: number, sessionId: string): true {
    if (assetId === this.room.assetId) this.room.enter(versionId, frame);
    else location.assign(`/v/${versionId}?frame=${frame}&session=${sessionId}`);
    return true;
  }

  private load(): Promise<TogetherSurface | null> {
    this.loading ??= import("./together-surface.ts").then(
      ({ TogetherSurface }) => (this.surface = new TogetherSurface(this.room, { begin: () => void this.begin(), left: () => this.left(), goTo: (...place) => this.goTo(...place) })),
      () => {
        this.loading = null;
        toast(t("The tools could not be loaded. Check the network, then try again."), { bad: true });
        return null;
      },
    );
    return this.loading;
  }
}
