"""Picture continuity, and fields against frames: some clips of the corpus, and each rule on numbers alone. The whole corpus:
`python -m tests.checks.acceptance --seed N --stage decoded`."""

from fractions import Fraction

import av
import numpy as np
import pytest

from media_pipeline.core import raw_picture
from media_pipeline.core.bitstream import repeats_first_field
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.continuity import findings as tell
from media_pipeline.core.checks.continuity.flashes import BLACK, LAMP, ODD, flashes
from media_pipeline.core.checks.continuity.stills import Run, motion, rhythms, runs
from media_pipeline.core.checks.contract import Severity, Stage, State
from media_pipeline.core.checks.decoded import picture_continuity, scan
from media_pipeline.core.checks.material import Features, Measurement
from tests.checks.acceptance import chosen, examine
from tests.checks.bench import timed
from tests.checks.corpus import Maker
from tests.checks.corpus_fields import woven
from tests.checks.corpus_picture import camera

HERE = (Stage.DECODED,)
CLIPS = {clip.name: clip for clip in chosen(11, HERE)}


@pytest.mark.parametrize(
    "name",
    [
        "picture-freeze-vp9", "picture-black-prores", "picture-foreign-x264", "picture-repeat-mpeg2", "picture-24-in-25",
        "fields-tff-lie-x264", "fields-unsaid-bff-prores", "telecine-unsaid-ffv1", "damage-mpeg2",
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(name, tmp_path):
    result = examine(CLIPS[name], tmp_path, HERE)
    assert not result.failed
    assert result.found, [(finding.code, finding.summary) for finding in result.findings]


@pytest.mark.parametrize("name", ["animation-mixed", "camera-stops", "strobe-light", "fields-bff-mpeg2", "whole-vertical-two"])
def test_a_clean_clip_stays_silent(name, tmp_path):
    result = examine(CLIPS[f"clean-{name}"], tmp_path, HERE)
    assert not result.failed
    assert result.found, [(finding.code, finding.summary) for finding in result.findings]


# Still pictures


def moving(*still: int, count: int = 200, level: float = 6.0) -> np.ndarray:
    """Changes of a steady pan in which these frames repeat the one before."""
    change = level * (1 + 0.1 * np.sin(np.arange(count)))
    change[list(still)] = 0.02
    return change.astype(np.float32)


def seen(change: np.ndarray):
    return motion(change, np.where(change > 0.5, 9000, 0).astype(np.uint16))


def test_a_repeat_is_measured_against_what_surrounds_it():
    (one,) = runs(seen(moving(80)))
    assert (one.first, one.count, one.even) == (80, 1, True)
    assert one.before == pytest.approx(6, rel=0.05)
    assert one.exit == pytest.approx(1, rel=0.15)
    assert runs(seen(moving())) == []


def test_a_repeat_that_is_coded_anew_leads_nowhere():
    """A quarter of the movement may be the grain of a repeat, or a picture that a weak encoder left behind on its way."""
    change = moving()
    change[96] = 1.8
    moved = np.full(200, 9000, np.uint16)
    assert runs(motion(change, moved)) == []
    assert runs(motion(change, moved, lambda frame: 0.3)) == []
    (one,) = runs(motion(change, moved, lambda frame: 0.03))
    assert (one.first, one.count) == (96, 1)


def test_in_a_very_even_movement_half_a_step_is_a_repeat_that_was_coded_anew():
    moved = np.full(200, 9000, np.uint16)
    change = np.full(200, 4.0, np.float32)
    change[96] = 1.7
    (one,) = runs(motion(change, moved, lambda frame: 0.09))
    assert (one.first, one.count) == (96, 1)
    change[90] = 3.0  # so uneven, it may be the encoder's
    assert runs(motion(change, moved, lambda frame: 0.09)) == []


def test_a_repeat_coded_anew_is_held_against_the_movement_that_was_found_even():
    """Twelve pictures around say what usually changes; were they livelier, a slow place among eight even ones is no repeat."""
    change = moving()
    change[88:106] = 4.0
    change[96] = 1.5  # a quarter of 6, but not of 4
    assert runs(motion(change, np.full(200, 9000, np.uint16), lambda frame: 0.0)) == []


def test_the_way_of_a_picture_is_none_in_a_repeat_and_half_in_a_movement():
    rng = np.random.default_rng(5)
    wide = rng.integers(40, 200, (36, 200)).cumsum(1) % 150 + 40
    fine = np.stack([wide[:, n : n + 64] for n in (0, 2, 4, 4, 6)]).astype(np.uint8)
    assert picture_continuity._towards(fine, 1) == pytest.approx(0.5, abs=0.1)
    grain = (fine + rng.integers(0, 3, fine.shape)).astype(np.uint8)
    assert picture_continuity._towards(grain, 3) == pytest.approx(0, abs=0.02)


def test_blocks_hang_together(monkeypatch):
    """Whatever the size of the blocks that a long film is read in."""
    change = moving(*range(20, 1900, 25), count=2000)
    whole = runs(seen(change))
    monkeypatch.setattr("media_pipeline.core.checks.continuity.stills._BLOCK", 64)
    assert runs(seen(change)) == whole
    assert len(whole) == 76


def test_a_freeze_that_the_encoder_touches_up_is_one_run():
    change = moving(*range(60, 150))
    change[[84, 108]] = 1.2
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count) == (60, 90)


def test_a_freeze_that_is_coded_anew_near_its_end_is_one_run():
    """Amid its still pictures what is usual seems less than it is."""
    change = moving(*range(60, 80))
    change[78], change[80] = 2.6, 15.0
    change[81:110] *= 0.75  # slower movement behind it, measured there alone, would say that the picture moved
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count) == (60, 20)


