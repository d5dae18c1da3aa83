"""The copies that people review, against what was stored of their source: right ones pass, wrong ones are told."""

from dataclasses import replace

import numpy as np
import pytest

from media_pipeline.core import probe
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Cure, State
from media_pipeline.core.checks.decoded import review_copies
from media_pipeline.core.checks.material import Features, Material
from tests.checks.corpus import Maker
from tests.checks.corpus_picture import camera
from tests.pipeline.ingest import ingest

SIZE = (320, 180)


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    maker = Maker(3, "copies")
    film = maker.film(seconds=6, size=SIZE, codec="libx264", sound="aac")
    film.order, film.pictures = list(range(150)), camera(maker, SIZE, across=3.0, grain=1.0)
    source = film.write(folder / "source.mp4")
    made = ingest(source, folder / "out")
    summary, index = probe.inspect(str(source))
    stored = {one.label: made.path(one) for one in made.all("features")}
    copies = {one.label: made.path(one) for one in made.all("proxy")}
    return Material(str(source), summary, index, features=Features(stored), copies=copies)


def changed(material, tmp_path, label, alter):
    """The material with one stored array changed: as if the copy were wrong by the opposite."""
    path = tmp_path / f"{label}.npy"
    np.save(path, alter(np.array(material.features.array(label))))
    return replace(material, features=Features({**material.features.files, label: path}))


def said(material):
    return review_copies.judge(review_copies.measure(material), Case(material.summary))


def test_right_copies_pass_to_the_tenth_of_a_millisecond(material):
    outcome = said(material)
    assert outcome.state is State.PASSED, outcome.summary
    numbers = {number.name: number.value for number in outcome.numbers}
    assert numbers["places whose pictures were compared"] == 8 * len(material.copies)
    assert abs(numbers["sound late, median"]) < 0.1
    assert "its sound" in outcome.summary


def test_pictures_two_frames_off_are_told(material, tmp_path):
    wrong = changed(material, tmp_path, "luma-64x36", lambda grids: np.roll(grids, -2, axis=0))
    (finding, *_) = said(wrong).findings
    assert finding.code == "review_copies.picture_shift"
    assert "+2 frames" in finding.summary
    assert finding.cure is Cure.NONE


def test_sound_that_is_late_is_told(material, tmp_path):
    wrong = changed(material, tmp_path, "audio-0", lambda mono: np.concatenate([mono[80:], mono[:80]]))
    (finding, *_) = said(wrong).findings
    assert finding.code == "review_copies.sound_offset"
    assert "+10.0 ms" in finding.summary


def test_without_copies_it_does_not_apply_and_a_still_cannot_tell(material, tmp_path):
    assert said(replace(material, copies={})).state is State.DOES_NOT_APPLY
    still = changed(material, tmp_path, "luma-64x36", lambda grids: np.repeat(grids[:1], len(grids), 0))
    assert said(still).state is State.CANNOT_TELL
