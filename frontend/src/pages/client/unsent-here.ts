// What a guest wrote behind a link and has not sent: it is theirs, also when the link has ended.
import type { Keeping } from "../../state/keeping.ts";
import type { Unsent } from "../../state/outbox.ts";

/** Under which the browser keeps the versions that a link showed; `path`: of the link. */
export const linkKey = (path: string): string => `link.${path}`;

/** Texts in the order of writing: those on their way to the server, then what was begun and not sent off. */
export function unsentHere(path: string, queue: readonly Unsent[], keeping: Keeping): string[] {
  const shown = keeping.read<readonly string[]>(linkKey(path), []);
  const queued = queue.filter(({ versionId }) => shown.includes(versionId)).map(({ body }) => body.text);
  const begun = shown.flatMap((id) => {
    const { text } = keeping.read<{ readonly text: string } | null>(`draft.${id}`, null) ?? { text: "" };
    const replies = Object.values(keeping.read<Readonly<Record<string, { readonly text: string }>>>(`drafts.${id}`, {}));
    return [text, ...replies.map((reply) => reply.text)];
  });
  return [...queued, ...begun].filter((text) => text.trim() !== "");
}

/** What was begun and not sent off is nobody else's: words, answers and strokes, behind every link that this browser knows. */
export function forgetDrafts(keeping: Keeping): void {
  const shown = keeping.keys(linkKey("")).flatMap((key) => keeping.read<readonly string[]>(key, []));
  for (const id of new Set(shown)) for (const kind of ["draft", "drafts", "drawing"]) keeping.write(`${kind}.${id}`, null);
}
