"""The gate between what a child made and what people see. The child is not believed."""

from dataclasses import asdict, replace
from fractions import Fraction

import numpy as np
import pytest

from media_pipeline import publish, steps
from media_pipeline.core import frame_table
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.source_frames import SourceFrames
from tests.pipeline.offers import FRAMES, SOURCE, offer
from tests.pipeline.scripted.steps import proxy_table, table


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


class TestGate:
    @pytest.mark.parametrize("frames", [FRAMES - 1, FRAMES + 1, 1])
    def test_a_frame_too_few_or_too_many_is_never_shown(self, out, frames):
        with pytest.raises(publish.GateError, match="frames"):
            offer(out, frames=frames)

    def test_the_table_must_hold_what_is_claimed(self, out):
        with pytest.raises(publish.GateError, match="table holds 47"):
            offer(out, held=FRAMES - 1)

    def test_a_preview_may_be_shorter_not_longer(self, out):
        assert offer(out, "preview", frames=2).frame_count == 2
        with pytest.raises(publish.GateError):
            offer(out, "preview", frames=FRAMES + 1)

    def test_a_broken_table(self, out):
        file = RenditionFile("proxy", "720p", "file.mp4", "video/mp4", frame_count=FRAMES, table="file.tpfi")
        (out / "file.mp4").write_text("x")
        (out / "file.tpfi").write_bytes(table(FRAMES)[:-1])
        with pytest.raises(publish.GateError, match="not valid"):
            publish.check(steps.RENDITIONS, out, asdict(file), SOURCE)

    @pytest.mark.parametrize("kind", ["original", "frame_index", "nonsense"])
    def test_only_kinds_of_the_step(self, out, kind):
        with pytest.raises(publish.GateError, match="may not make"):
            offer(out, kind)

    @pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/javascript", ""])
    def test_nothing_that_a_browser_would_run(self, out, mime):
        with pytest.raises(publish.GateError, match="not allowed"):
            offer(out, mime=mime)

    @pytest.mark.parametrize("label", ["../x", "a/b", "x" * 33, "a b", "ä"])
    def test_only_plain_labels(self, out, label):
        with pytest.raises(publish.GateError, match="not allowed"):
            offer(out, label=label)

    @pytest.mark.parametrize(
        "path", ["/etc/passwd", "../secret", "a/../../secret", "", ".", "missing", "link", "deep/x", "hard", "\0"]
    )
    def test_only_plain_files_of_the_job(self, out, path):
        (out.parent / "secret").write_text("of somebody else")
        (out / "link").symlink_to(out.parent / "secret")
        (out / "deep").symlink_to(out.parent)
        (out.parent / "x").write_text("x")
        (out / "hard").hardlink_to(out.parent / "secret")
        with pytest.raises(publish.GateError):
            publish.plain_file(out, path)

    @pytest.mark.parametrize(
        "change",
        [
            {"frame_count": "many"},
            {"frame_count": -1},
            {"width": 1 << 40},
            {"meta": []},
            {"meta": {"x": "y" * 70000}},
            {"path": None},
        ],
    )
    def test_nonsense(self, out, change):
        (out / "file.mp4").write_text("x")
        (out / "file.tpfi").write_bytes(table(FRAMES))
        file = RenditionFile("proxy", "720p", "file.mp4", "video/mp4", frame_count=FRAMES, table="file.tpfi")
        with pytest.raises(publish.GateError):
            publish.check(steps.RENDITIONS, out, asdict(file) | change, SOURCE)

    def test_not_even_a_dict_of_it(self, out):
        with pytest.raises(publish.GateError):
            publish.check(steps.RENDITIONS, out, {}, SOURCE)


def unsteady(moved=0):
    """A source of variable rate; `moved`: how many ticks its eleventh frame is late."""
    pts = np.cumsum(np.r_[0, np.tile([40, 80, 33], 16)[: FRAMES - 1]])
    pts[10] += moved
    return FrameIndex(pts, np.arange(FRAMES) % 7 == 0, Fraction(1, 1000), 40, Fraction(24), True)


class TestTimes:
    """A child that lies about when its pictures are shown, though their number is right."""

    def offer(self, out, kind, held, source=SOURCE, frames=FRAMES):
        (out / "file.mp4").write_text("x")
        (out / "file.tpfi").write_bytes(held)
        step = steps.INDEX if kind == "original" else steps.RENDITIONS
        path = "" if kind == "original" else "file.mp4"
        file = RenditionFile(kind, "", path, "video/mp4", frame_count=frames, table="file.tpfi")
        return publish.check(step, out, asdict(file), source)

    @pytest.mark.parametrize("kind", ["proxy", "preview", "original"])
    @pytest.mark.parametrize("lie", ["late", "rate", "timescale", "last", "key"])
    def test_of_constant_rate(self, out, kind, lie):
        frames = 24 if kind == "preview" else FRAMES
        honest = table(FRAMES) if kind == "original" else proxy_table(frames, FRAMES)
        assert self.offer(out, kind, honest, frames=frames)
        index = frame_table.unpack(honest)
        told = {
            "late": replace(index, pts=index.pts + 1),
            "rate": replace(index, rate=Fraction(25), time_base=Fraction(1, 12_800)),
            "timescale": replace(
                index, pts=index.pts * 2, time_base=index.time_base / 2, last_duration=index.last_duration * 2
            ),
            "last": replace(index, last_duration=index.last_duration + 1),
            "key": replace(index, keyframe=~index.keyframe),
        }[lie]
        with pytest.raises(publish.GateError, match=r"frame|rate|times"):
            self.offer(out, kind, frame_table.pack(told, told.time_base.denominator), frames=frames)

    @pytest.mark.parametrize("kind", ["proxy", "preview", "original"])
    def test_of_variable_rate(self, out, kind):
        meta = {"time_base": [1, 1000], "last_duration": 40}
        source, other = (SourceFrames(frame_table.pack(unsteady(moved)), meta) for moved in (0, 1))
        honest, lie = (one.original_table() if kind == "original" else one.proxy_table(FRAMES) for one in (source, other))
        assert self.offer(out, kind, honest, source)
        with pytest.raises(publish.GateError, match="frame 10 is at tick"):
            self.offer(out, kind, lie, source)
        with pytest.raises(publish.GateError, match=r"count|tick"):
            self.offer(out, kind, proxy_table(FRAMES, FRAMES), source)

    def test_without_a_frame_index_nothing_is_shown(self, out):
        with pytest.raises(publish.GateError, match="no frame index"):
            self.offer(out, "proxy", proxy_table(FRAMES, FRAMES), None)
