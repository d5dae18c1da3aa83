"""Timecode against vectors, an odometer that counts labels one by one, and another library."""

import csv
import os
from fractions import Fraction
from pathlib import Path

import pytest
from timecode.timecode import Timecode

from media_pipeline.core.timecode import Rate, TimecodeError, can_drop, start_frame, to_frame, to_label

VECTORS = Path(__file__).parents[1] / "vectors" / "timecode_vectors.csv"
DF30, DF60 = Rate(30000, 1001, drop_frame=True), Rate(60000, 1001, drop_frame=True)


def test_vectors():
    with VECTORS.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 851
    for row in rows:
        rate = Rate(int(row["rate_num"]), int(row["rate_den"]), row["drop_frame"] == "1")
        frame = int(row["frame"])
        assert rate.nominal == int(row["nominal_fps"])
        assert to_label(frame, rate) == row["timecode"]
        assert to_label(frame, rate, wrap=False) == row["timecode_nowrap"]
        assert to_frame(row["timecode"], rate) == int(row["frame_from_timecode"])
        assert to_frame(row["timecode_nowrap"], rate) == frame


@pytest.mark.parametrize(("rate", "dropped", "per_day"), [(DF30, 2, 2_589_408), (DF60, 4, 5_178_816)])
def test_drop_frame_equals_an_odometer_for_a_day(rate, dropped, per_day):
    """Every label counted one by one; compared at both ends of every minute of the day, and throughout one ten minutes."""
    frame = 0
    for hour in range(24):
        for minute in range(60):
            throughout = hour == 7 and minute < 10
            for second in range(60):
                first = dropped if second == 0 and minute % 10 else 0
                numbers = range(first, rate.nominal)
                ends = numbers[:1] if second == 0 else numbers[-1:] if second == 59 else []
                for number in numbers if throughout else ends:
                    label = f"{hour:02d}:{minute:02d}:{second:02d};{number:02d}"
                    assert to_label(frame + number - first, rate) == label
                    assert to_frame(label, rate) == frame + number - first
                frame += len(numbers)
    assert frame == per_day == rate.frames_per_day


@pytest.mark.parametrize(
    ("rate", "name"),
    [
        (Rate(24, 1), "24"),
        (Rate(25, 1), "25"),
        (Rate(30, 1), "30"),
        (Rate(24000, 1001), "23.976"),
        (DF30, "29.97"),
        (DF60, "59.94"),
    ],
)
def test_agrees_with_another_library(rate, name):
    for frame in [*range(2000), *range(17_900, 18_100), *range(107_800, 108_000), *range(1_000_000, 2_500_000, 99_991)]:
        theirs = Timecode(name, frames=frame + 1)  # it counts from 1
        assert str(theirs).replace(";", ":") == to_label(frame, rate).replace(";", ":")


@pytest.mark.parametrize(
    ("label", "rate", "code", "remedy"),
    [
        ("00:01:00;00", DF30, "timecode_dropped", "00:00:59;29 and 00:01:00;02"),
        ("00:01:00:01", DF30, "timecode_dropped", "00:00:59;29 and 00:01:00;02"),
        ("10:59:00;03", DF60, "timecode_dropped", "10:58:59;59 and 10:59:00;04"),
        ("00:00:00:24", Rate(24000, 1001), "timecode_range", "59:23"),
        ("00:60:00:00", Rate(25, 1), "timecode_range", ""),
        ("00:00:00;00", Rate(25, 1), "timecode_not_drop_frame", "00:00:00:00"),
        ("00:00:00:0x", Rate(25, 1), "timecode_syntax", ""),
        ("", Rate(25, 1), "timecode_syntax", ""),
        ("٠٠:00:00:00", Rate(25, 1), "timecode_syntax", ""),
        ("1" * 100_000, Rate(25, 1), "timecode_syntax", ""),
    ],
)
def test_labels_that_do_not_exist_are_refused_with_the_nearest_that_do(label, rate, code, remedy):
    with pytest.raises(TimecodeError) as caught:
        to_frame(label, rate)
    assert caught.value.code == code
    assert remedy in caught.value.remedy


def test_tenth_minutes_drop_nothing():
    assert to_frame("00:10:00;00", DF30) == 17_982
    assert to_label(17_982, DF30) == "00:10:00;00"


def test_negative_counts_wrap_or_carry_a_sign():
    assert to_label(-1, DF30) == "23:59:59;29"
    assert to_label(-1, Rate(25, 1), wrap=False) == "-00:00:00:01"
    assert to_frame("-00:00:00:01", Rate(25, 1)) == -1


def test_drop_frame_only_where_it_is_defined():
    assert can_drop(Fraction(30000, 1001))
    assert can_drop(Fraction(2997, 100))
    for rate in (Fraction(24000, 1001), Fraction(48000, 1001), Fraction(30), Fraction(60), Fraction(25)):
        assert not can_drop(rate)
    with pytest.raises(TimecodeError, match="drop_frame_invalid"):
        Rate(24000, 1001, drop_frame=True)
    with pytest.raises(TimecodeError, match="rate_invalid"):
        Rate(0, 1)


def test_a_files_own_label_says_whether_it_drops():
    assert start_frame("01:00:00;00", Fraction(30000, 1001)) == (107_892, True)
    assert start_frame("01:00:00:00", Fraction(30000, 1001)) == (108_000, False)
    assert start_frame("01:00:00.00", Fraction(25)) == (90_000, False)  # a careless separator at a rate that cannot drop


EIGHT = [Rate(24000, 1001), Rate(24, 1), Rate(25, 1), DF30, Rate(30000, 1001), Rate(50, 1), DF60, Rate(60, 1)]
WHOLE_DAY = os.environ.get("TWOPOP_E2E_FULL") == "1"


@pytest.mark.parametrize("rate", EIGHT, ids=lambda rate: f"{rate.num}-{rate.den}{'-df' if rate.drop_frame else ''}")
def test_every_frame_of_a_day_comes_back_from_its_label(rate):
    """Labels repeat every ten minutes but for hours and tens of minutes: every frame of one ten minutes, and of each other ten
    the first, the last and that of a moving place. With TWOPOP_E2E_FULL=1 each frame of the day itself."""
    ten = rate.frames_per_ten_minutes
    assert 144 * ten == rate.frames_per_day
    for block in range(144):
        offset = block * ten
        prefix = f"{block // 6:02d}:{block % 6}"
        whole = WHOLE_DAY or block == 77
        for frame in range(ten) if whole else (0, 251 * block % ten, ten - 1):
            label = to_label(offset + frame, rate)
            assert to_frame(label, rate) == offset + frame
            if not WHOLE_DAY and not whole:
                assert label == prefix + to_label(frame, rate)[4:]
    assert to_label(rate.frames_per_day, rate) == to_label(0, rate)
