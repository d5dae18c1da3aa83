"""The index against the decoder: same pictures, same order, same times, over the whole table of clips."""

import av
import numpy as np
import pytest

from media_pipeline.core import probe
from tests import media


def decoded(path):
    """(times in ticks, numbers, key flags) of every picture that decoding shows."""
    with av.open(str(path)) as container:
        pictures = [(f.pts, media.read_frame(f), f.key_frame) for f in container.decode(container.streams.video[0])]
    return [list(column) for column in zip(*pictures, strict=True)]


@pytest.mark.parametrize("name", media.CLIPS)
def test_index_is_what_decoding_shows(name):
    spec, path = media.CLIPS[name], media.clip(name)
    _, index = probe.inspect(str(path))
    times, numbers, keys = decoded(path)
    assert numbers == list(range(spec.first_number, spec.first_number + spec.frames))
    assert len(index) == spec.frames
    assert index.keyframe.tolist() == [bool(key) for key in keys]
    if spec.suffix == ".avi":  # it stores no presentation times: the decoder's guesses are neither in order nor from 0
        assert index.pts.tolist() == list(range(spec.frames))
    else:
        assert index.pts.tolist() == times
    assert np.all(np.diff(index.pts) > 0)


@pytest.mark.parametrize("name", media.CLIPS)
def test_summary_says_what_the_clip_was_made_with(name):
    spec = media.CLIPS[name]
    summary, index = probe.inspect(str(media.clip(name)))
    assert summary.frame_count == spec.frames
    assert summary.variable_rate == index.variable == spec.variable_rate
    assert summary.rate == index.rate == spec.rate
    assert summary.plays_exactly == spec.plays_exactly, summary.plays_why_not
    assert (summary.start_timecode, summary.drop_frame) == (spec.timecode, spec.drop_frame)
