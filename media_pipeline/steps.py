"""The steps of the pipeline: what runs in the limited child, in which order, with which limits.

A step is code in the child (named by its dotted path, so that the parent never imports what parses media) plus what
the parent may accept from it. Raising a step's `version` runs it again for all media.
"""

from dataclasses import dataclass, replace

from media_pipeline.core.sandbox import Limits

MEBIBYTE = 1024**2
GIBIBYTE = 1024**3


@dataclass(frozen=True)
class Step:
    """`run` is "package.module:function" with the contract of core.child.StepFunction."""

    name: str
    version: int
    run: str
    lane: str  # which slots of a worker it takes: a quick job never waits behind an hour-long one
    kinds: frozenset[str]  # kinds of rendition that the parent takes from it
    limits: Limits
    labels: frozenset[str] = frozenset()  # labels of these that are its own, where steps share a kind; empty: all
    after: str = ""  # runs only once that step is done
    reads: tuple[str, ...] = ("frame_index",)  # kinds of rendition that the child may read
    aside: bool = False  # only looks: it runs beside other steps of the media, and the media is ready without it
    compares: bool = False  # with another media, the job's subject; ordered by whoever knows which (comparisons.py)
    on_order: bool = False  # runs only when somebody orders it; the job's subject names the order (corrections.py)
    alone: bool = False  # of a file of sound alone, which no other step can read; ordered for each that is kept (sounds.py)

    @property
    def by_itself(self) -> bool:
        """Whether every media gets it without being asked for."""
        return not (self.compares or self.on_order or self.alone)

    def of(self, subject: str) -> "Step":
        """The step as it is run for a subject: its label names it."""
        return self if not subject else replace(self, labels=frozenset({f"{label}{subject}" for label in self.labels}))

    def makes(self, kind: str, label: str) -> bool:
        """Whether a rendition of that kind and label is this step's."""
        return kind in self.kinds and (not self.labels or label in self.labels)


LANES = ("index", "watermark", "media")

_steps: dict[str, Step] = {}


def register(step: Step) -> Step:
    """Add a step (or replace the one of that name)."""
    if step.lane not in LANES:
        raise ValueError(f"unknown lane {step.lane!r}")
    _steps[step.name] = step
    return step


def get(name: str) -> Step:
    """The step of that name; KeyError if there is none."""
    return _steps[name]


def find(name: str) -> Step | None:
    """The step of that name, or None."""
    return _steps.get(name)


def all_steps() -> list[Step]:
    """Every step, each after the one it follows."""
    return list(_steps.values())


def successors(name: str) -> list[Step]:
    return [step for step in _steps.values() if step.after == name]


def in_lane(lane: str) -> list[str]:
    return [step.name for step in _steps.values() if step.lane == lane]


def aside() -> list[str]:
    """Names of the steps that run beside others."""
    return [step.name for step in _steps.values() if step.aside]


def first() -> Step:
    """Where new media begins."""
    return _steps[INDEX.name]


INDEX = register(
    Step(
        name="index",
        version=1,
        run="media_pipeline.core.step_index:run",
        lane="index",
        kinds=frozenset({"frame_index", "original"}),
        limits=Limits(
            memory_bytes=GIBIBYTE,
            cpu_seconds=1800,
            wall_seconds=3600,
            stall_seconds=900,  # a file is read from end to end where its container has no table of samples
            file_bytes=GIBIBYTE,
            nice=0,  # somebody waits for the first picture, and a decode pass may be running beside it
        ),
    )
)

RENDITIONS = register(
    Step(
        name="renditions",
        version=6,
        run="media_pipeline.core.step_renditions:run",
        lane="media",
        kinds=frozenset({"preview", "proxy", "poster", "sprites", "waveform", "sound", "levels", "features"}),
        limits=Limits(
            memory_bytes=6 * GIBIBYTE,
            cpu_seconds=7 * 24 * 3600,
            wall_seconds=3 * 24 * 3600,
            stall_seconds=300,
            file_bytes=256 * GIBIBYTE,
        ),
        after="index",
    )
)

_QUICK = Limits(memory_bytes=2 * GIBIBYTE, cpu_seconds=3600, wall_seconds=3600, stall_seconds=1800, file_bytes=GIBIBYTE, nice=0)

CHECKS = register(
    Step(
        name="checks",
        version=3,
        run="media_pipeline.core.step_checks:packets",
        lane="index",
        kinds=frozenset({"measurements"}),
        labels=frozenset({"packets"}),
        limits=_QUICK,
        after="index",
        aside=True,
    )
)

DECODED_CHECKS = register(
    Step(
        name="decoded_checks",
        version=13,
        run="media_pipeline.core.step_checks:decoded",
        lane="index",
        kinds=frozenset({"measurements"}),
        labels=frozenset({"decoded"}),
        limits=_QUICK,
        after="renditions",
        reads=("frame_index", "features", "measurements", "proxy"),
        aside=True,
    )
)

REFERENCE_CHECKS = register(
    Step(
        name="reference_checks",
        version=4,
        run="media_pipeline.core.step_checks:reference",
        lane="index",
        kinds=frozenset({"measurements"}),
        labels=frozenset({"reference-"}),
        limits=_QUICK,
        reads=("frame_index", "features"),
        aside=True,
        compares=True,
    )
)

SOUND = register(
    Step(
        name="sound",
        version=1,
        run="media_pipeline.core.step_sound:run",
        lane="index",
        kinds=frozenset({"features"}),
        limits=_QUICK,
        reads=(),
        aside=True,
        alone=True,
    )
)

CORRECTION = register(
    Step(
        name="correct",
        version=1,
        run="media_pipeline.core.corrections.step:run",
        lane="media",
        kinds=frozenset({"corrected"}),
        labels=frozenset({""}),
        limits=Limits(
            memory_bytes=6 * GIBIBYTE,
            cpu_seconds=2 * 24 * 3600,
            wall_seconds=2 * 24 * 3600,
            stall_seconds=900,  # the copy is read back from end to end
            file_bytes=1024 * GIBIBYTE,
        ),
        aside=True,
        on_order=True,
    )
)

WATERMARK = register(
    Step(
        name="watermark",
        version=1,
        run="media_pipeline.core.watermark.burn:run",
        lane="watermark",
        kinds=frozenset({"watermarked"}),
        labels=frozenset({"", "1.", "2."}),  # one per proxy, the tallest without a number
        limits=Limits(
            memory_bytes=4 * GIBIBYTE,
            cpu_seconds=2 * 24 * 3600,
            wall_seconds=24 * 3600,
            stall_seconds=300,
            file_bytes=256 * GIBIBYTE,
            nice=0,  # a guest waits for it
        ),
        reads=("frame_index", "proxy"),
        aside=True,
        on_order=True,
    )
)
