"""Loudness and true peak against the spec, by EBU R128."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Check,
    Cure,
    Evidence,
    Finding,
    Number,
    Outcome,
    Remedy,
    Severity,
    Stage,
    cannot_tell,
    does_not_apply,
    found,
    passed,
)
from media_pipeline.core.checks.decoded.channel_sound import Track, tracks_of
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.sync_map.clock import frame_at, moments
from media_pipeline.core.checks.sync_map.lines import Floats
from media_pipeline.core.hearing.events import EVENTS, LOUDNESS, PEAK

ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE, RANGE_GATE = -10.0, -20.0  # LU
FULL_MOMENTARY, FULL_SHORT = 3, 29  # values before a window of 400 ms or 3 s is filled
MUCH_LU = 3.0
ROUNDING = 0.05  # LU, dB
POINTS = 200

Values = NDArray[np.float64]


def measure(material: Material) -> Mapping[str, Any]:
    """LUFS, LU and dBTP of every track, and of the first two together where both are mono."""
    tracks = tracks_of(material)
    stored = np.asarray(material.stored.array(LOUDNESS), np.float64)
    events = material.stored.array(EVENTS)
    times = moments(material.index)
    rows = [[track] for track in tracks]
    if len(tracks) > 1 and tracks[0].channels == tracks[1].channels == 1:
        rows.append(tracks[:2])
    return {"programmes": [_programme(row, stored, events, times) for row in rows]}


def _programme(tracks: Sequence[Track], stored: Values, events: NDArray[Any], times: Floats) -> dict[str, Any]:
    momentary, short = (_together([stored[track.row, :, k] for track in tracks]) for k in (0, 1))
    count = max(track.samples * 10 // track.rate for track in tracks)
    momentary, short = momentary[:count], short[:count]
    peaks = [one for one in events[events["kind"] == PEAK] if int(one["track"]) in {track.number for track in tracks}]
    highest = max(peaks, key=lambda one: float(one["strength"]), default=None)
    rate = {track.number: track.rate for track in tracks}
    peak = float(highest["strength"]) if highest is not None else 0.0
    shown = np.unique(np.linspace(0, max(len(short) - 1, 0), min(POINTS, len(short))).astype(np.int64))
    return {
        "tracks": [track.number for track in tracks],
        "channels": sum(track.channels for track in tracks),
        "integrated": integrated(momentary),
        "range": loudness_range(short),
        "momentary": _highest(momentary[FULL_MOMENTARY:]),
        "short_term": _highest(short[FULL_SHORT:]),
        "true_peak": float(20 * np.log10(peak)) if peak > 0 else None,
        "peak_frame": frame_at(times, int(highest["sample"]) / rate[int(highest["track"])]) if highest is not None else 0,
        "point_frame": [frame_at(times, (int(k) + 1) / 10) for k in shown],
        "point_lufs": [round(max(float(short[k]), ABSOLUTE_GATE), 2) for k in shown],
    }


def _together(series: Sequence[Values]) -> Values:
    """Loudness of several at once: their powers add up."""
    return series[0] if len(series) == 1 else np.asarray(10 * np.log10(sum(10 ** (one / 10) for one in series)), np.float64)


def integrated(momentary: Values) -> float | None:
    """Programme loudness in LUFS from momentary values every 100 ms (ITU-R BS.1770-5, blocks of 400 ms that overlap by 75 %,
    gated at -70 LUFS and 10 LU below what passes that). None of silence."""
    blocks = momentary[FULL_MOMENTARY:]
    loud = blocks[blocks > ABSOLUTE_GATE]
    if not len(loud):
        return None
    kept = loud[loud > _mean(loud) + RELATIVE_GATE]
    return _mean(kept) if len(kept) else None


def loudness_range(short: Values) -> float | None:
    """LRA in LU from short-term values every 100 ms (EBU Tech 3342)."""
    blocks = short[FULL_SHORT:]
    loud = blocks[blocks > ABSOLUTE_GATE]
    if len(loud) < 2:
        return None
    kept = loud[loud > _mean(loud) + RANGE_GATE]
    low, high = np.percentile(kept, [10, 95])
    return float(high - low)


def _mean(values: Values) -> float:
    return float(10 * np.log10(np.mean(10 ** (values / 10))))


def _highest(values: Values) -> float | None:
    return float(values.max()) if len(values) and values.max() > ABSOLUTE_GATE else None


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """The programme is the first track, or the first two where both are mono. Judged only where the spec has a target."""
    programmes = list(measured["programmes"])
    if not programmes:
        return does_not_apply("The file has no sound.")
    main = programmes[-1] if len(programmes[-1]["tracks"]) > 1 else programmes[0]
    spec = case.spec
    told = _told(main)
    if spec.loudness_lufs is None and spec.true_peak_dbtp is None:
        return does_not_apply(f"The project asks for no loudness. Measured: {told}.")
    if main["integrated"] is None:
        return cannot_tell("There is no sound above −70 LUFS whose loudness could be measured.")
    numbers = tuple(number for programme in programmes for number in _numbers(programme, many=len(programmes) > 1))
    evidence = (Evidence("line", "Short-term loudness", "frame", "LUFS", list(main["point_frame"]), list(main["point_lufs"])),)
    findings = [*_level(main, case), *_peak(main, case)]
    if findings:
        return found(findings, numbers=numbers, evidence=evidence)
    return passed(f"As the project asks: {told}.", numbers=numbers, evidence=evidence)


def _told(programme: Mapping[str, Any]) -> str:
    words = []
    for name, unit in (("integrated", "LUFS"), ("range", "LU range"), ("true_peak", "dBTP")):
        if programme[name] is not None:
            words.append(f"{float(programme[name]):.1f} {unit}")
    return ", ".join(words) or "silence"


def _numbers(programme: Mapping[str, Any], *, many: bool) -> list[Number]:
    tracks = " and ".join(str(int(track) + 1) for track in programme["tracks"])
    name = f"track {tracks}: " if many else ""
    words = (
        ("integrated", "integrated loudness", "LUFS"),
        ("range", "loudness range", "LU"),
        ("momentary", "highest momentary loudness", "LUFS"),
        ("short_term", "highest short-term loudness", "LUFS"),
        ("true_peak", "true peak", "dBTP"),
    )
    return [Number(name + word, float(programme[key]), unit, 1) for key, word, unit in words if programme[key] is not None]


def _level(programme: Mapping[str, Any], case: Case) -> list[Finding]:
    target, loud = case.spec.loudness_lufs, float(programme["integrated"])
    if target is None or abs(loud - target) <= case.spec.loudness_tolerance_lu + ROUNDING:
        return []
    gain = target - loud
    limit = case.spec.true_peak_dbtp if case.spec.true_peak_dbtp is not None else -1.0
    fits = programme["true_peak"] is None or float(programme["true_peak"]) + gain <= limit
    filters = f"volume={gain:.2f}dB" if fits else f"loudnorm=I={target:g}:TP={limit:g}:LRA=20,aresample=48000"
    return [
        Finding(
            code="loudness.too_loud" if gain < 0 else "loudness.too_quiet",
            severity=Severity.ERROR if abs(gain) > MUCH_LU else Severity.WARN,
            summary=f"{loud:.1f} LUFS, {abs(gain):.1f} LU {'above' if gain < 0 else 'below'} the project's {target:g} LUFS.",
            meaning="Broadcasters and platforms refuse it or turn it up or down by themselves.",
            remedy=Remedy(
                f"Change the gain by {gain:+.1f} dB"
                + ("." if fits else f"; peaks would pass {limit:g} dBTP, so they must be limited as well."),
                steps=(
                    (
                        "Premiere Pro",
                        f"Audio Track Mixer, mix track: {gain:+.1f} dB; or export with Loudness Normalization.",
                    ),
                    (
                        "DaVinci Resolve",
                        f"Fairlight bus fader {gain:+.1f} dB; or Deliver > Normalize Audio to {target:g} LUFS.",
                    ),
                    ("Media Composer", f"AudioSuite Gain {gain:+.1f} dB on the mixdown."),
                ),
                command=_command(programme, filters),
            ),
            cause=Cause.MEDIA,
            cure=Cure.FIX_IN_POST,
            numbers=(Number("integrated loudness", loud, "LUFS", 1), Number("gain that is missing", gain, "dB", 1)),
            places=(case.place(0, case.summary.frame_count),),
        )
    ]


def _peak(programme: Mapping[str, Any], case: Case) -> list[Finding]:
    limit, peak = case.spec.true_peak_dbtp, programme["true_peak"]
    if limit is None or peak is None or float(peak) <= limit + ROUNDING:
        return []
    over = float(peak) - limit
    return [
        Finding(
            code="loudness.true_peak",
            severity=Severity.WARN,
            summary=f"The true peak is {float(peak):.1f} dBTP, {over:.1f} dB above the project's {limit:g} dBTP.",
            meaning="Between the samples the wave rises higher than allowed: converters and lossy encoders clip there.",
            remedy=Remedy(
                f"Limit true peaks to {limit:g} dBTP.",
                steps=(
                    ("Premiere Pro", f"Hard Limiter on the mix track, maximum {limit - 0.5:g} dB, or a true-peak limiter."),
                    ("DaVinci Resolve", f"Fairlight: Limiter on the bus, ceiling {limit:g} dBTP."),
                    ("Media Composer", f"A true-peak limiter as AudioSuite effect, ceiling {limit:g} dBTP."),
                ),
                command=_command(
                    programme, f"aresample=192000,alimiter=limit={10 ** ((limit - 0.2) / 20):.4f}:level=0,aresample=48000"
                ),
            ),
            cause=Cause.MEDIA,
            cure=Cure.FIX_IN_POST,
            numbers=(Number("true peak", float(peak), "dBTP", 1),),
            places=(case.place(int(programme["peak_frame"]), 1, f"{float(peak):.1f} dBTP"),),
        )
    ]


def _command(programme: Mapping[str, Any], filters: str) -> str:
    each = " ".join(f'-filter:a:{track} "{filters}" -c:a:{track} pcm_s24le' for track in programme["tracks"])
    return f"ffmpeg -i INPUT -map 0 -c copy {each} OUTPUT"


CHECK = Check(
    id="loudness",
    title="Loudness",
    stage=Stage.DECODED,
    position=18,
    question="Is the sound as loud as the project asks, and are its true peaks below the limit?",
    how=(
        "Every track runs through FFmpeg's EBU R128 meter; its momentary and short-term values are gated as ITU-R BS.1770 "
        "and EBU Tech 3342 say. True peaks are read four times oversampled around every sample from which a higher one than "
        "before could rise. The programme is the first track, or the first two together where both are mono. Only judged "
        "where the spec has a target; 0.05 dB are rounding."
    ),
    cannot_see=(
        "Programmes spread over more than two tracks, whose places nobody tells: each track is measured by itself. A single "
        "mono track is measured as one channel, 3 LU below how it sounds from two loudspeakers. Peaks that rise more than 4 "
        "dB above the samples around them."
    ),
    source="ITU-R BS.1770-5, EBU R 128, EBU Tech 3341 and 3342; FFmpeg's ebur128 filter.",
    version=1,
    measure=measure,
    judge=judge,
)