def test_a_freeze_that_an_encoder_lets_creep_is_one():
    """Not one that comes to rest and starts again, however little moves between."""
    change = moving(*range(60, 66))
    change[60:66] = 2.2, 2.1, 0.8, 0.7, 1.5, 0.02
    assert all(run.count < 6 for run in runs(seen(change)))
    change[66] = 15.0
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count, freeze.even) == (60, 6, True)


def test_a_freeze_whose_last_picture_is_coded_anew_ends_behind_it():
    """Not where it is the first of a movement: that one goes a part of the way."""
    change = moving(*range(60, 70))
    change[70], change[71] = 2.5, 12.0
    moved = np.where(change > 0.5, 9000, 0).astype(np.uint16)
    (freeze,) = runs(motion(change, moved, lambda frame: 0.02))
    assert (freeze.first, freeze.count) == (60, 11)
    assert freeze.exit == pytest.approx(2, rel=0.15)
    (eased,) = runs(motion(change, moved, lambda frame: 0.3))
    assert (eased.first, eased.count) == (60, 10)


def test_a_freeze_whose_second_picture_is_mended_begins_with_the_first():
    """Encoders put into the second or third still picture what they left out of the first."""
    change = moving(*range(60, 70))
    change[61] = 2.5
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count, freeze.even) == (60, 10, True)
    assert freeze.entry == pytest.approx(1, rel=0.15)


def test_a_freeze_whose_first_picture_is_mended_begins_with_it():
    change = moving(*range(61, 70))
    change[60] = 2.5
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count, freeze.even) == (60, 10, True)
    change[59:61] = 3.5, 2.5  # a step that is spread over two pictures
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.even) == (59, True)
    change[57:61] = 5, 4, 3, 2.6  # a camera that comes to rest
    (freeze,) = runs(seen(change))
    assert freeze.first == 61
    assert freeze.entry < 0.5


def test_a_short_still_run_is_a_freeze_if_its_first_pictures_were_mended():
    change = moving(*range(60, 63))
    change[58:60] = 2.6, 2.5
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count) == (58, 5)
    change[57:63] = 5.3, 2.2, 2.3, 0, 0, 0  # over three pictures, the first nearly at full pace
    (freeze,) = runs(seen(change))
    assert (freeze.first, freeze.count) == (58, 5)
    change[57:60] = 6.0, 6.0, 6.0
    (repeat,) = runs(seen(change))
    assert (repeat.first, repeat.count) == (60, 3)


