"""The commands that findings offer, run with FFmpeg's own program where it is installed: what they leave, to the sample."""

import shlex
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media_pipeline.core import probe
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import RANK, Finding, Severity, State
from media_pipeline.core.checks.material import Material
from media_pipeline.core.checks.report import judge
from media_pipeline.core.checks.spec import Spec
from tests import boxes
from tests.checks import corpus_surgery as surgery
from tests.checks.bench import only, opened, outcome
from tests.checks.corpus_film import RATE, Film, Sound, stretched
from tests.checks.corpus_join import edited
from tests.media import click_track, find_clicks, irregular_times

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="FFmpeg's program is not installed")
SECONDS = 5
CLICKS = [48_000 * n + 7_777 for n in range(1, SECONDS - 1)]


def film(**options) -> Film:
    sound = Sound(click_track(SECONDS * RATE, CLICKS), "pcm_s16le")
    return Film(Fraction(25), list(range(SECONDS * 25)), [sound], **{"b_frames": 0, **options})


def healed(finding: Finding, source: Path, suffix: str = ".mov") -> Path:
    """The finding's command, run."""
    target = source.parent / f"healed{suffix}"
    words = [{"INPUT": str(source), "OUTPUT": str(target)}.get(word, word) for word in shlex.split(finding.remedy.command)]
    subprocess.run([*words, "-v", "error", "-y"], check=True, stdin=subprocess.DEVNULL)
    return target


def heard(path: Path) -> list[int]:
    """Samples (48 kHz) after the first picture at which clicks begin; the sound laid from its own start, gaps closed."""
    start = probe.inspect(str(path))[0].audio[0]
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        layout = container.streams.audio[0].codec_context.format
    joined = np.concatenate([part.reshape(-1) if part.shape[0] == 1 else part[0] for part in frames]).astype(np.float64)
    scale = {"s16": 2**15, "s32": 2**31}.get(layout.name.rstrip("p"), 1)
    offset = round(Fraction(start.start_num, start.start_den) * RATE)
    return [at + offset for at in find_clicks(joined / scale)]


@pytest.mark.parametrize("late", [Fraction(1, 2), Fraction(-2, 5)])
def test_a_start_offset_is_taken_out_without_moving_anything(tmp_path, late):
    made = film()
    if late > 0:
        made.sounds[0].late = late
    else:
        made.late = -late
    source = made.write(tmp_path / "clip.mov")
    before = [at for at in heard(source) if 0 <= at < SECONDS * RATE]
    after = healed(only(outcome(opened(source), "start_offset")), source)
    assert outcome(opened(after), "start_offset").state is State.PASSED
    assert heard(after)[: len(before)] == pytest.approx(before, abs=2), "0.04 ms"


def test_a_gap_is_filled_so_that_what_follows_keeps_its_time(tmp_path):
    made = film()
    made.sounds[0].codec = "aac"
    source = made.write(tmp_path / "clip.mp4")
    gap = 4_800

    def edit(kind: str, number: int, pts: int, dts: int, base: Fraction) -> tuple[int, int]:
        shift = gap if kind == "audio" and pts >= 2 * RATE else 0
        return pts + shift, dts + shift

    gapped = edited(source, tmp_path / "gapped.mp4", edit)
    finding = only(outcome(opened(gapped), "timestamps"))
    assert finding.code == "timestamps.sound_gaps"
    wanted = [at + (gap if at >= 2 * RATE else 0) for at in CLICKS]
    assert heard(healed(finding, gapped)) == pytest.approx(wanted, abs=4)


def test_a_ratio_is_resampled_away(tmp_path):
    made = film()
    made.sounds[0] = Sound(stretched(click_track(SECONDS * RATE, CLICKS), 25 / 24), "pcm_s16le")
    source = made.write(tmp_path / "clip.mov")
    after = healed(only(outcome(opened(source), "length")), source)
    assert outcome(opened(after), "length").state is State.PASSED
    assert heard(after) == pytest.approx(CLICKS, abs=2)


def test_a_tail_is_cut(tmp_path):
    made = film()
    made.sounds[0] = Sound(click_track((SECONDS + 1) * RATE, CLICKS), "pcm_s16le")
    source = made.write(tmp_path / "clip.mov")
    after = healed(only(outcome(opened(source), "length")), source)
    assert outcome(opened(after), "length").state is State.PASSED
    assert heard(after) == CLICKS


def test_variable_rate_becomes_constant_and_keeps_its_length(tmp_path):
    made = Film(Fraction(30000, 1001), list(range(150)), [], b_frames=0, times=irregular_times(150), timescale=90_000)
    source = made.write(tmp_path / "clip.mp4")
    material = opened(source)
    after = opened(healed(only(outcome(material, "cadence")), source, ".mp4"))
    assert outcome(after, "cadence").state is State.PASSED
    assert abs(float(after.index.duration - material.index.duration)) < 0.04


