// Premiere's UXP objects as Adobe documents them, as far as they can refuse or surprise: actions are made inside lockedAccess
// only, take effect together when the transaction ends and are one step of Undo; an added marker is green until it is
// coloured; handles are new with each reading; times are ticks as text; some reads answer at once, some later.
import type { Action, CompoundAction, Premiere, PremiereMarker, PremiereMarkers, PremiereProject, PremiereSequence, TickTime } from "../../premiere/src/premiere-api.ts";

export interface MarkerData {
  name: string;
  text: string;
  start: bigint;
  duration: bigint;
  colour: number;
  type: string;
}

class FakeAction implements Action {
  readonly __action?: never;
  constructor(readonly run: () => void) {}
}

class Ticks implements TickTime {
  constructor(readonly ticks: string) {
    if (!/^-?\d+$/.test(ticks)) throw new TypeError(`no ticks: ${ticks}`);
  }
}

const at = (ticks: bigint): Ticks => new Ticks(String(ticks));

export class FakePremiere implements Premiere {
  readonly markers: MarkerData[] = [];
  readonly undoSteps: string[] = [];
  position = 0n;
  open = true;
  /** Refuse every transaction, as a read-only project does. */
  readOnly = false;
  private locked = false;

  constructor(
    readonly perFrame: bigint,
    readonly zeroFrames: bigint,
    readonly frames: bigint,
    name = "sc010_v03",
  ) {
    this.theSequence = {
      guid: { toString: () => "0e3a-guid" },
      name,
      getTimebase: async () => String(this.perFrame),
      getZeroPoint: async () => at(this.zeroFrames * this.perFrame),
      getEndTime: async () => at(this.frames * this.perFrame),
      getPlayerPosition: async () => at(this.position),
      setPlayerPosition: async (position) => {
        this.position = BigInt(position.ticks);
        return true;
      },
    };
  }

  readonly Marker = { MARKER_TYPE_COMMENT: "Comment" };
  readonly TickTime = { createWithTicks: (ticks: string) => new Ticks(ticks) };
  readonly Project = { getActiveProject: async () => this.project };
  readonly Markers = {
    getMarkers: async (owner: PremiereSequence): Promise<PremiereMarkers> => {
      if (owner !== this.theSequence) throw new TypeError("no sequence");
      return this.list;
    },
  };

  /** What somebody sets by hand. */
  own(frame: number, name: string, text = ""): void {
    this.markers.push({ name, text, start: BigInt(frame) * this.perFrame, duration: 0n, colour: 6, type: "Comment" });
  }

  /** Frames, names and colours, by position. */
  seen(): [frame: number, name: string, colour: number][] {
    return [...this.markers].sort((a, b) => Number(a.start - b.start)).map((one) => [Number(one.start / this.perFrame), one.name, one.colour]);
  }

  private readonly theSequence: PremiereSequence;

  private readonly project: PremiereProject = {
    getActiveSequence: async () => (this.open ? this.theSequence : null),
    lockedAccess: (work) => {
      this.locked = true;
      try {
        work();
      } finally {
        this.locked = false;
      }
    },
    executeTransaction: (fill, undoName) => {
      if (!this.locked) throw new Error("executeTransaction outside lockedAccess");
      const actions: FakeAction[] = [];
      const together: CompoundAction = { addAction: (action) => actions.push(action as FakeAction) > 0 };
      fill(together);
      if (this.readOnly || actions.length === 0) return false;
      for (const action of actions) action.run();
      this.undoSteps.push(undoName);
      return true;
    },
  };

  private action(run: () => void): Action {
    if (!this.locked) throw new Error("an action is made outside lockedAccess");
    return new FakeAction(run);
  }

  private readonly list: PremiereMarkers = {
    getMarkers: () => this.markers.map((data) => this.handle(data)),
    createAddMarkerAction: (name, type, start, duration, text) =>
      this.action(() => {
        if (type !== "Comment") return; // an unknown type is taken and does nothing
        this.markers.push({ name, text, start: BigInt(start.ticks), duration: BigInt(duration.ticks), colour: 0, type });
      }),
    createRemoveMarkerAction: (marker) =>
      this.action(() => {
        const at = this.markers.indexOf((marker as FakeMarker).data);
        if (at < 0) throw new Error("the marker is gone");
        this.markers.splice(at, 1);
      }),
  };

  private handle(data: MarkerData): PremiereMarker {
    return new FakeMarker(data, (run) => this.action(run));
  }
}

class FakeMarker implements PremiereMarker {
  constructor(
    readonly data: MarkerData,
    private readonly action: (run: () => void) => Action,
  ) {}
  getName = (): string => this.data.name;
  getComments = async (): Promise<string> => this.data.text;
  getStart = (): TickTime => at(this.data.start);
  getDuration = async (): Promise<TickTime> => at(this.data.duration);
  getColorIndex = (): number => this.data.colour;
  createSetNameAction = (name: string): Action => this.action(() => void (this.data.name = name));
  createSetCommentsAction = (text: string): Action => this.action(() => void (this.data.text = text));
  createSetDurationAction = (duration: TickTime): Action => this.action(() => void (this.data.duration = BigInt(duration.ticks)));
  createSetColorByIndexAction = (colour: number): Action => this.action(() => void (this.data.colour = colour));
}
