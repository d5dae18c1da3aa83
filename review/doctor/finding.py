"""One thing that was looked at."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """`what` says how it stands; `remedy` what to do, and is given for everything but OK."""

    name: str
    level: Level
    what: str
    remedy: str = ""

    def __post_init__(self) -> None:
        assert bool(self.remedy) == (self.level is not Level.OK), "a complaint comes with its remedy"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def ok(name: str, what: str) -> Finding:
    return Finding(name, Level.OK, what)


def warning(name: str, what: str, remedy: str) -> Finding:
    return Finding(name, Level.WARNING, what, remedy)


def error(name: str, what: str, remedy: str) -> Finding:
    return Finding(name, Level.ERROR, what, remedy)
