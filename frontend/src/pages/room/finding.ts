// What the sync checks found, on the timeline of the room; going to a place says what it is.
import { toast } from "../../elements/feedback.ts";
import type { Handlers } from "../../elements/requests.ts";
import { t } from "../../language/translate.ts";
import type { Answer } from "../../state/sync-report.ts";
import { findingsAt, timelineFindings } from "../../state/timeline-findings.ts";
import { api } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";

export class Finding implements RoomPart {
  readonly handlers: Handlers<"name-place"> = { "name-place": ({ frame }) => this.name(frame) };
  private asked = 0;
  private forget: (() => void) | null = null;

  constructor(private readonly room: RoomContext) {}

  leave(): void {
    this.forget?.();
    this.asked++; // an answer about the version that is left comes too late
  }

  media(_: unknown, fresh: boolean): void {
    if (fresh) void this.load();
  }

  event(kind: string, payload: unknown): void {
    if (kind === "checks.changed" && (payload as { version_id?: string } | null)?.version_id === this.room.session.versionId) void this.load();
  }

  private async load(): Promise<void> {
    const mine = ++this.asked;
    try {
      const { report } = await api.send<Answer>(`versions/${this.room.session.versionId}/checks`);
      if (mine === this.asked) this.room.timeline.model.setLanes({ findings: report ? timelineFindings(report) : [] });
    } catch {
      // The lane is a convenience: the badge leads to the report, which says what is wrong.
    }
  }

  private name(frame: number): void {
    const [first, ...others] = findingsAt(this.room.timeline.model.state.lanes.findings, frame);
    this.forget?.();
    this.forget = null;
    if (!first) return;
    const more = others.length > 0 ? ` ${t("(and {count} more)", { count: others.length })}` : "";
    const { versionId } = this.room.session;
    this.forget = toast(`${first.title}${more}`, { milliseconds: 9_000, action: { label: t("Report"), run: () => location.assign(`/v/${versionId}/checks`) } });
  }
}
