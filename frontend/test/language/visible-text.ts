// Finds text that people would read and that does not come from the tables of languages, in a TypeScript source.
import ts from "typescript";

/** Attributes that are read out or shown. */
const READ = new Set(["title", "aria-label", "placeholder", "alt", "aria-description", "aria-roledescription", "aria-valuetext", "label"]);
/** Functions whose arguments are texts: `h` from its third on, the others at the place given. */
const SAY: Readonly<Record<string, number>> = { setText: 1, iconButton: 1, toast: 0, openDialog: 0 };
const TRANSLATE = new Set(["t", "n", "woven"]);
const LETTERS = /\p{L}{2}/u;
/** "Reload the page", "Fix in post.": what looks like words for people anywhere. */
const SENTENCE = /^(\p{Lu}\p{Ll}+|I|A|This|What)\b.*(\s\p{L}|[.!?…]$)/su;

/** `line: text` of everything found. */
export function visibleText(name: string, content: string, known: ReadonlySet<string>): string[] {
  const source = ts.createSourceFile(name, content, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const report = (node: ts.Node, text: string): void => {
    found.push(`${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${text}`);
  };
  /** Literals that a text is made of, calls of other functions left out. */
  const parts = (node: ts.Node, strict: boolean): void => {
    if (ts.isCallExpression(node)) return;
    if (ts.isStringLiteralLike(node)) {
      if (LETTERS.test(node.text)) report(node, node.text);
      return;
    }
    if (ts.isTemplateExpression(node)) {
      const text = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("…");
      if (LETTERS.test(text)) report(node, text);
      return;
    }
    if (ts.isConditionalExpression(node)) for (const side of [node.whenTrue, node.whenFalse]) parts(side, strict);
    else if (ts.isBinaryExpression(node)) {
      if (node.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken) parts(node.left, strict);
      parts(node.right, strict);
    } else if (ts.isParenthesizedExpression(node) || ts.isSpreadElement(node)) parts(node.expression, strict);
    else if (ts.isArrayLiteralExpression(node)) for (const one of node.elements) parts(one, strict);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const called = node.expression.text;
      if (TRANSLATE.has(called)) {
        for (const given of node.arguments.slice(1)) visit(given);
        return;
      }
      if (called === "h") for (const child of node.arguments.slice(2)) parts(child, true);
      const at = SAY[called];
      const text = at === undefined ? undefined : node.arguments[at];
      if (text) parts(text, true);
    } else if (ts.isPropertyAssignment(node) && READ.has(ts.isStringLiteralLike(node.name) || ts.isIdentifier(node.name) ? node.name.text : "")) {
      parts(node.initializer, true);
    } else if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent) && SENTENCE.test(node.text) && !known.has(node.text)) {
      if (!(ts.isNewExpression(node.parent) && /Error$/.test(node.parent.expression.getText()))) report(node, node.text);
    } else if (ts.isTemplateExpression(node)) {
      const text = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("…");
      if (SENTENCE.test(text)) report(node, text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...new Set(found)];
}
