import { expect, it } from "vitest";
import { linkKey, unsentHere } from "../../src/pages/client/unsent-here.ts";
import { Keeping } from "../../src/state/keeping.ts";
import type { Unsent } from "../../src/state/outbox.ts";

const store = new Map<string, string>();
const keeping = new Keeping({ getItem: (key) => store.get(key) ?? null, setItem: (key, value) => void store.set(key, value), removeItem: (key) => void store.delete(key) });
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
