"""SMPTE timecode (ST 12-1): labels for frame counts and back, in integers only.

A label counts frames at the *nominal* rate; at x000/1001 it is not the time of day. Drop-frame leaves out labels, never
frames: 2 (nominal 30) or 4 (nominal 60) at the start of every minute not divisible by ten. Whether a timecode drops is a
property of the file (its tmcd flag, its `;`), so it is an argument here and never guessed from the rate.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

_LABEL = re.compile(r"(?P<sign>-?)(?P<h>\d{1,3}):(?P<m>\d{1,2}):(?P<s>\d{1,2})(?P<sep>[:;.,])(?P<f>\d{1,3})", re.ASCII)


class TimecodeError(ValueError):
    """A label or rate that cannot be. `code` is stable and documented in docs/errors.md."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Rate:
    """Frames per second as an exact fraction, and how they are labelled. Raises TimecodeError if it cannot be labelled."""

    num: int
    den: int
    drop_frame: bool = False

    def __post_init__(self) -> None:
        if self.num < 1 or self.den < 1 or not 1 <= self.nominal <= 999:
            raise TimecodeError(
                "rate_invalid", f"{self.num}/{self.den} frames per second cannot be labelled", "Give a rate from 1 to 999."
            )
        if self.drop_frame and not can_drop(self.fraction):
            raise TimecodeError(
                "drop_frame_invalid",
                f"drop-frame timecode does not exist at {self.num}/{self.den} frames per second",
                "Drop-frame is defined for 30000/1001 and 60000/1001 only; use non-drop-frame here.",
            )

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.num, self.den)

    @property
    def nominal(self) -> int:
        """Labels per labelled second: the rate rounded half up."""
        return (2 * self.num + self.den) // (2 * self.den)

    @property
    def dropped_per_minute(self) -> int:
        return self.nominal // 15 if self.drop_frame else 0

    @property
    def frames_per_minute(self) -> int:
        """In a minute that drops (every minute, if the rate does not)."""
        return 60 * self.nominal - self.dropped_per_minute

    @property
    def frames_per_ten_minutes(self) -> int:
        return 600 * self.nominal - 9 * self.dropped_per_minute

    @property
    def frames_per_day(self) -> int:
        """After so many frames the labels repeat."""
        return 144 * self.frames_per_ten_minutes


def can_drop(rate: Fraction) -> bool:
    """Drop-frame exists at 30000/1001 and 60000/1001; files that write 29.97 or 59.94 mean these."""
    nominal = round(rate)
    return nominal in (30, 60) and rate != nominal and abs(rate * 1001 / (nominal * 1000) - 1) < Fraction(1, 10_000)


def to_label(frame: int, rate: Rate, *, wrap: bool = True) -> str:
    """`HH:MM:SS:FF` (`;` before the frames if it drops) of a frame count, which may be negative.

    Wraps at one day as SMPTE labels do; with `wrap=False` hours go on counting and a negative count gets a minus sign.
    """
    sign = ""
    if wrap:
        frame %= rate.frames_per_day
    elif frame < 0:
        sign, frame = "-", -frame
    drop = rate.dropped_per_minute
    if drop:
        tens, rest = divmod(frame, rate.frames_per_ten_minutes)
        # The first minute of ten is whole; each later one leaves out its first `drop` labels.
        dropped_minutes = max(0, rest - drop) // rate.frames_per_minute
        frame += drop * (9 * tens + dropped_minutes)
    seconds, frames = divmod(frame, rate.nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    width = max(2, len(str(rate.nominal - 1)))
    separator = ";" if rate.drop_frame else ":"
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{frames:0{width}d}"


def says_drop_frame(label: str) -> bool | None:
    """What the label itself says: True for `;` `.` or `,` before the frames, False for `:`, None if it is no label."""
    match = _LABEL.fullmatch(label.strip())
    return None if match is None else match["sep"] != ":"


def to_frame(label: str, rate: Rate) -> int:
    """Frame count of a label. Raises TimecodeError for what is no label, or a label that does not exist at this rate.

    `:` is accepted before the frames of a drop-frame label, as people type it. The reverse is refused: `;` says that
    another frame is meant than the one a non-drop rate would give.
    """
    match = _LABEL.fullmatch(label.strip())
    if match is None:
        raise TimecodeError("timecode_syntax", f"{label[:40]!r} is no timecode", "Write it as hours:minutes:seconds:frames.")
    hours, minutes, seconds, frames = (int(match[part]) for part in "hmsf")
    if match["sep"] != ":" and not rate.drop_frame:
        plain = f"{match['sign']}{match['h']}:{match['m']}:{match['s']}:{match['f']}"
        raise TimecodeError(
            "timecode_not_drop_frame",
            f"{label.strip()} is a drop-frame label, but this timecode is non-drop-frame",
            f"Write {plain} if that label is meant.",
        )
    if minutes > 59 or seconds > 59 or frames >= rate.nominal:
        largest = to_label(rate.nominal * 60 - 1, Rate(rate.nominal, 1))[6:]
        raise TimecodeError(
            "timecode_range",
            f"{label.strip()} does not exist: minutes and seconds end at 59, frames at {rate.nominal - 1}",
            f"The last label of a minute ends with {largest}.",
        )
    total_minutes = 60 * hours + minutes
    drop = rate.dropped_per_minute
    counted = (total_minutes * 60 + seconds) * rate.nominal + frames
    frame = counted - drop * (total_minutes - total_minutes // 10)
    if drop and seconds == 0 and frames < drop and minutes % 10:
        after = frame + drop - frames  # the first label of this minute that exists
        before, following = to_label(after - 1, rate, wrap=False), to_label(after, rate, wrap=False)
        raise TimecodeError(
            "timecode_dropped",
            f"{label.strip()} does not exist: drop-frame leaves out the first {drop} labels of this minute",
            f"The nearest labels are {before} and {following}.",
        )
    return -frame if match["sign"] else frame


def start_frame(label: str, rate: Fraction) -> tuple[int, bool]:
    """Frame count and drop-frame flag of a start timecode as a file carries it. Raises TimecodeError."""
    drop = bool(says_drop_frame(label)) and can_drop(rate)
    text = label.strip()
    if not drop:  # some writers put `;` or `.` at rates where nothing drops
        text = re.sub(r"[;.,](\d+)$", r":\1", text)
    return to_frame(text, Rate(rate.numerator, rate.denominator, drop)), drop
