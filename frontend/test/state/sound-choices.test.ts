import { describe, expect, it } from "vitest";
import { channelNames } from "../../src/core/channel-names.ts";
import { parseLevels } from "../../src/core/levels.ts";
import type { MediaStatus } from "../../src/net/types.ts";
import { choiceOf, soundChoices } from "../../src/state/sound-choices.ts";

describe("names of channels", () => {
  it("are those of a mixing desk, numbers where places are not known", () => {
    expect(channelNames("5.1(side)", 6)).toEqual(["L", "R", "C", "LFE", "Ls", "Rs"]);
    expect(channelNames("5.1", 6)).toEqual(["L", "R", "C", "LFE", "Ls", "Rs"]);
    expect(channelNames("7.1", 8)).toEqual(["L", "R", "C", "LFE", "Lrs", "Rrs", "Lss", "Rss"]);
    expect(channelNames("FL+FR+LFE", 3)).toEqual(["L", "R", "LFE"]);
    expect(new Set(channelNames("hexadecagonal", 16)).size).toBe(16);
    expect(channelNames("8 channels (FL+FR)", 8)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    expect(channelNames("5.1", 8)[7]).toBe("8");
  });
});

describe("levels of channels", () => {
  const file = (...values: number[]): ArrayBuffer => {
    const bytes = new Uint8Array(24 + values.length);
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode("TPLV"));
    [1, 2].forEach((value, i) => view.setUint16(4 + 2 * i, value, true));
    [48_000, 960, values.length / 2].forEach((value, i) => view.setUint32(8 + 4 * i, value, true));
    bytes.set(values, 24);
    return bytes.buffer;
  };
  it("are read per channel and moment", () => {
    const levels = parseLevels(file(255, 0, 135, 243));
    expect([levels.at(0, 0), levels.at(1, 0), levels.at(0, 0.02), levels.at(1, 0.0399)]).toEqual([0, -Infinity, -60, -6]);
    expect([levels.at(0, 0.04), levels.at(2, 0), levels.at(0, -1)]).toEqual([-Infinity, -Infinity, -Infinity]);
    expect(() => parseLevels(file(1, 2).slice(0, 25))).toThrow("length");
    expect(() => parseLevels(new ArrayBuffer(30))).toThrow("no levels");
  });
});

const track = (index: number, channels: number, layout: string, title = ""): MediaStatus["audio_tracks"][number] => ({ index, channels, layout, title, language: "", codec: "pcm" }) as MediaStatus["audio_tracks"][number];
const media = (tracks: MediaStatus["audio_tracks"], sounds: [number | null, number | null][]): MediaStatus =>
  ({ audio_tracks: tracks, sounds: sounds.map(([number, channel]) => ({ track: number, channel, url: `/${number}-${channel}`, mime: "audio/mp4" })) }) as unknown as MediaStatus;

describe("what can be heard by itself", () => {
  it("of a pair are its sides, from the video's own sound", () => {
    const [group, ...more] = soundChoices(media([track(0, 2, "stereo")], []));
    expect(more).toEqual([]);
    expect(group?.choices.map(({ name, url, side, metered }) => [name, url, side, metered])).toEqual([["All", null, null, null], ["L", null, 0, 0], ["R", null, 1, 1]]);
    expect(soundChoices(media([track(0, 1, "mono")], []))[0]?.choices.map(({ name, metered }) => [name, metered])).toEqual([["All", 0]]);
    expect(soundChoices(null)).toEqual([]);
  });

  it("of surround are its channels, once their files are made", () => {
    const tracks = [track(0, 6, "5.1")];
    expect(soundChoices(media(tracks, []))[0]?.choices.length).toBe(1);
    const groups = soundChoices(media(tracks, [0, 1, 2, 3, 4, 5].map((channel) => [0, channel])));
    expect(groups[0]?.choices.map(({ name, url }) => [name, url])).toEqual([["All", null], ["L", "/0-0"], ["R", "/0-1"], ["C", "/0-2"], ["LFE", "/0-3"], ["Ls", "/0-4"], ["Rs", "/0-5"]]);
    expect(choiceOf(groups, { track: 0, channel: 3 })?.name).toBe("LFE");
    expect(choiceOf(groups, { track: 1, channel: null })).toBeNull();
  });

  it("of several tracks is each of them, and each of their channels", () => {
    const groups = soundChoices(media([track(0, 2, "stereo", "Mix"), track(1, 1, "mono", "Boom"), track(2, 2, "stereo"), track(3, 1, "mono")], [[1, null], [2, null]]));
    expect(groups.map(({ name }) => name)).toEqual(["Track 1 · Mix", "Track 2 · Boom", "Track 3 · stereo"]); // the fourth has no file
    expect(groups[1]?.choices.map(({ url, side, metered }) => [url, side, metered])).toEqual([["/1-null", null, 0]]);
    expect(groups[2]?.choices.map(({ url, side }) => [url, side])).toEqual([["/2-null", null], ["/2-null", 0], ["/2-null", 1]]);
  });

  it("of sixteen mono tracks is any of them, and their sum", () => {
    const tracks = Array.from({ length: 16 }, (_, i) => track(i, 1, "mono"));
    const groups = soundChoices(media(tracks, [[null, null], ...tracks.slice(1).map(({ index }): [number, null] => [index, null])]));
    expect(groups.map(({ name }) => name)).toEqual(["All tracks together", ...tracks.map((_, i) => `Track ${i + 1} · mono`)]);
    expect(groups.map(({ choices }) => choices.length)).toEqual(Array(17).fill(1));
    expect(groups[0]?.choices[0]).toMatchObject({ track: null, url: "/null-null", side: null, metered: null });
    expect(choiceOf(groups, { track: 15, channel: null })?.url).toBe("/15-null");
    expect(choiceOf(groups, { track: null, channel: null })?.url).toBe("/null-null");
  });
});
