// Frame tables as the server writes them, for tests.
export interface TableSpec {
  readonly rateNum: number;
  readonly rateDen: number;
  readonly timescale: number;
  readonly first?: number;
  readonly lastDuration?: number;
  /** Constant: how many frames. */
  readonly count?: number;
  /** Variable: distances between frames. */
  readonly deltas?: readonly number[];
  readonly keyframes?: readonly number[];
}

export function tableBytes(spec: TableSpec): ArrayBuffer {
  const variable = spec.deltas !== undefined;
  const n = spec.deltas ? spec.deltas.length + 1 : (spec.count ?? 1);
  const keyframeBytes = Math.ceil(n / 8);
  const buffer = new ArrayBuffer(40 + (variable ? 4 * (n - 1) : 0) + keyframeBytes);
  const view = new DataView(buffer);
  for (const [i, letter] of [..."TPFI"].entries()) view.setUint8(i, letter.charCodeAt(0));
  view.setUint16(4, 1, true);
  view.setUint16(6, variable ? 1 : 0, true);
  view.setUint32(8, n, true);
  view.setUint32(12, spec.rateNum, true);
  view.setUint32(16, spec.rateDen, true);
  view.setUint32(20, spec.timescale, true);
  view.setBigInt64(24, BigInt(spec.first ?? 0), true);
  view.setUint32(32, spec.lastDuration ?? (spec.timescale * spec.rateDen) / spec.rateNum, true);
  view.setUint32(36, keyframeBytes, true);
  (spec.deltas ?? []).forEach((delta, i) => view.setUint32(40 + 4 * i, delta, true));
  const keys = 40 + (variable ? 4 * (n - 1) : 0);
  for (const k of spec.keyframes ?? [0]) view.setUint8(keys + (k >> 3), view.getUint8(keys + (k >> 3)) | (1 << (k & 7)));
  return buffer;
}
