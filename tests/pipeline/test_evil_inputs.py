"""Hostile files through the real step in the real child: refused with a clear error, nothing else opened, no socket."""

import re
import resource
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from media_pipeline import steps
from media_pipeline.core import frame_table
from media_pipeline.core.sandbox import ForkServer
from tests.pipeline import evil

ROOT = Path(__file__).resolve().parents[2]
CODES = {
    "format_refused",
    "file_unreadable",
    "no_video",
    "codec_refused",
    "picture_too_large",
    "too_long",
    "too_many_frames",
    "too_many_streams",
    "metadata_too_large",
    "header_too_large",
    "no_frames",
}
NAMES = [
    *("ffconcat.mp4", "ffconcat-absolute.mp4", "ffconcat-up.mov", "m3u8-file.mp4", "m3u8-http.mp4", "m3u8-key.mp4"),
    *("m3u8-concat.ts", "m3u8-crypto.ts", "stream.sdp.mp4", "manifest.mpd.mp4", "playlist.asx.mp4", "ffmeta.mp4", "script.mp4"),
    *("image.svg.mp4", "subtitle.mp4", "zeros.mp4", "one-byte.mp4", "reference.mov", "magicyuv.avi"),
    *("huge-picture.mkv", "twenty-years.mkv", "thousand-tracks.mkv", "metadata-50mb.mkv", "cut.mp4"),
]
LIMITED = {
    "magicyuv.avi": "codec_refused",
    "huge-picture.mkv": "picture_too_large",
    "twenty-years.mkv": "too_long",
    "thousand-tracks.mkv": "too_many_streams",
    "metadata-50mb.mkv": "metadata_too_large",
}


@pytest.fixture(scope="module")
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("evil")


@pytest.fixture(scope="module")
def canary(home):
    """A playable file of somebody else."""
    evil.video(home / "canary.mp4")
    return home / "canary.mp4"


@pytest.fixture(scope="module")
def corpus(home, canary, listener):
    folder = home / "uploads"
    folder.mkdir()
    shutil.copy(canary, folder / canary.name)  # the relative names lead here
    paths = evil.corpus(folder, canary, listener.getsockname()[1])
    assert set(paths) == set(NAMES)
    return paths


@pytest.fixture(scope="module")
def server():
    server = ForkServer([steps.INDEX.run.partition(":")[0]])
    server.protection()
    yield server
    server.stop()


def index(server, source: Path, home: Path) -> tuple[dict, float]:
    """The answer of the step "index" for a file, and the seconds it took."""
    out = home / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    paths = {"source": str(source), "out": str(out), "stderr": str(home / "stderr")}
    begun = time.monotonic()
    child = server.spawn({"run": steps.INDEX.run, **paths, "inputs": {}, "files": {}}, steps.INDEX.limits)
    messages = []
    while not child.ended:
        messages += list(child.receive(0.5))
        assert time.monotonic() - begun < 60
    seconds = time.monotonic() - begun
    assert messages, (child.exit_status, (home / "stderr").read_text()[-2000:])
    return messages[-1], seconds


def assert_nobody_called(listener):
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("name", NAMES)
def test_refused_with_a_clear_error(server, corpus, home, listener, name):
    answer, seconds = index(server, corpus[name], home)
    assert answer["kind"] == "error", answer
    assert answer["whose"] == "file", answer
    assert answer["code"] in ({LIMITED[name]} if name in LIMITED else CODES), answer
    assert answer["message"]
    assert answer["remedy"]
    assert str(home) not in answer["message"] + answer["remedy"], "no path of the server"
    assert seconds < 10
    assert_nobody_called(listener)


def test_the_neighbour_is_playable_after_all(server, canary, home):
    """Otherwise the refusals above would prove nothing."""
    answer, _ = index(server, canary, home)
    assert answer["kind"] == "result"
    assert answer["result"]["summary"]["frame_count"] == 5


@pytest.mark.parametrize("make", [evil.gab2_avi, evil.external_data])
def test_what_points_elsewhere_shows_only_its_own_pictures(server, canary, home, listener, make):
    source = home / f"{make.__name__}.bin"
    source.write_bytes(make(home, canary))
    answer, _ = index(server, source, home)
    assert answer["kind"] == "result", answer
    assert answer["result"]["summary"]["frame_count"] == 5
    assert answer["result"]["summary"]["size"] == source.stat().st_size
    assert_nobody_called(listener)


