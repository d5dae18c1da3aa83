// Comparing in a live session: what is told and what is shown, in the order in which things happen.
import { beforeEach, describe, expect, it } from "vitest";
import type { CompareSeen } from "../../src/state/live-session.ts";
import { isSeen, SharedCompare } from "../../src/state/session-compare.ts";

const side: CompareSeen = { with: "v1", mode: "side", wipe: 50, opacity: 50, gain: 4, flipped: true, offset: 0 };
let done: unknown[] = [];
const shared = (): SharedCompare => new SharedCompare({ send: (seen) => done.push(["send", seen]), show: (seen) => done.push(["show", seen]) });

beforeEach(() => {
  done = [];
});

describe("who leads", () => {
  it("tells what is compared, once each, and when it ends", () => {
    const one = shared();
    one.look(null, true, true);
    one.here(side);
    one.here({ ...side });
    one.look(side, true, true); // as it comes back
    one.here({ ...side, offset: -2 });
    one.here(null);
    expect(done).toEqual([["send", side], ["send", { ...side, offset: -2 }], ["send", null]]);
  });

  it("goes on with what was compared before, and tells what they compared already", () => {
    const one = shared();
    one.look(side, false, true);
    one.here(side);
    one.look(side, true, true);
    expect(done).toEqual([["show", side]]);
    const other = shared();
    other.here(side);
    other.look(null, true, true);
    expect(done.slice(1)).toEqual([["send", side]]);
  });
});

describe("who follows", () => {
  it("compares as the session does as soon as they can, and no longer", () => {
    const one = shared();
    one.look(side, false, false);
    one.look(side, false, true);
    one.look({ ...side }, false, true);
    one.look({ ...side, mode: "wipe" }, false, true);
    one.look(null, false, true);
    expect(done).toEqual([["show", side], ["show", { ...side, mode: "wipe" }], ["show", null]]);
  });

  it("is not torn out of what they compare by themselves", () => {
    const one = shared();
    one.here(side);
    one.look(null, false, true);
    expect(done).toEqual([]);
  });

  it("begins again on a page that ended by itself", () => {
    const one = shared();
    one.look(side, false, true);
    one.forget();
    one.look(side, false, true);
    expect(done).toEqual([["show", side], ["show", side]]);
  });

  it("and was told only that something is compared, compares nothing", () => expect([isSeen(side), isSeen({ with: null }), isSeen(null)]).toEqual([true, false, false]));
});
