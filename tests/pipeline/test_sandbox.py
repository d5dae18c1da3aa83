"""The limited child: what it may not do, and what its parent does about it. Real processes, no database."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from media_pipeline.core import lockdown
from media_pipeline.core.sandbox import ForkServer, Limits

RUN = "tests.pipeline.scripted.steps:renditions"
LIMITS = Limits(512 * 1024**2, cpu_seconds=1, wall_seconds=60, stall_seconds=60, file_bytes=8 * 1024**2, open_files=64)
needs_landlock = pytest.mark.skipif(not lockdown.landlock_abi(), reason="this kernel has no Landlock")


@pytest.fixture(scope="module")
def server():
    server = ForkServer(["tests.pipeline.scripted.steps"])
    yield server
    server.stop()


@pytest.fixture
def home(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path


def order(home: Path, script: dict) -> dict:
    source = home / "source"
    source.write_text(json.dumps({"frames": 1, "renditions": script}))
    paths = {"source": str(source), "out": str(home / "out"), "stderr": str(home / "stderr")}
    return {"run": RUN, **paths, "inputs": {}, "files": {}}


def run(server, home, script, limits=LIMITS):
    """Run a script to its end; returns the last message and the child."""
    child = server.spawn(order(home, script), limits)
    message = None
    deadline = time.monotonic() + 120
    while not child.ended:
        assert time.monotonic() < deadline
        for message in child.receive(0.2):  # noqa: B007 -- the last one counts
            pass
    return message, child


def error(server, home, **script):
    message, _ = run(server, home, script)
    assert message is not None
    assert message["kind"] == "error", message
    return f"{message['code']}: {message['message']}"


def test_a_step_runs_and_reports(server, home):
    child = server.spawn(order(home, {"publish": [{"kind": "poster"}], "progress": 10, "seconds": 0.5}), LIMITS)
    messages = []
    while not child.ended:
        messages += list(child.receive(0.2))
    kinds = [message["kind"] for message in messages]
    assert kinds[0] == "publish"
    assert kinds[-1] == "result"
    assert 2 <= kinds.count("progress") <= 5, "thinned out, not one for every call"
    assert child.exit_status == 0
    assert (home / "out" / "poster.bin").read_text() == "poster"


def test_starts_in_a_fraction_of_a_second(server, home):
    server.protection()  # warm
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        run(server, home, {})
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.2, times  # 15 ms on a quiet machine; a cold start takes 20 times as long


def test_environment_holds_no_secrets(server, home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    answer = error(server, home, then="environment")
    assert "secret" not in answer
    assert "DATABASE" not in answer
    assert str(home / "out") in answer  # TMPDIR


def test_no_network(server, home):
    if not server.protection().network:
        pytest.skip("no network namespaces here")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        answer = error(server, home, then="connect", port=listener.getsockname()[1])
        assert "unreachable" in answer or "Permission denied" in answer
        with pytest.raises(TimeoutError):
            listener.accept()


@needs_landlock
@pytest.mark.parametrize("path", ["/etc/passwd", "neighbour", "/proc/self/environ", str(Path(__file__))])
def test_reads_no_other_file(server, home, path):
    (home / "neighbour").write_text("of somebody else")
    answer = error(server, home, then="read", path=str(home / path))
    assert "Permission denied" in answer


@needs_landlock
@pytest.mark.parametrize("path", ["/tmp", "..", "/"])
def test_lists_no_other_folder(server, home, path):
    assert "Permission denied" in error(server, home, then="list", path=str(home / "out" / path))


@needs_landlock
@pytest.mark.parametrize("path", ["source", "beside", "../beside", "/tmp/twopop-was-here"])
def test_writes_nowhere_else(server, home, path):
    assert "Permission denied" in error(server, home, then="write", path=str(home / path))
    assert json.loads((home / "source").read_text())


@pytest.mark.skipif(lockdown.landlock_abi() < 6, reason="this kernel's Landlock does not scope signals")
def test_signals_nobody(server, home):
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert "not permitted" in error(server, home, then="signal", pid=bystander.pid)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_memory_is_limited(server, home):
    assert error(server, home, then="memory").startswith("out_of_memory")


def test_size_of_files_is_limited(server, home):
    assert error(server, home, then="big_file").startswith("file_too_large")
    assert (home / "out" / "big").stat().st_size <= LIMITS.file_bytes


def test_processor_time_is_limited(server, home):
    begun = time.monotonic()
    message, child = run(server, home, {"then": "cpu"})
    assert message is None
    assert os.WTERMSIG(child.exit_status) in {signal.SIGXCPU, signal.SIGKILL}
    assert time.monotonic() - begun < 100


@pytest.mark.parametrize(("how", "number"), [("segv", signal.SIGSEGV)])
def test_a_crash_is_seen_as_such(server, home, how, number):
    message, child = run(server, home, {"then": how})
    assert message is None
    assert os.WTERMSIG(child.exit_status) == number
    assert "Segmentation fault" in (home / "stderr").read_text()
    assert run(server, home, {})[0]["kind"] == "result", "the next child is not hurt"


@pytest.mark.parametrize(("how", "why"), [("babble", "no message"), ("endless_line", "without end")])
def test_a_child_that_breaks_the_protocol_is_killed(server, home, how, why):
    _, child = run(server, home, {"then": how})
    assert why in child.killed_because
    assert os.WTERMSIG(child.exit_status) == signal.SIGKILL


def test_complaints_are_bounded_by_the_limit_of_files(server, home):
    assert run(server, home, {"then": "shout"})[1].ended
    assert (home / "stderr").stat().st_size <= LIMITS.file_bytes


def test_kill_is_prompt(server, home):
    child = server.spawn(order(home, {"then": "hang"}), LIMITS)
    begun = time.monotonic()
    child.kill("test")
    while not child.ended:
        list(child.receive(1))
    assert time.monotonic() - begun < 1
    assert os.WTERMSIG(child.exit_status) == signal.SIGKILL


def test_a_server_that_died_is_started_again(home):
    server = ForkServer(["tests.pipeline.scripted.steps"])
    try:
        server.protection()
        assert server._process is not None
        os.kill(server._process.pid, signal.SIGKILL)
        server._process.wait()
        assert run(server, home, {})[0]["kind"] == "result"
    finally:
        server.stop()


def test_nothing_outlives_the_parent(home):
    """A process that starts a server and a child, then is killed: both go."""
    code = f"""
import sys, time; sys.path[:0] = {sys.path!r}
from tests.pipeline.test_sandbox import LIMITS, order
from media_pipeline.core.sandbox import ForkServer
from pathlib import Path
server = ForkServer()
child = server.spawn(order(Path({str(home)!r}), {{"then": "hang"}}), LIMITS)
print(server._process.pid, child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert all(is_alive(pid) for pid in pids)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
