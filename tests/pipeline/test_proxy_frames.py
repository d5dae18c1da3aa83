"""Proxy picture i is the source's i-th presented picture: every rate, codec, container and oddity."""

import numpy as np
import pytest

from media_pipeline.core.proxy_plan import GOP, frame_times
from tests.media import CLIPS, clip
from tests.pipeline.ingest import ingest, shown


@pytest.mark.parametrize("name", CLIPS)
def test_every_picture_is_there_once_in_order(name, tmp_path):
    spec = CLIPS[name]
    made = ingest(clip(name), tmp_path)
    expected = list(range(spec.first_number, spec.first_number + spec.frames))
    for proxy in made.all("proxy"):
        assert shown(made.path(proxy), made.summary.rotation) == expected
        assert proxy.frame_count == spec.frames
        assert "repeated" not in proxy.meta
        assert "damaged" not in proxy.meta
        table = made.table(proxy)
        times = frame_times(made.index)
        assert np.array_equal(table.pts, times.times)
        assert table.pts[0] == 0
        assert table.keyframe.tolist() == [n % GOP == 0 for n in range(spec.frames)]
        assert table.rate == spec.rate or spec.variable_rate
    assert made.report.steps[-1] == (spec.frames, spec.frames)
