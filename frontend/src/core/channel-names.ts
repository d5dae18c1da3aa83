// What film people call the channels of a layout, in the order in which files hold them.

/** FFmpeg's names of places → the names on a mixing desk. A pair at the side or in the back is the surround pair where it is
 *  the only one (5.1), where both are there the side is Lss/Rss and the back Lrs/Rrs (7.1). */
const PLACES: Readonly<Record<string, string>> = {
  FL: "L", FR: "R", FC: "C", LFE: "LFE", LFE2: "LFE2", BC: "Cs", FLC: "Lc", FRC: "Rc", WL: "Lw", WR: "Rw", TC: "Ts",
  TFL: "Ltf", TFC: "Ctf", TFR: "Rtf", TBL: "Ltr", TBC: "Ctr", TBR: "Rtr", TSL: "Lts", TSR: "Rts", DL: "Lt", DR: "Rt",
};
const ONE_PAIR: Readonly<Record<string, string>> = { SL: "Ls", SR: "Rs", BL: "Ls", BR: "Rs" };
const TWO_PAIRS: Readonly<Record<string, string>> = { SL: "Lss", SR: "Rss", BL: "Lrs", BR: "Rrs" };

/** FFmpeg's standard layouts (libavutil/channel_layout.c), by the name that it gives them. */
const LAYOUTS: Readonly<Record<string, string>> = {
  stereo: "FL FR", downmix: "DL DR", "2.1": "FL FR LFE", "3.0": "FL FR FC", "3.0(back)": "FL FR BC", "4.0": "FL FR FC BC",
  quad: "FL FR BL BR", "quad(side)": "FL FR SL SR", "3.1": "FL FR FC LFE", "5.0": "FL FR FC BL BR", "5.0(side)": "FL FR FC SL SR",
  "4.1": "FL FR FC LFE BC", "5.1": "FL FR FC LFE BL BR", "5.1(side)": "FL FR FC LFE SL SR", "6.0": "FL FR FC BC SL SR",
  hexagonal: "FL FR FC BL BR BC", "6.1": "FL FR FC LFE BC SL SR", "6.1(back)": "FL FR FC LFE BL BR BC",
  "7.0": "FL FR FC BL BR SL SR", "7.1": "FL FR FC LFE BL BR SL SR", "7.1(wide)": "FL FR FC LFE BL BR FLC FRC",
  "7.1(wide-side)": "FL FR FC LFE FLC FRC SL SR", "5.1.2": "FL FR FC LFE SL SR TFL TFR", "5.1.4": "FL FR FC LFE SL SR TFL TFR TBL TBR",
  "7.1.2": "FL FR FC LFE BL BR SL SR TFL TFR", "7.1.4": "FL FR FC LFE BL BR SL SR TFL TFR TBL TBR",
  octagonal: "FL FR FC BL BR BC SL SR", cube: "FL FR BL BR TFL TFR TBL TBR",
  hexadecagonal: "FL FR FC BL BR BC SL SR TFL TFC TFR TBL TBC TBR WL WR",
};

/** Names of the channels of a track whose layout FFmpeg calls so; numbers from 1 where their places are not known. */
export function channelNames(layout: string, channels: number): string[] {
  const places = (LAYOUTS[layout] ?? (layout.includes("+") ? layout.replaceAll("+", " ") : "")).split(" ");
  const pairs = places.includes("SL") && places.includes("BL") ? TWO_PAIRS : ONE_PAIR;
  const names = places.map((place) => PLACES[place] ?? pairs[place]);
  const known = names.length === channels && names.every((name) => name !== undefined) && new Set(names).size === channels;
  return known ? (names as string[]) : Array.from({ length: channels }, (_, i) => String(i + 1));
}
