"""Reading a little here and there of what the decode pass stored: the same numbers as mapped, and nothing else in memory."""

import numpy as np
import pytest

from media_pipeline.core.checks.decoded.sound_dips import low_of
from media_pipeline.core.checks.material import Features
from media_pipeline.core.features import ArrayFile


@pytest.mark.parametrize("item", [(), (18, 32)])
def test_rows_are_those_of_the_array(tmp_path, item):
    stored = np.arange(7 * int(np.prod(item)), dtype=np.int16).reshape(7, *item)
    file = ArrayFile(tmp_path / "some.npy", stored.dtype, item)
    file.append(stored)
    file.finish()
    rows = Features({"some": tmp_path / "some.npy"}).rows("some")
    assert not isinstance(rows, np.ndarray)
    assert len(rows) == 7
    for at in (0, 6, slice(2, 5), slice(5, 99), slice(4, 4), slice(None)):
        np.testing.assert_array_equal(rows[at], stored[at])


def test_none_at_all_are_none(tmp_path):
    file = ArrayFile(tmp_path / "none.npy", np.dtype("u1"), (18, 32))
    file.finish()
    assert len(Features({"none": tmp_path / "none.npy"}).rows("none")) == 0


def test_the_level_of_the_quietest_part_is_the_percentile():
    rng = np.random.default_rng(1)
    for count in (1, 2, 21, 2_500_000):
        levels = np.abs(rng.normal(size=count)).astype(np.float16)
        counted = rng.random(count) < 0.9
        counted[0] = True
        expected = float(np.percentile(levels.astype(np.float64)[counted], 5))
        assert low_of(levels, counted, 0.05) == pytest.approx(expected, rel=1e-6)
    assert low_of(levels, np.zeros(count, bool), 0.05) is None
