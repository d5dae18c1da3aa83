import { expect, it } from "vitest";
import { forgetDrafts, linkKey, unsentHere } from "../../src/pages/client/unsent-here.ts";
import { Keeping } from "../../src/state/keeping.ts";
import type { Unsent } from "../../src/state/outbox.ts";
import { keptIn } from "./kept-in.ts";

const store = new Map<string, string>();
const keeping = new Keeping(keptIn(store));
const unsent = (versionId: string, text: string): Unsent => ({ key: text, who: "guest", versionId, body: { text, frame: 0, duration_frames: 1, parent_id: null, internal: false }, at: "", tries: 0, refused: null });

it("hands out what was written behind this link and not sent, and nothing of other links", () => {
  keeping.write(linkKey("/s/one"), ["a", "b"]);
  keeping.write(linkKey("/s/two"), ["c"]);
  keeping.write("draft.b", { text: "Begun", frame: 3, frames: 1, internal: false });
  keeping.write("draft.c", { text: "Elsewhere", frame: 3, frames: 1, internal: false });
  keeping.write("drafts.a", { "reply:x": { text: "A reply", attachments: [] }, "reply:y": { text: " ", attachments: [] } });
  const queue = [unsent("b", "First"), unsent("c", "Not here"), unsent("a", "Second")];
  expect(unsentHere("/s/one", queue, keeping)).toEqual(["First", "Second", "A reply", "Begun"]);
  expect(unsentHere("/s/never", queue, keeping)).toEqual([]);
});

it("leaves nothing that was begun to who comes next, behind whichever link; what is no guest's stays", () => {
  store.clear();
  keeping.write(linkKey("/s/one"), ["a", "b"]);
  keeping.write(linkKey("/s/two"), ["c"]);
  for (const id of ["a", "b", "c", "member"]) for (const kind of ["draft", "drafts", "drawing"]) keeping.write(`${kind}.${id}`, { text: "Begun" });
  keeping.write("drawing-manner", { tool: "pen" });
  forgetDrafts(keeping);
  expect([...store.keys()].sort()).toEqual(["twopop.draft.member", "twopop.drafts.member", "twopop.drawing-manner", "twopop.drawing.member", "twopop.link./s/one", "twopop.link./s/two"]);
});
