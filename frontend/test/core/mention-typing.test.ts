import { describe, expect, it } from "vitest";
import { completed, fragmentAt, suggestions } from "../../src/core/mention-typing.ts";

const PEOPLE = ["Anna Karlsson", "Annika Berg", "Karl Ann", "Jörg"].map((name) => ({ name }));
const found = (text: string): string[] => suggestions(PEOPLE, text).map((one) => one.name);

describe("typing a mention", () => {
  it.each([
    ["@", ""],
    ["Hi @an", "an"],
    ["(@Anna K", "Anna K"],
    ["mail a@b", null],
    ["@Anna\nnext", null],
    ["none", null],
  ])("%j is a fragment: %j", (text, fragment) => {
    expect(fragmentAt(text, text.length)?.text ?? null).toBe(fragment);
  });

  it("finds by the beginning of the name, then of its words", () => {
    expect(found("ann")).toEqual(["Anna Karlsson", "Annika Berg", "Karl Ann"]);
    expect(found("KARL")).toEqual(["Karl Ann", "Anna Karlsson"]);
    expect(found("jö")).toEqual(["Jörg"]);
    expect(found("x")).toEqual([]);
    expect(found("Jörg is")).toEqual([]);
    expect(found("")).toHaveLength(4);
  });

  it("puts the name in and the caret behind it", () => {
    expect(completed("Ask @ann about it", 8, "Anna Karlsson")).toEqual({ text: "Ask @Anna Karlsson about it", caret: 19 });
    expect(completed("no mention", 4, "Anna")).toEqual({ text: "no mention", caret: 4 });
  });
});
