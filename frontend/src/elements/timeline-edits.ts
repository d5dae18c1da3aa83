// Ranges that are changed by dragging on the timeline: in and out, and the frames of a comment.
import { rangeRow, type LaneLayout, type Mark } from "../core/timeline-lanes.ts";
import { t } from "../language/translate.ts";
import type { FrameRange } from "../player/player.ts";
import { ask } from "./requests.ts";
import { RangeEnds, type EndsHost } from "./timeline-ends.ts";

export interface EditsHost extends EndsHost {
  /** The frame at an end that moves: shown live, and above the pointer. */
  look(frame: number): void;
  unhover(): void;
  /** A comment looks different from now on. */
  draftChanged(): void;
}

/** Ends of a comment while they are dragged. */
export interface Draft {
  readonly id: string;
  readonly range: FrameRange;
}

export class RangeEdits {
  readonly nodes: readonly HTMLElement[];
  draft: Draft | null = null;
  private readonly inOut: RangeEnds;
  private readonly ofComment: RangeEnds;
  private mark: Mark | null = null;

  constructor(
    private readonly host: EditsHost,
    private readonly from: EventTarget,
  ) {
    this.inOut = new RangeEnds(host, "in-out", [t("In point"), t("Out point")], {
      moving: (range, at) => {
        this.setRange(range);
        host.look(at);
      },
      moved: (range) => {
        this.setRange(range);
        host.unhover();
      },
    });
    this.ofComment = new RangeEnds(host, "of-comment", [t("Start of the comment"), t("End of the comment")], {
      moving: (range, at) => {
        const id = this.draft?.id ?? this.mark?.id;
        this.draft = id ? { id, range } : null;
        host.draftChanged();
        host.look(at);
      },
      moved: (range, changed) => this.keep(range, changed),
    });
    this.nodes = [...this.inOut.nodes, ...this.ofComment.nodes];
  }

  get dragging(): boolean {
    return this.inOut.dragging || this.ofComment.dragging;
  }

  /** `mark`: the comment whose ends may be moved by who looks at it; `row`: where its range lies. */
  show(range: FrameRange | null, mark: Mark | null, row: number, { ruler, comments }: LaneLayout): void {
    this.mark = mark;
    this.inOut.show(range, ruler.top, ruler.height);
    const { top, height } = rangeRow(comments, row);
    this.ofComment.show(mark && { first: mark.frame, last: mark.frame + mark.frames - 1 }, top - 2, height + 4);
  }

  private setRange({ first, last }: FrameRange): void {
    ask(this.from, { kind: "set-range", first, last });
  }

  /** What was moved counts, not what is drawn of it: that may be the one before, until the next picture of the timeline. */
  private keep({ first, last }: FrameRange, changed: boolean): void {
    const { draft, host } = this;
    this.draft = null;
    host.unhover();
    host.draftChanged();
    if (draft && changed) ask(this.from, { kind: "range-comment", id: draft.id, frame: first, frames: last - first + 1 });
  }
}
