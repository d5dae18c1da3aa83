"""The one way to open media: allow-lists of formats, protocols and codecs, and caps on what a file may claim.

Playlists and concatenation scripts named like videos can make FFmpeg read other files or the network; the allow-lists
close that. They narrow what a hostile file can reach; the limited child process is what holds if a decoder fails.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from media_pipeline.core.errors import MediaError, PipelineError
from media_pipeline.core.frame_index import MOST_FRAMES

# 8.1.2 is the first of its line with CVE-2026-8461 (MagicYUV heap overflow) fixed.
MIN_FFMPEG = (8, 1, 2)

FORMATS = ("mov", "matroska", "webm", "mxf", "avi", "mpegts", "mpeg", "asf", "flv", "dv", "gxf", "ogg", "ivf")
SOUND_FORMATS = ("wav", "w64", "aiff", "flac", "mp3", "aac", "caf")  # of a mixdown: sound alone, never an upload's
PROTOCOLS = ("file",)
VIDEO_CODECS = (
    "h264",
    "hevc",
    "prores",
    "dnxhd",
    "libdav1d",
    "av1",
    "vp8",
    "vp9",
    "mpeg1video",
    "mpeg2video",
    "mpegvideo",
    "mpeg4",
    "mjpeg",
    "mjpegb",
    "jpeg2000",
    "cfhd",
    "dvvideo",
    "ffv1",
    "huffyuv",
    "ffvhuff",
    "utvideo",
    "rawvideo",
    "v210",
    "v308",
    "v408",
    "v410",
    "r210",
    "qtrle",
    "png",
    "hap",
    "vc1",
    "wmv3",
    "wmv2",
    "h263",
    "flv",
    "theora",
    "dirac",
    "msmpeg4",
)
AUDIO_CODECS = (
    "aac",
    "aac_latm",
    "mp3",
    "mp3float",
    "mp2",
    "mp2float",
    "opus",
    "libopus",
    "vorbis",
    "libvorbis",
    "flac",
    "alac",
    "ac3",
    "eac3",
    "dca",
    "truehd",
    "s302m",
    "wmav2",
    "wmapro",
    *(f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be")),
    "pcm_s16le_planar",
    "pcm_s16be_planar",
    "pcm_s24le_planar",
    "pcm_s32le_planar",
    "pcm_s8",
    "pcm_u8",
    "pcm_alaw",
    "pcm_mulaw",
    "pcm_bluray",
    "pcm_dvd",
    "adpcm_ima_qt",
    "adpcm_ima_wav",
    "adpcm_ms",
)


@dataclass(frozen=True)
class Limits:
    """What a file may claim at most. Far above real work, far below what would hurt."""

    pixels: int = 8192 * 8192
    side: int = 16384
    seconds: int = 24 * 3600
    frames: int = MOST_FRAMES
    streams: int = 100
    metadata_chars: int = 1_000_000
    header_bytes: int = 256 * 1024 * 1024  # of an MP4's sample tables


LIMITS = Limits()


def container_options(*, sound: bool = False) -> dict[str, str]:
    """FFmpeg options for opening anything that a stranger sent. `sound`: SOUND_FORMATS are welcome too."""
    return {
        "format_whitelist": ",".join(FORMATS + SOUND_FORMATS if sound else FORMATS),
        "protocol_whitelist": ",".join(PROTOCOLS),
        "codec_whitelist": ",".join(VIDEO_CODECS + AUDIO_CODECS),
        "max_streams": str(LIMITS.streams + 1),  # one more, so that a flood shows
        "max_pixels": str(LIMITS.pixels),
    }


def codec_options() -> dict[str, str]:
    """The same for every decoder."""
    return {"codec_whitelist": ",".join(VIDEO_CODECS + AUDIO_CODECS), "max_pixels": str(LIMITS.pixels)}


def require_ffmpeg(version: str | None = None) -> None:
    """Raise PipelineError if the FFmpeg inside PyAV is older than MIN_FFMPEG."""
    text = av.ffmpeg_version_info if version is None else version
    numbers = tuple(int(part) for part in text.lstrip("n").split("-")[0].split(".") if part.isdigit())
    if numbers < MIN_FFMPEG:
        wanted = ".".join(map(str, MIN_FFMPEG))
        raise PipelineError(f"FFmpeg {text} has known holes; {wanted} or newer is needed (install av>=18.1)")


@contextmanager
def open_media(path: str | os.PathLike[str], *, sound: bool = False) -> Iterator[InputContainer]:
    """Open a file for reading, checked against the allow-lists and LIMITS. FFmpeg's errors inside the block become MediaError.
    `sound`: a file of sound alone is welcome too.

    Raises MediaError: file_missing, file_empty, format_refused, file_unreadable, too_many_streams, metadata_too_large.
    """
    require_ffmpeg()
    absolute = Path(path).resolve()
    try:
        size = absolute.stat().st_size
    except OSError as error:
        raise MediaError("file_missing", f"The file cannot be read: {error.strerror}", "Upload it again.") from error
    if not absolute.is_file():
        raise MediaError("file_missing", "This is not a file", "Upload a single media file.")
    if size == 0:
        raise MediaError("file_empty", "The file has no bytes", "Render or copy it again, then upload it.")
    with translated_errors():
        # An absolute path behind "file:" cannot be taken for a protocol or an image pattern.
        try:
            container = av.open(
                f"file:{absolute}", "r", container_options=container_options(sound=sound), metadata_errors="replace"
            )
        except av.error.ArgumentError as error:  # how FFmpeg says that a format is not on the list
            raise _refused() from error
        try:
            _check_claims(container)
            for stream in container.streams:
                if stream.type in ("video", "audio") and stream.codec_context is not None:
                    stream.codec_context.options = {**stream.codec_context.options, **codec_options()}
            yield container
        finally:
            container.close()


def video_stream(container: InputContainer) -> VideoStream:
    """The picture of a file: FFmpeg's best video stream that is no cover art. Raises MediaError no_video, picture_too_large."""
    candidates = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not candidates:
        raise MediaError("no_video", "The file has no picture", "Upload a file with a video track.")
    known = [stream for stream in candidates if stream.codec_context is not None and stream.width and stream.height]
    if not known:
        raise MediaError(
            "codec_refused",
            "The picture's codec is unknown, or so damaged that its size cannot be read",
            "Export as H.264, HEVC, ProRes, DNxHR or AV1.",
        )
    default = [stream for stream in known if stream.disposition & Disposition.default] or known
    stream = max(default, key=lambda s: (s.width * s.height, -s.index))
    if stream.width * stream.height > LIMITS.pixels or max(stream.width, stream.height) > LIMITS.side:
        raise MediaError(
            "picture_too_large",
            f"A picture of {stream.width}×{stream.height} is more than can be reviewed",
            "Export at 8192×8192 pixels or fewer.",
        )
    codec = stream.codec_context.codec
    if codec.name not in VIDEO_CODECS:
        raise MediaError(
            "codec_refused",
            f"The codec {codec.name} is not on the list of codecs that are safe to decode",
            "Export as H.264, HEVC, ProRes, DNxHR or AV1.",
        )
    return stream


