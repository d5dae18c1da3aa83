// The first-time tour, for each person once: begun when the first picture is there, loaded only then.
import { toastProblem } from "../../elements/feedback.ts";
import type { Handlers } from "../../elements/requests.ts";
import type { PlayerState } from "../../player/player.ts";
import { api } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

declare module "../../elements/requests.ts" {
  interface RequestMap {
    /** Show the tour, seen or not. */
    tour: unknown;
  }
}

export class Touring implements RoomPart {
  readonly handlers: Handlers<"tour"> = { tour: () => this.begin() };
  private due: boolean;
  private end: (() => void) | null = null;

  constructor(private readonly room: RoomContext) {
    this.due = room.preferences.tour_seen === false;
  }

  player(state: PlayerState): void {
    if (!this.due || !state.confirmed) return;
    this.due = false;
    void this.begin();
  }

  private async begin(): Promise<void> {
    this.end?.();
    const { beginTour } = await import("../../elements/tour.ts");
    this.end = beginTour(this.room.root, () => {
      this.end = null;
      api.send("me/preferences", { method: "PATCH", body: { tour_seen: true } }).catch(toastProblem);
    });
  }
}
