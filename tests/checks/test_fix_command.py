"""`python -m media_pipeline fix`: the copy is right, the original untouched, and nothing is kept that is not proven."""

import hashlib
import json
import os
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from media_pipeline.__main__ import main
from media_pipeline.core import probe
from media_pipeline.core.corrections import proof, write
from media_pipeline.core.corrections.plan import Plan, TrackChange, fixes_of, plan_of
from media_pipeline.core.errors import MediaError
from media_pipeline.core.report import RenditionFile
from tests.checks.corpus_film import Film, Sound
from tests.media import click_track, find_clicks, irregular_times, make_clip, read_frame

FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
BOTH_WAYS = ["-41.7", "83.4"]  # milliseconds


def heard(path, track=0):
    """Where the clicks are in a sound track, in milliseconds from the first picture, read without our own code."""
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0))
        # FFmpeg guesses times where AVI has none: its first picture is at 0.
        start = Fraction(0) if path.suffix == ".avi" else Fraction(picture.pts or 0) * (picture.time_base or 0)
        container.seek(0)
        parts, first = [], None
        for frame in container.decode(audio=track):
            if first is None:
                first = Fraction(frame.pts or 0) * (frame.time_base or 0)
            array = frame.to_ndarray().astype(np.float64)
            scale = {"s16": 2**15, "s32": 2**31}.get(frame.format.name.rstrip("p"), 1)
            parts.append((array[0] if frame.format.is_planar else array.reshape(-1)) / scale)
        rate = frame.sample_rate
    assert first is not None
    return [float(1000 * (first - start + Fraction(click, rate))) for click in find_clicks(np.concatenate(parts))]


def numbers(path):
    with av.open(str(path)) as container:
        return [read_frame(frame) for frame in container.decode(video=0)]


class Quiet:
    def progress(self, done: int, total: int) -> None:
        pass

    def publish(self, rendition: RenditionFile) -> None:
        pass

    def check_cancelled(self) -> None:
        pass


@pytest.mark.parametrize(
    ("suffix", "audio", "made", "codec", "milliseconds"),
    [
        (*one, milliseconds)
        for *one, plain in [
            (".mov", "pcm", ".mov", "pcm_s16le", ["-41.7"]),
            (".mp4", "aac", ".mp4", "aac", BOTH_WAYS),
            (".mkv", "aac", ".mov", "pcm_s24le", ["83.4"]),
            (".ts", "aac", ".mov", "pcm_s24le", ["-41.7"]),
            (".avi", "pcm", ".mov", "pcm_s16le", ["83.4"]),
        ]
        for milliseconds in (BOTH_WAYS if FULL else plain)
    ],
)
def test_sound_is_moved_and_the_picture_stays(tmp_path, capsys, milliseconds, suffix, audio, made, codec):
    timecode = None if suffix in (".ts", ".avi") else "10:00:00:00"
    b_frames = 0 if suffix == ".avi" else 2
    extra: dict[str, Any] = {"timecode": timecode, "b_frames": b_frames}
    clip = make_clip(tmp_path / f"late{suffix}", rate="25", frames=50, audio=audio, clicks=[24_000, 72_000], **extra)
    before = hashlib.sha256(clip.read_bytes()).hexdigest()
    was = heard(clip)
    assert main(["fix", str(clip), f"--shift={milliseconds}"]) == 0
    assert "ms left, measured at" in capsys.readouterr().out
    fixed = tmp_path / f"late.fixed{made}"
    assert len(was) == 2
    assert heard(fixed) == pytest.approx([one + float(milliseconds) for one in was], abs=0.1)
    assert numbers(fixed) == numbers(clip)
    assert hashlib.sha256(clip.read_bytes()).hexdigest() == before
    summary, index = probe.inspect(str(fixed))
    assert (len(index), summary.start_timecode) == (50, timecode or "")
    assert [track.codec for track in summary.audio] == [codec]
    assert summary.audio[0].start_num == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([clip.name, fixed.name]), "no work is left behind"
    assert main(["fix", str(clip), "--shift=1"]) == 2, "what is there is never written over"


