"""Damaged sources: the count stays one to one, and the meta says which frames are not the source's own."""

import json
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from media_pipeline.core.decode_pass import make_renditions
from media_pipeline.core.errors import Cancelled, MediaError, PipelineError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.prepare import Placement
from media_pipeline.core.probe import inspect
from media_pipeline.core.proxy import flaws, ranges
from media_pipeline.core.proxy_plan import FrameTimes, ProxyPlan
from media_pipeline.core.verify import check_proxy
from media_pipeline.publish import META_CHARS
from tests.media import gray, make_clip, read_number
from tests.pipeline.ingest import Recorder, ingest, shown


def spoil(path, numbers, *, keep=16):
    """Overwrite the data of the packets of these pictures (presentation order) with noise."""
    with av.open(str(path)) as container:
        packets = sorted((p for p in container.demux(video=0) if p.size), key=lambda p: p.pts or 0)
        places = [(packets[n].pos, packets[n].size) for n in numbers]
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(5)
    for pos, size in places:
        data[pos + keep : pos + size] = rng.integers(0, 256, size - keep, dtype=np.uint8).tobytes()
    path.write_bytes(data)


def zero(path, numbers):
    with av.open(str(path)) as container:
        packets = sorted((p for p in container.demux(video=0) if p.size), key=lambda p: p.pts or 0)
        places = [(packets[n].pos, packets[n].size) for n in numbers]
    data = bytearray(path.read_bytes())
    for pos, size in places:
        data[pos : pos + size] = bytes(size)
    path.write_bytes(data)


@pytest.mark.parametrize("codec", ["prores", "mjpeg", "dnxhr"])
def test_undecodable_pictures_are_repeated(codec, tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=60, codec=codec)
    zero(source, [20, 21, 40])
    made = ingest(source, tmp_path / "out")
    proxy = made.main()
    assert proxy.frame_count == 60
    assert proxy.meta["repeated"] == [[20, 2], [40, 1]]
    assert shown(made.path(proxy)) == [*range(20), 19, 19, *range(22, 40), 39, *range(41, 60)]


def test_a_file_that_begins_broken_begins_black(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=60, codec="mjpeg")
    summary, index = inspect(str(source))
    zero(source, [0, 1, 2])
    report = Recorder()
    make_renditions(str(source), summary, index, tmp_path / "out", report)
    proxy = next(made for made in report.published if made.kind == "proxy")
    assert proxy.meta["repeated"] == [[0, 3]]
    assert shown(tmp_path / "out" / proxy.path) == [None, None, None, *range(3, 60)]


def test_the_last_pictures_broken(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=60, codec="mjpeg")
    zero(source, [58, 59])
    made = ingest(source, tmp_path / "out")
    assert made.main().meta["repeated"] == [[58, 2]]
    assert shown(made.path(made.main())) == [*range(58), 57, 57]


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("codec", ["h264", "hevc", "mpeg2"])
def test_holes_in_long_groups_never_shift_a_frame(codec, b_frames, tmp_path):
    """What a decoder makes of a hole is its own affair; every picture it still gets right must stand on its number."""
    source = make_clip(tmp_path / "source.ts", rate="25", frames=96, codec=codec, gop=12, b_frames=b_frames)
    data = bytearray(source.read_bytes())
    middle = len(data) // 2 // 188 * 188
    data[middle : middle + 188 * 10] = bytes(188 * 10)
    source.write_bytes(data)
    made = ingest(source, tmp_path / "out")
    numbers = shown(made.path(made.main()))
    assert len(numbers) == len(made.index)
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        decoded: dict[int | None, int | None] = {}
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            decoded |= {frame.pts: read_number(gray(frame)) for frame in frames}
    right = [(n, decoded[int(pts)]) for n, pts in enumerate(made.index.pts) if decoded.get(int(pts)) is not None]
    assert len(right) > 60
    assert [(n, numbers[n]) for n, _ in right] == right


