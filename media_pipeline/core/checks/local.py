"""Checks a file on this machine from beginning to end, without server, database or child process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_pipeline.core import probe, sound_file
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Features, Material
from media_pipeline.core.checks.registry import of_stage
from media_pipeline.core.checks.report import make_report
from media_pipeline.core.checks.run import measure_stage
from media_pipeline.core.checks.spec import Spec
from media_pipeline.core.decode_pass import make_features
from media_pipeline.core.errors import MediaError
from media_pipeline.core.report import RenditionFile

# (what is being done, done, total)
Progress = Callable[[str, int, int], None]


@dataclass
class _Collector:
    """Stands in for the pipe to a parent: remembers the stored features."""

    progressed: Callable[[int, int], None]
    made: list[RenditionFile] = field(default_factory=list)

    def progress(self, done: int, total: int) -> None:
        self.progressed(done, total)

    def publish(self, rendition: RenditionFile) -> None:
        self.made.append(rendition)

    def check_cancelled(self) -> None:
        """Ctrl-C ends the process."""


def open_material(path: Path) -> Material:
    """Probe a file. Raises MediaError."""
    summary, index = probe.inspect(str(path))
    return Material(str(path), summary, index)


def open_reference(path: Path) -> Material:
    """Probe a reference: a film, or a mixdown of sound alone (core.sound_file). Raises MediaError."""
    try:
        return open_material(path)
    except MediaError as error:
        if error.code not in ("no_video", "format_refused"):
            raise
        try:
            summary, index = sound_file.inspect(str(path))
        except MediaError:
            raise error from None
        return Material(str(path), summary, index)


def decode(material: Material, work: Path, progress: Progress) -> None:
    """Decode the whole file once and keep its features in the folder `work`. Raises MediaError."""
    if material.features is not None:
        return
    collector = _Collector(lambda done, total: progress("decoding", done, total))
    if len(material.index):
        make_features(material.path, material.summary, material.index, work, collector)
    else:
        sound_file.make_features(material.path, material.summary, work, collector)
    files = {made.label: work / made.path for made in collector.made if made.kind == "features"}
    material.features = Features(files, {made.label: made.meta for made in collector.made})


def check_file(
    path: Path, *, spec: Spec, reference: Path | None, work: Path, progress: Progress = lambda what, done, total: None
) -> dict[str, Any]:
    """The report of a file (core.checks.report). `work` takes about 15 kB per second of the file while it runs. Raises
    MediaError if the file or the reference cannot be read."""
    material = open_material(path)
    other = open_reference(reference) if reference is not None else None
    material.other = other
    stages = {Stage.PACKETS: "done", Stage.DECODED: "done", Stage.REFERENCE: "done" if other else "none"}
    measure_stage(Stage.PACKETS, material, lambda done, total: progress("reading packets", done, total))
    decode(material, work / "file", progress)
    measure_stage(Stage.DECODED, material, lambda done, total: progress("measuring", done, total))
    if other is not None and of_stage(Stage.REFERENCE):
        if len(other.index):
            measure_stage(Stage.PACKETS, other)
        decode(other, work / "reference", lambda _, done, total: progress("decoding the reference", done, total))
        measure_stage(Stage.REFERENCE, material, lambda done, total: progress("comparing", done, total))
    case = Case(material.summary, spec, material.earlier, reference.name if reference is not None else "")
    return make_report(case, stages=stages, file={"name": path.name, "size": material.summary.size})
