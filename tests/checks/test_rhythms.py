"""Repeats at a fixed distance: which are a rhythm, and which one."""

from dataclasses import replace

import numpy as np

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
