"""How sound that is early, late or too fast is put right without a new render: steps for people, the command, the fix."""

from fractions import Fraction

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Fix, Remedy


def late_word(milliseconds: float) -> str:
    """The word "late" or "early"."""
    return "late" if milliseconds > 0 else "early"


def shift(track: int, case: Case, late_ms: float, *, exact: bool = True) -> Remedy:
    """Move a track that is so late (negative: early). Without `exact` there is more amiss, and nothing is to be executed."""
    size, frames = abs(late_ms), abs(late_ms) / case.frame_milliseconds
    length = float(case.summary.frame_count / case.rate)
    if late_ms > 0:
        filters = f"atrim=start={size / 1000:.6f},asetpts=PTS-STARTPTS,apad=pad_dur={size / 1000:.6f},atrim=end={length:.6f}"
    else:
        filters = f"adelay={round(size * _rate(track, case) / 1000)}S:all=1,atrim=end={length:.6f}"
    direction = "earlier" if late_ms > 0 else "later"
    return Remedy(
        f"Move the sound {size:.1f} ms {direction}, the picture stays as it is.",
        steps=(
            ("Premiere Pro", f"Unlink, show audio time units, move the sound {size:.1f} ms {direction}."),
            ("DaVinci Resolve", f"Unlink the clip, slip its audio {size:.1f} ms {direction} (subframe slip)."),
            ("Media Composer", f"Slip the audio track {frames:.1f} frames {direction}; perf slip for parts of a frame."),
        ),
        command=command(track, case, filters) if exact else "",
        fix=Fix("shift_audio", {"track": track, "milliseconds": round(-late_ms, 4)}) if exact else None,
    )


def speed(track: int, case: Case, ppm: float) -> Remedy:
    """Play a track that drifts so (positive: it falls behind) at the corrected speed."""
    ratio = Fraction(round((1 + ppm * 1e-6) * 10_000_000), 10_000_000)
    rate = _rate(track, case)
    return Remedy(
        "Render or record the sound again at the right clock. As a stop-gap, play it at the corrected speed.",
        steps=(
            ("Premiere Pro", f"Speed/Duration of the sound alone: {100 * float(ratio):.4f} %, without maintaining pitch."),
            ("DaVinci Resolve", "Export the sound, correct its speed with the command, lay it under the picture."),
            ("Media Composer", "Use the command: speed changes of whole hundredths are too coarse for it."),
        ),
        command=command(track, case, f"aresample={10 * rate},asetrate={round(10 * rate * ratio)},aresample={rate}"),
        fix=Fix("resample_audio", {"track": track, "ratio_num": ratio.numerator, "ratio_den": ratio.denominator}),
    )


def command(track: int, case: Case, filters: str) -> str:
    """FFmpeg's, with filters on one track; picture and other tracks are copied as they are."""
    audio = case.summary.audio
    codec = audio[track].codec if track < len(audio) else "aac"
    lossless = codec.startswith("pcm_") or codec in ("flac", "alac")
    return (
        f"ffmpeg -i INPUT -map 0:v -map 0:a -map_metadata 0 -c copy -c:a:{track} {codec if lossless else 'aac -b:a 320k'} "
        f'-filter:a:{track} "{filters}" OUTPUT'
    )


def _rate(track: int, case: Case) -> int:
    return case.summary.audio[track].sample_rate if track < len(case.summary.audio) else 48_000
