import { parseFrameTable, type FrameTable } from "../../../src/core/frame-table.ts";
import { tableBytes } from "../../core/tables.ts";

/** A constant rate with a key frame every `group` frames. */
export function tableWithKeys(frames: number, group: number, rate = 25): FrameTable {
  const keyframes = Array.from({ length: Math.ceil(frames / group) }, (_, i) => i * group);
  return parseFrameTable(tableBytes({ rateNum: rate, rateDen: 1, timescale: rate * 512, count: frames, keyframes }));
}
