"""What is burned in, and where: pure values."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

PLACES = ("tiled", "center", "top-left", "top-right", "bottom-left", "bottom-right")
LEAST_OPACITY, MOST_OPACITY = 5, 90  # percent
MOST_LINES, LONGEST_LINE = 3, 254  # an e-mail address can be that long (RFC 5321); it is drawn shortened
MOST_RUNGS = 3  # copies of one mark: as many as the step has labels for (steps.WATERMARK)
LOOK = 1  # raised when the same mark is drawn otherwise, so that it is made anew


@dataclass(frozen=True)
class Mark:
    """`lines`: from top to bottom. `opacity`: percent. Raises ValueError for what cannot be drawn."""

    lines: tuple[str, ...]
    place: str = "tiled"
    opacity: int = 20

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= MOST_LINES or any(not line.strip() or len(line) > LONGEST_LINE for line in self.lines):
            raise ValueError(f"one to {MOST_LINES} lines of at most {LONGEST_LINE} characters")
        if self.place not in PLACES:
            raise ValueError(f"no place {self.place!r}")
        if not LEAST_OPACITY <= self.opacity <= MOST_OPACITY:
            raise ValueError(f"opacity from {LEAST_OPACITY} to {MOST_OPACITY} percent")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(str(line) for line in data["lines"]), str(data["place"]), int(data["opacity"]))

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "lines": list(self.lines)}

    def subject(self, owner: str) -> str:
        """16 letters and digits that name this mark of this owner (a link, say): the same for the same, always."""
        whole = json.dumps([LOOK, owner, self.as_dict()], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def label(subject: str, place: int) -> str:
    """Of the copy of the proxy at that place, the tallest first."""
    return f"{place}.{subject}" if place else subject
