"""The three-point test render: its ranges, and what three renders say of a whole timeline."""

from dataclasses import replace
from fractions import Fraction

import pytest

from media_pipeline.core.checks import registry, run
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.checks.three_point import CANNOT_TELL, GO, NAMES, NO_GO, WAITING, judge, propose
from tests.checks.bench import PLAIN
from tests.checks.films import encoded, film, heard, material, speech

RATE = Fraction(25)
HOUR = 90_000


def test_the_first_minute_one_in_the_middle_and_the_last():
    ranges = propose(HOUR, RATE)
    assert [(one.name, one.frame, one.duration_frames) for one in ranges] == [
        ("beginning", 0, 1500), ("middle", 44_250, 1500), ("end", 88_500, 1500),
    ]  # fmt: skip
    assert [one.duration_frames for one in propose(HOUR, Fraction(24000, 1001))] == [1439] * 3
    short = propose(100, RATE)
    assert [(one.frame, one.duration_frames) for one in short] == [(0, 33), (33, 33), (67, 33)]
    assert [one.duration_frames for one in propose(1, RATE)] == [1, 1, 1]


def test_ranges_begin_where_shots_do():
    ranges = propose(HOUR, RATE, cuts=[40, 44_000, 44_300, 88_499, 88_600])
    assert [(one.frame, one.at_cut) for one in ranges] == [(0, False), (44_300, True), (88_499, True)]
    assert [one.at_cut for one in propose(HOUR, RATE, cuts=[43_999, 88_249])] == [False, False, False], "further than 10 s"


def render(begin_ms: float | None, end_ms: float = 0.0, **summary) -> Case:
    """A minute with flashes and beeps (or without any)."""
    group = {
        "pairs": [],
        "count": 5,
        "begin_ms": begin_ms,
        "end_ms": end_ms,
        "ppm": 0,
        "doubt_ppm": 0,
        "spread_ms": 0,
        "span": 50,
    }
    data = {"tracks": [{"track": 0, "groups": [group]}]} if begin_ms is not None else {"tracks": []}
    check = registry.find("sync_events")
    known = replace(PLAIN, **{"frame_count": 1500, **summary})
    return Case(known, measurements={"sync_events": Measurement(check.version, "measured", data)})


def renders(offset: float, ppm: float, **changed: Case) -> dict[str, Case]:
    made = {}
    for one in propose(HOUR, RATE):
        begin, end = (offset + ppm * 1e-3 * frame / 25 for frame in (one.frame, one.frame + 1499))
        made[one.name] = render(begin, end)
    return made | changed


def test_a_drift_that_nobody_sees_in_a_minute_is_drawn_on_to_the_whole_length():
    told = judge(propose(HOUR, RATE), renders(0, 100), HOUR, RATE)
    assert (told.decision, [reason.code for reason in told.reasons]) == (NO_GO, ["drift"])
    assert told.ppm == pytest.approx(100, abs=0.01)
    assert told.end_ms == pytest.approx(360, abs=0.1)
    assert "360 ms (9.0 frames) late" in told.summary
    told = judge(propose(HOUR, RATE), renders(0.3, 0.4), HOUR, RATE)
    assert told.decision == GO
    assert "1.7 ms" in told.summary
    assert [reason.code for reason in judge(propose(HOUR, RATE), renders(-120, 0), HOUR, RATE).reasons] == ["offset"]


@pytest.mark.parametrize(
    ("changed", "decision", "code"),
    [
        ({"end": render(80, 80)}, NO_GO, "jump"),
        ({"middle": render(0, 0, frame_count=1499)}, NO_GO, "length"),
        ({"middle": render(0, 0, rate_num=24)}, NO_GO, "rate"),
        ({"middle": render(None)}, CANNOT_TELL, None),
    ],
)
def test_one_render_can_stop_it(changed, decision, code):
    told = judge(propose(HOUR, RATE), renders(0, 0, **changed), HOUR, RATE)
    assert told.decision == decision
    assert (told.reasons[0].code if told.reasons else None) == code
    assert told.as_dict()["decision"] == decision


def test_what_is_not_rendered_yet_is_waited_for():
    made = renders(0, 0)
    assert judge(propose(HOUR, RATE), {}, HOUR, RATE).decision == WAITING
    assert judge(propose(HOUR, RATE), {"beginning": made["beginning"]}, HOUR, RATE).decision == WAITING


def test_renders_are_laid_on_the_reference(tmp_path):
    """Three stretches of a film whose sound runs 300 ppm slow and 20 ms late, each compared with the whole film."""
    seconds, late, ppm = 45, 0.02, 300
    pictures, voice = film(25 * seconds), speech(seconds)
    whole = material(tmp_path / "whole", pictures, heard(voice))
    sound = heard(voice, late=late, speed=1 / (1 + ppm * 1e-6))
    ranges = propose(len(pictures), RATE)
    cases = {}
    for one in ranges:
        stop = one.frame + one.duration_frames
        part = material(tmp_path / one.name, encoded(pictures[one.frame : stop]), sound[one.frame * 320 : stop * 320])
        part.other = whole
        run.measure_stage(Stage.REFERENCE, part)
        cases[one.name] = Case(part.summary, measurements=part.earlier)
    told = judge(ranges, cases, len(pictures), RATE)
    assert [point.by for point in told.points] == ["reference"] * len(NAMES)
    assert told.ppm == pytest.approx(ppm, abs=2)
    assert (told.begin_ms, told.end_ms) == pytest.approx((20, 33.5), abs=0.3)
