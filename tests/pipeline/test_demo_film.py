"""The demo film is what it says: its frames, its timecode, its 2-pop, its planted offset."""

import av
import numpy as np
import pytest

from media_pipeline.core.demo import film, sound
from media_pipeline.core.demo.leader import BAR, FRAME_HEIGHT
from tests.media import gray

SHORT = film.POP + 8  # slate, countdown, pop; the fixture stays quick


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return film.render(tmp_path_factory.mktemp("film"), frames=SHORT)


@pytest.mark.parametrize("cut", film.CUTS, ids=lambda cut: cut.label)
def test_frames_rate_and_start_timecode(paths, cut):
    with av.open(str(paths[cut.number - 1])) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == film.RATE
        assert stream.metadata["timecode"] == "01:00:00:00"
        assert {s.type for s in container.streams} >= {"video", "audio", "data"}, "the timecode track"
        assert stream.time_base is not None
        times = [(frame.pts or 0) * stream.time_base for frame in container.decode(stream)]
    assert times == [n / film.RATE for n in range(SHORT)]


@pytest.mark.parametrize("cut", film.CUTS, ids=lambda cut: cut.label)
def test_the_2_pop_fills_exactly_its_frame_and_the_third_version_is_three_frames_late(paths, cut):
    with av.open(str(paths[cut.number - 1])) as container:
        heard = np.concatenate([block.to_ndarray() for block in container.decode(audio=0)], axis=1)[0]
    loud = np.nonzero(np.abs(heard) > 0.03)[0]
    begin = (film.POP + (3 if cut.number == 3 else 0)) * sound.SAMPLES_PER_FRAME
    assert begin <= loud[0] < begin + 10, "the sine rises from zero"
    assert begin + sound.SAMPLES_PER_FRAME - 12 <= loud[-1] < begin + sound.SAMPLES_PER_FRAME + 2
    pop = heard[begin : begin + sound.SAMPLES_PER_FRAME]
    level = 20 * np.log10(np.sqrt(np.mean(pop**2)) * np.sqrt(2))
    assert level == pytest.approx(-20, abs=0.2)
    spectrum = np.abs(np.fft.rfft(pop * np.hanning(len(pop))))
    assert np.argmax(spectrum) * sound.SAMPLE_RATE / len(pop) == pytest.approx(1000, abs=sound.SAMPLE_RATE / len(pop))


def test_the_slates_differ_and_the_rest_of_version_3_is_version_2(paths):
    def pictures(path):
        with av.open(str(path)) as container:
            return [gray(frame) for frame in container.decode(video=0)]

    second, third = pictures(paths[1]), pictures(paths[2])
    assert all(np.any(a != b) for a, b in zip(second[: film.LEADER], third[: film.LEADER], strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(second[film.LEADER :], third[film.LEADER :], strict=True))


def test_the_grade_is_plain_to_see_and_nothing_moves_between_the_versions():
    offline, graded, mix = film.Film().frame(film.SHOTS[0] + 20)

    def colourfulness(picture):
        return np.abs(picture[FRAME_HEIGHT:].astype(int) - 128).mean()

    assert colourfulness(graded) > 1.5 * colourfulness(offline)
    assert mix is graded
    rows = slice(BAR + 2, FRAME_HEIGHT - BAR - 2)
    same = np.corrcoef(offline[rows].ravel(), graded[rows].ravel())[0, 1]
    assert same > 0.99, "the same picture, graded"


def test_every_shot_moves_and_every_cut_is_a_cut():
    movie = film.Film()
    at = {number: movie.frame(number)[1][BAR : FRAME_HEIGHT - BAR].astype(int) for number in (271, 272, 273, 375, 376, 377)}
    for first in film.SHOTS[1:]:
        across = np.abs(at[first] - at[first - 1]).mean()
        within = np.abs(at[first + 1] - at[first]).mean()
        assert 0 < within < across / 4


def test_the_bell_strikes_on_the_flash():
    music = sound.compose(film.FRAMES, pop=film.POP, shots=film.SHOTS, bells=(296, 344), chime=424)
    assert music.shape == (2, film.FRAMES * sound.SAMPLES_PER_FRAME)
    assert not music[:, : film.POP * sound.SAMPLES_PER_FRAME].any(), "silence before the pop"
    after = (film.POP + 1) * sound.SAMPLES_PER_FRAME
    assert not music[:, after : film.SHOTS[0] * sound.SAMPLES_PER_FRAME].any(), "and between the pop and the picture"
    for bell in (296, 344):
        at = bell * sound.SAMPLES_PER_FRAME
        before = np.abs(np.diff(music[:, at - 960 : at])).max()
        assert np.abs(np.diff(music[:, at : at + 960])).max() > 2 * before


def test_timecode_counts_24_frames_per_second_from_one_hour():
    assert film.timecode(0) == "01:00:00:00"
    assert film.timecode(film.POP) == "01:00:05:00"
    assert film.timecode(film.FRAMES - 1) == "01:00:19:23"
