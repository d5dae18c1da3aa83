// The drawings of the comments, fetched when the playhead comes near: lists and events name them only by their digest.
import { readAnnotation, type Annotation, type Shape } from "../core/drawing.ts";
import type { Comment } from "../net/types.ts";
import type { CommentItem } from "./comments.ts";

/** Drawings of so many frames ahead are fetched before they are needed. */
const AHEAD = 60;
const AT_ONCE = 4;
const NONE: readonly Shape[] = [];

export class Drawings {
  private readonly known = new Map<string, Annotation | null>();
  private readonly asked = new Set<string>();
  private waiting: Comment[] = [];
  private under = 0;
  private last: { readonly key: string; readonly shapes: readonly Shape[] } = { key: "", shapes: NONE };

  /** `fetchOne`: a comment by its id, with its drawing. `came`: one more is here. */
  constructor(
    private readonly fetchOne: (id: string) => Promise<{ readonly annotation: unknown; readonly annotation_digest: string | null }>,
    private readonly came: () => void,
  ) {}

  /** What the comments have drawn on a frame; only the selected one's, if it has drawn there. The same answer as before is
   *  the same object. */
  on(frame: number, items: readonly CommentItem[], selected: string | null): readonly Shape[] {
    const near = items.map(({ comment }) => comment).filter((comment) => comment.annotation_frames.some((drawn) => drawn >= frame && drawn <= frame + AHEAD));
    const here = near.filter((comment) => comment.annotation_frames.includes(frame));
    for (const comment of [...here, ...near]) this.ask(comment);
    const chosen = here.filter((comment) => comment.id === selected);
    const shown = (chosen.length > 0 ? chosen : here).map((comment) => ({ comment, annotation: this.annotationOf(comment) })).filter(({ annotation }) => annotation !== null);
    const key = JSON.stringify([frame, ...shown.map(({ comment }) => [comment.id, comment.annotation_digest])]);
    if (key !== this.last.key) this.last = { key, shapes: shown.flatMap(({ annotation }) => annotation?.shapes.filter((shape) => shape.frame === frame) ?? []) };
    return this.last.shapes;
  }

  private annotationOf(comment: Comment): Annotation | null {
    if (comment.annotation) return readAnnotation(comment.annotation); // one's own, still on its way to the server
    return this.known.get(comment.annotation_digest ?? "") ?? null;
  }

  private ask(comment: Comment): void {
    const digest = comment.annotation_digest;
    if (!digest || comment.annotation || this.known.has(digest) || this.asked.has(digest)) return;
    this.asked.add(digest);
    this.waiting.push(comment);
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.under >= AT_ONCE) return;
    const comment = this.waiting.shift();
    if (!comment) return;
    this.under += 1;
    const wanted = comment.annotation_digest as string;
    try {
      const { annotation, annotation_digest } = await this.fetchOne(comment.id);
      // It may have been drawn anew meanwhile: then the event that says so asks again.
      if (annotation_digest) this.known.set(annotation_digest, readAnnotation(annotation));
      if (annotation_digest !== wanted) this.known.set(wanted, null);
      this.came();
    } catch {
      this.asked.delete(wanted); // asked again when the playhead comes by
    }
    this.under -= 1;
    void this.work();
  }
}