def test_a_timecode_is_written_and_a_flag_put_right(tmp_path):
    spec = Spec.from_dict({"rate": 25, "start_timecode": "01:00:00:00"})
    source = film().write(tmp_path / "clip.mov")
    after = healed(only(outcome(opened(source), "timecode", spec)), source)
    assert outcome(opened(after), "timecode", spec).state is State.PASSED
    wrong = film(timecode="01:00:00:00").write(tmp_path / "wrong.mov")
    wrong.write_bytes(surgery.with_drop_flag(wrong.read_bytes()))
    after = healed(only(outcome(opened(wrong), "timecode")), wrong)
    assert outcome(opened(after), "timecode", spec).state is State.PASSED


def test_garbage_behind_the_end_goes(tmp_path):
    source = film().write(tmp_path / "clip.mov")
    source.write_bytes(source.read_bytes() + bytes(range(1, 200)) * 10)
    finding = next(f for f in outcome(opened(source), "container").findings if f.code == "container.trailing")
    codes = [f.code for f in outcome(opened(healed(finding, source)), "container").findings]
    assert codes == ["container.index_last"]


def equal_times(folder: Path) -> Path:
    """The picture 60 lies at the time of the one before it."""
    source = film().write(folder / "source.mkv")

    def edit(kind: str, number: int, pts: int, dts: int, base: Fraction) -> tuple[int, int]:
        back = round(Fraction(1, 25) / base) if kind == "video" and number == 60 else 0
        return pts - back, dts - back

    return edited(source, folder / "clip.mkv", edit)


def surgically(change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = film().write(folder / "clip.mp4")
        path.write_bytes(change(path.read_bytes()))
        return path

    return write


def _loud(material: Material) -> set[str]:
    """Codes of its warnings and errors."""
    told = judge(Case(material.summary, measurements=material.earlier)).values()
    return {one.code for each in told for one in each.findings if RANK[one.severity] >= RANK[Severity.WARN]}


FRAGMENTS = {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}
UNSOUND: dict[str, tuple[Callable[[Path], Path], str, str]] = {  # how it is made, the finding, how the healed one is called
    "avi": (lambda folder: film(codec="mpeg4").write(folder / "clip.avi"), "container.avi", ".mov"),
    "edit-list": (
        surgically(lambda data: boxes.with_edit_list(data, b"vide", [(2000, 12800 * 3), (3000, 0)])),
        "container.edit_list",
        ".mov",
    ),
    "hidden-pictures": (
        surgically(lambda data: boxes.with_edit_list(data, b"vide", [(3000, 5120)])),
        "container.hidden_pictures",
        ".mov",
    ),
    "fragments": (lambda folder: film(mux=FRAGMENTS).write(folder / "clip.mov"), "container.fragmented", ".mov"),
    "equal-times": (equal_times, "timestamps.equal", ".mov"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_the_command_leaves_a_sound_file_with_the_same_pictures_under_the_same_sound(tmp_path, name):
    write, code, suffix = UNSOUND[name]
    source = write(tmp_path)
    before, check = opened(source, tmp_path / "work"), code.split(".")[0]
    (finding,) = (one for one in outcome(before, check).findings if one.code == code)
    target = healed(finding, source, suffix)
    after = opened(target, tmp_path / "work")
    known, left = _loud(before), _loud(after)
    assert left <= known, "nothing new"
    assert code in known | {"container.fragmented"}
    assert code not in left
    assert code not in {one.code for one in outcome(after, check).findings}
    if name != "equal-times":  # which of the two is shown there, nobody knows
        assert len(after.index) == len(before.index)
        shown, meant = (np.asarray(one.stored.coarse, np.int16) for one in (after, before))
        assert np.abs(shown - meant).mean(axis=(1, 2)).max() < 4
    assert heard(target)[: len(CLICKS)] == pytest.approx(heard(source)[: len(CLICKS)], abs=4), "0.08 ms"


def test_files_joined_without_a_muxer_get_one_clock(tmp_path):
    made = film(b_frames=2)
    made.sounds[0].codec = "aac"
    joined = tmp_path / "joined.ts"
    joined.write_bytes(2 * made.write(tmp_path / "part.ts").read_bytes())
    finding = next(one for one in outcome(opened(joined), "timestamps").findings if one.code == "timestamps.backward")
    after = opened(healed(finding, joined))
    assert outcome(after, "timestamps").state is State.PASSED
    assert len(after.index) == 2 * SECONDS * 25


def test_a_multiple_of_the_rate_is_conformed(tmp_path):
    spec = Spec.from_dict({"rate": 25})
    made = film()
    made.rate, made.order = Fraction(50), list(range(SECONDS * 50))
    source = made.write(tmp_path / "clip.mov")
    after = healed(only(outcome(opened(source), "rate", spec)), source)
    assert outcome(opened(after), "rate", spec).state is State.PASSED
    assert heard(after) == CLICKS
    assert outcome(opened(after), "length").state is State.PASSED
