"""What a corrected copy shall have otherwise than its original, as the findings' fixes say it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from media_pipeline.core.summary import Summary

KINDS = ("shift_audio", "resample_audio", "lay_audio", "set_timecode", "constant_rate", "remux")  # of contract.Fix
CONTAINERS = ("mov", "mp4")
_ONLY_MP4 = ("vp9", "av1", "libdav1d", "opus", "libopus")


@dataclass(frozen=True)
class TrackChange:
    """A sound track is first moved, then played faster about the first picture. Neither: it is only laid on the picture's
    clock, with silence where it has none and cut at the picture's end."""

    milliseconds: Fraction = Fraction(0)  # later is positive
    ratio: Fraction = Fraction(1)  # times as fast

    def words(self, track: int) -> str:
        told = []
        if self.milliseconds:
            told.append(f"moved {abs(float(self.milliseconds)):.1f} ms {'later' if self.milliseconds > 0 else 'earlier'}")
        if self.ratio != 1:
            told.append(f"played {float(self.ratio):.7g} times as fast")
        return f"sound of track {track + 1} " + (" and ".join(told) or "laid on the picture's clock")


@dataclass(frozen=True)
class ProxyPreset:
    """How a proxy's pictures are made: every one a key picture, as editing programs like it; the sound stays what it is."""

    title: str
    codec: str  # an encoder of FFmpeg's
    options: Mapping[str, str]
    pixels: str
    divide: int  # width and height by this, to even numbers


PROXY_PRESETS = {
    "prores_half": ProxyPreset("ProRes 422 Proxy, half size", "prores_ks", {"profile": "0"}, "yuv422p10le", 2),
    "h264_half": ProxyPreset(
        "H.264 of key pictures, half size",
        "libx264",
        {"preset": "veryfast", "crf": "20", "x264-params": "keyint=1:min-keyint=1:scenecut=0"},
        "yuv420p",
        2,
    ),
}


@dataclass(frozen=True)
class Plan:
    """`container`: "mov", "mp4", or "" for the original's (MOV where that is another kind). `rate`: every picture on its
    place of this constant rate. `timecode`: of the first frame; "" leaves it. `proxy`: key of PROXY_PRESETS, of a copy to
    edit with: the pictures smaller, each at its own time, all else as it is; "" for none."""

    tracks: Mapping[int, TrackChange] = field(default_factory=dict)
    timecode: str = ""
    rate: Fraction | None = None
    container: str = ""
    proxy: str = ""

    @property
    def empty(self) -> bool:
        return not (self.tracks or self.timecode or self.rate or self.container or self.proxy)

    def words(self) -> list[str]:
        """What is done, in plain words, one piece each."""
        told = [change.words(track) for track, change in sorted(self.tracks.items())]
        if self.rate is not None:
            told.append(f"constant {self.rate} frames per second")
        if self.proxy:
            told.append(PROXY_PRESETS[self.proxy].title)
        if self.timecode:
            told.append(f"start timecode {self.timecode}")
        if self.container and not told:
            told.append(f"written anew as {self.container.upper()}")
        return told

    def as_dict(self) -> dict[str, Any]:
        return {
            "tracks": {
                str(track): {"milliseconds": str(change.milliseconds), "ratio": str(change.ratio)}
                for track, change in self.tracks.items()
            },
            "timecode": self.timecode,
            "rate": str(self.rate) if self.rate is not None else "",
            "container": self.container,
            "proxy": self.proxy,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Plan":
        """Raises ValueError, KeyError, TypeError for what is none."""
        tracks = {
            int(track): TrackChange(Fraction(change["milliseconds"]), Fraction(change["ratio"]))
            for track, change in data["tracks"].items()
        }
        rate = Fraction(data["rate"]) if data["rate"] else None
        proxy = str(data.get("proxy", ""))  # plans that wait from before there were any have none
        if proxy and proxy not in PROXY_PRESETS:
            raise ValueError(f"no such preset: {proxy}")
        return cls(tracks, str(data["timecode"]), rate, str(data["container"]), proxy)


def plan_of(fixes: Iterable[Mapping[str, Any]]) -> Plan:
    """The fixes of a report as one plan. Where two name the same thing of one track, the first stands: two checks that see
    one error must not heal it twice. Raises ValueError for a kind that is not known."""
    tracks: dict[int, dict[str, Fraction]] = {}
    timecode, container, rate = "", "", None
    for fix in fixes:
        kind, how = fix["kind"], fix["parameters"]
        if kind == "shift_audio":
            tracks.setdefault(int(how["track"]), {}).setdefault("milliseconds", Fraction(str(how["milliseconds"])))
        elif kind == "resample_audio":
            tracks.setdefault(int(how["track"]), {}).setdefault("ratio", Fraction(how["ratio_num"], how["ratio_den"]))
        elif kind == "lay_audio":
            tracks.setdefault(int(how["track"]), {})
        elif kind == "set_timecode":
            timecode = timecode or str(how["timecode"])
        elif kind == "constant_rate":
            rate = rate or Fraction(how["num"], how["den"])
        elif kind == "remux":
            container = container or (str(how["container"]) if how["container"] in CONTAINERS else "mov")
        else:
            raise ValueError(f"no such fix: {kind}")
    return Plan({track: TrackChange(**change) for track, change in tracks.items()}, timecode, rate, container)


def fixes_of(report: Mapping[str, Any], *, codes: Sequence[str] | None = None) -> list[tuple[str, Mapping[str, Any]]]:
    """(code of the finding, its fix) of a report's findings that need healing and can be healed by themselves, the gravest
    first; of `codes` only, if given. What is waived is left alone unless it is named."""
    rank = {"error": 0, "warn": 1}
    found = [
        (rank[finding["severity"]], finding["code"], finding["remedy"]["fix"])
        for check in report["checks"]
        for finding in check["findings"]
        if finding["remedy"]["fix"] and finding["remedy"]["fix"]["kind"] in KINDS and finding["severity"] in rank
        and (finding["code"] in codes if codes is not None else finding["waived"] is None)
    ]  # fmt: skip
    return [(code, fix) for _, code, fix in sorted(found, key=lambda one: one[0])]


def proxy_plan(preset: str, summary: Summary) -> Plan:
    """A proxy by a key of PROXY_PRESETS, as MOV: sound that MOV does not hold, or that begins before the picture, is encoded
    anew from the picture on."""
    if preset not in PROXY_PRESETS:
        raise ValueError(f"no such preset: {preset}")
    anew = {track.index: TrackChange() for track in summary.audio if track.codec in _ONLY_MP4 or track.start_num < 0}
    return Plan(anew, container="mov", proxy=preset)


def size_of(plan: Plan, summary: Summary) -> tuple[int, int]:
    """Width and height of the copy's pictures."""
    if not plan.proxy:
        return summary.width, summary.height
    divide = PROXY_PRESETS[plan.proxy].divide
    width, height = (max(2, round(Fraction(side, 2 * divide)) * 2) for side in (summary.width, summary.height))
    return width, height


def container_of(plan: Plan, summary: Summary, name: str) -> str:
    """ "mov" or "mp4". A file that is one of both stays so; `name` is the original's, by whose ending they are told apart."""
    if plan.container:
        return plan.container
    modern = summary.video_codec in _ONLY_MP4 or any(track.codec in _ONLY_MP4 for track in summary.audio)
    is_mp4 = summary.container.startswith("mov") and name.lower().endswith((".mp4", ".m4v"))
    return "mp4" if modern or is_mp4 else "mov"