def test_honest_matroska_of_the_same_make_is_taken(server, home):
    """Otherwise the refusals of the claims would prove nothing."""
    source = home / "honest.mkv"
    source.write_bytes(evil.matroska([b""] * 3, times=[0, 40, 80], payload=evil.jpeg(), tags=20_000))
    answer, _ = index(server, source, home)
    assert answer["kind"] == "result", answer
    assert answer["result"]["summary"]["frame_count"] == 3


@pytest.mark.parametrize(
    "name", ["p%03d.mp4", "concat:a.mp4|b.mp4", "http:x", "-i", "a?b#c.mp4", "\N{FILM FRAMES} \N{RIGHT-TO-LEFT OVERRIDE}.mp4"]
)
def test_a_name_is_only_a_name(server, home, name):
    folder = home / "names"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in (1, 2, 3):
        evil.video(folder / f"p{number:03d}.mp4", frames=2)
    shutil.copy(folder / "p001.mp4", folder / "a.mp4")
    evil.video(folder / "own.mp4", frames=7)
    (folder / "own.mp4").rename(folder / name)
    answer, _ = index(server, folder / name, home)
    assert answer["result"]["summary"]["frame_count"] == 7


def test_memory_stays_small(server, corpus, home):
    """Of one process that reads them all: the most it ever had."""
    names = ("huge-picture.mkv", "metadata-50mb.mkv", "thousand-tracks.mkv")
    script = (
        "import sys\n"
        "from media_pipeline.core.probe import inspect\n"
        "from media_pipeline.core.errors import MediaError\n"
        "for path in sys.argv[1:]:\n"
        "    try: inspect(path); code = 'accepted'\n"
        "    except MediaError as error: code = error.code\n"
        # Not ru_maxrss: that one is inherited from the test process over fork and exec.
        "    peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "    print(code, peak)\n"
    )
    paths = [str(corpus[name]) for name in names]
    result = subprocess.run(
        [sys.executable, "-c", script, *paths], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    for name, line in zip(names, result.stdout.splitlines(), strict=True):
        code, kilobytes = line.split()
        assert code == LIMITED[name]
        assert int(kilobytes) < 512 * 1024, (name, kilobytes)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_the_allow_lists_alone_open_nothing_else(corpus, canary, home):
    """Without the sandbox: what the system calls say."""
    script = (
        "import sys\n"
        "from media_pipeline.core.probe import inspect\n"
        "from media_pipeline.core.errors import MediaError\n"
        "open('/dev/null').close()\n"
        "for path in sys.argv[1:]:\n"
        "    try: inspect(path)\n"
        "    except MediaError: pass\n"
    )
    log = home / "strace"
    command = ["strace", "-f", "-s", "4096", "-o", str(log), "-e", "trace=open,openat,openat2,socket,connect,execve"]
    pointing = [home / "gab2.bin", home / "external.bin"]
    for path, make in zip(pointing, [evil.gab2_avi, evil.external_data], strict=True):
        path.write_bytes(make(home, canary))
    own = {str(path) for path in [*corpus.values(), *pointing]}
    command += [sys.executable, "-c", script, *sorted(own)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    calls = log.read_text().partition('"/dev/null"')[2]
    opened = set(re.findall(r'open\w*\([^"]*"([^"]+)"', calls))
    assert own <= opened, "strace saw the files themselves"
    foreign = {path for path in opened - own if not path.endswith((".py", ".pyc", ".so", "/meminfo", "/cpu/online"))}
    assert not {path for path in foreign if str(home) in path or path.startswith("/etc")}, foreign
    assert not re.search(r"\b(socket|connect|execve)\(", calls)
    assert str(canary) not in opened


def test_limits_of_the_step_are_what_they_should_be():
    limits = asdict(steps.INDEX.limits)
    assert limits["memory_bytes"] <= 1024**3
    assert limits["file_bytes"] <= 1024**3
    assert resource.RLIM_INFINITY not in limits.values()


def test_frame_tables_of_a_child_that_was_taken_over_cost_nothing():
    """The parent reads these: a header that claims four billion frames must not allocate them."""
    header = bytearray(frame_table.pack(evil_index()))
    header[8:12] = b"\xff\xff\xff\xff"
    with pytest.raises(frame_table.FrameTableError):
        frame_table.unpack(bytes(header))


def evil_index():
    from fractions import Fraction

    import numpy as np

    from media_pipeline.core.frame_index import FrameIndex

    return FrameIndex(np.arange(3, dtype=np.int64), np.ones(3, np.bool_), Fraction(1, 25), 1, Fraction(25), False)
