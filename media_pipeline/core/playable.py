"""Says whether a browser plays an original frame-exactly as it is. Conservative: a proxy is always exact."""

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.summary import Summary

_MP4_VIDEO = {"h264", "av1", "vp9"}
_WEBM_VIDEO = {"vp8", "vp9", "av1"}
_AUDIO = {"aac", "mp3", "opus", "vorbis", "flac"}
_PIXELS = {
    "h264": {"yuv420p", "yuvj420p"},
    "vp8": {"yuv420p"},
    "vp9": {"yuv420p"},
    "av1": {"yuv420p", "yuv420p10le"},
}


def why_not(summary: Summary, index: FrameIndex, *, webm: bool = False, seekable: bool = True, cut_short: bool = False) -> str:
    """The first reason against playing the original itself, in plain words; "" if a browser plays it exactly.

    `seekable` is False if the file has no index of its own to seek by (a WebM without cues); `cut_short`: its own index
    names pictures that are not there.
    """
    mp4 = summary.container.startswith("mov")
    if not mp4 and not webm:
        return "browsers do not open this container"
    if summary.video_codec not in (_MP4_VIDEO if mp4 else _WEBM_VIDEO):
        return f"browsers do not all decode {summary.video_codec}"
    if summary.pixel_format not in _PIXELS[summary.video_codec]:
        return f"browsers do not all decode {summary.video_codec} as {summary.pixel_format}"
    for track in summary.audio:
        if track.codec not in _AUDIO:
            return f"browsers do not play {track.codec} sound"
    if summary.field_order not in ("progressive", ""):
        return "the picture is interlaced"
    if summary.fragmented:
        return "the file is fragmented"
    if cut_short:
        return "the file is cut short"
    if not seekable:
        return "the file has no index to seek by"
    if summary.variable_rate:
        return "the frame rate varies"
    if summary.open_gop:
        return "it has open GOPs, in which browsers hang when seeking"
    if int(index.pts[0]) != 0:
        return "the first picture is not at time zero"
    if summary.edit_list == "complex":
        return "it has an edit list with several parts"
    if not bool(index.keyframe[0]):
        return "it does not begin with a key frame"
    return ""
