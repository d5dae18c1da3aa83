// Where a link lands: `?frame=`, `?timecode=` (record timecode, or timecode from zero), else the first frame.
import type { ClockFace } from "../core/clock-face.ts";
import { readTypedPosition } from "../core/typed-position.ts";
import { t } from "../language/translate.ts";

export interface Landing {
  readonly frame: number;
  /** What is wrong with the link, in words; null when nothing is. */
  readonly problem: string | null;
}

export function landingOf(query: URLSearchParams, face: ClockFace): Landing {
  const timecode = query.get("timecode");
  if (timecode !== null) {
    const read = readTypedPosition(timecode, { rate: face.rate, frameCount: face.frameCount, startFrame: face.startFrame, current: 0 });
    return read.ok ? { frame: read.frame, problem: null } : { frame: read.suggestions[0] ?? 0, problem: read.message };
  }
  const text = query.get("frame");
  if (text === null) return { frame: 0, problem: null };
  if (!/^\d{1,9}$/.test(text)) return { frame: 0, problem: t("“{text}” in this link is no frame number.", { text }) };
  const last = face.frameCount - 1;
  if (Number(text) > last) return { frame: last, problem: t("This version ends at frame {last}: it has no frame {text}.", { last, text: Number(text) }) };
  return { frame: Number(text), problem: null };
}
