"""What a file has otherwise than the spec asks for."""

import pytest

from media_pipeline.core.checks.spec import Spec
from media_pipeline.core.summary import AudioTrack, Summary
from review.conformance import changed_keys, deviations

SOUND = (AudioTrack(0, 1, "pcm_s24le", "stereo", 2, 48000, 0, 1, 1, 1),)
FILE = Summary(
    container="mov,mp4,m4a,3gp,3g2,mj2", size=1, video_stream=0, video_codec="prores", profile="", pixel_format="", width=1920,
    height=1080, sar_num=1, sar_den=1, rotation=0, color_primaries="", color_transfer="", color_space="", color_range="",
    field_order="tb", frame_count=10, rate_num=30000, rate_den=1001, variable_rate=False, start_timecode="01:00:00;00",
    start_frame=107892, drop_frame=True, timecode_source="tmcd", has_b_frames=False, open_gop=False, fragmented=False,
    edit_list="", plays_exactly=True, plays_why_not="", audio=SOUND,
)  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({}, []),
        ({"rate": "29.97", "drop_frame": True, "width": 1920, "height": 1080, "scan": "tff", "pixel_aspect": "1"}, []),
        ({"rate": "29.97", "start_timecode": "01:00:00:00", "containers": ["mov"], "audio_codecs": ["pcm"]}, []),
        ({"containers": ["mp4"], "video_codecs": ["prores"], "audio_rate": 48000, "audio_layouts": ["stereo"]}, []),
        ({"rate": "30"}, ["rate"]),
        ({"drop_frame": False}, ["drop_frame"]),
        ({"width": 1280, "height": 720, "pixel_aspect": "16/15"}, ["raster", "pixel_aspect"]),
        ({"scan": "bff", "rate": "29.97", "start_timecode": "10:00:00:00"}, ["scan", "start_timecode"]),
        (
            {"containers": ["mxf"], "video_codecs": ["dnxhd"], "audio_codecs": ["aac"]},
            ["container", "video_codec", "audio_codec"],
        ),
        ({"audio_rate": 44100, "audio_layouts": ["mono", "mono"]}, ["audio_rate", "audio_layouts"]),
    ],
)
def test_only_what_the_spec_names_is_judged(spec, found):
    assert [one.what for one in deviations(Spec.from_dict(spec), FILE)] == found


def test_which_keys_a_revision_changes():
    assert changed_keys({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ["b", "c"]
