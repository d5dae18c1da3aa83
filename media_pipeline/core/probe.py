"""Inspects a media file without decoding it: its summary and its frame index."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from media_pipeline.core import allow, edit_list
from media_pipeline.core.errors import MediaError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.mp4_boxes import TopLevel
from media_pipeline.core.mp4_tables import Movie, read_movie, top_level
from media_pipeline.core.packets import AudioSpan, audio_spans, demux, first_sounds, read_tables
from media_pipeline.core.pictures import Pictures
from media_pipeline.core.playable import why_not
from media_pipeline.core.rate import fit_rate
from media_pipeline.core.start_timecode import find_start_timecode
from media_pipeline.core.summary import AudioTrack, Summary
from media_pipeline.core.tags import color_tags, display_rotation, field_order


def inspect(path: str) -> tuple[Summary, FrameIndex]:
    """Summary and frame index of a file. Raises MediaError for what cannot be read, is refused, or shows no picture."""
    allow.require_ffmpeg()
    movie, outline = _movie(path)
    try:
        with allow.open_media(path) as container:
            video = allow.video_stream(container)
            if not container.format.name.startswith("mov"):
                movie = None
            pictures, heard = _read(path, container, video, movie)
            index = make_index(pictures, video)
            return _summary(Path(path), container, video, movie, pictures, index, audio_spans(container, heard)), index
    except MediaError as error:
        if error.code == "format_refused" and outline is not None and outline.is_mp4 and movie is None:
            raise _without_index(outline) from error
        raise


def _movie(path: str) -> tuple[Movie | None, TopLevel | None]:
    try:
        with Path(path).open("rb") as file:
            return read_movie(file, allow.LIMITS.header_bytes), top_level(file)
    except OSError:
        return None, None  # open_media says what is wrong


def _without_index(outline: TopLevel) -> MediaError:
    return MediaError(
        "file_truncated" if outline.cut_short else "moov_missing",
        "The file was cut short" if outline.cut_short else "The file ends without its index: it was not finished",
        "Render or copy it again; a recorder's file may be repaired with its maker's tool.",
    )


def _read(
    path: str, container: InputContainer, video: VideoStream, movie: Movie | None
) -> tuple[Pictures, dict[int, list[int]]]:
    if movie is not None:
        with Path(path).open("rb") as file:
            pictures = read_tables(file, movie, video)
        if pictures is not None:
            return pictures, first_sounds(container, movie)
    pictures, heard = demux(container, video, with_audio=True)
    if movie is not None and (track := movie.tracks.get(video.id)) is not None:
        pictures = replace(pictures, fragmented=movie.fragmented, edit_list=edit_list.classify(track.edits))
    return pictures, heard


def build_index(path: str) -> FrameIndex:
    """The frame index alone."""
    return inspect(path)[1]


def make_index(pictures: Pictures, video: VideoStream) -> FrameIndex:
    """The index of pictures in presentation order. Raises MediaError if there are none or far too many."""
    n = len(pictures.pts)
    if n == 0:
        raise MediaError("no_pictures", "The file has a video track, but no picture can be shown", "Export it again.")
    if n > allow.LIMITS.frames:
        raise MediaError("too_many_frames", f"{n:,} pictures are more than can be reviewed", "Split the file.")
    span = (int(pictures.pts[-1]) - int(pictures.pts[0])) * pictures.time_base
    if span > allow.LIMITS.seconds:
        raise MediaError("too_long", "The file claims to be longer than a day", "Split the file, or export it again.")
    fit = fit_rate(pictures.pts, pictures.time_base, _declared_rates(video))
    last = pictures.last_duration
    nominal = round(1 / (fit.rate * pictures.time_base))
    if not 0 < last <= 10 * max(nominal, 1):
        last = max(nominal, 1)
    return FrameIndex(pictures.pts, pictures.keyframe, pictures.time_base, last, fit.rate, fit.variable)


def _declared_rates(video: VideoStream) -> list[Fraction]:
    rates = (video.base_rate, video.average_rate, video.guessed_rate)
    return [rate for rate in rates if rate is not None and rate > 0]


def _summary(
    path: Path,
    container: InputContainer,
    video: VideoStream,
    movie: Movie | None,
    pictures: Pictures,
    index: FrameIndex,
    spans: Sequence[AudioSpan],
) -> Summary:
    context = video.codec_context
    start = find_start_timecode(
        container,
        video,
        index.rate,
        track=movie.timecode if movie is not None else None,
        first_packet=pictures.first_packet,
    )
    sar = video.sample_aspect_ratio or Fraction(1)
    colors = color_tags(context)
    audio = tuple(_audio_track(number, span, index) for number, span in enumerate(spans))
    summary = Summary(
        container=container.format.name,
        size=path.stat().st_size,
        video_stream=video.index,
        video_codec=context.codec.canonical_name,
        profile=video.profile or "",
        pixel_format=context.pix_fmt or "",
        width=video.width,
        height=video.height,
        sar_num=sar.numerator,
        sar_den=sar.denominator,
        rotation=display_rotation(container, video, movie.tracks.get(video.id) if movie is not None else None),
        color_primaries=colors.primaries,
        color_transfer=colors.transfer,
        color_space=colors.space,
        color_range=colors.range,
        field_order=field_order(context),
        frame_count=len(index),
        rate_num=index.rate.numerator,
        rate_den=index.rate.denominator,
        variable_rate=index.variable,
        start_timecode=start.label,
        start_frame=start.frame,
        drop_frame=start.drop_frame,
        timecode_source=start.source,
        has_b_frames=pictures.reordered,
        open_gop=pictures.open_gop,
        fragmented=pictures.fragmented,
        edit_list=pictures.edit_list,
        plays_exactly=False,
        plays_why_not="",
        audio=audio,
        warnings=(*pictures.warnings, *start.warnings),
        metadata={key: value[:500] for key, value in list(container.metadata.items())[:50]},
    )
    cut_short = movie is not None and movie.cut_short
    reason = why_not(
        summary, index, webm=_is_webm(path, container), seekable=_is_seekable(path, container), cut_short=cut_short
    )
    return Summary.from_dict({**summary.as_dict(), "plays_exactly": not reason, "plays_why_not": reason})


def _audio_track(number: int, span: AudioSpan, index: FrameIndex) -> AudioTrack:
    start = span.start - index.start
    return AudioTrack(
        index=number,
        stream=span.stream,
        codec=span.codec,
        layout=span.layout,
        channels=span.channels,
        sample_rate=span.sample_rate,
        start_num=start.numerator,
        start_den=start.denominator,
        duration_num=span.duration.numerator,
        duration_den=span.duration.denominator,
        language=span.language,
        title=span.title,
        bit_rate=span.bit_rate,
    )


def _is_webm(path: Path, container: InputContainer) -> bool:
    """By the document type in the EBML header, which is what browsers go by."""
    if not container.format.name.startswith("matroska"):
        return False
    head = _head(path, 256)
    at = head.find(b"\x42\x82")
    if at < 0 or at + 3 > len(head) or not head[at + 2]:
        return False
    width = 9 - head[at + 2].bit_length()  # of the size that follows the element's id
    return head[at + 2 + width :].startswith(b"webm")


def _is_seekable(path: Path, container: InputContainer) -> bool:
    """Whether a WebM names its cues before its first cluster: without them browsers cannot seek. MP4 always can."""
    if not container.format.name.startswith("matroska"):
        return True
    cues, cluster = b"\x1c\x53\xbb\x6b", b"\x1f\x43\xb6\x75"
    return cues in _head(path, 65_536).split(cluster)[0]


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
