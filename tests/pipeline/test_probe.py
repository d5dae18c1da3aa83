"""The summary's facts: shape, sound, timecode, fields, and the command line."""

import json
import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from media_pipeline.__main__ import decimal, main
from media_pipeline.core import probe
from media_pipeline.core.frame_table import unpack
from media_pipeline.core.summary import Summary
from tests import boxes, media
from tests.field_pictures import make_fields


def summary(name):
    return probe.inspect(str(media.clip(name)))[0]


def test_shape_and_rotation():
    assert summary("rotated").rotation == 90
    assert summary("25").rotation == 0
    wide = summary("anamorphic")
    assert (wide.width, wide.height, wide.sar_num, wide.sar_den) == (320, 180, 64, 45)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_is_clockwise_in_every_container(rotation, tmp_path):
    for suffix in (".mp4", ".mkv"):
        path = media.make_clip(tmp_path / f"turned{suffix}", rate=25, frames=10, rotation=rotation)
        assert probe.inspect(str(path))[0].rotation == rotation


def test_colours_and_fields(tmp_path):
    assert summary("interlaced").field_order in ("tt", "tb")
    assert summary("25").field_order == "progressive"
    path = tmp_path / "tagged.mp4"
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        video.codec_context.color_primaries, video.codec_context.color_trc = 9, 16
        video.codec_context.colorspace, video.codec_context.color_range = 9, 1
        out.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(video.encode(None))
    tagged = probe.inspect(str(path))[0]
    colors = (tagged.color_primaries, tagged.color_transfer, tagged.color_space, tagged.color_range)
    assert colors == ("bt2020", "smpte2084", "bt2020nc", "tv")


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("23.976", 0),
        ("b-frames", 0),
        ("start-offset", 0),
        ("prores", 0),
        ("mxf", 0),
        ("avi", 0),
        ("mkv", 48),
        ("webm-vp9", 60),
        ("ts", 48),
    ],
)
def test_sound_starts_where_decoding_hears_it(name, tolerance):
    """The first decoded sample's own time, after priming, against the track's start; in samples at 48 kHz."""
    path = media.clip(name)
    told, index = probe.inspect(str(path))
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        first = next(iter(container.decode(track)))
        assert first.pts is not None
        assert first.time_base is not None
        heard = first.pts * first.time_base - index.start
        assert track.index == told.audio[0].stream
    start = Fraction(told.audio[0].start_num, told.audio[0].start_den)
    assert abs(start - heard) * 48_000 <= tolerance
    duration = Fraction(told.audio[0].duration_num, told.audio[0].duration_den)
    assert abs(duration - index.duration) < Fraction(1, 20)


def test_clicks_stand_where_they_were_put():
    """Priming and edit lists: sample 24,000 after the first picture is sample 24,000 of what is heard."""
    for name in ("25", "prores", "mxf"):
        path = media.clip(name)
        told, index = probe.inspect(str(path))
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
        with av.open(str(path)) as container:
            samples = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        start = Fraction(told.audio[0].start_num, told.audio[0].start_den)
        clicks = [int(start * 48_000) + at for at in media.find_clicks(np.concatenate(samples))]
        assert clicks[:2] == [24_000, 72_000]
        assert index.start == 0


def test_every_track_is_listed():
    tracks = summary("three-tracks").audio
    assert [(track.index, track.codec, track.channels, track.layout) for track in tracks] == [
        (0, "pcm_s16le", 1, "mono"),
        (1, "pcm_s16le", 1, "mono"),
        (2, "pcm_s24le", 1, "mono"),
    ]


@pytest.mark.parametrize(
    ("rate", "timecode", "frame", "drop"),
    [
        ("24000/1001", "01:00:00:00", 86_400, False),
        ("30000/1001", "01:00:00;00", 107_892, True),
        ("30000/1001", "01:00:00:00", 108_000, False),
        ("60000/1001", "00:10:00;00", 35_964, True),
        ("25", "23:59:59:24", 2_159_999, False),
    ],
)
@pytest.mark.parametrize("suffix", [".mov", ".mkv", ".mxf"])
def test_start_timecode(rate, timecode, frame, drop, suffix, tmp_path):
    codec = "mpeg2" if suffix == ".mxf" else "h264"
    path = media.make_clip(tmp_path / f"clip{suffix}", rate=rate, frames=10, timecode=timecode, codec=codec)
    told = probe.inspect(str(path))[0]
    assert (told.start_timecode, told.start_frame, told.drop_frame) == (timecode, frame, drop)
    assert told.timecode_source == {".mov": "tmcd", ".mkv": "metadata", ".mxf": "mxf"}[suffix]


def patched_tmcd(data, *, flags=None, per_second=None):
    """The sample description of the timecode track with other flags or another count of frames."""
    at = data.rindex(b"tmcd", 0, data.rindex(b"stts", 0, len(data)))  # the entry of stsd stands before its stts
    changed = bytearray(data)
    if flags is not None:
        struct.pack_into(">I", changed, at + 4 + 12, flags)
    if per_second is not None:
        changed[at + 4 + 24] = per_second
    return bytes(changed)


