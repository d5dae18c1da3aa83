// The sequence that is open in Premiere, by its UXP objects: read its shape and markers, change markers, move the playhead.
import type { MarkerPlan, PresentMarker, WantedMarker } from "./marker-plan.ts";
import { frameAt, type SequenceShape } from "./place.ts";
import type { Action, Premiere, PremiereMarker, PremiereProject, PremiereSequence } from "./premiere-api.ts";

/** What the panel needs of an editing program. */
export interface Host<Handle = unknown> {
  /** The open sequence; null if there is none. */
  sequence(): Promise<SequenceShape | null>;
  playhead(): Promise<number>;
  jump(frame: number): Promise<void>;
  markers(): Promise<PresentMarker<Handle>[]>;
  apply(plan: Pick<MarkerPlan<Handle>, "add" | "change" | "remove">): Promise<void>;
}

/** Premiere did not do what it was asked for. */
export class HostRefused extends Error {}

interface OpenSequence {
  readonly project: PremiereProject;
  readonly sequence: PremiereSequence;
  readonly perFrame: bigint;
}

export class PremiereHost implements Host<PremiereMarker> {
  constructor(private readonly premiere: Premiere) {}

  async sequence(): Promise<SequenceShape | null> {
    const open = await this.find();
    if (!open) return null;
    const { sequence, perFrame } = open;
    const [zero, end] = [await sequence.getZeroPoint(), await sequence.getEndTime()];
    return {
      id: sequence.guid.toString(),
      name: sequence.name,
      ticksPerFrame: perFrame,
      zeroFrame: frameAt(zero.ticks, perFrame),
      frames: frameAt(end.ticks, perFrame),
    };
  }

  async playhead(): Promise<number> {
    const { sequence, perFrame } = await this.opened();
    return frameAt((await sequence.getPlayerPosition()).ticks, perFrame);
  }

  async jump(frame: number): Promise<void> {
    const { sequence, perFrame } = await this.opened();
    if (!(await sequence.setPlayerPosition(this.time(frame, perFrame)))) throw new HostRefused("setPlayerPosition");
  }

  async markers(): Promise<PresentMarker<PremiereMarker>[]> {
    const { sequence, perFrame } = await this.opened();
    const all = await (await this.premiere.Markers.getMarkers(sequence)).getMarkers();
    return Promise.all(all.map((marker) => present(marker, perFrame)));
  }

  /** All changes are one step of Undo, the colours of new markers a second: a marker can only be coloured once it is there. */
  async apply(plan: Pick<MarkerPlan<PremiereMarker>, "add" | "change" | "remove">): Promise<void> {
    const { project, sequence, perFrame } = await this.opened();
    const markers = await this.premiere.Markers.getMarkers(sequence);
    const comment = this.premiere.Marker.MARKER_TYPE_COMMENT;
    const length = (wanted: WantedMarker) => this.time(wanted.frames, perFrame);
    this.together(project, "Twopop", () => [
      ...plan.remove.map((marker) => markers.createRemoveMarkerAction(marker)),
      ...plan.change.flatMap(({ handle, from, to }) => changes(handle, from, to, length(to))),
      ...plan.add.map((one) => markers.createAddMarkerAction(one.name, comment, this.time(one.frame, perFrame), length(one), one.text)),
    ]);
    if (plan.add.length === 0) return;
    const byText = new Map(plan.add.map((one) => [`${one.frame} ${one.text}`, one.colour]));
    const fresh = await this.markers();
    this.together(project, "Twopop", () =>
      fresh.flatMap((one) => {
        const colour = byText.get(`${one.frame} ${one.text}`);
        return colour === undefined || colour === one.colour ? [] : [one.handle.createSetColorByIndexAction(colour)];
      }),
    );
  }

  private together(project: PremiereProject, name: string, make: () => Action[]): void {
    let taken = true;
    project.lockedAccess(() => {
      const actions = make();
      if (actions.length === 0) return;
      taken = project.executeTransaction((all) => {
        for (const action of actions) if (!all.addAction(action)) throw new HostRefused("addAction");
      }, name);
    });
    if (!taken) throw new HostRefused("executeTransaction");
  }

  private time(frames: number, perFrame: bigint): ReturnType<Premiere["TickTime"]["createWithTicks"]> {
    return this.premiere.TickTime.createWithTicks(String(BigInt(frames) * perFrame));
  }

  private async opened(): Promise<OpenSequence> {
    const open = await this.find();
    if (!open) throw new HostRefused("getActiveSequence");
    return open;
  }

  private async find(): Promise<OpenSequence | null> {
    const project = await this.premiere.Project.getActiveProject();
    const sequence = await project?.getActiveSequence();
    if (!project || !sequence) return null;
    const timebase = await sequence.getTimebase();
    if (!/^[1-9]\d*$/.test(timebase)) throw new HostRefused(`getTimebase: ${timebase}`);
    return { project, sequence, perFrame: BigInt(timebase) };
  }
}

async function present(marker: PremiereMarker, perFrame: bigint): Promise<PresentMarker<PremiereMarker>> {
  return {
    handle: marker,
    frame: frameAt((await marker.getStart()).ticks, perFrame),
    frames: frameAt((await marker.getDuration()).ticks, perFrame),
    name: await marker.getName(),
    text: await marker.getComments(),
    colour: await marker.getColorIndex(),
  };
}

function changes(marker: PremiereMarker, from: WantedMarker, to: WantedMarker, length: ReturnType<Premiere["TickTime"]["createWithTicks"]>): Action[] {
  const made: Action[] = [];
  if (from.name !== to.name) made.push(marker.createSetNameAction(to.name));
  if (from.text !== to.text) made.push(marker.createSetCommentsAction(to.text));
  if (from.frames !== to.frames) made.push(marker.createSetDurationAction(length));
  if (from.colour !== to.colour) made.push(marker.createSetColorByIndexAction(to.colour));
  return made;
}
