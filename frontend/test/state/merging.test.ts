import { describe, expect, it } from "vitest";
import { differences, merged, mergedText, saveOrAsk, type Answer, type Fields, type Present } from "../../src/state/merging.ts";

const BASE = { rate: "25", width: "1920", note: "" };

describe("fields that two people changed", () => {
  it("stand together when they changed different ones", () => {
    const [mine, theirs] = [{ ...BASE, rate: "24" }, { ...BASE, width: "3840" }];
    expect(merged(BASE, mine, theirs)).toEqual({ rate: "24", width: "3840", note: "" });
    expect(differences(BASE, mine, theirs).map((one) => [one.key, one.conflict])).toEqual([["rate", false], ["width", false]]);
  });
  it("are a conflict when both changed the same one, unless to the same", () => {
    const [mine, theirs] = [{ ...BASE, rate: "24", note: "x" }, { ...BASE, rate: "50", note: "x" }];
    expect(differences(BASE, mine, theirs)).toEqual([{ key: "rate", base: "25", mine: "24", theirs: "50", conflict: true }]);
    expect(merged(BASE, mine, theirs)["rate"]).toBe("24");
  });
});

describe("a text that two people changed", () => {
  it("keeps both changes of different lines", () => {
    expect(mergedText("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD")).toEqual({ text: "A\nb\nc\nD", conflicts: 0 });
  });
  it("takes no notice of space at the end", () => {
    expect(mergedText("a\nb\n", "a\nb\n\nmore\n", "A\nb")).toEqual({ text: "A\nb\n\nmore", conflicts: 0 });
  });
  it("keeps both texts where they changed the same line", () => {
    expect(mergedText("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc")).toEqual({ text: "a\nmine\ntheirs\nc", conflicts: 1 });
  });
});

class Stale extends Error {}

/** Something that several people write, with a revision. */
function thing(revision: number, fields: Fields) {
  let present: Present = { fields, tag: String(revision), by: "Anna" };
  const asked: Fields[] = [];
  return {
    asked,
    present: () => present,
    other: (change: Fields) => (present = { ...present, fields: { ...present.fields, ...change }, tag: `${present.tag}+` }),
    port: (answers: (() => Answer)[]) => ({
      save: async (wanted: Fields, tag: string) => {
        if (tag !== present.tag) throw new Stale();
        present = { fields: wanted, tag: `${tag}!`, by: "me" };
        return present.tag;
      },
      fetch: async () => present,
      isStale: (error: unknown) => error instanceof Stale,
      ask: async (base: Fields) => {
        asked.push(base);
        return answers.shift()?.() ?? null;
      },
    }),
  };
}

describe("saving what somebody else may have changed", () => {
  it("asks nobody when nobody was faster", async () => {
    const one = thing(1, BASE);
    expect(await saveOrAsk(one.port([]), one.present(), { ...BASE, rate: "24" })).toEqual({ kind: "saved", result: "1!" });
    expect(one.asked).toEqual([]);
  });
  it("asks nobody when something else about it was changed", async () => {
    const one = thing(1, BASE);
    const read = one.present();
    one.other({});
    expect((await saveOrAsk(one.port([]), read, { ...BASE, rate: "24" })).kind).toBe("saved");
    expect(one.asked).toEqual([]);
  });
  it("asks again when somebody is faster again, from what the person has seen by then", async () => {
    const one = thing(1, BASE);
    const read = one.present();
    one.other({ width: "3840" });
    const answer = await saveOrAsk(one.port([() => (one.other({ note: "again" }), { rate: "24", width: "3840", note: "" }), () => ({ rate: "24", width: "3840", note: "again" })]), read, { ...BASE, rate: "24" });
    expect(answer.kind).toBe("saved");
    expect(one.present().fields).toEqual({ rate: "24", width: "3840", note: "again" });
    expect(one.asked.map((base) => base["width"])).toEqual(["1920", "3840"]);
  });
  it("changes nothing when the person takes theirs, or decides nothing", async () => {
    for (const [answer, kind] of [["take", "taken"], [null, "left"]] as const) {
      const one = thing(1, BASE);
      const read = one.present();
      one.other({ width: "3840" });
      expect((await saveOrAsk(one.port([() => answer]), read, { ...BASE, rate: "24" })).kind).toBe(kind);
      expect(one.present().fields).toEqual({ ...BASE, width: "3840" });
    }
  });
  it("passes on every other problem", async () => {
    const one = thing(1, BASE);
    const port = { ...one.port([]), save: () => Promise.reject(new Error("no")) };
    await expect(saveOrAsk(port, one.present(), BASE)).rejects.toThrow("no");
  });
});