def test_one_track_is_moved_to_the_sample_and_the_other_copied(tmp_path):
    clip = make_clip(tmp_path / "two.mov", rate="25", frames=50, audio=["pcm", "aac"], clicks=[24_000, 72_000])
    assert main(["fix", str(clip), "--track", "1", "--shift", "10", "-o", str(tmp_path / "out.mov")]) == 0
    assert heard(tmp_path / "out.mov", 0) == [510.0, 1510.0]
    assert heard(tmp_path / "out.mov", 1) == heard(clip, 1)
    assert main(["fix", str(clip), "--track", "3", "--shift", "10"]) == 2


@pytest.mark.parametrize("ratio", [Fraction(10_001, 10_000), Fraction(1001, 1000), Fraction(24, 25)])
def test_sound_is_played_at_another_speed_without_adding_up(tmp_path, ratio):
    clicks = [48_000 * second for second in range(1, 20)]
    clip = make_clip(tmp_path / "slow.mov", rate="25", frames=500, size=(64, 48), audio="pcm24", clicks=clicks)
    assert main(["fix", str(clip), "--speed", str(ratio), "-o", str(tmp_path / "out.mov")]) == 0
    meant = [float(1000 * second / ratio) for second in range(1, 20) if 1000 * second / ratio < 19_900]
    off = np.array(heard(tmp_path / "out.mov")[: len(meant)]) - meant
    assert len(off) == len(meant) > 15
    assert np.ptp(off) < 0.03
    assert abs(off[0]) < (0.03 if abs(ratio - 1) < 0.01 else 0.6), "a click of another pitch is found a little off"


def test_sound_that_is_missing_is_not_made_whole_by_silence(tmp_path):
    half = Film(Fraction(25), list(range(50)), [Sound(click_track(48_000, [24_000]), "pcm_s16le")]).write(tmp_path / "half.mov")
    assert main(["fix", str(half), "--shift", "-100", "-o", str(tmp_path / "out.mov")]) == 0
    (track,) = probe.inspect(str(tmp_path / "out.mov"))[0].audio
    assert Fraction(track.duration_num, track.duration_den) == Fraction(9, 10)


def test_a_start_timecode_is_set(tmp_path):
    clip = make_clip(tmp_path / "reel.mov", rate="30000/1001", frames=30, audio="pcm", timecode="00:00:00:00")
    assert main(["fix", str(clip), "--timecode", "01:00:00;00", "-o", str(tmp_path / "out.mov")]) == 0
    summary, _ = probe.inspect(str(tmp_path / "out.mov"))
    assert (summary.start_timecode, summary.drop_frame) == ("01:00:00;00", True)
    assert main(["fix", str(clip), "--timecode", "01:00:00:45"]) == 2


