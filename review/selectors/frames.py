"""The frame index of a media as the review app reads it."""

from functools import lru_cache
from pathlib import Path

from media_pipeline import api as pipeline
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.frame_table import unpack


def table_path(known: pipeline.MediaStatus | None) -> Path | None:
    """The file of the index (.tpfi), None before it is made."""
    files = pipeline.rendition(known.id, known.frame_index.id) if known and known.frame_index else None
    return files.path if files else None


def index_of(known: pipeline.MediaStatus | None) -> FrameIndex | None:
    path = table_path(known)
    return _read(path) if path else None


@lru_cache(maxsize=4)  # an index of an hour is a few megabytes
def _read(path: Path) -> FrameIndex:
    """Published files never change, so a path is as good as its content."""
    return unpack(path.read_bytes())
