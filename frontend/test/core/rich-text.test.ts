import { describe, expect, it } from "vitest";
import { lexer } from "marked";
import { PLAIN, richText, type Rich } from "../../src/core/rich-text.ts";

/** The tree in short: p(text strong(more)). */
const short = (rich: readonly Rich[]): string =>
  rich.map((one) => (typeof one === "string" ? one : `${one.tag}${one.href ? `[${one.href}]` : ""}(${short(one.children)})`)).join("");

describe("Markdown of comments", () => {
  it.each([
    ["plain & <simple>", "p(plain & <simple>)"],
    ["two\nlines", "p(twobr()lines)"],
    ["one\n\ntwo", "p(one)p(two)"],
    ["**bold** *em* ~~gone~~ `a < b`", "p(strong(bold) em(em) del(gone) code(a < b))"],
    ["- a\n- b", "ul(li(a)li(b))"],
    ["3. a\n4. b", "ol(li(a)li(b))"],
    ["> quoted", "blockquote(p(quoted))"],
    ["```js\nlet x = 1 < 2;\n```", "pre(let x = 1 < 2;)"],
    ["# Title", "p(strong(Title))"],
    ["[site](https://example.org/a?b=1&c=2)", "p(a[https://example.org/a?b=1&c=2](site))"],
    ["https://example.org", "p(a[https://example.org](https://example.org))"],
    ["\\*not\\*", "p(*not*)"],
  ])("%j", (text, tree) => {
    expect(short(richText(text))).toBe(tree);
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://example.org/track.png)",
    "<iframe src='//evil.example'></iframe>",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "[x]( \u0001javascript:alert(1))",
  ])("shows as written, and makes nothing of: %j", (text) => {
    const tags = new Set<string>();
    const hrefs: string[] = [];
    const walk = (rich: readonly Rich[]): void => {
      for (const one of rich) {
        if (typeof one === "string") continue;
        tags.add(one.tag);
        if (one.href) hrefs.push(one.href);
        walk(one.children);
      }
    };
    const tree = richText(text);
    walk(tree);
    expect([...tags].filter((tag) => !["p", "br", "a"].includes(tag))).toEqual([]);
    expect(hrefs.filter((href) => !/^https?:/.test(href))).toEqual([]);
    expect(short(tree).length).toBeGreaterThan(3);
  });

  it("marks those who are mentioned, the longest name first", () => {
    expect(short(richText("**@Anna Karlsson** and @Anna, not @Bo", ["@Anna", "@Anna Karlsson"]))).toBe(
      "p(strong(mention(@Anna Karlsson)) and mention(@Anna), not @Bo)",
    );
  });

  it("keeps its head with what is made to confuse it", () => {
    for (const hostile of ["*".repeat(10_000), "[".repeat(10_000), "> ".repeat(5_000), "`".repeat(9_999), "a**b".repeat(2_500), "- ".repeat(5_000), "*a **b ".repeat(1_400), "> > - ".repeat(3)]) {
      const depth = (rich: Rich): number => (typeof rich === "string" ? 0 : 1 + Math.max(0, ...rich.children.map(depth)));
      expect(Math.max(...richText(hostile).map(depth))).toBeLessThan(20);
    }
  });
});

describe("plain lines", () => {
  const words = ["The boom dips", "12. take", "1) one", "- a", "+ b", "see www.example.org", "don't", "(yes!)", "50 %", "—", "é", "a.b", "Tom's, \"cut\"", "  ", " ", "x", "$5", "{a}", "^", "\u00a0", "!", "; /", "?"];
  let seed = 7;
  const pick = (): string => words[(seed = (seed * 1103515245 + 12345) % 2147483648) % words.length] as string;

  it("are what the parser would have made of them", () => {
    let plain = 0;
    for (let i = 0; i < 3000; i++) {
      const text = Array.from({ length: 1 + (i % 4) }, pick).join(i % 2 ? " " : "");
      if (!PLAIN.test(text)) continue;
      plain++;
      const [token, ...more] = lexer(text, { gfm: true, breaks: true });
      expect(more, text).toEqual([]);
      expect(token, text).toMatchObject({ type: "paragraph", tokens: [{ type: "text", text }] });
      expect(richText(text), text).toEqual([{ tag: "p", children: [text] }]);
    }
    expect(plain).toBeGreaterThan(500);
  });

  it.each(["*a*", "a_b_", "https://x.org", "mail me@x.org", "> q", "# h", "a\nb", "`c`", "<b>", "a  ", "&amp;", "WWW.x.org", "1. a", "- a", "\\*", "~~a~~"])("%s is none", (text) => {
    expect(PLAIN.test(text)).toBe(false);
  });
});
