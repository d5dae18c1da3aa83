"""The `.tpfi` table: what is packed comes back, rubbish is refused."""

import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.frame_table import FrameTableError, pack, rescale, unpack


def index(pts, *, time_base=Fraction(1, 30000), rate=Fraction(30000, 1001), variable=False, last=1001):
    pts = np.array(pts, np.int64)
    return FrameIndex(pts, np.arange(len(pts)) % 12 == 0, time_base, last, rate, variable)


def test_constant_rate_needs_no_times():
    source = index(np.arange(100) * 1001 + 5)
    data = pack(source)
    assert len(data) == 40 + 13
    assert struct.unpack_from("<4sHHIIIIqII", data) == (b"TPFI", 1, 0, 100, 30000, 1001, 30000, 5, 1001, 13)
    assert data[40] == 0b0000_0001
    assert data[41] == 0b0001_0000  # frame 12, least significant bit first
    back = unpack(data)
    assert back.pts.tolist() == source.pts.tolist()
    assert back.keyframe.tolist() == source.keyframe.tolist()
    assert (back.rate, back.time_base, back.last_duration, back.variable) == (source.rate, source.time_base, 1001, False)


def test_times_off_the_grid_are_listed():
    source = index([0, 42, 83, 125], time_base=Fraction(1, 1000), rate=Fraction(24000, 1001), last=42)
    data = pack(source)
    assert struct.unpack_from("<H", data, 6) == (1,)
    assert np.frombuffer(data, "<u4", 3, 40).tolist() == [42, 41, 42]
    assert unpack(data).pts.tolist() == [0, 42, 83, 125]


def test_another_timescale_rounds_to_the_nearest_tick():
    source = index([0, 42, 83], time_base=Fraction(1, 1000), rate=Fraction(24), last=42)
    assert unpack(pack(source, 90_000)).pts.tolist() == [0, 3780, 7470]
    source = index([0, 1001, 2002])
    assert unpack(pack(source, 1000)).pts.tolist() == [0, 33, 67]
    with pytest.raises(FrameTableError):
        pack(source, 10)  # pictures would share a tick


def test_a_gap_too_wide_for_fine_ticks_takes_coarser_ones():
    source = index([0, 40_000_000, 6_040_000_000], time_base=Fraction(1, 10**9), rate=Fraction(25), last=40_000_000)
    back = unpack(pack(source))
    assert back.time_base == Fraction(1, 1_000_000)
    assert back.pts.tolist() == [0, 40_000, 6_040_000]
    with pytest.raises(FrameTableError):
        pack(source, 10**9)


def test_negative_start_and_one_picture():
    assert unpack(pack(index([-512, 489]))).pts.tolist() == [-512, 489]
    assert unpack(pack(index([7]))).pts.tolist() == [7]
    with pytest.raises(FrameTableError):
        pack(index([]))


@given(
    steps=st.lists(st.integers(1, 2**32 - 1), max_size=50),
    first=st.integers(-(2**40), 2**40),
    scale=st.integers(1, 2**32 - 1),
    last=st.integers(1, 2**32 - 1),
)
def test_whatever_is_packed_comes_back(steps, first, scale, last):
    pts = np.concatenate([[0], np.cumsum(np.array(steps, np.int64))]) + first
    source = FrameIndex(pts.astype(np.int64), pts % 3 == 0, Fraction(1, scale), last, Fraction(24), True)
    back = unpack(pack(source))
    assert back.pts.tolist() == source.pts.tolist()
    assert back.keyframe.tolist() == source.keyframe.tolist()
    assert (back.time_base, back.last_duration) == (source.time_base, last)


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=5), st.fractions(1e-9, 10), st.fractions(1e-9, 10))
def test_rescaling_is_exact_for_any_size_of_number(values, source, target):
    if max(map(abs, values)) * source / target >= 2**62:
        return
    exact = [(2 * v * source + target) // (2 * target) for v in values]
    assert rescale(np.array(values, np.int64), source, target).tolist() == exact


@given(st.binary(max_size=200))
def test_rubbish_is_refused(data):
    for candidate in (data, b"TPFI\x01\x00" + data):
        try:
            assert len(unpack(candidate)) > 0
        except FrameTableError:
            continue


def test_cut_or_lengthened_tables_are_refused():
    data = pack(index([0, 42, 83], time_base=Fraction(1, 1000), rate=Fraction(24)))
    for size in range(len(data)):
        with pytest.raises(FrameTableError):
            unpack(data[:size])
    with pytest.raises(FrameTableError):
        unpack(data + b"\0")


def test_questions_to_an_index_are_answered_with_fractions():
    source = index(np.arange(10) * 1001)
    assert source.time(3) == Fraction(3003, 30000)
    assert source.frame_at(Fraction(3003, 30000)) == 3
    assert source.frame_at(Fraction(3002, 30000)) == 2
    assert source.frame_at(Fraction(-1)) == 0
    assert source.frame_at(Fraction(100)) == 9
    assert source.duration == Fraction(10010, 30000)
    with pytest.raises(IndexError):
        source.time(10)
