"""The last look at a proxy before anybody sees it: read back from disk and compared with what it must be."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.edit_list import present
from media_pipeline.core.errors import PipelineError
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.mp4_boxes import top_boxes
from media_pipeline.core.mp4_tables import Movie, Samples, read_movie
from media_pipeline.core.proxy_plan import GOP, FrameTimes

_TABLE_BYTES = 1 << 30
_LONGEST_PADDING = 2 * 1024  # samples: two packets of AAC


def check_proxy(path: Path, times: FrameTimes, *, audio: bool) -> FrameIndex:
    """Read the file's tables, from which a player knows all it knows of the pictures, and return what they hold.

    Raises PipelineError unless the file is progressive with its index first, has exactly the pictures of `times` at
    exactly those times (the first at 0), each with its bytes in the file, none reordered, a key picture every GOP, and
    audio if there should be. (Demuxing says the same at twenty times the price: test_proxy_previews holds both together.)
    """
    with path.open("rb") as file:
        boxes = list(top_boxes(file))
        movie = read_movie(file, _TABLE_BYTES)
    kinds = [kind for kind, _, _ in boxes]
    if (
        b"moof" in kinds
        or kinds.count(b"moov") != 1
        or kinds.count(b"mdat") != 1
        or kinds.index(b"moov") > kinds.index(b"mdat")
    ):
        raise PipelineError(f"{path.name}: not a progressive file with its index first: {kinds}")
    if movie is None or movie.fragmented or movie.cut_short:
        raise PipelineError(f"{path.name}: its tables cannot be read")
    samples, pts = _picture(path, movie, times, audio=audio)
    _, first, end = boxes[kinds.index(b"mdat")]
    if int(samples.offset.min()) < first or int((samples.offset + samples.size).max()) > end or int(samples.size.min()) < 1:
        raise PipelineError(f"{path.name}: pictures whose bytes are not in the file")
    _compare(path, samples, pts, times)
    return FrameIndex(pts, samples.keyframe, Fraction(1, times.timescale), times.last_duration, times.rate, times.variable)


def check_sound(path: Path, samples: int, *, rate: int) -> None:
    """Raises PipelineError unless the file has one sound track and nothing else, and plays `samples` from time 0 on (a
    last packet may be filled up with silence)."""
    with path.open("rb") as file:
        movie = read_movie(file, _TABLE_BYTES)
    if movie is None or movie.fragmented or movie.cut_short:
        raise PipelineError(f"{path.name}: its tables cannot be read")
    tracks = list(movie.tracks.values())
    if len(tracks) != 1 or tracks[0].handler != b"soun" or tracks[0].timescale != rate:
        raise PipelineError(f"{path.name}: not one sound track at {rate} Hz")
    if len(tracks[0].edits) != 1 or not tracks[0].edits[0].plain:
        raise PipelineError(f"{path.name}: its edit list does more than hide the encoder's priming")
    played = tracks[0].media_ticks - tracks[0].edits[0].media_time
    if not samples <= played < samples + _LONGEST_PADDING:
        raise PipelineError(f"{path.name}: {played} samples where {samples} were heard")


def _picture(path: Path, movie: Movie, times: FrameTimes, *, audio: bool) -> tuple[Samples, NDArray[np.int64]]:
    """The one picture track, and when each of its samples is shown."""
    pictures = [track for track in movie.tracks.values() if track.handler == b"vide"]
    if any(track.handler == b"soun" for track in movie.tracks.values()) != audio:
        raise PipelineError(f"{path.name}: audio is {'missing' if audio else 'there unasked'}")
    if len(pictures) != 1 or (samples := pictures[0].samples) is None:
        raise PipelineError(f"{path.name}: not one sound table of pictures")
    track = pictures[0]
    if track.timescale != times.timescale:
        raise PipelineError(f"{path.name}: timescale {track.timescale}, wanted {times.timescale}")
    shown = present(samples, track.edits, track.timescale, movie.timescale)
    if shown is None or not shown.shown.all() or not np.array_equal(shown.sample, np.arange(len(samples.size))):
        raise PipelineError(f"{path.name}: its edit list hides or repeats pictures")
    if not np.array_equal(samples.cts, samples.dts):
        raise PipelineError(f"{path.name}: its pictures are reordered")
    return samples, shown.pts


def _compare(path: Path, samples: Samples, pts: NDArray[np.int64], times: FrameTimes) -> None:
    if len(pts) != len(times):
        raise PipelineError(f"{path.name}: {len(pts)} pictures where the source has {len(times)}")
    if not np.array_equal(pts, times.times):
        n = int(np.flatnonzero(pts != times.times)[0])
        raise PipelineError(f"{path.name}: frame {n} is at {pts[n]}, not at {times.times[n]}")
    if samples.last_duration != times.last_duration:
        raise PipelineError(f"{path.name}: the last frame lasts {samples.last_duration}, not {times.last_duration}")
    wanted = np.arange(len(pts)) % GOP == 0
    if not np.array_equal(samples.keyframe, wanted):
        n = int(np.flatnonzero(samples.keyframe != wanted)[0])
        raise PipelineError(f"{path.name}: frame {n} is {'a' if samples.keyframe[n] else 'no'} key frame")
