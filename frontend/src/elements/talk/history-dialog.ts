// What a comment said before, the newest first.
import type { ClockFace } from "../../core/clock-face.ts";
import { agoText } from "../../core/wording.ts";
import { t } from "../../language/translate.ts";
import type { Comment, Revision } from "../../net/types.ts";
import { fill, h } from "../dom.ts";
import { openDialog, problemBox } from "../feedback.ts";
import { richTextNode } from "./rich-text.ts";

export function openHistory(comment: Comment, face: ClockFace | null, load: () => Promise<Revision[]>): void {
  openDialog(t("Earlier texts"), (body) => {
    const list = h("div", { class: "history" }, h("div", { class: "skeleton thread-skeleton" }));
    body.append(list);
    const place = (frame: number, count: number): string => (face ? `${face.position(frame)}${count > 1 ? ` – ${face.position(frame + count - 1)}` : ""}` : t("Frame {frame}", { frame }));
    const entry = (who: string, when: string, frame: number, count: number, drawn: boolean, text: string): HTMLElement =>
      h("article", null, h("header", null, h("strong", null, who), h("time", { class: "dim", datetime: when }, agoText(when, Date.now())), h("span", { class: "tc dim" }, place(frame, count)), drawn && h("span", { class: "badge" }, t("Drawing"))), richTextNode(text, []));
    const show = (): void => {
      load()
        .then((revisions) => {
          const past = revisions.map((one) => entry(one.made_by.name, one.made_at, one.frame, one.duration_frames, one.annotation !== null, one.text)).reverse();
          const now = entry(t("Now"), comment.edited_at ?? comment.created_at, comment.frame, comment.duration_frames, comment.annotation_digest !== null, comment.text);
          fill(list, now, past);
        })
        .catch((error: unknown) => fill(list, problemBox(error, show)));
    };
    show();
  });
}
