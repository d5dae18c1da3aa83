// What the pieces of the conversation know of the room.
import type { ClockFace } from "../../core/clock-face.ts";
import type { Label, Person } from "../../net/types.ts";
import type { CommentItem } from "../../state/comments.ts";
import type { Keeping } from "../../state/keeping.ts";
import type { WritingPort } from "./text-box.ts";

export interface TalkContext {
  readonly face: ClockFace | null;
  readonly me: Person;
  readonly mayWrite: boolean;
  readonly mayHide: boolean;
  readonly mayManageLabels: boolean;
  /** Others' comments are theirs to delete, too. */
  readonly mayModerate: boolean;
  readonly labels: readonly Label[];
  readonly people: readonly Person[];
  readonly keeping: Keeping;
  readonly versionId: string;
  readonly writing: WritingPort | null;
  /** Without filters, links into the room and earlier texts: the reader is a guest. */
  readonly plain?: boolean;
  isNew(item: CommentItem): boolean;
}
