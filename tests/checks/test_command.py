"""`python -m media_pipeline check`: without Django, with exit codes, as a table and as JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from media_pipeline.__main__ import main
from tests.media import irregular_times, make_clip

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    make_clip(folder / "good.mp4", rate="25", frames=30, audio="aac")
    make_clip(folder / "phone.mp4", rate="30000/1001", frames=60, variable=irregular_times(60), timescale=90_000)
    (folder / "broken.mp4").write_bytes(b"no film")
    return folder


def test_it_works_without_django_and_the_worst_file_decides(clips):
    code = "import sys; sys.modules['django'] = None; from media_pipeline.__main__ import main; sys.exit(main(sys.argv[1:]))"
    files = [str(clips / name) for name in ("good.mp4", "phone.mp4")]
    ran = subprocess.run([sys.executable, "-c", code, "check", *files], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 3, ran.stderr
    assert "Variable frame rate" in ran.stdout
    assert "CANNOT TELL" in ran.stdout
    assert "\033" not in ran.stdout, "colours are for terminals"


def test_json_is_one_report_a_line(clips, capsys):
    assert main(["check", "--json", str(clips / "good.mp4"), str(clips / "broken.mp4")]) == 1
    good, broken = map(json.loads, capsys.readouterr().out.splitlines())
    assert good["format"] == 1
    assert good["stages"] == {"packets": "done", "decoded": "done", "reference": "none"}
    assert [check["id"] for check in good["checks"]].count("cadence") == 1
    assert broken["error"]["code"] == "format_refused"


def test_a_wrong_spec_is_said_in_words(clips, capsys, tmp_path):
    (tmp_path / "spec.toml").write_text("rates = 25")
    assert main(["check", "--spec", str(tmp_path / "spec.toml"), str(clips / "good.mp4")]) == 2
    assert "rates: there is no such key" in capsys.readouterr().err
