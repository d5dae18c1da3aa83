// A comment's Markdown as a tree of what may be shown: paragraphs, emphasis, lists, quotes, code, links. The parser only
// reads; nothing here ever becomes markup as text, so a comment can hold no element, attribute or address but these.
import { lexer, type Token, type Tokens } from "marked";

export type RichTag = "p" | "strong" | "em" | "del" | "code" | "pre" | "ul" | "ol" | "li" | "blockquote" | "br" | "a" | "mention";

export interface RichNode {
  readonly tag: RichTag;
  /** Of "a": http, https or mailto. */
  readonly href?: string;
  /** Of "ol": its first number. */
  readonly start?: number;
  readonly children: readonly Rich[];
}

export type Rich = string | RichNode;

const SAFE = /^(https?:\/\/|mailto:)/i;

/** The tree of a text. `names`: how people are mentioned in it ("@Anna"). What Markdown has beyond the subset stays as written. */
export function richText(text: string, names: readonly string[] = []): Rich[] {
  const sorted = [...names].sort((a, b) => b.length - a.length);
  if (PLAIN.test(text)) return [{ tag: "p", children: lines(text, sorted) }];
  try {
    const tree = NESTED.test(text) ? null : blocks(lexer(text, { gfm: true, breaks: true }), sorted);
    if (tree && !tree.some((one) => deeper(one, DEEPEST))) return tree;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the parser's stack is full of nesting
  }
  return [{ tag: "p", children: lines(text, sorted) }];
}

/** One line in which Markdown finds nothing: no sign of its own, no address, and it does not begin like a list, a heading or code. */
export const PLAIN = /^(?!.*www\.|[-+]|\d+[.)]|\s)[^*_~`[\]<>#|\\&@=:\n\r\t]*[^*_~`[\]<>#|\\&@=:\s]$/i;

const DEEPEST = 16;
/** Quotes and lists within each other on one line, deeper than anybody means it. */
const NESTED = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])[ \t]*){12}/m;

const deeper = (rich: Rich, than: number): boolean => typeof rich !== "string" && (than === 0 || rich.children.some((one) => deeper(one, than - 1)));

function blocks(tokens: readonly Token[], names: readonly string[]): Rich[] {
  return tokens.flatMap((token) => block(token, names));
}

function block(token: Token, names: readonly string[]): Rich[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "paragraph":
      return [{ tag: "p", children: inline((token as Tokens.Paragraph).tokens, names) }];
    case "heading":
      return [{ tag: "p", children: [{ tag: "strong", children: inline((token as Tokens.Heading).tokens, names) }] }];
    case "blockquote":
      return [{ tag: "blockquote", children: blocks((token as Tokens.Blockquote).tokens, names) }];
    case "code":
      return [{ tag: "pre", children: [(token as Tokens.Code).text] }];
    case "list": {
      const list = token as Tokens.List;
      const items = list.items.map((item): RichNode => ({ tag: "li", children: blocks(item.tokens, names) }));
      return [{ tag: list.ordered ? "ol" : "ul", ...(list.ordered && list.start !== "" ? { start: list.start } : {}), children: items }];
    }
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inline(tokens, names) : named(text, names);
    }
    default: // tables, rules, HTML: as they were written
      return [{ tag: "p", children: lines(token.raw.replace(/\n+$/, ""), names) }];
  }
}

function inline(tokens: readonly Token[] | undefined, names: readonly string[]): Rich[] {
  return (tokens ?? []).flatMap((token): Rich[] => {
    switch (token.type) {
      case "strong":
      case "em":
      case "del":
        return [{ tag: token.type, children: inline((token as Tokens.Strong).tokens, names) }];
      case "codespan":
        return [{ tag: "code", children: [(token as Tokens.Codespan).text] }];
      case "br":
        return [{ tag: "br", children: [] }];
      case "escape":
        return [(token as Tokens.Escape).text];
      case "link": {
        const link = token as Tokens.Link;
        const children = inline(link.tokens, names);
        return SAFE.test(link.href) ? [{ tag: "a", href: link.href, children }] : [...named(link.raw, names)];
      }
      case "text": {
        const { tokens: inner, text } = token as Tokens.Text;
        return inner ? inline(inner, names) : named(text, names);
      }
      default: // images, HTML
        return lines(token.raw, names);
    }
  });
}

function lines(text: string, names: readonly string[]): Rich[] {
  return text.split("\n").flatMap((line, i): Rich[] => [...(i > 0 ? [{ tag: "br", children: [] } as RichNode] : []), ...named(line, names)]);
}

/** The text with its mentions marked. */
function named(text: string, names: readonly string[]): Rich[] {
  if (names.length === 0 || !text.includes("@")) return text === "" ? [] : [text];
  for (const name of names) {
    const at = text.indexOf(name);
    if (at >= 0) return [...named(text.slice(0, at), names), { tag: "mention", children: [name] }, ...named(text.slice(at + name.length), names)];
  }
  return [text];
}
