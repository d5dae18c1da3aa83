// What the panel uses of Premiere's UXP objects, as Adobe documents them for 25.6 (developer.adobe.com/premiere-pro/uxp).
// Reads may answer at once or later, depending on the release: they are always awaited. Changes are actions, which must be
// made inside `lockedAccess` (enforced from 26.3 on) and take effect together, as one step of Undo.

type Soon<T> = T | Promise<T>;

export interface TickTime {
  /** 254016000000 to a second, as digits: more than a double holds exactly. */
  readonly ticks: string;
}

export interface Action {
  readonly __action?: never;
}

export interface CompoundAction {
  addAction(action: Action): boolean;
}

export interface PremiereProject {
  getActiveSequence(): Promise<PremiereSequence | null>;
  lockedAccess(work: () => void): void;
  executeTransaction(fill: (together: CompoundAction) => void, undoName: string): boolean;
}

export interface PremiereSequence {
  readonly guid: { toString(): string };
  readonly name: string;
  /** Ticks of one frame. */
  getTimebase(): Promise<string>;
  /** What the first frame is labelled. */
  getZeroPoint(): Promise<TickTime>;
  getEndTime(): Promise<TickTime>;
  getPlayerPosition(): Promise<TickTime>;
  setPlayerPosition(position: TickTime): Promise<boolean>;
}

export interface PremiereMarker {
  getName(): Soon<string>;
  getComments(): Soon<string>;
  getStart(): Soon<TickTime>;
  getDuration(): Soon<TickTime>;
  getColorIndex(): Soon<number>;
  createSetNameAction(name: string): Action;
  createSetCommentsAction(comments: string): Action;
  createSetDurationAction(duration: TickTime): Action;
  createSetColorByIndexAction(index: number): Action;
}

export interface PremiereMarkers {
  getMarkers(): Soon<readonly PremiereMarker[]>;
  createAddMarkerAction(name: string, type: string, start: TickTime, duration: TickTime, comments: string): Action;
  createRemoveMarkerAction(marker: PremiereMarker): Action;
}

/** `require("premierepro")`. */
export interface Premiere {
  readonly Project: { getActiveProject(): Promise<PremiereProject | null> };
  readonly Markers: { getMarkers(owner: PremiereSequence): Promise<PremiereMarkers> };
  readonly Marker: { readonly MARKER_TYPE_COMMENT: string };
  readonly TickTime: { createWithTicks(ticks: string): TickTime };
}

/** `require("uxp")`. */
export interface Uxp {
  readonly shell: { openExternal(url: string, why?: string): Promise<string> };
  readonly storage: {
    readonly secureStorage: {
      getItem(key: string): Promise<Uint8Array | null>;
      setItem(key: string, value: string): Promise<void>;
      removeItem(key: string): Promise<void>;
    };
  };
  readonly host: { readonly uiLocale: string; readonly version: string };
}
