import { describe, expect, it } from "vitest";
import { markerFilePath } from "../../src/net/marker-file.ts";
import { EVERYTHING } from "../../src/state/arranging.ts";

describe("the address of a marker file", () => {
  it("asks for everything where nothing is narrowed", () => {
    expect(markerFilePath("v1", "resolve", EVERYTHING, "")).toBe("versions/v1/marker-file?program=resolve");
  });

  it("says the list's filters in the API's words", () => {
    const view = { ...EVERYTHING, state: "open", visibility: "public", author: "p1", label: "l1", mentionsMe: true, text: " a&b " } as const;
    const query = new URLSearchParams(markerFilePath("v1", "avid", view, " 01:00:00;00 ").split("?")[1]);
    expect(Object.fromEntries(query)).toEqual({
      program: "avid", completed: "false", visibility: "public", author: "p1", label: "l1", mentions: "me", q: "a&b", start_tc: "01:00:00;00",
    });
    expect(markerFilePath("v1", "csv", { ...EVERYTHING, state: "done" }, "")).toContain("completed=true");
  });

  it("asks for documents with the same filters, which start nowhere", () => {
    expect(markerFilePath("v1", "pdf", { ...EVERYTHING, state: "open" }, "01:00:00:00")).toBe("versions/v1/comments.pdf?completed=false");
    expect(markerFilePath("v1", "html", EVERYTHING, "")).toBe("versions/v1/comments.html?");
  });
});
