"""Files by other encoders and muxers: the index against this FFmpeg's decoder and against what ffprobe 5.1 once said."""

import json
from fractions import Fraction
from pathlib import Path

import av
import av.error
import pytest

from media_pipeline.core import probe

FOLDER = Path(__file__).parents[1] / "vectors" / "media"
ORACLE = json.loads((FOLDER / "ffprobe5.json").read_text())


def decoded(path):
    pictures = []
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.video[0]):
            try:
                pictures += [(frame.pts, bool(frame.key_frame)) for frame in packet.decode()]
            except av.error.InvalidDataError:  # what comes before the first key frame
                assert not pictures
    return pictures


def test_the_oracle_knows_every_file():
    files = {path.name for path in FOLDER.iterdir() if path.suffix not in (".sh", ".md", ".json")}
    assert files == set(ORACLE)
    assert len(files) > 30


@pytest.mark.parametrize("name", ORACLE)
def test_index_equals_both_decoders(name):
    index, told, pictures = probe.build_index(str(FOLDER / name)), ORACLE[name], decoded(FOLDER / name)
    assert len(index) == len(pictures) == len(told["times"])
    assert index.keyframe.nonzero()[0].tolist() == [i for i, (_, key) in enumerate(pictures) if key] == told["keys"]
    if name.endswith(".avi"):
        assert index.pts.tolist() == list(range(len(pictures)))
        return
    assert index.pts.tolist() == [time for time, _ in pictures]
    theirs = [None if time is None else time * Fraction(told["time_base"]) for time in told["times"]]
    ours = [int(tick) * index.time_base for tick in index.pts]
    assert all(b is None or a == b for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(
    ("name", "rate", "timecode", "source"),
    [
        ("ffmpeg5-x264-23976.mp4", "24000/1001", "01:00:00:00", "tmcd"),
        ("ffmpeg5-x264-2997-df.mov", "30000/1001", "00:59:59;28", "tmcd"),
        ("ffmpeg5-mpeg2.mxf", "25", "10:00:00:00", "mxf"),
        ("ffmpeg5-mpeg2.mpg", "25", "10:00:00:00", "gop"),
        ("ffmpeg5-mpeg2-df.ts", "30000/1001", "10:00:00;02", "gop"),
        ("ffmpeg5-wrap.ts", "25", "", ""),
        ("ffmpeg5-dnxhr.mov", "25", "01:00:00:00", "tmcd"),
        ("ffmpeg5-dnxhr.mxf", "24000/1001", "00:00:00:00", "mxf"),
        ("ffmpeg5-mpeg2-interlaced.ts", "30000/1001", "", ""),
        ("ffmpeg5-x264-interlaced.mp4", "25", "", ""),
        ("ffmpeg5-prores.mkv", "24", "", ""),
        ("ffmpeg5-rav1e.mp4", "24000/1001", "", ""),
        ("ffmpeg5-vp9.mkv", "30000/1001", "", ""),
        ("ffmpeg5-mjpeg.mkv", "30", "", ""),
        ("mkvmerge-x264.mkv", "24000/1001", "", ""),
        ("gstreamer-x264-opus.mkv", "24000/1001", "", ""),
    ],
)
def test_rates_and_timecodes(name, rate, timecode, source):
    summary, index = probe.inspect(str(FOLDER / name))
    assert (index.rate, index.variable) == (Fraction(rate), False)
    assert (summary.start_timecode, summary.timecode_source) == (timecode, source)
    assert summary.drop_frame == (None if not timecode else ";" in timecode)


def test_what_is_special_is_seen():
    def summary(name):
        return probe.inspect(str(FOLDER / name))[0]

    # FFmpeg 5.1 writes rotate=90 as a matrix that turns counter-clockwise; its own player turns it so, too.
    assert summary("ffmpeg5-rotated.mov").rotation == 270
    assert summary("ffmpeg5-x264-interlaced.mkv").field_order in ("tt", "tb")
    assert summary("x264-interlaced.flv").field_order == "tt"
    assert summary("ffmpeg5-x264-interlaced.mp4").field_order in ("tt", "tb")
    assert summary("ffmpeg5-prores-interlaced.mov").field_order in ("tt", "tb")
    assert summary("ffmpeg5-mpeg2-interlaced.mxf").field_order in ("tt", "tb")
    assert summary("ffmpeg5-x265-open-gop.mp4").open_gop
    assert summary("x264-open-gop.mkv").open_gop
    assert summary("gstreamer-fragmented.mp4").fragmented
    assert summary("ffmpeg5-vfr.mkv").variable_rate
    assert "cannot be decoded" in summary("ffmpeg5-begins-anywhere.ts").warnings[0]
    assert summary("gstreamer-vp8.webm").plays_exactly
    assert summary("gstreamer-x264.mp4").plays_exactly


def test_where_the_picture_begins():
    """FFmpeg 5.1's own edit lists: a cut between key frames, and an empty edit before a picture that begins late."""
    summary, index = probe.inspect(str(FOLDER / "ffmpeg5-cut.mp4"))
    assert (summary.edit_list, index.start, index.keyframe[:8].tolist()) == ("simple", Fraction(0), [False] * 7 + [True])
    summary, index = probe.inspect(str(FOLDER / "ffmpeg5-late-picture.mov"))
    assert (summary.edit_list, index.start, bool(index.keyframe[0])) == ("simple", Fraction(13, 25), True)


def test_a_wrapping_clock_goes_on():
    index = probe.build_index(str(FOLDER / "ffmpeg5-wrap.ts"))
    assert len(index) == 75
    assert int(index.pts[-1]) - int(index.pts[0]) == 74 * 3600
