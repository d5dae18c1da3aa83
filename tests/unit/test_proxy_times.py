"""When proxy frames are shown: the grid if the source keeps to it, its own times if not."""

from fractions import Fraction

import numpy as np
import pytest

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.proxy_plan import FrameTimes, frame_times, grid_timescale


def index(pts, time_base, rate, last=1):
    return FrameIndex(np.array(pts, np.int64), np.ones(len(pts), bool), Fraction(time_base), last, Fraction(rate), False)


@pytest.mark.parametrize(
    ("rate", "scale"),
    [
        ("24000/1001", 24_000),
        ("30000/1001", 30_000),
        ("60000/1001", 60_000),
        ("24", 12_288),
        ("25", 12_800),
        ("30", 15_360),
        ("50", 12_800),
        ("60", 15_360),
        ("120", 15_360),
        ("2997/125", 11_988),
        ("1000003/7", None),
    ],
)
def test_timescales_hold_their_rate_exactly(rate, scale):
    assert grid_timescale(Fraction(rate)) == scale
    if scale:
        assert (scale / Fraction(rate)).denominator == 1


def test_rounded_clocks_are_put_back_on_the_grid():
    """Matroska's milliseconds at 23.976: every time is rounded, none is a quarter of a frame off."""
    rate = Fraction(24000, 1001)
    made = frame_times(index([round(n * 1000 / rate) for n in range(5000)], "1/1000", rate, 42))
    assert not made.variable
    assert made.timescale == 24_000
    assert made.times.tolist() == [n * 1001 for n in range(5000)]
    assert made.last_duration == 1001


def test_a_start_other_than_zero_is_taken_off():
    assert frame_times(index([90_000, 93_600, 97_200], "1/90000", 25)).times.tolist() == [0, 512, 1024]


def test_the_quarter_of_a_frame_is_the_border():
    on, off = [0, 1024 + 256, 2048], [0, 1024 + 257, 2048]
    assert not frame_times(index(on, "1/25600", 25)).variable
    assert frame_times(index(off, "1/25600", 25)).variable


def test_variable_times_keep_the_sources_own():
    made = frame_times(index([10, 12, 30, 31], "1/30", 30, 5))
    assert made.variable
    assert made.timescale == 90_000
    assert made.times.tolist() == [0, 6_000, 60_000, 63_000]
    assert made.last_duration == 15_000


def test_variable_times_never_coincide():
    """A clock of nanoseconds with two pictures within one tick of 1/90000."""
    made = frame_times(index([0, 1000, 2000, 10**9], "1/1000000000", 30))
    assert made.times.tolist() == [0, 1, 2, 90_000]


def test_absurd_rates_fall_back_to_variable():
    rate = Fraction(1_000_003, 40_000)
    made = frame_times(index([round(n * 1000 / rate) for n in range(50)], "1/1000", rate))
    assert made.variable
    assert made.timescale == 90_000


def test_numbers_beyond_64_bits_are_exact():
    step = 10**15
    made = frame_times(index([n * step for n in range(50)], Fraction(1, 25 * step), 25, step))
    assert not made.variable
    assert made.times.tolist() == [n * 512 for n in range(50)]


def test_heads():
    times = FrameTimes(100, np.array([0, 10, 30]), 7, Fraction(10), variable=True)
    assert (times.end(), times.end(1), times.end(3), times.end(9)) == (37, 10, 37, 37)
    head = times.head(2)
    assert (head.times.tolist(), head.last_duration, head.end()) == ([0, 10], 20, 30)
    assert times.head(3).last_duration == 7
