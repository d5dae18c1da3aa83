"""The exact rate behind rounded times."""

from fractions import Fraction

import numpy as np
import pytest

from media_pipeline.core.rate import STANDARD, fit_rate


def times(rate, scale, n, *, rounding="floor"):
    """Ticks of n frames, rounded as muxers do; in whole numbers."""
    step = Fraction(scale) / Fraction(rate)
    half = step.denominator if rounding == "nearest" else 0
    return (2 * step.numerator * np.arange(n, dtype=np.int64) + half) // (2 * step.denominator)


@pytest.mark.parametrize("rounding", ["floor", "nearest"])
@pytest.mark.parametrize("scale", [600, 1000, 12_800, 30_000, 90_000, 1_000_000])
@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "120"])
def test_standard_rates_survive_any_timescale(rate, scale, rounding):
    for n in (300, 20_000):
        fit = fit_rate(times(rate, scale, n, rounding=rounding), Fraction(1, scale), [Fraction(rate)])
        assert (fit.rate, fit.variable) == (Fraction(rate), False)


@pytest.mark.parametrize("rate", ["24000/1001", "24", "30000/1001", "30", "60000/1001", "60"])
def test_long_enough_times_decide_without_any_claim(rate):
    fit = fit_rate(times(rate, 1000, 5000), Fraction(1, 1000))
    assert (fit.rate, fit.variable) == (Fraction(rate), False)


def test_a_wrong_claim_loses_against_exact_times():
    fit = fit_rate(times("30000/1001", 30_000, 100), Fraction(1, 30_000), [Fraction(30), Fraction(60)])
    assert fit.rate == Fraction(30000, 1001)


def test_a_rounded_claim_means_the_standard_rate():
    fit = fit_rate(times("2997/100", 2997, 1000), Fraction(1, 2997), [Fraction(2997, 100)])
    assert (fit.rate, fit.variable) == (Fraction(30000, 1001), False)


def test_an_unusual_even_rate_is_what_it_says():
    fit = fit_rate(np.arange(3000, dtype=np.int64) * 33, Fraction(1, 1000), [Fraction(1000, 33)])
    assert (fit.rate, fit.variable) == (Fraction(1000, 33), False)
    fit = fit_rate(np.arange(3000, dtype=np.int64) * 100, Fraction(1, 2398), [Fraction(2398, 100)])
    assert (fit.rate, fit.variable) == (Fraction(2398, 100), False)


def test_one_missing_picture_makes_it_variable_at_the_same_rate():
    pts = np.delete(times("30000/1001", 30_000, 500), 250)
    fit = fit_rate(pts, Fraction(1, 30_000), [Fraction(30000, 1001)])
    assert (fit.rate, fit.variable) == (Fraction(30000, 1001), True)


def test_a_late_start_or_wild_times_are_variable():
    pts = times("25", 90_000, 100)
    pts[0] -= 20_000
    fit = fit_rate(pts, Fraction(1, 90_000), [Fraction(25)])
    assert (fit.rate, fit.variable) == (Fraction(25), True)
    wild = np.cumsum(np.random.default_rng(1).integers(100, 9000, 500))
    fit = fit_rate(wild, Fraction(1, 90_000), [Fraction(25)])
    assert fit.variable


def test_jitter_below_a_quarter_frame_is_constant():
    jitter = np.random.default_rng(2).integers(-300, 300, 1000)
    pts = times("30", 90_000, 1000) + jitter + 300
    fit = fit_rate(pts, Fraction(1, 90_000), [Fraction(30)])
    assert (fit.rate, fit.variable) == (Fraction(30), False)


def test_few_pictures_trust_the_claim():
    assert fit_rate(np.array([5], np.int64), Fraction(1, 1000), [Fraction(24000, 1001)]).rate == Fraction(24000, 1001)
    assert fit_rate(np.array([0, 42], np.int64), Fraction(1, 1000), [Fraction(24000, 1001)]).rate == Fraction(24000, 1001)
    assert fit_rate(np.array([0], np.int64), Fraction(1, 1000)).rate == Fraction(25)


def test_a_long_file_is_measured_exactly():
    n = 24 * 3600 * 30
    pts = np.arange(n, dtype=np.int64) * 1001
    fit = fit_rate(pts, Fraction(1, 30_000), [Fraction(30)])
    assert (fit.rate, fit.variable) == (Fraction(30000, 1001), False)
    assert all(rate > 0 for rate in STANDARD)


@pytest.mark.parametrize("step", [1, 10**13])
def test_absurd_times_give_no_rate(step):
    fit = fit_rate(np.arange(50, dtype=np.int64) * step, Fraction(1, 10**9), [])
    assert (fit.rate, fit.variable) == (Fraction(25), True)
