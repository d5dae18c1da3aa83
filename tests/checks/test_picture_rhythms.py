"""Picture continuity on numbers alone, further: repeats at a fixed distance, and pictures of elsewhere in fast movement."""

from dataclasses import replace

import numpy as np

from media_pipeline.core.checks.continuity.flashes import ODD, flashes
from media_pipeline.core.checks.continuity.stills import Rhythm, rhythms, runs
from media_pipeline.core.checks.decoded import picture_continuity
from tests.checks.test_picture_checks import moving, seen


def test_a_rhythm_of_which_some_repeats_were_smoothed_away_keeps_its_period():
    (one,) = rhythms(runs(seen(moving(1, 76, 126, 151))))
    assert (one.first, one.period, one.repeats) == (1, 25, 4)
    assert rhythms(runs(seen(moving(20, 63, 101, 150)))) == []


def test_pulldown_of_which_some_pictures_stand_still_is_told_by_its_five_frames():
    assert [one.period for one in rhythms(runs(seen(moving(7, 32, 57, 67, 82, 92, 107, 117))))] == [5]
    assert [one.period for one in rhythms(runs(seen(moving(7, 32, 57, 67, 79, 92, 107, 117))))] != [5]
    assert [one.period for one in rhythms(runs(seen(moving(7, 32, 57, 82, 107, 132))))] == [25]


def test_three_repeats_of_a_shaky_camera_are_no_rhythm_if_one_would_be_missing():
    even = runs(seen(moving(40, 65, 115)))
    assert len(rhythms(even)) == 1
    shaky = [replace(run, even=False) for run in even]
    assert rhythms(shaky) == []
    assert len(rhythms([shaky[0], shaky[1], replace(shaky[2], first=90)])) == 1


def test_a_rhythm_of_the_key_pictures_may_be_the_encoders():
    keys = np.zeros(200, bool)
    keys[::24] = True
    assert picture_continuity._keyed(Rhythm(25, 150, 24, 6, 2.0), keys)
    assert not picture_continuity._keyed(Rhythm(25, 150, 25, 6, 2.0), keys)
    assert not picture_continuity._keyed(Rhythm(25, 150, 24, 6, 2.0), np.ones(200, bool))  # all are: nothing follows from it


def test_in_a_fast_pan_a_picture_of_elsewhere_stands_out_by_a_third():
    """Points move by 10 levels a picture all the time, cells by 6; one of another clip differs by 14 and 11."""
    rng = np.random.default_rng(1)
    coarse = np.repeat(rng.integers(80, 160, 576)[np.newaxis], 100, 0)
    coarse += 6 * (np.arange(100) % 2)[:, np.newaxis] * rng.choice([-1, 1], 576)
    coarse[50] = coarse[49] + 11 * rng.choice([-1, 1], 576)
    change = np.full(100, 10.0, np.float32)
    change[50:52] = 13.8
    mean, high = coarse.mean(1).astype(np.float32), coarse.max(1).astype(np.uint8)
    (flash,) = flashes(mean, high, change, coarse.astype(np.uint8), 25.0)
    assert (flash.frame, flash.kind) == (50, ODD)
    assert flashes(mean, high, np.full(100, 10.0, np.float32), coarse.astype(np.uint8), 25.0) == []
