// SMPTE timecode as arithmetic on whole frames. A label counts frames at the nominal rate; it is not seconds.

/** Frames per second, exactly `num / den`. */
export interface Rate {
  readonly num: number;
  readonly den: number;
  /** From the file's own timecode, never guessed from the rate. */
  readonly dropFrame: boolean;
}

export type LabelResult =
  | { readonly ok: true; readonly frame: number }
  | { readonly ok: false; readonly reason: "syntax" | "range"; readonly nearest: readonly number[] };

/** Frames that one second of label counts: the rate rounded half up, 24 for 24000/1001. */
export function nominalRate(rate: Rate): number {
  return Math.max(1, Math.floor((2 * rate.num + rate.den) / (2 * rate.den)));
}

/** Labels skipped at the start of each minute that is no multiple of ten; 0 when this rate has no drop-frame count. */
export function droppedPerMinute(rate: Rate): number {
  const nominal = nominalRate(rate);
  if (!rate.dropFrame || rate.den !== 1001 || nominal % 30 !== 0) return 0;
  return nominal / 15;
}

/** Frames in 24 hours of labels: where labels start again from zero. */
export function framesPerDay(rate: Rate): number {
  return nominalRate(rate) * 86_400 - droppedPerMinute(rate) * 1_296;
}

function positiveModulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** What the label of a frame count would count to if none were skipped: `count` plus the labels skipped before it. */
export function labelCount(count: number, rate: Rate): number {
  const dropped = droppedPerMinute(rate);
  if (dropped === 0) return count;
  const nominal = nominalRate(rate);
  const perTenMinutes = nominal * 600 - dropped * 9;
  const perMinute = nominal * 60 - dropped;
  const tens = Math.floor(count / perTenMinutes);
  const rest = count - tens * perTenMinutes;
  // The first minute of ten has all its labels; each later one lacks `dropped`.
  const later = rest < nominal * 60 ? 0 : 1 + Math.floor((rest - nominal * 60) / perMinute);
  return count + dropped * (tens * 9 + later);
}

/** The first frame count whose label counts to `label` or more: the inverse of labelCount. */
export function countAtLabel(label: number, rate: Rate): number {
  const dropped = droppedPerMinute(rate);
  const minutes = Math.floor(label / (nominalRate(rate) * 60));
  let count = label - dropped * (minutes - Math.floor(minutes / 10));
  while (labelCount(count, rate) < label) count += 1; // `label` is among the skipped ones: a few steps at most
  return count;
}

/** The label of a frame count. Labels wrap after 24 hours, also below zero. */
export function formatTimecode(frame: number, rate: Rate): string {
  const nominal = nominalRate(rate);
  const count = labelCount(positiveModulo(frame, framesPerDay(rate)), rate);
  const frames = count % nominal;
  const seconds = Math.floor(count / nominal);
  const digits = nominal > 100 ? String(frames).padStart(3, "0") : two(frames);
  const separator = droppedPerMinute(rate) > 0 ? ";" : ":";
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${separator}${digits}`;
}

function countOfLabel(hours: number, minutes: number, seconds: number, frames: number, rate: Rate): number {
  const total = hours * 60 + minutes;
  return (total * 60 + seconds) * nominalRate(rate) + frames - droppedPerMinute(rate) * (total - Math.floor(total / 10));
}

/** The frame count of a label `HH:MM:SS:FF` (`;` or `.` before the frames are taken too). Labels that do not exist
 *  (00:01:00;00 in drop-frame, frame 30 at 30) are refused, with the counts of the nearest labels that do. */
export function parseTimecode(text: string, rate: Rate): LabelResult {
  const match = /^(\d{1,2}):(\d{1,2}):(\d{1,2})[:;.](\d{1,3})$/.exec(text.trim());
  if (!match) return { ok: false, reason: "syntax", nearest: [] };
  const [hours, minutes, seconds, frames] = match.slice(1).map(Number) as [number, number, number, number];
  const nominal = nominalRate(rate);
  const dropped = droppedPerMinute(rate);
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= nominal) {
    const last = countOfLabel(Math.min(hours, 23), Math.min(minutes, 59), Math.min(seconds, 59), nominal - 1, rate);
    return { ok: false, reason: "range", nearest: [last] };
  }
  if (dropped > 0 && minutes % 10 !== 0 && seconds === 0 && frames < dropped) {
    const after = countOfLabel(hours, minutes, seconds, dropped, rate);
    return { ok: false, reason: "range", nearest: [after - 1, after] };
  }
  return { ok: true, frame: countOfLabel(hours, minutes, seconds, frames, rate) };
}

/** "23.976", "25", "29.97 DF": how people name a rate. Three decimals at most, made from integers. */
export function rateName(rate: Rate): string {
  const thousandths = Math.floor((rate.num * 1000 + Math.floor(rate.den / 2)) / rate.den);
  const fraction = String(thousandths % 1000).padStart(3, "0").replace(/0+$/, "");
  const name = `${Math.floor(thousandths / 1000)}${fraction ? `.${fraction}` : ""}`;
  return droppedPerMinute(rate) > 0 ? `${name} DF` : name;
}
