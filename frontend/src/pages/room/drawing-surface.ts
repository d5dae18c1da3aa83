// Drawing on frames, loaded when it is needed: the board, its tools and keys, and the drawings of the comments.
import "../../styles/drawing.css";
import { DrawingLayer } from "../../elements/drawing-layer.ts";
import { COLOR_ACTIONS, DrawingTools, TOOLS, type DrawingCommand } from "../../elements/drawing-tools.ts";
import { t } from "../../language/translate.ts";
import type { Comment } from "../../net/types.ts";
import type { PlayerState } from "../../player/player.ts";
import { COLORS, DrawingBoard, type BoardState } from "../../state/drawing-board.ts";
import { Drawings } from "../../state/drawings.ts";
import { framesDrawn, rangeWith, readAnnotation, type Annotation, type Shape } from "../../core/drawing.ts";
import { toast, toastProblem } from "../../elements/feedback.ts";
import type { Comments } from "../../state/comments.ts";
import type { KeyAction } from "../../core/key-actions.ts";
import { pressedKey } from "../../core/keymap.ts";
import { keymap } from "../../elements/key-hints.ts";
import { belongsToControl } from "../../elements/shortcuts.ts";
import { api, keeping } from "../connect.ts";
import type { RoomContext } from "./context.ts";
import { draftKey } from "./drawing.ts";
import { tellSketch } from "./sketch-news.ts";

/** A comment whose drawing is being changed, as it was. */
interface Edited {
  readonly comment: Comment;
  readonly annotation: Annotation | null;
  readonly comments: Comments;
}

export class DrawingSurface {
  private readonly board = new DrawingBoard(keeping.read("drawing-manner", {}));
  private readonly layer = new DrawingLayer();
  private readonly tools = new DrawingTools();
  private readonly drawings = new Drawings((id) => api.send<Comment>(`comments/${id}`), () => this.refresh());
  private versionId: string | null = null;
  private edited: Edited | null = null;
  private own: { of: readonly Shape[]; frame: number; shapes: readonly Shape[] } = { of: [], frame: -1, shapes: [] };

  constructor(private readonly room: RoomContext) {
    const { view, player, composer } = room;
    view.still.after(this.layer);
    room.timeline.before(this.tools);
    this.layer.connect(this.board, {
      place: (x, y) => view.place(x, y),
      unit: () => view.unit(),
      frame: () => (player.state.confirmed ? player.state.frame : null),
      settle: () => void player.pause(),
    });
    this.board.store.watch((state, before) => this.follow(state, before));
    composer.setDrawing({
      annotation: () => (this.edited ? null : this.board.annotation()),
      frames: () => (this.edited ? [] : this.board.frames()),
      clear: () => {
        if (!this.edited) this.board.load(null);
      },
      restore: (annotation) => this.board.load(annotation),
    });
    view.video.addEventListener("resize", () => this.refresh());
    window.addEventListener("keydown", (event) => this.key(event, true), { capture: true });
    window.addEventListener("keyup", (event) => this.key(event, false), { capture: true });
    window.addEventListener("blur", () => this.board.hide(false));
  }

  get active(): boolean {
    return this.board.state.active;
  }

  /** The frames of the version in the room are known: take its draft up. */
  enter(): void {
    const { versionId } = this.room.session;
    if (this.versionId === versionId) return;
    this.versionId = null; // what is loaded now is not kept as this version's draft
    this.board.load(keeping.read<unknown>(draftKey(versionId), null));
    this.versionId = versionId;
    this.room.composer.drawn();
    this.refresh();
  }

  leave(): void {
    this.board.setActive(false); // keeps the drawing of a sent comment
    this.versionId = null;
    this.board.load(null);
  }

  async setActive(active: boolean): Promise<void> {
    if (active && (await this.room.player.pause()) === null) return; // no frame to draw on; the player says why
    this.board.setActive(active);
  }

  /** Change what a sent comment has drawn: its drawing lies on the board until drawing ends, then it is sent. */
  async edit(id: string): Promise<void> {
    const { player, comments } = this.room;
    this.board.setActive(false);
    let comment: Comment;
    try {
      comment = await api.send<Comment>(`comments/${id}`);
    } catch (error) {
      return toastProblem(error);
    }
    const annotation = readAnnotation(comment.annotation);
    const drawn = framesDrawn(annotation?.shapes ?? []);
    if ((await player.pause()) === null || comments !== this.room.comments) return;
    if (!drawn.includes(player.state.frame)) player.seek(drawn[0] ?? comment.frame);
    this.edited = { comment, annotation, comments };
    this.board.load(annotation);
    this.board.setActive(true);
  }

