"""Where each track's sound ends, against the picture: a tail, a cut, or another clock."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Check,
    Cure,
    Evidence,
    Finding,
    Fix,
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    does_not_apply,
    found,
    passed,
)
from media_pipeline.core.checks.material import Material

WARN_MS = 45.0
ERROR_MS = 100.0
# What the sound's length is a multiple of, with the usual accident behind it.
RATIOS: tuple[tuple[Fraction, str], ...] = (
    (Fraction(1001, 1000), "an NTSC rate on one side only (23.976 for 24, 29.97 for 30)"),
    (Fraction(1000, 1001), "an NTSC rate on one side only (24 for 23.976, 30 for 29.97)"),
    (Fraction(25, 24), "a film of 24 frames shown at 25, with sound of the film's speed"),
    (Fraction(24, 25), "pictures at 24 frames under sound for 25"),
    (Fraction(25025, 24000), "pictures of 23.976 shown at 25, with sound of their own speed"),
    (Fraction(24000, 25025), "pictures at 23.976 under sound for 25"),
    (Fraction(48000, 44100), "samples of 48 kHz labelled as 44.1 kHz"),
    (Fraction(44100, 48000), "samples of 44.1 kHz labelled as 48 kHz"),
)
FIT_MS = 25.0  # an AAC packet and rounding at both ends
CLEAR = 4.0  # the difference must be so many times the misfit


def measure(material: Material) -> Mapping[str, Any]:
    """Milliseconds. `end_ms`: the sound's end after the picture's; negative: it ends before."""
    picture = material.index.duration
    tracks = []
    for track in material.summary.audio:
        start, duration = Fraction(track.start_num, track.start_den), Fraction(track.duration_num, track.duration_den)
        if duration > 0:
            tracks.append(
                {
                    "track": track.index,
                    "length_ms": float(duration * 1000),
                    "end_ms": float((start + duration - picture) * 1000),
                }
            )
    return {"picture_ms": float(picture * 1000), "tracks": tracks}


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """A few milliseconds are no fault and no sign of drift; a known ratio is."""
    tracks, picture = list(measured["tracks"]), float(measured["picture_ms"])
    if not tracks:
        return does_not_apply("The file has no sound.")
    numbers = (
        Number("picture", picture / 1000, "s", 3),
        *(
            Number(f"end of track {int(track['track']) + 1} after the picture's", float(track["end_ms"]), "ms", 1)
            for track in tracks
        ),
    )
    findings = [_finding(track, picture, case) for track in tracks if abs(float(track["end_ms"])) > WARN_MS]
    if findings:
        return found(findings, numbers=numbers)
    widest = max((float(track["end_ms"]) for track in tracks), key=abs)
    return passed(f"Sound and picture end together (apart by {abs(widest):.0f} ms at most).", numbers=numbers)


def _finding(track: Mapping[str, Any], picture: float, case: Case) -> Finding:
    known = _known_ratio(float(track["length_ms"]), picture)
    if known is not None:
        return _ratio(track, picture, *known)
    return _longer(track, picture) if float(track["end_ms"]) > 0 else _shorter(track, case)


def _known_ratio(length: float, picture: float) -> tuple[Fraction, str] | None:
    """The ratio that explains the sound's length to FIT_MS, if it explains it clearly better than chance would."""
    difference = abs(length - picture)
    for ratio, story in RATIOS:
        misfit = abs(length - picture * ratio.numerator / ratio.denominator)
        if misfit <= FIT_MS and difference >= CLEAR * max(misfit, FIT_MS):
            return ratio, story
    return None


def _ratio(track: Mapping[str, Any], picture: float, ratio: Fraction, story: str) -> Finding:
    number, length = int(track["track"]) + 1, float(track["length_ms"])
    late = length > picture
    mislabelled = ratio in (Fraction(48000, 44100), Fraction(44100, 48000))
    return Finding(
        code="length.ratio",
        severity=Severity.ERROR,
        summary=f"Track {number} is {ratio} as long as the picture: {story}.",
        meaning=f"Sound and picture part steadily; at the end the sound is {abs(length - picture):.0f} ms "
        f"{'late' if late else 'early'}.",
        remedy=Remedy(
            "Find which side has the wrong rate and render that again; as a stop-gap, play the sound "
            f"{'faster' if late else 'slower'} by {ratio}.",
            steps=(
                ("Premiere Pro", f"Interpret Footage if the picture's rate is wrong; else speed of the sound "
                f"{_percent(ratio)}."),
                ("DaVinci Resolve", "Clip Attributes > Video Frame Rate if the picture's rate is wrong, before it is used."),
                ("Media Composer", "Relink with the right sample rate conversion; do not let it ‘play at project rate’."),
            ),
            command="ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy "
            f"-af aresample=48000,asetrate=48000*{ratio.numerator}/{ratio.denominator},aresample=48000 -c:a pcm_s24le OUTPUT",
            fix=Fix(
                "resample_audio",
                {"track": int(track["track"]), "ratio_num": ratio.numerator, "ratio_den": ratio.denominator},
            ),
        ),
        cause=Cause.METADATA if mislabelled else Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
        numbers=(
            Number("drift", (length / picture - 1) * 1e6, "ppm", 0),
            Number("at the end", length - picture, "ms", 0),
        ),
        evidence=(
            Evidence(
                "line", "Sound against picture, if the ratio is the cause", "seconds", "milliseconds late",
                [0, picture / 1000], [0, length - picture],
            ),
        ),
    )  # fmt: skip


