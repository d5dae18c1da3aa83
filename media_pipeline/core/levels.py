"""Levels of every channel, for meters: of channels that nobody hears at the moment too, and of the source itself.

File `.tplv`, little endian: magic `TPLV`, u16 version = 1, u16 channels, u32 sample_rate, u32 samples_per_level, u32 count,
u32 reserved = 0; then count × channels u8, the channels of one moment together: the loudest sample, v ≥ 1 being
(v − 255) / 2 dBFS, 0 silence or less than −127 dBFS. Level k covers the samples from k · samples_per_level on; sample 0 is
heard as frame 0 appears. Made where sounds are made to be heard by themselves (solo_sound.py).
"""

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.picture import Picture
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.solo_sound import MOST, solos
from media_pipeline.core.summary import Summary

HEADER = struct.Struct("<4sHHIIII")
MAGIC = b"TPLV"
MIME = "application/octet-stream"
PER_SECOND = 50  # a meter is drawn sixty times a second and falls slowly: finer is not seen


def in_half_decibels(peaks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Peaks (full scale 1) as the file's bytes."""
    with np.errstate(divide="ignore"):
        steps = np.round(40 * np.log10(peaks)) + 255
    return np.asarray(np.clip(steps, 0, 255), np.uint8)


class _Track:
    def __init__(self, path: Path, channels: int, sample_rate: int) -> None:
        self.path = path
        self.channels = channels
        self.sample_rate = sample_rate
        self.per_level = max(1, sample_rate // PER_SECOND)
        self.count = 0
        self._rest = np.zeros((channels, 0), np.float32)
        self._file: BinaryIO = path.open("wb")
        self._file.write(bytes(HEADER.size))

    def add(self, samples: NDArray[np.float32]) -> None:
        """(channels, n) samples more."""
        samples = np.concatenate([self._rest, np.abs(samples)], axis=1)
        whole = samples.shape[1] // self.per_level
        self._write(samples[:, : whole * self.per_level].reshape(self.channels, whole, self.per_level))
        self._rest = samples[:, whole * self.per_level :].copy()

    def _write(self, moments: NDArray[np.float32]) -> None:
        if moments.shape[1]:
            in_half_decibels(moments.max(axis=2)).T.tofile(self._file)
            self.count += moments.shape[1]

    def finish(self) -> None:
        if self._rest.shape[1]:
            self._write(self._rest[:, None, :])
        self._file.seek(0)
        self._file.write(HEADER.pack(MAGIC, 1, self.channels, self.sample_rate, self.per_level, self.count, 0))
        self._file.close()

    def close(self) -> None:
        self._file.close()


class LevelConsumer:
    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}

    def wants(self, summary: Summary) -> bool:
        return bool(solos(summary.audio))

    def start(self, work: Work) -> None:
        for track in work.tracks[:MOST]:
            self._tracks[track.index] = _Track(
                work.out / f"levels-{track.index}.tplv", min(track.channels, MOST), track.sample_rate
            )

    def video(self, n: int, picture: Picture) -> None:
        pass

    def audio(self, track: int, block: SoundBlock) -> None:
        if (one := self._tracks.get(track)) is not None:
            one.add(block.samples[: one.channels])

    def finish(self) -> Iterable[RenditionFile]:
        for number, track in self._tracks.items():
            track.finish()
            yield RenditionFile("levels", f"audio-{number}", track.path.name, MIME, meta={"track": number})

    def abandon(self) -> None:
        for track in self._tracks.values():
            track.close()