def test_a_timecode_track_may_count_half_the_pictures(tmp_path):
    """59.94 pictures under 30 labels a second: label 15 is picture 30."""
    source = media.make_clip(tmp_path / "a.mov", rate="60000/1001", frames=20, timecode="00:00:01:00").read_bytes()
    path = tmp_path / "b.mov"
    path.write_bytes(patched_tmcd(source, per_second=30))
    told = probe.inspect(str(path))[0]
    assert (told.start_frame, told.start_timecode) == (120, "00:00:02:00")
    path.write_bytes(patched_tmcd(source, per_second=25))
    assert "counts 25 frames" in probe.inspect(str(path))[0].warnings[0]


def test_drop_frame_comes_from_the_tracks_flag(tmp_path):
    source = media.make_clip(tmp_path / "a.mov", rate="30000/1001", frames=20, timecode="00:10:00:00").read_bytes()
    path = tmp_path / "b.mov"
    path.write_bytes(patched_tmcd(source, flags=1))
    told = probe.inspect(str(path))[0]
    assert (told.start_frame, told.drop_frame, told.start_timecode) == (18_000, True, "00:10:00;18")


def test_no_timecode_is_none_and_no_drop_flag():
    told = summary("30")
    assert (told.start_timecode, told.start_frame, told.drop_frame, told.timecode_source) == ("", None, None, "")


@pytest.mark.parametrize("codec", ["h264", "mpeg2video"])
def test_field_coded_pictures_are_counted_once(codec, tmp_path):
    path = make_fields(tmp_path / "fields.ts", 30, 10, codec=codec)
    told, index = probe.inspect(str(path))
    with av.open(str(path)) as container:
        packets = sum(1 for packet in container.demux(video=0) if packet.size)
    with av.open(str(path)) as container:
        shown = [(frame.pts, media.read_frame(frame)) for frame in container.decode(video=0)]
    assert packets == (60 if codec == "h264" else 30)  # FFmpeg joins the fields of MPEG-2 itself
    assert [number for _, number in shown] == list(range(30))
    assert index.pts.tolist() == [time for time, _ in shown]
    assert (index.rate, index.variable) == (Fraction(25), False)
    assert told.field_order not in ("", "progressive")


def test_a_lone_field_at_the_start_is_no_picture(tmp_path):
    whole = probe.build_index(str(make_fields(tmp_path / "whole.ts", 30, 10)))
    cut = probe.build_index(str(make_fields(tmp_path / "cut.ts", 30, 10, drop_first=1)))
    assert cut.pts.tolist() == whole.pts.tolist()[1:]


def test_variable_rate_times_are_kept():
    index = probe.build_index(str(media.clip("vfr-b")))
    assert index.pts.tolist() == media.CLIPS["vfr-b"].options["variable"]
    assert index.time_base == Fraction(1, 90_000)


def test_a_summary_survives_json():
    told = summary("three-tracks")
    assert Summary.from_dict(json.loads(json.dumps(told.as_dict()))) == told


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("vfr", "varies"), ("b-frames-no-edit-list", "time zero"), ("start-offset", "time zero"), ("open-gop", "open GOP"),
        ("fragmented", "fragmented"), ("interlaced", "interlaced"), ("prores", "prores"), ("hevc", "hevc"),
        ("edit-list", "key frame"), ("mkv", "container"), ("ts", "container"), ("avi", "container"),
    ],
)  # fmt: skip
def test_why_an_original_is_not_shown_itself(name, reason):
    told = summary(name)
    assert not told.plays_exactly
    assert reason in told.plays_why_not


def test_sound_that_browsers_do_not_play_needs_a_proxy(tmp_path):
    path = media.make_clip(tmp_path / "a.mov", rate=25, frames=10, audio="pcm")
    assert "pcm_s16le sound" in probe.inspect(str(path))[0].plays_why_not


def test_several_stretches_need_a_proxy(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(boxes.with_edit_list(media.clip("25").read_bytes(), b"vide", [(480, 0), (480, 6144)]))
    assert "several parts" in probe.inspect(str(path))[0].plays_why_not


def test_a_webm_without_cues_needs_a_proxy(tmp_path):
    data = media.clip("webm-vp9").read_bytes()
    path = tmp_path / "a.webm"
    path.write_bytes(data.replace(b"\x1c\x53\xbb\x6b", b"\x1c\x53\xbb\x6c"))
    assert "index to seek by" in probe.inspect(str(path))[0].plays_why_not


def test_command_line(tmp_path, capsys):
    path = str(media.clip("29.97"))
    assert main(["probe", path]) == 0
    text = capsys.readouterr().out
    assert "60 at 29.970 fps (30000/1001)" in text
    assert "01:00:00;00 (tmcd)" in text
    assert main(["probe", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frame_count"] == 60
    assert main(["index", path, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pts"][:3] == [0, 1001, 2002]
    assert told["keyframes"] == [0, 12, 24, 36, 48]
    assert main(["index", path]) == 0
    assert capsys.readouterr().out.splitlines()[12] == "12\t12012\t0.400400\tkey"
    table = tmp_path / "clip.tpfi"
    assert main(["index", path, "--table", str(table)]) == 0
    assert len(unpack(table.read_bytes())) == 60
    assert main(["probe", str(tmp_path / "none.mp4")]) == 1
    assert "file_missing" in capsys.readouterr().err
    assert main(["probe", str(tmp_path / "none.mp4"), "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["code"] == "file_missing"


def test_decimals_for_people():
    assert decimal(Fraction(2, 3), 3) == "0.667"
    assert decimal(Fraction(-1, 1000), 2) == "0.00"
    assert decimal(Fraction(-5, 4), 1) == "-1.3"
