"""How work on a media file speaks to whoever ordered it. In production this is a pipe from the limited child process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

# Label of the features that hold the summary of sound alone. Here, where the web process reads it without loading FFmpeg.
SOUND_SUMMARY = "sound"


@dataclass(frozen=True)
class RenditionFile:
    """A finished, verified file. `kind` and `label` as in models.Rendition; `path` is relative to the output folder.

    `table` (relative too) is the `.tpfi` frame table of what a browser plays: original, preview, proxy have one.
    `path` is "" for kind "original": the source itself is meant.
    """

    kind: str
    label: str
    path: str
    mime: str
    width: int = 0
    height: int = 0
    frame_count: int = 0
    table: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)


class Report(Protocol):
    def progress(self, done: int, total: int) -> None:
        """Frames done of all. May be called for every frame: the sender thins it out."""

    def publish(self, rendition: RenditionFile) -> None:
        """Hand over a finished file. It must not be touched again by the step."""

    def check_cancelled(self) -> None:
        """Raise errors.Cancelled if somebody asked to stop."""