FROZEN = {
    "first": 60, "count": 30, "before": 6.0, "after": 6.1, "share": 0.8, "entry": 1.0, "exit": 4.0, "even": True, "held": 0.0,
    "alike_before": 1.0, "alike": 20.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, True),  # goes on as it did before, however far it has come
        ({"entry": 2.4, "alike_before": 16.0}, False),  # a cut to a title
        ({"entry": 2.4}, False),  # in a movement so even
        ({"even": False, "entry": 2.4, "alike": 2.0}, True),
        ({"after": 12.0}, False),  # a shot that ends in a still, then another shot
        ({"even": False}, False),
        ({"even": False, "alike": 2.0}, True),  # it jumps on within the shot
        ({"entry": 0.3}, False),  # it came to rest
        ({"entry": 0.3, "even": False, "alike": 2.0}, True),  # and jumps to where it would have come: an encoder spread a step
        ({"entry": 0.3, "even": False, "alike": 2.0, "after": 9.0}, False),
    ],
)
def test_a_freeze_is_a_fault_if_the_movement_was_cut_off(changed, told):
    case = Case(timed(np.arange(200), "1/25").summary)
    measured = {"freezes": [FROZEN | changed], "flashes": [], "flicker": []}
    assert bool(tell.freezes(measured, case)) is told
    assert not tell.freezes({**measured, "flashes": [{"frame": 52, "strobe": True}]}, case)
    assert not tell.freezes({**measured, "flicker": [[95, 40]]}, case)


@pytest.mark.parametrize(("places", "onward"), [((0, 3, 3, 6), 2), ((0, 3, 3, 0), 0)])
def test_a_movement_that_turns_round_repeats_nothing(places, onward):
    """Pictures of a slope seen from these places: the third shows the second again."""
    fine = np.stack([np.tile(np.arange(64, dtype=np.uint8) + 60 + place, (36, 1)) for place in places])
    assert picture_continuity._onward(fine, Run(2, 1, 6, 6, 0.8, 1, 1, even=True, held=0)) == pytest.approx(onward)


def test_rhythms_are_told_from_chance():
    (rhythm,) = rhythms(runs(seen(moving(10, 35, 60, 110, 135))))
    assert (rhythm.first, rhythm.period, rhythm.repeats) == (10, 25, 5)
    assert rhythms(runs(seen(moving(10, 33, 71, 120, 160)))) == []


# Black and foreign pictures