def _percent(ratio: Fraction) -> str:
    return f"{100 * ratio.numerator / ratio.denominator:.3f} %"


def _longer(track: Mapping[str, Any], picture: float) -> Finding:
    end, number = float(track["end_ms"]), int(track["track"]) + 1
    return Finding(
        code="length.tail",
        severity=Severity.WARN,
        summary=f"Track {number} goes on for {end:.0f} ms after the last picture.",
        meaning="A tail by itself hurts nobody; programs show it as a black or frozen end. It fits no known ratio.",
        remedy=Remedy(
            "Cut the sound at the picture's end.",
            steps=(
                ("Premiere Pro", "Set the sequence's out point at the last picture before the export."),
                ("DaVinci Resolve", "Mark the out point at the last picture; Deliver > Render In/Out range."),
                ("Media Composer", "Mark out at the last picture; Export > Use Marks."),
            ),
            command=f"ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy -af atrim=end={picture / 1000:.6f} -c:a pcm_s24le OUTPUT",
            fix=Fix("lay_audio", {"track": int(track["track"])}),
        ),
        cause=Cause.TIMELINE,
        cure=Cure.FIX_IN_POST,
        numbers=(Number("tail", end, "ms", 1),),
    )


def _shorter(track: Mapping[str, Any], case: Case) -> Finding:
    missing, number = -float(track["end_ms"]), int(track["track"]) + 1
    first = max(0, case.summary.frame_count - round(missing / case.frame_milliseconds))
    return Finding(
        code="length.cut",
        severity=Severity.ERROR if missing > max(ERROR_MS, 3 * case.frame_milliseconds) else Severity.WARN,
        summary=f"Track {number} ends {missing:.0f} ms before the last picture.",
        meaning="The end has no sound: the track was cut off, or samples are missing somewhere before.",
        remedy=Remedy(
            "Compare the end with the timeline; if the sound is cut, render the sound again and put it together with the "
            "picture.",
            steps=(
                ("Premiere Pro", "Export the sound of the whole sequence as WAV and lay it under the picture."),
                ("DaVinci Resolve", "Deliver > Audio only for the whole timeline; compare its length with the picture's."),
                ("Media Composer", "Export > Audio Mixdown of the whole sequence; compare its length with the picture's."),
            ),
            command="ffmpeg -i INPUT -i MIXDOWN.wav -map 0:v -map 1:a -c:v copy -c:a pcm_s24le OUTPUT",
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER,
        numbers=(Number("missing", missing, "ms", 1),),
        places=case.places([(first, max(1, case.summary.frame_count - first))]),
    )


CHECK = Check(
    id="length",
    title="Length of the sound",
    stage=Stage.PACKETS,
    position=5,
    question="Does every track end with the picture, and if not, why?",
    how=(
        "The end of the last sample heard against the end of the last picture. Up to 45 ms is no fault. Beyond it, the ratio "
        "of the lengths is held against 1001/1000, 25/24, 1001/960, 48/44.1 and their inverses: one that explains the "
        "length to "
        "25 ms, while the difference is at least 100 ms, names the cause; else it is a tail (warning) or a cut (error beyond "
        "100 ms or three frames)."
    ),
    cannot_see=(
        "Drift in tracks of equal length: most drift is of that kind. 1001/1000 in files under 100 seconds. Whether a tail is "
        "silent."
    ),
    source=(
        "A rule of 5 ms alarms on 38 % of good files and misses three quarters of drift; 45 ms alarms on none. Limits as in "
        "common delivery tests (two frames short)."
    ),
    version=1,
    measure=measure,
    judge=judge,
)