def test_noise_in_packets_keeps_the_count(tmp_path):
    source = make_clip(tmp_path / "source.mp4", rate="25", frames=96, gop=12, b_frames=2)
    spoil(source, [30, 31, 50])
    made = ingest(source, tmp_path / "out")
    numbers = shown(made.path(made.main()))
    assert len(numbers) == 96
    whole_groups = [n for n in range(96) if n // 12 not in (2, 3, 4)]  # groups next to damaged ones share B-frames
    assert [numbers[n] for n in whole_groups] == whole_groups


def test_a_truncated_file_ends_with_repeats(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=60, codec="mjpeg", faststart=True)
    summary, index = inspect(str(source))
    data = source.read_bytes()
    source.write_bytes(data[: len(data) * 2 // 3])
    report = Recorder()
    make_renditions(str(source), summary, index, tmp_path / "out", report, plan=ProxyPlan(preset="ultrafast"))
    proxy = next(made for made in report.published if made.kind == "proxy")
    (first, count) = proxy.meta["repeated"][0]
    assert first + count == 60
    numbers = shown(tmp_path / "out" / proxy.path)
    assert numbers == [*range(first), *[first - 1] * count]


def test_nothing_decodable_is_the_files_fault(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=24, codec="mjpeg")
    summary, index = inspect(str(source))
    zero(source, range(24))
    report = Recorder()
    with pytest.raises(MediaError) as caught:
        make_renditions(str(source), summary, index, tmp_path / "out", report)
    assert caught.value.code == "undecodable"
    assert report.published == []


def test_cancelled_passes_leave_no_spool(tmp_path):
    source = make_clip(tmp_path / "source.mov", rate="25", frames=100, codec="mjpeg", audio="pcm")
    summary, index = inspect(str(source))
    report = Recorder(cancel_at=40)
    with pytest.raises(Cancelled):
        make_renditions(str(source), summary, index, tmp_path / "out", report)
    assert not list((tmp_path / "out").glob("*.spool"))
    assert not [made for made in report.published if made.kind == "proxy"]


def times(count: int) -> FrameTimes:
    return FrameTimes(12_800, np.arange(count, dtype=np.int64) * 512, 512, Fraction(25), variable=False)


def test_verification_refuses_a_frame_too_many_or_too_few(tmp_path):
    made = ingest(make_clip(tmp_path / "source.mov", rate="25", frames=60, codec="mjpeg"), tmp_path / "out")
    path = made.path(made.main())
    check_proxy(path, times(60), audio=False)
    for count in (59, 61):
        with pytest.raises(PipelineError, match="60 pictures"):
            check_proxy(path, times(count), audio=False)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(PipelineError, match="cannot be read"):
        check_proxy(cut, times(60), audio=False)


def test_verification_refuses_other_files(tmp_path):
    options: dict[str, Any] = {"rate": "25", "frames": 60, "size": (64, 48)}
    wrong = {
        "is a key frame|is no key frame": make_clip(tmp_path / "gop.mp4", faststart=True, gop=10, **options),
        "reordered": make_clip(tmp_path / "b.mp4", faststart=True, b_frames=2, **options),
        "progressive": make_clip(tmp_path / "tail.mp4", **options),
        "not a progressive": make_clip(tmp_path / "fragments.mp4", fragmented=True, **options),
        "audio": make_clip(tmp_path / "sound.mp4", faststart=True, audio="aac", **options),
        "is at": make_clip(tmp_path / "late.mp4", faststart=True, start_offset=Fraction(1, 25), audio="aac", **options),
    }
    for reason, path in wrong.items():
        with pytest.raises(PipelineError, match=reason):
            check_proxy(path, times(60), audio=reason == "is at")


def placement(pts, **options):
    index = FrameIndex(np.array([0, 10, 20, 30]), np.ones(4, bool), Fraction(1, 100), 10, Fraction(10), False)
    place = Placement(index, Fraction(1, 100), **options)
    return [place.place(p) for p in pts], place.surplus


def test_placement_by_time():
    assert placement([0, 10, 20, 30]) == ([0, 1, 2, 3], 0)
    assert placement([0, 30]) == ([0, 3], 0)
    assert placement([0, None, 20]) == ([0, 1, 2], 0)
    assert placement([0, 11, 19, 30]) == ([0, 1, 2, 3], 0)
    assert placement([0, 1, 10]) == ([0, None, 1], 1)
    assert placement([0, 10, 20, 30, 40]) == ([0, 1, 2, 3, None], 1)
    assert placement([0, 20, 10, 30], timeless=True) == ([0, 1, 2, 3], 0)


def test_ranges():
    assert ranges([]) == []
    assert ranges([1, 2, 3, 7, 9, 10]) == [[1, 3], [7, 1], [9, 2]]


def test_the_description_of_a_file_damaged_all_over_stays_publishable():
    frames = range(5_000_000, 5_200_000, 2)
    meta = flaws(repeated=frames, damaged=frames)
    assert len(json.dumps(meta)) < META_CHARS // 2
    assert meta["repeated"][:2] == [[5_000_000, 1], [5_000_002, 1]]
    assert meta["repeated_frames"] == meta["damaged_frames"] == 100_000
    assert flaws(repeated=[], damaged=[3]) == {"damaged": [[3, 1]], "damaged_frames": 1}
