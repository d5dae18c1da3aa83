"""What a project expects of its files. Everything is optional: what is not set is not judged."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_pipeline.core.rate import STANDARD
from media_pipeline.core.timecode import TimecodeError, start_frame


class SpecError(ValueError):
    """A spec that cannot be. The message names the key, what is wrong, and what is allowed."""


@dataclass(frozen=True)
class Spec:
    """Expected properties. "" / 0 / () / None: no expectation."""

    name: str = ""
    rate_num: int = 0
    rate_den: int = 1
    drop_frame: bool | None = None
    width: int = 0
    height: int = 0
    pixel_aspect_num: int = 0
    pixel_aspect_den: int = 1
    scan: str = ""  # "progressive" | "tff" | "bff"
    audio_rate: int = 0  # Hz
    audio_layouts: tuple[str, ...] = ()  # FFmpeg's names, one per track: ("stereo",), ("mono", "mono"); () any
    start_timecode: str = ""
    containers: tuple[str, ...] = ()  # "mov" "mp4" "mxf" "mkv" "webm" "ts" "avi"
    video_codecs: tuple[str, ...] = ()  # FFmpeg's names
    audio_codecs: tuple[str, ...] = ()
    loudness_lufs: float | None = None  # integrated, EBU R128
    loudness_tolerance_lu: float = 1.0
    true_peak_dbtp: float | None = None  # highest allowed
    # What rendering costs: judged by nobody, told in reports.
    render_cost_per_hour: float | None = None  # of rendering
    render_hours_per_hour: float = 1.0  # of film
    render_currency: str = ""

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.rate_num, self.rate_den) if self.rate_num else None

    def as_dict(self) -> dict[str, Any]:
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Spec":
        """From JSON or TOML. Raises SpecError. `rate` may be written as "24000/1001", "23.976" or 25."""
        values = dict(data)
        base = values.pop("preset", None)
        if base is not None and base not in PRESETS:
            raise SpecError(f"preset: {base!r} is none. There are {', '.join(PRESETS)}.")
        if "rate" in values:
            rate = parse_rate(values.pop("rate"))
            values |= {"rate_num": rate.numerator, "rate_den": rate.denominator}
        if "pixel_aspect" in values:
            aspect = _fraction("pixel_aspect", values.pop("pixel_aspect"))
            values |= {"pixel_aspect_num": aspect.numerator, "pixel_aspect_den": aspect.denominator}
        known = {item.name: item for item in fields(cls)}
        if unknown := sorted(set(values) - set(known)):
            raise SpecError(f"{unknown[0]}: there is no such key. Known are preset, rate, pixel_aspect, {', '.join(known)}.")
        start = PRESETS[base].as_dict() if base is not None else {}
        checked = {name: _checked(name, value) for name, value in {**start, **values}.items()}
        spec = cls(**checked)
        spec._check()
        return spec

    def _check(self) -> None:
        if self.rate_num < 0 or self.rate_den < 1:
            raise SpecError(f"rate: {self.rate_num}/{self.rate_den} is no rate.")
        if self.scan not in ("", "progressive", "tff", "bff"):
            raise SpecError(f"scan: {self.scan!r} is none. Write progressive, tff or bff.")
        if self.start_timecode:
            if self.rate is None:
                raise SpecError("start_timecode: it needs a rate beside it.")
            try:
                start_frame(self.start_timecode, self.rate)
            except TimecodeError as error:
                raise SpecError(f"start_timecode: {error.message}. {error.remedy}") from error


def parse_rate(value: Any) -> Fraction:
    """A rate as people write it: 25, "24000/1001", "29.97". Rounded NTSC rates mean their exact ones. Raises SpecError."""
    rate = _fraction("rate", value)
    if not 1 <= rate <= 999:
        raise SpecError(f"rate: {value} is outside 1 to 999.")
    nearest = min(STANDARD, key=lambda standard: abs(standard / rate - 1))
    # 23.98 is 166 ppm off 24000/1001 and means it; 24 is 999 ppm off and does not.
    return nearest if abs(nearest / rate - 1) <= Fraction(200, 1_000_000) else rate


def read_spec(path: Path) -> Spec:
    """A spec from a TOML file. Raises SpecError for what cannot be read, is unknown or contradicts itself."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path.name} cannot be read: {error}") from error
    return Spec.from_dict(data)


def _fraction(name: str, value: Any) -> Fraction:
    try:
        if isinstance(value, bool):
            raise ValueError
        return Fraction(str(value).replace(":", "/"))
    except (ValueError, ZeroDivisionError) as error:
        raise SpecError(f'{name}: {value!r} is no number. Write 25 or "24000/1001".') from error


def _checked(name: str, value: Any) -> Any:
    """Of the type the field has. Lists become tuples, one word a tuple of one."""
    default = {item.name: item.default for item in fields(Spec)}[name]
    if isinstance(default, tuple):
        words = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else None
        if words is None or not all(isinstance(word, str) for word in words):
            raise SpecError(f"{name}: {value!r} must be a list of words.")
        return words
    if name in ("loudness_lufs", "true_peak_dbtp", "loudness_tolerance_lu"):
        good = value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 200)
    elif name in ("render_cost_per_hour", "render_hours_per_hour"):
        free = value is None and name == "render_cost_per_hour"
        good = free or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1_000_000)
    elif name == "drop_frame":
        good = value is None or isinstance(value, bool)
    elif isinstance(default, str):
        good = isinstance(value, str) and len(value) <= 200
    else:
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    if not good:
        raise SpecError(f"{name}: {value!r} is not what belongs here.")
    return value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


_HD = Spec(width=1920, height=1080, pixel_aspect_num=1, scan="progressive", audio_rate=48_000)
_RATES = {
    "23976": (24000, 1001), "24": (24, 1), "25": (25, 1), "2997": (30000, 1001), "30": (30, 1), "50": (50, 1),
    "5994": (60000, 1001), "60": (60, 1),
}  # fmt: skip
PRESETS: dict[str, Spec] = {
    f"hd-{name}": replace(_HD, name=f"HD 1080p at {Fraction(num, den)}", rate_num=num, rate_den=den)
    for name, (num, den) in _RATES.items()
}
PRESETS["ebu-1080i25"] = replace(
    _HD, name="EBU HD 1080i/25", rate_num=25, scan="tff", start_timecode="10:00:00:00", loudness_lufs=-23.0, true_peak_dbtp=-1.0
)