def film(*changed: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(mean, high, change, coarse) of a still of 100 frames in which some are of elsewhere (2), white (1) or black (0)."""
    rng = np.random.default_rng(4)
    scene, other = (rng.integers(40, 180, (18, 32)).astype(np.uint8) for _ in range(2))
    looks = {0: np.full_like(scene, 16), 1: np.full_like(scene, 235), 2: other}
    coarse = np.repeat(scene[np.newaxis], 100, 0)
    for frame, kind in changed:
        coarse[frame] = looks[kind]
    flat = coarse.reshape(100, -1)
    change = np.concatenate([[0], np.abs(np.diff(flat.astype(np.int16), axis=0)).mean(1)]).astype(np.float32)
    return flat.mean(1).astype(np.float32), flat.max(1), change, coarse


@pytest.mark.parametrize(("kind", "name"), [(0, BLACK), (1, LAMP), (2, ODD)])
def test_a_single_picture_is_named(kind, name):
    (flash,) = flashes(*film((40, kind)), 25.0)
    assert (flash.frame, flash.count, flash.kind, flash.strobe) == (40, 1, name, False)


def test_a_bright_picture_of_elsewhere_is_no_lamp():
    mean, high, change, coarse = film((40, 2))
    coarse[40] = np.clip(coarse[40].astype(int) + 60, 16, 235)
    mean[40] += 60
    (flash,) = flashes(mean, high, change, coarse, 25.0)
    assert flash.kind == ODD
    coarse[40] = np.clip(coarse[39].astype(int) + 60, 16, 235)
    (flash,) = flashes(mean, high, change, coarse, 25.0)
    assert flash.kind == LAMP


def test_in_even_movement_a_lesser_jump_is_none_of_the_movement():
    """A pan of 7 levels a picture; the one that is left of another clip is 14 away from the shot that follows."""
    rng = np.random.default_rng(1)
    scene = rng.integers(60, 180, 576)
    coarse = np.repeat(scene[np.newaxis], 100, 0).astype(np.int64)
    coarse += 7 * (np.arange(100) % 2)[:, np.newaxis] * rng.choice([-1, 1], 576)
    coarse[50] = coarse[51] + 15 * rng.choice([-1, 1], 576)
    coarse[:50] += 40 * rng.choice([-1, 1], 576)
    change = np.concatenate([[0], np.abs(np.diff(coarse, axis=0)).mean(1)]).astype(np.float32)
    grids = np.clip(coarse, 16, 235).astype(np.uint8).reshape(-1, 18, 32)
    light = grids.reshape(100, -1).mean(1).astype(np.float32), grids.reshape(100, -1).max(1)
    assert [flash.frame for flash in flashes(*light, change, grids, 25.0)] == [50]
    change[40:50] *= np.linspace(0.3, 2.0, 10)  # shaky
    assert flashes(*light, change, grids, 25.0) == []


def test_a_black_picture_keeps_a_ghost_of_the_bright_one_beside_it():
    """Measured behind x265: a mean of 16.6, its brightest cell 29, between pictures up to 180."""
    mean, high, change, coarse = film((40, 0))
    mean[40], high[40] = 16.6, 29
    assert [flash.kind for flash in flashes(mean, high, change, coarse, 25.0)] == [BLACK]
    high[40] = 60  # a lamp in the night
    assert BLACK not in [flash.kind for flash in flashes(mean, high, change, coarse, 25.0)]


def test_the_cuts_are_where_shots_begin_and_no_flashes():
    mean, high, change, coarse = film((40, 0), *((n, 2) for n in range(60, 100)))
    change[1:] += 1.0
    lit = flashes(mean, high, change, coarse, 25.0)
    assert picture_continuity._cuts(motion(change, np.full(100, 900, np.uint16)), lit) == [60]


def test_many_within_two_seconds_are_a_strobe():
    assert all(flash.strobe for flash in flashes(*film((40, 0), (46, 1), (52, 0)), 25.0))


def test_a_strobe_of_every_second_picture_makes_a_black_one_no_fault():
    told = flashes(*film(*((n, 1) for n in range(30, 60, 2)), (62, 0)), 25.0)
    assert [flash.strobe for flash in told if flash.kind == BLACK] == [True]
    (alone,) = flashes(*film((62, 0)), 25.0)
    assert not alone.strobe


def test_a_dip_to_black_is_no_black_picture():
    mean, high, change, coarse = film((40, 0))
    mean[34:40], mean[41:47] = np.linspace(110, 30, 6), np.linspace(30, 110, 6)
    assert [flash.kind for flash in flashes(mean, high, change, coarse, 25.0)] == []


def test_joins_make_a_repeat_a_fault():
    change = moving(80, level=1.0)
    row = {"rhythms": [], "repeats": [vars(run) for run in runs(seen(change))], "repeat_count": 1, "mostly_still": False}
    silent = {"lost_count": 0, "damaged_count": 0, "packet_errors": 0, "freezes": [], "flashes": [], "flicker": []}
    silent |= {"still": 1, "frames": 200}
    summary = timed(np.arange(200), "1/25").summary
    alone = picture_continuity.judge({**row, **silent}, Case(summary))
    assert [finding.severity for finding in alone.findings] == [Severity.INFO]
    joins = {"segments": Measurement(1, "measured", {"joins": [{"frame": 80, "evidence": []}]})}
    joined = picture_continuity.judge({**row, **silent}, Case(summary, measurements=joins))
    assert [(finding.code, finding.severity) for finding in joined.findings] == [
        ("picture_continuity.repeat_at_join", Severity.WARN)
    ]


# Fields


def looked_at(draw, frames: int, pixels: str = "yuv420p", size: tuple[int, int] = (192, 108)) -> np.ndarray:
    """raw_picture.RECORD of each drawn picture."""
    raw = raw_picture.RawPictures()
    records = []
    for number in range(frames):
        planes = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        planes[: size[1]] = draw(number)
        frame = av.VideoFrame.from_ndarray(planes, "yuv420p").reformat(format=pixels)
        records.append(raw.look(frame))
    return np.array(records, raw_picture.RECORD)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p10le", "uyvy422", "nv12", "rgb24", "yuv444p16le", "gbrp"])
def test_fields_are_measured_in_every_layout(pixels):
    draw = camera(Maker(5, "fields"), (192, 108), across=3.0, grain=1.0)
    top = looked_at(woven(draw, 0), 12, pixels)[1:]
    assert (top["flags"] == raw_picture.MEASURED).all()
    assert (top["bottom_first"] > top["top_first"]).all()
    whole = looked_at(draw, 12, pixels)[1:]
    assert (np.minimum(whole["top_first"], whole["bottom_first"]) > 1.1 * whole["within"]).all()


def test_what_cannot_be_measured_says_so():
    assert not looked_at(lambda number: np.zeros((108, 192)), 3, "yuv420p10be")["flags"].any()
    raw = raw_picture.RawPictures()
    raw.failed()
    first = np.array([raw.look(av.VideoFrame(64, 8, "yuv420p"))], raw_picture.RECORD)
    assert first["errors"][0] == 1
    assert first["flags"][0] == 0


def test_a_still_is_no_statement_about_fields(tmp_path):
    np.save(tmp_path / "fields.npy", looked_at(lambda number: np.full((108, 192), 90), 60))
    material = timed(np.arange(60), Fraction(1, 25))
    material.features = Features({"fields": tmp_path / "fields.npy"})
    outcome = scan.judge(scan.measure(material), Case(material.summary))
    assert outcome.state is State.CANNOT_TELL


def test_a_pulldown_flag_is_read_from_the_picture_header():
    header = b"\x00\x00\x01\x00\x00\x0f\xff\xf8" + b"\x00\x00\x01\xb5"
    assert repeats_first_field(header + bytes([0x8F, 0xFF, 0xF3, 0x42, 0x80]))
    assert not repeats_first_field(header + bytes([0x8F, 0xFF, 0xF3, 0x40, 0x80]))
    assert not repeats_first_field(b"\x00\x00\x01\xb5\x14\xff\xff\xff\xff\xff")


def test_one_second_that_moves_among_many_says_nothing_of_fields():
    case = Case(timed(np.arange(200) * 10, Fraction(1, 250)).summary)
    told = {"order_frame": [], "order": [], "repeats_field": 0, "frames": 200}
    once = {**told, "windows": 8, "runs": [[125, 25, "tff", "progressive", 1]]}
    assert scan.judge(once, case).state is State.CANNOT_TELL
    twice = {**told, "windows": 8, "runs": [[125, 50, "tff", "progressive", 2]]}
    assert [one.code for one in scan.judge(twice, case).findings] == ["scan.interlaced_unsaid"]
    contrary = [
        [100, 25, "bff", "progressive", 1],
        [125, 25, "tff", "progressive", 1],
        [150, 25, "progressive", "progressive", 1],
    ]
    assert scan.judge({**told, "windows": 8, "runs": contrary}, case).findings == ()


def test_what_an_encoder_touches_up_is_no_field():
    """Little changes in what stands still, by chance more to one side; but it combs within its frame by other amounts."""
    records = np.zeros(25, raw_picture.RECORD)
    records["flags"] = raw_picture.MEASURED
    records["top_change"] = records["bottom_change"] = 0.4
    records["top_first"], records["bottom_first"], records["within"] = 2.70, 2.74, 2.76
    assert scan._window(records)[0] == ""
    records["within"] = 2.70
    assert scan._window(records)[0] == "tff"


def test_a_strobe_in_step_with_five_frames_is_no_pulldown():
    """Measured: the combing of film with pulldown falls to -0.7 in woven frames, that of a strobe to 0.5."""
    moves, level = np.ones(25, bool), np.zeros(25)
    strobe = np.tile([0.97, 0.98, 0.52, 0.57, 0.97], 5)
    film = np.tile([0.73, 0.73, -1.21, -0.76, 0.02], 5)
    lean = np.tile([0.0, 0.0, -0.72, 0.0, 0.78], 5)
    assert not scan._pulled_down(strobe, level, moves)
    assert scan._pulled_down(film, lean, moves)
