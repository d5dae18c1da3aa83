"""Edit lists: the tables give what the demuxer gives, and one stretch gives what decoding shows."""

import random

import av
import pytest

from media_pipeline.core import allow, probe
from media_pipeline.core.errors import MediaError
from media_pipeline.core.mp4_tables import read_movie
from media_pipeline.core.packets import demux, read_tables
from tests import boxes, media

SOURCES = ["25", "b-frames", "open-gop", "hevc", "hevc-open-gop", "vfr-b", "mjpeg", "b-frames-no-edit-list"]


def random_edits(rng, stretches):
    edits = [(rng.choice([40, 500, 1001, 37]), -1)] if rng.random() < 0.4 else []
    for _ in range(stretches):
        media_time = rng.choice([rng.randrange(60) * 512, rng.randrange(30_000)])
        edits.append((rng.choice([rng.randrange(1, 60) * 40, rng.randrange(1, 2600)]), media_time))
    return edits


def both_ways(path):
    with allow.open_media(path) as container:
        video = allow.video_stream(container)
        with path.open("rb") as file:
            movie = read_movie(file, allow.LIMITS.header_bytes)
            assert movie is not None
            tables = read_tables(file, movie, video)
        demuxed, _ = demux(container, video, with_audio=False)
    return tables, demuxed


def shown(path):
    with av.open(str(path)) as container:
        return [frame.pts for frame in container.decode(video=0)]


@pytest.mark.parametrize("name", SOURCES)
def test_random_edit_lists(name, tmp_path):
    rng = random.Random(name)
    source, path = media.clip(name).read_bytes(), tmp_path / "edited.mp4"
    for round_ in range(30):
        stretches = 1 if round_ < 20 else rng.randrange(2, 5)
        edits = random_edits(rng, stretches)
        path.write_bytes(boxes.with_edit_list(source, b"vide", edits))
        tables, demuxed = both_ways(path)
        assert tables is not None
        assert tables.pts.tolist() == demuxed.pts.tolist(), edits
        assert tables.keyframe.tolist() == demuxed.keyframe.tolist(), edits
        if stretches == 1:
            assert tables.pts.tolist() == shown(path), edits


def test_a_delay_shifts_and_a_trim_hides():
    _, index = probe.inspect(str(media.clip("start-offset")))
    assert index.start == pytest.approx(2 / 5)
    summary, index = probe.inspect(str(media.clip("edit-list-b")))
    assert (summary.edit_list, summary.frame_count, int(index.pts[0])) == ("simple", 50, 0)
    assert not index.keyframe[0]
    assert not summary.plays_exactly


@pytest.mark.parametrize("edits", [[(2000, 0), (1000, -1), (400, 5120)], [(0, 0)], [(2000, -1)], [(2000, -5)], [(1000, 10**9)]])
def test_lists_without_sense_are_left_to_the_demuxer_or_refused(edits, tmp_path):
    path = tmp_path / "edited.mp4"
    path.write_bytes(boxes.with_edit_list(media.clip("b-frames").read_bytes(), b"vide", edits))
    expected = sorted(shown(path))
    if expected:
        assert probe.build_index(str(path)).pts.tolist() == expected
    else:
        with pytest.raises(MediaError, match="no_pictures"):
            probe.inspect(str(path))
