// What the room and the client's page have in common of live sessions: they offer one that runs, and load the rest to be in it.
import type { RoomRequest } from "../../elements/requests.ts";
import type { ReviewSession } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import { KEPT_SESSION } from "./kept-session.ts";
import { LazyTools } from "./lazy-tools.ts";
import type { TogetherPorts, TogetherSurface } from "./together-surface.ts";

export abstract class TogetherPart implements RoomPart {
  private readonly tools: LazyTools<typeof import("./together-surface.ts"), TogetherSurface>;

  constructor(
    protected readonly room: RoomContext,
    guest: boolean,
  ) {
    const ports: TogetherPorts = { begin: () => void this.begin(), left: () => this.left(), goTo: (...place) => this.goTo(...place) };
    this.tools = new LazyTools(() => import("./together-surface.ts"), ({ TogetherSurface }) => new TogetherSurface(room, ports, guest));
  }

  /** The session that may be joined here. */
  protected abstract get offered(): ReviewSession | null;
  protected abstract begin(): Promise<void>;
  protected abstract goTo(...place: Parameters<TogetherPorts["goTo"]>): boolean;
  /** A session was started, or changed. */
  protected abstract told(session: ReviewSession, created: boolean): void;

  protected get surface(): TogetherSurface | null {
    return this.tools.here;
  }

  protected load(): Promise<TogetherSurface | null> {
    return this.tools.load();
  }

  /** Id of the session that this tab is, or was, in. */
  protected get kept(): string | null {
    return sessionStorage.getItem(KEPT_SESSION);
  }

  protected offer(): void {
    if (this.surface) this.surface.offer(this.offered);
    else if (this.offered) void this.load().then((surface) => surface?.offer(this.offered));
  }

  /** `fresh`: it was started here. */
  protected goIn(surface: TogetherSurface, session: ReviewSession, fresh: boolean): void {
    sessionStorage.setItem(KEPT_SESSION, session.id);
    surface.join(session, fresh);
  }

  private left(): void {
    sessionStorage.removeItem(KEPT_SESSION);
    this.offer();
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
  }

  media(): void {
    this.surface?.timed();
  }

  player(state: PlayerState): void {
    this.surface?.player(state);
  }

  event(kind: string, payload: unknown): void {
    if (kind === "session.created" || kind === "session.updated") this.told(payload as ReviewSession, kind === "session.created");
  }
}
