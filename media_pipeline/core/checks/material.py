"""What checks read of a file: everything lazy and read once, however many checks ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.contract import CannotMeasure
from media_pipeline.core.checks.packet_arrays import PacketArrays, StreamPackets
from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.mp4_boxes import TopLevel
from media_pipeline.core.mp4_tables import Movie, read_movie, top_level
from media_pipeline.core.rate import MONO_RATE
from media_pipeline.core.summary import Summary


class Rows(Protocol):
    """An array that is read picture by picture, or stretch by stretch."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: int | slice, /) -> NDArray[Any]: ...


class _StoredRows:
    """Of a file that is not mapped: a mapped page brings its neighbours along, and all of them stay while the array is used."""

    def __init__(self, path: Path, mapped: "np.memmap[Any, Any]") -> None:
        self._path, self._begin = path, mapped.offset
        self._dtype, self._item, self._length = mapped.dtype, mapped.shape[1:], len(mapped)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: int | slice, /) -> NDArray[Any]:
        first, stop, _ = (at if isinstance(at, slice) else slice(at, at + 1)).indices(self._length)
        each = int(np.prod(self._item, dtype=np.int64))
        count, offset = max(0, stop - first) * each, self._begin + first * each * self._dtype.itemsize
        read = np.fromfile(self._path, self._dtype, count, offset=offset).reshape(-1, *self._item)
        return read if isinstance(at, slice) else read[0]


@dataclass(frozen=True)
class Features:
    """What the decode pass stored (core.features and the checks' own consumers), memory-mapped. Labels as listed there."""

    files: Mapping[str, Path]  # by label
    meta: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def has(self, label: str) -> bool:
        return label in self.files

    def array(self, label: str) -> NDArray[Any]:
        """The `.npy` of that label. Raises CannotMeasure if it was not stored."""
        if label not in self.files:
            raise CannotMeasure(f"The decode pass stored no {label}.")
        if self.files[label].stat().st_size <= 320:  # NumPy cannot map an empty array
            empty: NDArray[Any] = np.load(self.files[label])
            return empty
        mapped: NDArray[Any] = np.load(self.files[label], mmap_mode="r")
        return mapped

    def rows(self, label: str) -> Rows:
        """The same, for those who read a little here and there of what would fill the memory."""
        mapped = self.array(label)
        return _StoredRows(self.files[label], mapped) if isinstance(mapped, np.memmap) else mapped

    @property
    def frames(self) -> NDArray[Any]:
        """One fingerprint.RECORD per frame."""
        return self.array("frames")

    @property
    def coarse(self) -> NDArray[np.uint8]:
        """Shape (n, 18, 32): mean luma, 16…235."""
        return self.array("luma-32x18")

    @property
    def fine(self) -> NDArray[np.uint8]:
        """Shape (n, 36, 64)."""
        return self.array("luma-64x36")

    @property
    def tracks(self) -> list[int]:
        """Numbers of the audio tracks that were decoded."""
        return sorted(int(label.removeprefix("audio-")) for label in self.files if label.startswith("audio-"))

    def mono(self, track: int) -> NDArray[np.int16]:
        """The track as mono at MONO_RATE (8 kHz); sample 0 is heard as frame 0 appears."""
        return self.array(f"audio-{track}")

    def rms(self, track: int) -> NDArray[np.float16]:
        """Root mean square of each millisecond, full scale 1."""
        return self.array(f"rms-{track}")

    mono_rate = MONO_RATE


@dataclass(frozen=True)
class Measurement:
    """What `measure` of a check gave, as stored. `state`: measured | cannot_tell | failed."""

    version: int
    state: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"version": self.version, "state": self.state, "data": dict(self.data), "reason": self.reason}


@dataclass
class Material:
    """A file as checks read it. `earlier`: measurements made so far, by check id. `other`: the reference, in stage C."""

    path: str
    summary: Summary
    index: FrameIndex
    features: Features | None = None
    earlier: dict[str, Measurement] = field(default_factory=dict)
    other: "Material | None" = None
    copies: Mapping[str, Path] = field(default_factory=dict)  # the proxies that were made of it, by label
    beat: Callable[[], None] = lambda: None  # call it now and then in long work: it raises errors.Cancelled when asked to stop

    @cached_property
    def packets(self) -> PacketArrays:
        from media_pipeline.core.checks import packet_arrays, packet_tables  # see movie

        return (packet_tables.read(self.path, self.movie) if self.movie else None) or packet_arrays.read(self.path)

    @property
    def video(self) -> StreamPackets:
        """Packets of the picture under review."""
        return self.packets.streams[self.summary.video_stream]

    def audio(self, track: int) -> StreamPackets:
        """Packets of an audio track, by its number among the summary's."""
        return self.packets.streams[self.summary.audio[track].stream]

    @cached_property
    def movie(self) -> Movie | None:
        """Tables of an MP4 or MOV: edit lists, timecode track, sample tables. None for other containers."""
        if not self.summary.container.startswith("mov"):
            return None
        with Path(self.path).open("rb") as file:
            from media_pipeline.core import allow  # brings FFmpeg along, which those who only judge do not need

            return read_movie(file, allow.LIMITS.header_bytes)

    @cached_property
    def boxes(self) -> TopLevel:
        """The outline of an MP4 or MOV."""
        with Path(self.path).open("rb") as file:
            return top_level(file)

    @property
    def stored(self) -> Features:
        """The stored features. Raises CannotMeasure before the decode pass."""
        if self.features is None:
            raise CannotMeasure("The file has not been decoded yet.")
        return self.features

    @property
    def reference(self) -> "Material":
        """The file to compare with (stage C)."""
        if self.other is None:
            raise CannotMeasure("There is no reference.")
        return self.other

    def measured(self, check_id: str) -> Mapping[str, Any]:
        """What an earlier check measured; {} if it gave nothing."""
        known = self.earlier.get(check_id)
        return known.data if known is not None and known.state == "measured" else {}

    @property
    def joins(self) -> list[int]:
        """Frames at which a new segment of a distributed render begins, as the check "segments" found them."""
        return [int(join["frame"]) for join in self.measured("segments").get("joins", ())]
