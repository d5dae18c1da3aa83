"""Waveform peaks of every audio track, for drawing.

File `.tpwf`, little endian: magic `TPWF`, u16 version = 1, u16 reserved = 0, u32 sample_rate, u32 samples_per_peak,
u32 peak_count, u32 reserved = 0; then peak_count pairs of i8 (lowest, highest) over all channels, full scale ±127.
Peak p covers the samples [p · samples_per_peak, (p + 1) · samples_per_peak); sample 0 is heard as frame 0 appears.
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
from media_pipeline.core.summary import Summary

HEADER = struct.Struct("<4sHHIIII")
MAGIC = b"TPWF"
SAMPLES_PER_PEAK = 256  # at 48 kHz eight peaks per frame of film: enough to see a syllable's start
MIME = "application/octet-stream"


class _Track:
    def __init__(self, path: Path, sample_rate: int) -> None:
        self.path = path
        self.sample_rate = sample_rate
        self.peaks = 0
        self._rest: NDArray[np.float32] | None = None
        self._file: BinaryIO = path.open("wb")
        self._file.write(bytes(HEADER.size))

    def add(self, samples: NDArray[np.float32]) -> None:
        if self._rest is not None:
            samples = np.concatenate([self._rest, samples], axis=1)
        whole = samples.shape[1] // SAMPLES_PER_PEAK * SAMPLES_PER_PEAK
        self._write(samples[:, :whole])
        self._rest = samples[:, whole:].copy() if whole < samples.shape[1] else None

    def _write(self, samples: NDArray[np.float32]) -> None:
        if samples.shape[1]:
            low, high = samples.min(axis=0), samples.max(axis=0)
            low, high = low.reshape(-1, SAMPLES_PER_PEAK).min(axis=1), high.reshape(-1, SAMPLES_PER_PEAK).max(axis=1)
            pairs = np.stack([np.floor(low * 127), np.ceil(high * 127)], axis=1)
            np.clip(pairs, -127, 127).astype(np.int8).tofile(self._file)
            self.peaks += len(pairs)

    def finish(self) -> None:
        if self._rest is not None:
            missing = SAMPLES_PER_PEAK - self._rest.shape[1]
            self._write(np.pad(self._rest, ((0, 0), (0, missing)), mode="edge"))
        self._file.seek(0)
        self._file.write(HEADER.pack(MAGIC, 1, 0, self.sample_rate, SAMPLES_PER_PEAK, self.peaks, 0))
        self._file.close()

    def close(self) -> None:
        self._file.close()


class WaveformConsumer:
    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}

    def wants(self, summary: Summary) -> bool:
        return bool(summary.audio)

    def start(self, work: Work) -> None:
        for track in work.tracks:
            self._tracks[track.index] = _Track(work.out / f"waveform-{track.index}.tpwf", track.sample_rate)

    def video(self, n: int, picture: Picture) -> None:
        pass

    def audio(self, track: int, block: SoundBlock) -> None:
        self._tracks[track].add(block.samples)

    def finish(self) -> Iterable[RenditionFile]:
        for number, track in self._tracks.items():
            track.finish()
            meta = {
                "track": number,
                "samples_per_peak": SAMPLES_PER_PEAK,
                "sample_rate": track.sample_rate,
                "peak_count": track.peaks,
            }
            yield RenditionFile("waveform", f"audio-{number}", track.path.name, MIME, meta=meta)

    def abandon(self) -> None:
        for track in self._tracks.values():
            track.close()
