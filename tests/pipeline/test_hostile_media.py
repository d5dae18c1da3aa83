"""Files that lie, are cut, or want more than they may have: a MediaError, quickly, in little memory, or a sound index."""

import json
import subprocess
import sys

import av
import numpy as np
import pytest

from media_pipeline.core import allow, probe
from media_pipeline.core.errors import MediaError, PipelineError
from tests import boxes, media
from tests.pipeline.test_foreign_media import FOLDER


def refusal(path):
    with pytest.raises(MediaError) as caught:
        probe.inspect(str(path))
    assert caught.value.message
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize(
    ("seed", "names"),
    [
        (1, ["29.97", "b-frames", "edit-list-b"]),
        (2, ["hevc", "fragmented-b", "open-gop"]),
        (3, ["mkv", "ts-mpeg2", "avi-b", "webm-vp9"]),
    ],
)
def test_mutated_files_never_break_out(seed, names, tmp_path):
    files = [str(media.clip(name)) for name in names] + [str(FOLDER / "gstreamer-x264-pcm.mov")]
    command = [sys.executable, "-m", "tests.pipeline.fuzz_index", str(seed), "150", str(tmp_path), *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    result = json.loads(done.stdout)
    assert result["failures"] == []
    assert sum(result["codes"].values()) == 150
    assert result["codes"]["read"] > 10  # else the mutations are too coarse to reach anything
    assert result["slowest_cpu_seconds"] < 8
    assert result["peak_bytes"] < 2**30


@pytest.mark.parametrize("name", ["29.97", "mkv", "ts", "mxf-dnxhr", "avi", "fragmented-b", "prores"])
def test_cut_files(name, tmp_path):
    data = media.clip(name).read_bytes()
    path = tmp_path / f"cut{media.CLIPS[name].suffix}"
    whole = probe.build_index(str(media.clip(name)))
    for tenth in range(10):
        path.write_bytes(data[: len(data) * tenth // 10])
        try:
            index = probe.build_index(str(path))
        except MediaError:
            continue
        assert len(index) <= len(whole)
        start = int(index.pts[0] - whole.pts[0])
        assert set(index.pts.tolist()) <= set((whole.pts + start).tolist())


def test_an_index_before_missing_media_counts_what_is_there(tmp_path):
    whole = media.make_clip(tmp_path / "whole.mp4", rate=25, frames=60, faststart=True)
    data = whole.read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: len(data) * 2 // 3])
    summary, index = probe.inspect(str(path))
    assert 10 < len(index) < 60
    assert any("cut short" in warning for warning in summary.warnings)
    assert (summary.plays_exactly, summary.plays_why_not) == (False, "the file is cut short")
    shown = []
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            try:
                shown += [media.read_frame(frame) for frame in packet.decode()]
            except av.error.InvalidDataError:
                break
    assert shown[: len(index)] == list(range(len(index)))


def test_an_mp4_without_index_says_so(tmp_path):
    data = media.clip("25").read_bytes()
    path = tmp_path / "recording.mp4"
    path.write_bytes(data[: data.rindex(b"moov") - 4])
    assert refusal(path) == "moov_missing"
    path.write_bytes(data[: len(data) // 2])
    assert refusal(path) == "file_truncated"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"hello, this is text\n" * 500, "format_refused"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "format_refused"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "format_refused"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "format_refused"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "format_refused"),
    ],
)
@pytest.mark.parametrize("name", ["x.mp4", "x.m3u8", "p%03d.png", "concat:a|b", "x.ts"])
def test_what_is_no_video_is_refused_whatever_its_name(content, code, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_reference_to_another_file_is_not_followed(tmp_path):
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(media.clip("25").read_bytes())
    path = tmp_path / "evil.mp4"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    assert refusal(path) == "format_refused"


def test_sound_alone_is_refused(tmp_path):
    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w", format="mp4") as out:
        track = out.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate = 48_000
        out.mux(track.encode(frame))
        out.mux(track.encode(None))
    assert refusal(path) == "no_video"


def test_missing_files_and_folders(tmp_path):
    assert refusal(tmp_path / "none.mp4") == "file_missing"
    assert refusal(tmp_path) == "file_missing"


def test_codecs_off_the_list_are_refused(tmp_path):
    path = media.make_clip(tmp_path / "unsafe.avi", rate=25, frames=5, codec="magicyuv", pixel_format="yuv444p")
    assert refusal(path) == "codec_refused"


def test_bombs_are_refused_before_they_cost(tmp_path, monkeypatch):
    source = media.clip("25").read_bytes()
    path = tmp_path / "bomb.mp4"
    # Two billion samples of one byte, said in 20 bytes.
    stsz = (0).to_bytes(4, "big") + (1).to_bytes(4, "big") + (2**31 - 1).to_bytes(4, "big")
    stts = (0).to_bytes(4, "big") + (1).to_bytes(4, "big") + (2**31 - 1).to_bytes(4, "big") + (512).to_bytes(4, "big")
    path.write_bytes(boxes.with_table(boxes.with_table(source, b"stsz", stsz), b"stts", stts))
    assert refusal(path) in ("too_many_frames", "no_pictures", "file_unreadable", "format_refused")
    monkeypatch.setattr(allow, "LIMITS", allow.Limits(frames=59))
    for name in ("25", "mkv"):
        assert refusal(media.clip(name)) == "too_many_frames"
    monkeypatch.setattr(allow, "LIMITS", allow.Limits(seconds=2))
    assert refusal(media.clip("25")) == "too_long"
    monkeypatch.setattr(allow, "LIMITS", allow.Limits(pixels=320 * 180 - 1))
    assert refusal(media.clip("prores")) == "picture_too_large"


def test_a_flood_of_tracks_or_tags_is_refused(tmp_path):
    path = tmp_path / "tracks.mkv"
    with av.open(str(path), "w", format="matroska") as out:
        tracks = [out.add_stream("pcm_s16le", rate=8000) for _ in range(allow.LIMITS.streams + 5)]
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 160), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        for track in tracks:
            track.codec_context.layout = "mono"
        for track in tracks:
            frame.pts = 0
            out.mux(track.encode(frame))
    assert refusal(path) == "too_many_streams"
    path = tmp_path / "tags.mkv"
    with av.open(str(path), "w", format="matroska") as out:
        out.metadata["comment"] = "x" * (allow.LIMITS.metadata_chars + 1)
        video = out.add_stream("mjpeg", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuvj420p"
        out.mux(video.encode(av.VideoFrame(64, 64, "yuvj420p")))
    assert refusal(path) == "metadata_too_large"


@pytest.mark.parametrize(
    ("version", "fine"), [("8.1.2", True), ("n8.2", True), ("9.0-dev", True), ("8.1.1", False), ("7.1.5", False)]
)
def test_an_ffmpeg_with_known_holes_is_refused(version, fine):
    if fine:
        allow.require_ffmpeg(version)
    else:
        with pytest.raises(PipelineError, match="known holes"):
            allow.require_ffmpeg(version)


def test_times_that_stand_still_are_spread(tmp_path):
    source = media.clip("25").read_bytes()
    path = tmp_path / "still.mp4"
    stts = (0).to_bytes(4, "big") + (2).to_bytes(4, "big")
    stts += (30).to_bytes(4, "big") + (512).to_bytes(4, "big") + (30).to_bytes(4, "big") + (0).to_bytes(4, "big")
    path.write_bytes(boxes.with_table(source, b"stts", stts))
    index = probe.build_index(str(path))
    assert np.all(np.diff(index.pts) > 0)
    assert index.variable
