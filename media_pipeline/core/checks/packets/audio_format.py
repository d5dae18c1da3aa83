"""What the sound is, against the spec and track against track."""

from collections.abc import Mapping
from typing import Any

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import (
    Cause,
    Check,
    Cure,
    Finding,
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
from media_pipeline.core.checks.packet_arrays import pcm_bits

LOSSLESS = ("flac", "alac", "truehd", "s302m")
THIN_KBPS = {"aac": 48, "mp3": 56, "mp2": 80, "ac3": 56, "eac3": 40, "opus": 28, "libopus": 28, "vorbis": 40}  # per channel


def measure(material: Material) -> Mapping[str, Any]:
    """Codec, rate, layout, sample format and true bit rate of every track."""
    tracks = []
    for track in material.summary.audio:
        seconds = track.duration_num / track.duration_den if track.duration_num else 0.0
        size = int(material.audio(track.index).size.sum())
        tracks.append(
            {
                "track": track.index,
                "codec": track.codec,
                "rate": track.sample_rate,
                "channels": track.channels,
                "layout": track.layout,
                "bits": pcm_bits(track.codec),
                "float": track.codec.startswith("pcm_f"),
                "kbps": size * 8 / 1000 / seconds if seconds > 0.5 else 0.0,
                "said_kbps": track.bit_rate / 1000,
            }
        )
    return {"tracks": tracks}


def judge(measured: Mapping[str, Any], case: Case) -> Outcome:
    """Against the spec: warnings and errors. Without one only what tracks differ in, and hints."""
    tracks = list(measured["tracks"])
    if not tracks and not case.spec.audio_layouts:
        return does_not_apply("The file has no sound.")
    numbers = tuple(Number(f"sample rate of track {int(t['track']) + 1}", int(t["rate"]), "Hz") for t in tracks)
    findings = [
        finding
        for finding in (_rate(tracks, case), _layouts(tracks, case), _codec(tracks, case), _differ(tracks), _thin(tracks))
        if finding is not None
    ]
    if findings:
        return found(findings, numbers=numbers)
    kinds = ", ".join(dict.fromkeys(f"{t['layout']} {t['codec']} at {int(t['rate']) / 1000:g} kHz" for t in tracks))
    return passed(f"{len(tracks)} track{'s' if len(tracks) != 1 else ''}: {kinds}.", numbers=numbers)


def _named(tracks: list[Mapping[str, Any]]) -> str:
    return ("Track " if len(tracks) == 1 else "Tracks ") + ", ".join(str(int(t["track"]) + 1) for t in tracks)


def _rate(tracks: list[Mapping[str, Any]], case: Case) -> Finding | None:
    wanted = case.spec.audio_rate or 48_000
    wrong = [t for t in tracks if int(t["rate"]) != wanted]
    if not wrong:
        return None
    rates = ", ".join(sorted({f"{int(t['rate']) / 1000:g} kHz" for t in wrong}))
    return Finding(
        code="audio_format.rate",
        severity=Severity.WARN if case.spec.audio_rate else Severity.INFO,
        summary=f"{_named(wrong)} at {rates}, not {wanted / 1000:g} kHz.",
        meaning="Converted properly it stays in sync. A program that only changes the label plays it "
        f"{'faster' if int(wrong[0]['rate']) < wanted else 'slower'} and it drifts: 8.8 % between 44.1 and 48 kHz.",
        remedy=Remedy(
            f"Convert the sound to {wanted / 1000:g} kHz once, before it is edited.",
            steps=(
                ("Premiere Pro", f"Sequence > Audio sample rate {wanted} Hz; it converts when conforming."),
                ("DaVinci Resolve", f"Project Settings > Fairlight > Timeline sample rate {wanted} Hz, before import."),
                ("Media Composer", "Import with ‘Convert sample rates’ on, quality High; linked clips keep their rate."),
            ),
            command=f"ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy -af aresample={wanted} -c:a pcm_s24le OUTPUT",
        ),
        cause=Cause.MEDIA,
        cure=Cure.FIX_IN_POST,
    )


def _layouts(tracks: list[Mapping[str, Any]], case: Case) -> Finding | None:
    wanted, layouts = case.spec.audio_layouts, [str(t["layout"]) for t in tracks]
    if not wanted or layouts == list(wanted):
        return None
    has, needs = sum(int(t["channels"]) for t in tracks), sum(_channels(layout) for layout in wanted)
    lost = has < needs
    return Finding(
        code="audio_format.layout",
        severity=Severity.ERROR if lost else Severity.WARN,
        summary=f"The sound is {' + '.join(layouts) or 'missing'}, the project wants {' + '.join(wanted)}.",
        meaning="Channels are missing." if lost else "The channels are there, but packed into other tracks.",
        remedy=Remedy(
            "Export all channels of the timeline." if lost else "Arrange the channels anew; nothing must be rendered.",
            steps=(
                ("Premiere Pro", "Export > Audio > Channels, and the sequence's output assignments."),
                ("DaVinci Resolve", "Deliver > Audio > Output Track, one entry per track."),
                ("Media Composer", "Audio Mixer > Direct Out, then export with direct channels."),
            ),
            command=""
            if lost
            else "ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy "
            '-filter_complex "[0:a:0]channelsplit=channel_layout=stereo[l][r]" -map "[l]" -map "[r]" -c:a pcm_s24le OUTPUT'
            if _splits(layouts, wanted)
            else "",
        ),
        cause=Cause.TIMELINE,
        cure=Cure.RERENDER if lost else Cure.FIX_IN_POST,
    )


def _splits(layouts: list[str], wanted: tuple[str, ...]) -> bool:
    return layouts == ["stereo"] and wanted == ("mono", "mono")


def _channels(layout: str) -> int:
    known = {"mono": 1, "stereo": 2, "2.1": 3, "quad": 4, "5.0": 5, "5.1": 6, "5.1(side)": 6, "6.1": 7, "7.1": 8}
    words = layout.split()
    return known.get(layout) or (int(words[0]) if words and words[0].isdigit() else 1)


def _codec(tracks: list[Mapping[str, Any]], case: Case) -> Finding | None:
    wanted = case.spec.audio_codecs
    wrong = [t for t in tracks if wanted and t["codec"] not in wanted]
    if not wrong:
        return None
    return Finding(
        code="audio_format.codec",
        severity=Severity.WARN,
        summary=f"{_named(wrong)}: {wrong[0]['codec']}, the project wants {' or '.join(wanted)}.",
        meaning="The delivery's recipient may refuse it. Sync is not touched.",
        remedy=Remedy(
            "Encode the sound again.",
            steps=(("Any editing program", "Choose the codec in the export's audio settings."),),
            command=f"ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy -c:a {wanted[0]} OUTPUT",
        ),
        cause=Cause.MEDIA,
        cure=Cure.NONE,
    )


def _differ(tracks: list[Mapping[str, Any]]) -> Finding | None:
    rates = {int(t["rate"]) for t in tracks}
    kinds = {(t["codec"], t["bits"]) for t in tracks}
    if len(rates) < 2 and len(kinds) < 2:
        return None
    return Finding(
        code="audio_format.tracks_differ",
        severity=Severity.WARN if len(rates) > 1 else Severity.INFO,
        summary="The tracks differ: "
        + ", ".join(f"{int(t['track']) + 1} is {t['codec']} at {int(t['rate']) / 1000:g} kHz" for t in tracks)
        + ".",
        meaning="Tracks with different sample rates are converted one by one, and may part from each other."
        if len(rates) > 1
        else "They come from different sources, or were encoded separately.",
        remedy=Remedy(
            "Bring all tracks to one rate and codec before editing.",
            steps=(
                ("Premiere Pro", "Export with one audio setting for all tracks."),
                ("DaVinci Resolve", "Deliver > Audio: the same codec for each output track."),
                ("Media Composer", "Import with ‘Convert sample rates’ on."),
            ),
            command="ffmpeg -i INPUT -map 0:v:0 -map 0:a -c:v copy -ar 48000 -c:a pcm_s24le OUTPUT",
        ),
        cause=Cause.MEDIA,
        cure=Cure.FIX_IN_POST if len(rates) > 1 else Cure.NONE,
    )


def _thin(tracks: list[Mapping[str, Any]]) -> Finding | None:
    thin = [t for t in tracks if 0 < _kbps(t) < THIN_KBPS.get(str(t["codec"]), 0) * int(t["channels"])]
    coarse = [t for t in tracks if int(t["bits"]) == 8]
    if not thin and not coarse:
        return None
    first = (thin or coarse)[0]
    what = f"{_kbps(first):.0f} kb/s {first['codec']}" if thin else "8-bit samples"
    return Finding(
        code="audio_format.thin",
        severity=Severity.INFO,
        summary=f"{_named(thin or coarse)}: {what} for {int(first['channels'])} "
        f"channel{'s' if int(first['channels']) != 1 else ''}.",
        meaning="Good enough to review; as a source for an edit it has lost detail that no later step brings back.",
        remedy=Remedy("Ask for the sound as PCM if it is to be edited further."),
        cause=Cause.MEDIA,
    )


def _kbps(track: Mapping[str, Any]) -> float:
    """What the file says (silence costs nothing, whatever was asked for), else what was counted."""
    return float(track["said_kbps"]) or float(track["kbps"])


CHECK = Check(
    id="audio_format",
    title="Sound format",
    stage=Stage.PACKETS,
    position=3,
    question="Are sample rate, channels and codec of every track what the project expects, and alike?",
    how=(
        "Rate, layout and codec of each track against the spec and against each other; the bit rate that the file states or, "
        "without one, the packets' own, per channel against what each codec needs; 8-bit samples. Without a spec 48 kHz is "
        "expected, and what differs is told only."
    ),
    cannot_see=(
        "Samples that were labelled with the wrong rate: their length tells (see length). Whether a channel is "
        "silent, or holds "
        "what its label says."
    ),
    source="Proper conversion of 44.1 to 48 kHz does not drift; only the wrong label does (8.8 %).",
    version=1,
    measure=measure,
    judge=judge,
)
