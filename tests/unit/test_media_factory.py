"""The test clips themselves: numbers survive what codecs and scaling do to them, clicks are found to the sample."""

import numpy as np
import pytest

from tests import media


@pytest.mark.parametrize("size", [(160, 90), (320, 180), (720, 576), (1920, 1080), (64, 64), (161, 91)])
@pytest.mark.parametrize("number", [0, 1, 2, 1023, 107_891, 2**20 - 1])
def test_numbers_are_read_at_any_size(number, size):
    picture = media.draw_number(number, size)
    assert picture.shape == (size[1], size[0])
    assert media.read_number(picture) == number
    noisy = picture.astype(float) * 0.6 + 40 + np.random.default_rng(number).normal(0, 20, picture.shape)
    assert media.read_number(noisy) == number


def test_foreign_turned_and_mirrored_pictures_are_not_read():
    picture = media.draw_number(1234, (320, 180))
    assert media.read_number(picture[:, ::-1]) is None
    assert media.read_number(picture[::-1]) is None
    assert media.read_number(255 - picture) is None
    assert media.read_number(np.full((180, 320), 128, np.uint8)) is None
    torn = picture.copy()
    torn[90:] = media.draw_number(777, (320, 180))[90:]
    assert media.read_number(torn) is None


def test_a_wrong_bit_is_noticed():
    picture = media.draw_number(5000, (320, 180))
    for k in media.DATA_CELLS:
        row, column = divmod(k, media.COLUMNS)
        wrong = picture.copy()
        cell = wrong[row * 45 : (row + 1) * 45, column * 40 : (column + 1) * 40]
        cell[:] = 251 - cell
        assert media.read_number(wrong) is None


def test_clicks_are_found_to_the_sample():
    starts = [0, 1000, 24_000, 47_000]
    track = media.click_track(48_000, starts)
    assert media.find_clicks(track) == starts
    noise = np.random.default_rng(3).normal(0, 0.02, 48_000)
    assert media.find_clicks(track * 0.5 + noise) == starts
    assert media.find_clicks(np.zeros(48_000)) == []