def test_a_variable_rate_becomes_constant_with_every_picture_nearest_to_its_time(tmp_path):
    times = irregular_times(60)
    clip = make_clip(tmp_path / "phone.mp4", rate="30", frames=60, variable=times, timescale=90_000, audio="aac")
    assert main(["fix", str(clip), "--rate", "30", "-o", str(tmp_path / "out.mp4")]) == 0
    summary, index = probe.inspect(str(tmp_path / "out.mp4"))
    assert (summary.rate, summary.variable_rate) == (Fraction(30), False)
    slots = [(2 * time + 3000) // 6000 for time in times]
    expected = [max(n for n, slot in enumerate(slots) if slot <= k) for k in range(len(index))]
    assert numbers(tmp_path / "out.mp4") == expected


def test_uneven_times_are_put_on_the_grid_without_encoding(tmp_path, capsys):
    times = [n * 3600 + (900 if n % 3 == 1 else 0) for n in range(50)]
    clip = make_clip(tmp_path / "uneven.mp4", rate="25", frames=50, variable=times, timescale=90_000, b_frames=2)
    assert main(["fix", str(clip), "--rate", "25", "-o", str(tmp_path / "out.mp4")]) == 0
    assert "copied without encoding" in capsys.readouterr().out
    _, index = probe.inspect(str(tmp_path / "out.mp4"))
    assert {int(step) * index.time_base for step in np.diff(index.pts)} == {Fraction(1, 25)}
    assert numbers(tmp_path / "out.mp4") == list(range(50))


def test_what_the_checks_found_is_healed_and_checked_again(tmp_path, capsys):
    rng = np.random.default_rng(5)
    loudness = np.repeat(np.where(rng.random(160) > 0.4, 0.2, 0.04), 2400)  # never silent: a hole is another fault
    sound = (rng.normal(size=8 * 48_000) * loudness).astype(np.float32)
    good = Film(Fraction(25), list(range(200)), [Sound(sound, "pcm_s16le")]).write(tmp_path / "good.mov")
    late = np.concatenate([np.zeros(3600, np.float32), sound[:-3600]])
    bad = Film(Fraction(25), list(range(200)), [Sound(late, "pcm_s16le")]).write(tmp_path / "bad.mov")
    assert main(["fix", str(bad), "--reference", str(good)]) == 0
    told = capsys.readouterr().out
    assert "moved 75.0 ms earlier" in told
    assert "Fix in post before, In sync now" in told
    assert main(["fix", str(tmp_path / "bad.fixed.mov"), "--reference", str(good)]) == 0
    assert "Nothing was found" in capsys.readouterr().out


def test_a_copy_that_is_not_what_was_meant_is_refused(tmp_path):
    clip = make_clip(tmp_path / "clip.mov", rate="25", frames=50, audio="pcm")
    summary, index = probe.inspect(str(clip))
    plan = Plan({0: TrackChange(Fraction(40))})
    made = tmp_path / "made.mov"
    written = write.write(str(clip), summary, index, plan, made, Quiet(), container="mov")
    assert proof.prove(summary, index, plan, written, made).residual[0] < 0.001
    for wrong in (
        (Plan({0: TrackChange(Fraction(40), Fraction(1_001, 1_000))}), written),
        (replace(plan, timecode="01:00:00:00"), written),
        (plan, replace(written, checksum=1)),
        (plan, replace(written, frames=49)),
        (plan, replace(written, places={0: [replace(one, start=one.start + 8) for one in written.places[0]]})),
    ):
        with pytest.raises(MediaError, match="thrown away"):
            proof.prove(summary, index, *wrong, made)


def test_nothing_is_left_of_a_copy_that_is_refused(tmp_path, capsys, monkeypatch):
    clip = make_clip(tmp_path / "plain.mp4", rate="25", frames=10, audio="aac")

    def refuse(*_):
        raise MediaError("correction_unproven", "The corrected copy was thrown away: a test", "None.")

    monkeypatch.setattr("media_pipeline.fix_command.prove", refuse)
    assert main(["fix", str(clip), "--shift", "10"]) == 1
    assert "correction_unproven" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["plain.mp4"]


def test_what_cannot_be_done_is_said(tmp_path, capsys):
    clip = make_clip(tmp_path / "plain.mp4", rate="25", frames=10, audio="aac")
    for wrong in (["--shift", "soon"], ["--speed", "3"], ["--rate", "x"], ["--shift", "1", "-o", str(tmp_path / "x.mkv")]):
        assert main(["fix", str(clip), *wrong]) == 2
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    assert main(["fix", str(tmp_path / "broken.mp4")]) == 1
    assert [one.name for one in tmp_path.glob("*fixed*")] == []


def test_a_plan_of_a_report_takes_each_error_once_and_leaves_what_is_waived():
    def finding(code, kind, severity="warn", waived=None, **parameters):
        fix = {"kind": kind, "parameters": parameters}
        return {"code": code, "severity": severity, "waived": waived, "remedy": {"fix": fix}}

    findings = [
        finding("a", "shift_audio", track=0, milliseconds=-20.5),
        finding("b", "shift_audio", "error", track=0, milliseconds=-21),
        finding("c", "resample_audio", track=0, ratio_num=1001, ratio_den=1000),
        finding("d", "set_timecode", waived="so be it", timecode="01:00:00:00", drop_frame=False),
        finding("e", "remux", "info", container="mov"),
        {"code": "f", "severity": "error", "waived": None, "remedy": {"fix": None}},
    ]
    fixes = fixes_of({"checks": [{"findings": findings}]})
    assert [code for code, _ in fixes] == ["b", "a", "c"]
    plan = plan_of(fix for _, fix in fixes)
    assert plan == Plan({0: TrackChange(Fraction(-21), Fraction(1001, 1000))})
    assert Plan.from_dict(json.loads(json.dumps(plan.as_dict()))) == plan
    assert fixes_of({"checks": [{"findings": findings}]}, codes=["d"])[0][0] == "d"
