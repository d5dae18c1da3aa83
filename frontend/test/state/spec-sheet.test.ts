import { describe, expect, it } from "vitest";
import { bodyOf, changes, fieldsOf, rateText, sheetOf } from "../../src/state/spec-sheet.ts";

const TECHNICAL = {
  name: "HD", rate_num: 24000, rate_den: 1001, drop_frame: false, width: 1920, height: 1080, pixel_aspect_num: 1, pixel_aspect_den: 1, scan: "progressive",
  audio_rate: 48000, audio_layouts: ["mono", "mono"], start_timecode: "01:00:00:00", containers: ["mov", "mxf"], video_codecs: ["prores"], audio_codecs: [],
  loudness_lufs: -23, loudness_tolerance_lu: 1, true_peak_dbtp: -1, render_cost_per_hour: 8, render_hours_per_hour: 2.5, render_currency: "EUR",
};
const NOTHING = { name: "", rate_num: 0, rate_den: 1, drop_frame: null, width: 0, height: 0, pixel_aspect_num: 0, pixel_aspect_den: 1, scan: "", audio_rate: 0, audio_layouts: [], start_timecode: "", containers: [], video_codecs: [], audio_codecs: [], loudness_lufs: null, loudness_tolerance_lu: 1, true_peak_dbtp: null, render_cost_per_hour: null, render_hours_per_hour: 1, render_currency: "" };

describe("a spec as a sheet", () => {
  it("reads rates as people say them and sends them exactly", () => {
    expect(["24000/1001", "30000/1001", "25", "60000/1001"].map(rateText)).toEqual(["23.976", "29.97", "25", "59.94"]);
    expect(fieldsOf(TECHNICAL)["rate"]).toBe("24000/1001");
  });
  it("sends back what it read", () => {
    const { technical } = bodyOf({ ...fieldsOf(TECHNICAL), naming_pattern: "x", proxies_by: "server" });
    expect(technical).toEqual({ ...{ rate: "24000/1001", pixel_aspect: "1" }, ...Object.fromEntries(Object.entries(TECHNICAL).filter(([key]) => !/^(rate|pixel_aspect)_/.test(key))) });
  });
  it("knows what is not judged", () => {
    expect(Object.values(fieldsOf(NOTHING)).every((value) => value === "")).toBe(true);
    const { technical } = bodyOf(fieldsOf(NOTHING));
    expect([technical["rate"], technical["width"], technical["drop_frame"], technical["loudness_lufs"]]).toEqual([undefined, 0, null, null]);
  });
  it("sends what is no number as it was written, so that the server can say what is wrong", () => {
    expect(bodyOf({ width: "wide" }).technical["width"]).toBe("wide");
  });
  it("says what changed in words", () => {
    const before = sheetOf({ technical: NOTHING, proxies_by: "server", naming_pattern: "{project}_v{version}" });
    const after = sheetOf({ technical: { ...NOTHING, rate_num: 25, audio_rate: 48000 }, proxies_by: "server", naming_pattern: "{project}_v{version}" });
    expect(changes(before, after)).toEqual([{ label: "Frame rate", before: "not judged", after: "25 fps" }, { label: "Sample rate", before: "not judged", after: "48000 Hz" }]);
  });
});
