"""The growing preview: whole files of the first frames, each exact, published while the pass runs."""

from fractions import Fraction

import av
import numpy as np
import pytest

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.preview import PreviewSchedule
from media_pipeline.core.proxy_plan import GOP, frame_times
from media_pipeline.core.verify import check_proxy
from tests.media import find_clicks, make_clip
from tests.pipeline.ingest import heard, ingest, shown


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("preview")
    source = make_clip(folder / "source.mov", rate="24000/1001", frames=300, size=(160, 90), codec="mjpeg", audio="pcm")
    return ingest(source, folder / "out")


def test_previews_double_and_come_before_the_proxy(made):
    previews = made.all("preview")
    assert [preview.frame_count for preview in previews] == [48, 96, 192]
    assert [preview.label for preview in previews] == ["90p"] * 3
    kinds = [rendition.kind for rendition in made.report.published]
    assert kinds.index("proxy") > max(i for i, kind in enumerate(kinds) if kind == "preview")


def test_every_preview_shows_the_first_frames_exactly(made):
    times = frame_times(made.index)
    for preview in made.all("preview"):
        count = preview.frame_count
        assert shown(made.path(preview)) == list(range(count))
        table = made.table(preview)
        assert np.array_equal(table.pts, times.times[:count])
        assert table.keyframe.tolist() == [n % GOP == 0 for n in range(count)]
        verified = check_proxy(made.path(preview), times.head(count), audio=True)
        demuxed = packets_of(made.path(preview))
        assert [(pts, key) for pts, key in zip(verified.pts.tolist(), verified.keyframe.tolist(), strict=True)] == demuxed


def packets_of(path):
    """(time, key flag) of every picture as FFmpeg's demuxer gives them."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert not any(packet.is_discard or packet.is_corrupt or packet.pts != packet.dts for packet in packets)
        return [(packet.pts, packet.is_keyframe) for packet in packets]


def test_previews_sound_like_the_proxy(made):
    whole, _, rate = heard(made.path(made.main()))
    for preview in made.all("preview"):
        part, first, _ = heard(made.path(preview))
        assert first == 0
        end = int(preview.frame_count * Fraction(1001, 24000) * rate)
        assert 0 <= part.shape[1] - end < 2048
        clicks = [at for at in find_clicks(whole[0]) if at + 480 <= end]
        assert find_clicks(part[0])[: len(clicks)] == clicks


def test_an_original_that_plays_exactly_needs_no_preview(tmp_path):
    source = make_clip(tmp_path / "source.mp4", rate="25", frames=200, size=(160, 90))
    made = ingest(source, tmp_path / "out")
    assert made.summary.plays_exactly
    assert made.all("preview") == []
    assert len(made.all("proxy")) == 1


def test_variable_rate_previews_keep_their_times(tmp_path):
    times = np.cumsum([0, *((3000, 1500, 6000, 4500)[i % 4] for i in range(199))]).tolist()
    source = make_clip(
        tmp_path / "source.mp4", rate="25", frames=200, size=(160, 90), variable=times, timescale=90_000, b_frames=2
    )
    made = ingest(source, tmp_path / "out")
    previews = made.all("preview")
    assert previews
    for preview in previews:
        assert made.table(preview).variable
        assert made.table(preview).pts.tolist() == times[: preview.frame_count]
        assert shown(made.path(preview)) == list(range(preview.frame_count))
    assert made.table(made.main()).pts.tolist() == times


def schedule(frames: int, rate: int = 24) -> PreviewSchedule:
    index = FrameIndex(np.arange(frames), np.ones(frames, bool), Fraction(1, rate), 1, Fraction(rate), False)
    return PreviewSchedule(frame_times(index))


def test_waits_for_two_seconds_then_doubles():
    plan = schedule(10_000)
    assert [n for n in range(1000) if plan.due(n, None)] == [48, 96, 192, 384, 768]


def test_waits_for_the_sound_but_not_for_ever():
    plan = schedule(10_000)
    assert plan.due(48, 0) == 0
    assert plan.due(60, 96_000) == 48
    assert plan.due(96, 0) == 0
    assert plan.due(96 + 4 * 24, 0) == 96


def test_none_when_the_whole_is_about_to_come():
    plan = schedule(60)
    assert not any(plan.due(n, None) for n in range(61))
