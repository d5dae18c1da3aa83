// Typing "@An…": which part of the text is meant, who fits, and the text with the name put in.

const LONGEST = 40;
const MOST = 6;

/** The unfinished mention before the caret, without its @; null if there is none. */
export function fragmentAt(text: string, caret: number): { readonly at: number; readonly text: string } | null {
  const match = /(?:^|[^\p{L}\p{N}_])@([^@\n]*)$/u.exec(text.slice(Math.max(0, caret - LONGEST), caret));
  if (!match) return null;
  const fragment = match[1] ?? "";
  return { at: caret - fragment.length - 1, text: fragment };
}

/** Those whose name, or a word of it, begins so; names that begin so come first. A finished name finds nobody any more. */
export function suggestions<P extends { readonly name: string }>(people: readonly P[], fragment: string): P[] {
  const wanted = fragment.toLocaleLowerCase();
  const rank = ({ name }: P): number => {
    const lower = name.toLocaleLowerCase();
    if (wanted.startsWith(`${lower} `)) return -1;
    if (lower.startsWith(wanted)) return 0;
    return lower.split(/[\s._-]+/).some((word) => word.startsWith(wanted)) ? 1 : -1;
  };
  const fitting = people.map((person) => ({ person, rank: rank(person) })).filter((one) => one.rank >= 0);
  return fitting.sort((a, b) => a.rank - b.rank || a.person.name.localeCompare(b.person.name)).slice(0, MOST).map((one) => one.person);
}

/** The text with the unfinished mention before the caret made whole, and where the caret then stands. */
export function completed(text: string, caret: number, name: string): { readonly text: string; readonly caret: number } {
  const fragment = fragmentAt(text, caret);
  if (!fragment) return { text, caret };
  const head = `${text.slice(0, fragment.at)}@${name} `;
  return { text: head + text.slice(caret).replace(/^ /, ""), caret: head.length };
}
