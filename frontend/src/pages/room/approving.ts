// Approval in the room: what is said about the version, and how far it is approved, beside the picture; its markers.
import { approvedUpTo, DECISIONS, type Decision } from "../../core/approval-words.ts";
import { askConflict, saveFields } from "../../elements/conflict-dialog.ts";
import { markerName, type ApprovalPanel } from "../../elements/approval-panel.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import { editMarker, markerBody, markerWords, presentMarker, type Place } from "../../elements/marker-dialog.ts";
import { ApiError } from "../../net/api.ts";
import type { Marker, Member, VersionApprovals } from "../../net/types.ts";
import { bearsOn } from "../../state/approval-conflict.ts";
import type { Fields } from "../../state/merging.ts";
import { entryText } from "../../state/delivery-record.ts";
import { after, api } from "../connect.ts";
import type { RoomContext, RoomPart } from "./context.ts";
import { t } from "../../language/translate.ts";

export class Approving implements RoomPart {
  private approvals: VersionApprovals | null = null;
  private asked = 0;
  private soon: (() => void) | null = null;

  constructor(
    private readonly room: RoomContext,
    private readonly panel: ApprovalPanel,
  ) {
    panel.bind({
      me: room.me.id,
      may: room.capabilities,
      decide: (decision, upToPlayhead, text) => this.decide({ decision, text, ...(upToPlayhead ? { up_to_frame: room.player.intended } : {}) }),
      withdraw: () => this.quietly("approvals/withdraw", "POST", {}, t("What you said was taken back; it stays in the history.")),
      ask: (userId, due) => this.write("reviewers", { user_id: userId, ...(due ? { due } : {}) }),
      unask: (userId) => this.quietly(`reviewers/${userId}`, "DELETE", undefined, ""),
      members: () => api.all<Member>(`projects/${room.projectId}/members?page_size=200`),
      addMarker: (label) => this.mark({ kind: label ? "chapter" : "custom", label, ...this.here() }),
      editMarker: (marker) => editMarker(marker, this.here(), (frame) => room.face?.position(frame) ?? String(frame), (fields) => this.change(marker, fields)),
      removeMarker: (id) => this.unmark(id),
      goTo: (frame) => room.player.seek(frame),
    });
  }

  leave(): void {
    this.asked++;
    this.approvals = null;
    this.soon?.();
    this.panel.clear();
  }

  media(_: unknown, fresh: boolean): void {
    if (fresh) void this.load();
  }

  player(): void {
    const { face, player } = this.room;
    if (face) this.panel.playhead(face.position(player.intended));
  }

  event(kind: string): void {
    if (!/^(approvals|marker|policy|delivery)\./.test(kind)) return;
    this.soon?.();
    this.soon = after(120, () => void this.load());
  }

  private get path(): string {
    return `versions/${this.room.session.versionId}`;
  }

  private async load(): Promise<void> {
    const mine = ++this.asked;
    try {
      const [approvals, markers] = await Promise.all([api.send<VersionApprovals>(`${this.path}/approvals`), api.all<Marker>(`${this.path}/markers?page_size=200`)]);
      if (mine !== this.asked) return;
      this.show(approvals);
      this.panel.showMarkers(markers);
      this.room.timeline.model.setLanes({ markers: markers.map((one) => ({ id: one.id, frame: one.frame, duration_frames: one.duration_frames, name: markerName(one), colour: one.colour })) });
    } catch {
      // The panel is beside the picture, not in its way: the next event asks again.
    }
  }

  private show(approvals: VersionApprovals): void {
    this.approvals = approvals;
    this.panel.show(approvals);
    this.player();
    this.room.timeline.model.setLanes({ approvedUpTo: approvedUpTo(approvals.reviewers, this.room.face?.frameCount ?? 1) });
  }

  /** Somebody may have said something since this was read: then the person sees it before it counts. */
  private async decide(body: { readonly decision: Decision; readonly text: string; readonly up_to_frame?: number }): Promise<void> {
    for (;;) {
      let now: VersionApprovals;
      try {
        await this.write("approvals", body);
        return;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412 || error.current === null) throw error;
        now = error.current as VersionApprovals;
      }
      if (this.approvals && !bearsOn(this.approvals, now, this.room.me.id)) {
        this.show(now);
        continue; // others said what they think: that is no conflict with what one thinks oneself
      }
      const newest = now.entries.at(-1);
      const said = newest ? [entryText(newest), newest.text].filter(Boolean).join(": ") : "";
      const words = { what: t("the state of this version"), label: () => t("What is said"), say: (_key: string, value: string) => value };
      const answer = await askConflict(words, { said: "" }, { said: [DECISIONS[body.decision][0], body.text].filter(Boolean).join(": ") }, { fields: { said }, tag: "", by: newest?.by.name ?? "" });
      this.show(now);
      if (answer === null || answer === "take" || answer["said"] === said) return;
    }
  }

  private async write(what: string, body: object): Promise<void> {
    this.show(await api.send<VersionApprovals>(`${this.path}/${what}`, { method: "POST", body, ...(this.approvals ? { ifMatch: `"${this.approvals.revision}"` } : {}) }));
  }

  private async quietly(what: string, method: "POST" | "DELETE", body: object | undefined, done: string): Promise<void> {
    try {
      this.show(await api.send<VersionApprovals>(`${this.path}/${what}`, { method, ...(body ? { body } : {}) }));
      if (done) toast(done);
    } catch (error) {
      toastProblem(error);
      void this.load();
    }
  }

  private async mark(body: object): Promise<void> {
    try {
      await api.send(`${this.path}/markers`, { method: "POST", body });
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }

  /** The playhead, or what is marked from In to Out. */
  private here(): Place {
    const { range } = this.room.player.state;
    return range ? { frame: range.first, duration_frames: range.last - range.first + 1 } : { frame: this.room.player.intended, duration_frames: 1 };
  }

  private async change(marker: Marker, fields: Fields): Promise<boolean> {
    const words = markerWords((frame) => this.room.face?.position(frame) ?? String(frame));
    const done = await saveFields<Marker, Marker>(words, marker, fields, {
      save: (wanted, tag) => api.send<Marker>(`markers/${marker.id}`, { method: "PATCH", body: markerBody(wanted), ifMatch: tag }),
      present: presentMarker,
    });
    await this.load();
    return done.kind !== "left";
  }

  private async unmark(id: string): Promise<void> {
    try {
      await api.send(`markers/${id}`, { method: "DELETE" });
      await this.load();
    } catch (error) {
      toastProblem(error);
    }
  }
}