def packets(container: InputContainer, *streams: Stream) -> Iterator["Packet[Any]"]:
    """Every packet of these streams. Use it instead of `container.demux` on anything that a stranger sent.

    A transport stream may announce further streams while it is read; PyAV 18.1 then raises IndexError behind the last
    packet. That is its end. FFmpeg's errors become MediaError.
    """
    with translated_errors():
        reading = container.demux(*streams)
        while True:
            try:
                packet = next(reading)
            except (StopIteration, IndexError):
                return
            yield packet


@contextmanager
def translated_errors() -> Iterator[None]:
    """FFmpeg's complaints about a file, as MediaError."""
    try:
        yield
    except av.error.FFmpegError as error:
        raise _translate(error) from error
    except MemoryError as error:
        raise MediaError("file_unreadable", "The file asks for more memory than it may have", "Export it again.") from error


def _translate(error: Any) -> MediaError:
    if isinstance(error, av.error.InvalidDataError):
        return _refused()
    if error.errno == errno.ENOMEM:
        return MediaError(
            "too_many_streams", f"The file claims more than {LIMITS.streams} tracks", "Export the needed tracks only."
        )
    if isinstance(error, av.error.DecoderNotFoundError):
        return MediaError("codec_refused", "The file's codec cannot be read here", "Export as H.264, HEVC, ProRes or DNxHR.")
    return MediaError(
        "file_unreadable", f"Reading the file failed: {error.strerror}", "Check that it plays, then upload it again."
    )


def _refused() -> MediaError:
    return MediaError(
        "format_refused",
        "This is no video that can be read here: its container is damaged, cut short, or of a kind that is not accepted",
        "Check that it plays where it was made, then upload it again; MP4, MOV, MKV, WebM, MXF, AVI and TS are accepted.",
    )


def _check_claims(container: InputContainer) -> None:
    if len(container.streams) > LIMITS.streams:
        raise MediaError(
            "too_many_streams", f"The file claims {len(container.streams)} tracks", "Export the needed tracks only."
        )
    stores = [container.metadata, *(stream.metadata for stream in container.streams)]
    if sum(len(key) + len(value) for store in stores for key, value in store.items()) > LIMITS.metadata_chars:
        raise MediaError(
            "metadata_too_large", "The file's metadata is larger than its use", "Remove it and upload the file again."
        )
