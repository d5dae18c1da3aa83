"""The fan-out itself: consumers, order, failure, memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from media_pipeline.core import consumer as consumers
from media_pipeline.core.decode_pass import make_renditions
from media_pipeline.core.probe import inspect
from media_pipeline.core.report import RenditionFile
from tests.media import clip, make_clip, read_number
from tests.pipeline.ingest import Recorder, ingest


class Check:
    """A consumer as a sync check would be one."""

    def __init__(self):
        self.log = []
        self.frames = []
        self.samples = {}

    def wants(self, summary):
        return summary.frame_count > 50

    def start(self, work):
        self.log.append("start")
        self.work = work

    def video(self, n, picture):
        self.frames.append((n, read_number(picture.luma)))

    def audio(self, track, block):
        assert block.start == self.samples.get(track, 0)
        self.samples[track] = block.start + block.samples.shape[1]

    def finish(self):
        self.log.append("finish")
        path = self.work.out / "check.txt"
        path.write_text("seen")
        yield RenditionFile("features", "check", path.name, "text/plain")

    def abandon(self):
        self.log.append("abandon")


@pytest.fixture
def check(monkeypatch):
    made = Check()
    monkeypatch.setattr(consumers, "_factories", dict(consumers._factories))
    consumers.register("check", lambda: made)
    return made


def test_a_check_adds_itself_by_registering(check, tmp_path):
    made = ingest(clip("three-tracks"), tmp_path)
    assert check.log == ["start", "finish"]
    assert check.frames == [(n, n) for n in range(60)]
    assert set(check.samples) == {0, 1, 2}
    assert all(abs(samples - 115_200) <= 1 for samples in check.samples.values())
    assert made.one("features", "check").path == "check.txt"


def test_a_consumer_that_does_not_want_is_left_alone(check, tmp_path):
    ingest(make_clip(tmp_path / "s.mp4", rate="25", frames=20), tmp_path / "out")
    assert check.log == []


def test_names_are_taken_once(check):
    with pytest.raises(ValueError, match="registered already"):
        consumers.register("check", Check)


def test_when_one_fails_all_are_abandoned(check, tmp_path, monkeypatch):
    def fail(n, picture):
        if n == 30:
            raise RuntimeError("broken check")

    monkeypatch.setattr(check, "video", fail)
    report = Recorder()
    source = clip("prores")
    with pytest.raises(RuntimeError, match="broken check"):
        make_renditions(str(source), *inspect(str(source)), tmp_path, report)
    assert check.log == ["start", "abandon"]
    assert not list(tmp_path.glob("*.spool"))
    assert not [made for made in report.published if made.kind == "proxy"]


def test_published_files_exist_and_nothing_else_is_left(tmp_path):
    made = ingest(clip("23.976"), tmp_path)
    named = {made.path for made in made.report.published} | {made.table for made in made.report.published} - {""}
    assert all((tmp_path / name).stat().st_size > 0 for name in named)
    extra = {path.name for path in tmp_path.iterdir()} - named
    assert all(name.startswith("poster-") for name in extra), extra


def test_progress_counts_frames(tmp_path):
    made = ingest(clip("25"), tmp_path)
    assert [done for done, _ in made.report.steps] == [*range(1, 61), 60]
    assert {total for _, total in made.report.steps} == {60}


MEASURE = """
import sys
from pathlib import Path
from media_pipeline.core.probe import inspect
from tests.pipeline.ingest import ingest
ingest(Path(sys.argv[1]), Path(sys.argv[2]))
# Not ru_maxrss: that remembers the parent's size from before exec.
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length(tmp_path):
    def peak(frames):
        source = make_clip(tmp_path / f"{frames}.mov", rate="25", frames=frames, size=(64, 48), codec="mjpeg", audio="pcm")
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, source, tmp_path / f"out{frames}"],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        return int(done.stdout) / 1024

    short, long = peak(100), peak(1_000)
    assert long - short < 16, f"{short:.0f} MB for 100 frames, {long:.0f} MB for 1,000"