  /** Drawing on a sent comment ends: send what has changed, and put the draft back on the board. */
  private endEdit(keep: boolean): void {
    const { edited, board } = this;
    if (!edited) return;
    const { comment, comments, annotation: before } = edited;
    const annotation = board.annotation();
    board.load(this.versionId === null ? null : keeping.read<unknown>(draftKey(this.versionId), null));
    this.edited = null;
    this.tools.show(board.state, false);
    this.room.composer.drawn();
    if (!keep || JSON.stringify(annotation) === JSON.stringify(before)) return;
    const { id, frame, duration_frames } = comment;
    const range = rangeWith({ frame, frames: duration_frames }, framesDrawn(annotation?.shapes ?? []));
    const undo = (): void => void comments.setDrawing(id, before, frame, duration_frames).catch(toastProblem);
    comments.setDrawing(id, annotation, range.frame, range.frames).then(() => toast(t("The drawing of the comment was changed."), { action: { label: t("Undo"), run: undo } }), toastProblem);
  }

  player(state: PlayerState): void {
    if (state.playing && this.active) this.board.setActive(false);
    this.refresh();
  }

  act(command: DrawingCommand): void {
    const { board } = this;
    switch (command.do) {
      case "tool":
        return board.choose({ tool: command.tool });
      case "manner":
        return board.choose({ ...(command.color ? { color: command.color } : {}), ...(command.width ? { width: command.width } : {}) });
      case "hide":
        return board.hide(command.hidden);
      case "undo":
        return board.undo();
      case "redo":
        return board.redo();
      case "give-up":
        this.endEdit(false);
        return board.setActive(false);
      case "clear":
        return board.clear(this.room.player.state.frame);
    }
  }

  /** Show what belongs on the frame that is on screen: the draft, and beneath it what the comments have drawn. */
  refresh(): void {
    const { view, player, comments, panel } = this.room;
    const size = view.pictureSize();
    if (!size) return;
    this.board.setSize(size);
    const { frame, status } = player.state;
    const own = this.ownOn(frame);
    const others = this.active || status !== "ready" ? [] : this.drawings.on(frame, comments.store.state.items, panel.selectedId);
    this.layer.show(own.length === 0 ? others : others.length === 0 ? own : [...others, ...own], size);
  }

  private ownOn(frame: number): readonly Shape[] {
    const { shapes } = this.board.state;
    if (this.own.of !== shapes || this.own.frame !== frame) this.own = { of: shapes, frame, shapes: shapes.filter((shape) => shape.frame === frame) };
    return this.own.shapes;
  }

  private follow(state: BoardState, before: BoardState): void {
    this.tools.show(state, this.edited !== null);
    if (before.active && !state.active) this.endEdit(true);
    this.room.root.classList.toggle("drawing", state.active);
    if (state.active !== before.active) this.room.composer.prompt(state.active && this.edited === null && matchMedia("(pointer: fine)").matches);
    if (state.tool !== before.tool || state.color !== before.color || state.width !== before.width) keeping.write("drawing-manner", { tool: state.tool, color: state.color, width: state.width });
    if (state.shapes !== before.shapes && this.versionId !== null && this.edited === null) {
      keeping.write(draftKey(this.versionId), this.board.annotation());
      this.room.composer.drawn();
    }
    if (state.shapes !== before.shapes || state.active !== before.active) this.refresh();
    const { active, shapes, live } = state;
    tellSketch(this.room.root, { active, shapes, live, size: this.room.view.pictureSize() ?? { width: 16, height: 9 }, kept: this.edited !== null });
  }

  private key(event: KeyboardEvent, down: boolean): void {
    if (!this.active || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const key = pressedKey(event);
    const action = key === null ? null : keymap().action("drawing", key);
    if (action === null || (key === "Enter" && belongsToControl(event))) return;
    event.preventDefault(); // and so it is no key of the room
    if (action === "draw-peek") this.board.hide(down);
    else if (down) this.keyed(action);
  }

  private keyed(action: KeyAction): void {
    const { board } = this;
    const tool = TOOLS.find((one) => action === `draw-${one.tool}`)?.tool;
    const color = COLORS[COLOR_ACTIONS.indexOf(action)];
    if (tool) board.choose({ tool });
    else if (color) board.choose({ color });
    else if (action === "draw-thinner" || action === "draw-thicker") board.thicken(action === "draw-thicker" ? 1 : -1);
    else if (action === "draw-undo") board.undo();
    else if (action === "draw-redo") board.redo();
    else {
      const { edited } = this; // of a sent comment there is no text to go on with
      board.setActive(false);
      if (action === "draw-write" && !edited) void this.room.composer.write();
    }
  }
}
