"""The packets of MP4 and MOV by their tables are those that the demuxer gives."""

import numpy as np
import pytest

from media_pipeline.core.checks import local, packet_arrays, packet_tables
from tests.media import CLIPS, clip

TABLES = [name for name, spec in CLIPS.items() if spec.suffix in (".mp4", ".mov") and "fragmented" not in name]


@pytest.mark.parametrize("name", TABLES)
def test_tables_say_what_the_demuxer_says(name):
    path = clip(name)
    movie = local.open_material(path).movie
    assert movie is not None
    by_tables, demuxed = packet_tables.read(str(path), movie), packet_arrays.read(str(path))
    assert by_tables is not None
    assert by_tables.streams.keys() == demuxed.streams.keys()
    assert (by_tables.metadata, by_tables.claimed_ms) == (demuxed.metadata, demuxed.claimed_ms)
    for number, ours in by_tables.streams.items():
        theirs = demuxed.streams[number]
        for field in ("kind", "codec", "time_base", "sample_rate", "frame_size", "metadata", "claimed_frames", "claimed_ticks"):
            assert getattr(ours, field) == getattr(theirs, field), field
        if ours.kind not in ("video", "audio"):
            continue
        if ours.codec.startswith("pcm"):
            assert ours.pts[0] == theirs.pts[0]
            assert int(ours.pts[-1] + ours.duration[-1]) == int(theirs.pts[-1] + theirs.duration[-1])
            assert int(ours.size.sum()) == int(theirs.size.sum())
            continue
        assert ours.skip_start == theirs.skip_start
        for array in ("pts", "dts", "size", "key"):
            np.testing.assert_array_equal(getattr(ours, array), getattr(theirs, array), array)
        assert ours.heads == theirs.heads
