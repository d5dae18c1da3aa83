import { describe, expect, it } from "vitest";
import { addressOf, framesOf, questionOf, wishFrom } from "../../src/state/test-render.ts";

describe("the timeline of a test render", () => {
  it("has a length in frames or as timecode", () => {
    expect(framesOf("135000", "25")).toBe(135_000);
    expect(framesOf("01:30:00:00", "25")).toBe(135_000);
    expect(framesOf("00:01:00:00", "24000/1001")).toBe(1_440);
    expect(framesOf("00:10:00;00", "30000/1001")).toBe(17_982);
    for (const wrong of ["", "0", "an hour", "01:30:00:25", "-5"]) expect(framesOf(wrong, "25")).toBeNull();
    expect(framesOf("01:30:00:00", "")).toBeNull();
  });

  it("is asked for only when it is known", () => {
    expect(questionOf(wishFrom(""))).toBeNull();
    expect(questionOf(wishFrom("?length=9000"))).toBeNull();
    expect(questionOf(wishFrom("?length=00:06:00:00&rate=25&middle=v2"))).toBe("frames=9000&rate=25&middle=v2");
    expect(questionOf(wishFrom("?reference=v9"))).toBe("reference_id=v9");
  });

  it("stands in the address as it was typed", () => {
    const address = "?length=9000&rate=24000%2F1001&reference=v9&end=v3";
    expect(addressOf(wishFrom(address))).toBe(address);
    expect(addressOf(wishFrom("?end="))).toBe("");
  });
});
