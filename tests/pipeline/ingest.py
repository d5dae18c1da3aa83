"""Runs the decode pass on a file and reads its results back as a player sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from media_pipeline.core import frame_table
from media_pipeline.core.decode_pass import make_renditions
from media_pipeline.core.errors import Cancelled
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.probe import inspect
from media_pipeline.core.proxy_plan import ProxyPlan
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.source_frames import SourceFrames
from media_pipeline.core.summary import Summary
from tests.media import gray, read_number


@dataclass
class Recorder:
    """A report that keeps all it is told."""

    published: list[RenditionFile] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    cancel_at: int | None = None

    def progress(self, done: int, total: int) -> None:
        self.steps.append((done, total))

    def publish(self, rendition: RenditionFile) -> None:
        self.published.append(rendition)

    def check_cancelled(self) -> None:
        if self.cancel_at is not None and len(self.steps) >= self.cancel_at:
            raise Cancelled


@dataclass
class Ingested:
    source: Path
    summary: Summary
    index: FrameIndex
    out: Path
    report: Recorder

    def all(self, kind: str) -> list[RenditionFile]:
        return [made for made in self.report.published if made.kind == kind]

    def one(self, kind: str, label: str) -> RenditionFile:
        (made,) = [made for made in self.all(kind) if made.label == label]
        return made

    def main(self) -> RenditionFile:
        return self.all("proxy")[0]

    def path(self, made: RenditionFile) -> Path:
        return self.out / made.path

    def table(self, made: RenditionFile) -> FrameIndex:
        return frame_table.unpack((self.out / made.table).read_bytes())


def ingest(source: Path, out: Path, *, plan: ProxyPlan | None = None, changes: Mapping[str, Any] | None = None) -> Ingested:
    summary, index = inspect(str(source))
    if changes:
        summary = Summary.from_dict({**summary.as_dict(), **changes})
    report = Recorder()
    make_renditions(str(source), summary, index, out, report, plan=plan or ProxyPlan(preset="ultrafast"))
    made = Ingested(source, summary, index, out, report)
    stands_before_the_gate(made)
    return made


def stands_before_the_gate(made: Ingested) -> None:
    """The worker, from the stored frame index alone, must come to the very tables that the pass made."""
    base = made.index.time_base
    meta = {"time_base": [base.numerator, base.denominator], "last_duration": made.index.last_duration}
    frames = SourceFrames(frame_table.pack(made.index), meta)
    for file in made.all("preview") + made.all("proxy"):
        assert (made.out / file.table).read_bytes() == frames.proxy_table(file.frame_count), file


def shown(path: Path, rotation: int = 0) -> list[int | None]:
    """The numbers on the pictures of a file, in presentation order. `rotation`: by which they were turned clockwise."""
    with av.open(str(path)) as container:
        pictures = (gray(frame) for frame in container.decode(video=0))
        return [read_number(np.rot90(picture, rotation // 90)) for picture in pictures]


def heard(path: Path, track: int = 0) -> tuple[Any, Fraction, int]:
    """(samples of shape (channels, n), time of the first in seconds, rate) as a player hears them: priming and edit
    lists applied by the demuxer."""
    parts = []
    first: Fraction | None = None
    with av.open(str(path)) as container:
        stream = container.streams.audio[track]
        resampler = av.AudioResampler(format="fltp", layout=stream.codec_context.layout.name)
        for frame in container.decode(stream):
            if first is None and frame.pts is not None and frame.time_base is not None:
                first = frame.pts * frame.time_base
            frame.pts = None
            parts += [part.to_ndarray() for part in resampler.resample(frame)]
        rate = stream.codec_context.sample_rate
    return np.concatenate(parts, axis=1), first or Fraction(0), rate
