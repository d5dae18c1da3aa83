"""Fingerprints and features for the sync checks, measured in the decode pass and kept beside the proxy.

All files are NumPy's `.npy` (memory-mappable; the format is NumPy's own, documented there):

| label | shape, type | content |
|---|---|---|
| `luma-32x18` | (n, 18, 32) u1 | mean luma of the cells of every frame (fingerprint.Grids) |
| `luma-64x36` | (n, 36, 64) u1 | the same, finer |
| `frames` | (n,) fingerprint.RECORD | brightness and change of every frame |
| `fields` | (n,) raw_picture.RECORD | flags of every frame as decoded, and what its lines show of fields |
| `audio-T` | (m,) i2 | track T as mono (mean of its channels) at 8 kHz |
| `rms-T` | (k,) f2 | root mean square over each millisecond of all channels of track T, at its own rate |

Sample 0 and millisecond 0 begin as frame 0 appears.
"""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.fingerprint import COARSE, FINE, RECORD, Grids, PointSampler, describe
from media_pipeline.core.picture import Picture
from media_pipeline.core.rate import MONO_RATE
from media_pipeline.core.raw_picture import RECORD as RAW
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import Summary

MIME = "application/x-npy"
_HEADER_BYTES = 320  # room for any length; NumPy allows padding
_BATCH = 64  # frames per write


class ArrayFile:
    """A `.npy` written piece by piece along its first axis."""

    def __init__(self, path: Path, dtype: np.dtype[Any], item: tuple[int, ...] = ()) -> None:
        self.path = path
        self.length = 0
        self._dtype = dtype
        self._item = item
        self._file: BinaryIO = path.open("wb")
        self._file.write(bytes(_HEADER_BYTES))

    def append(self, data: NDArray[Any]) -> None:
        self._file.write(np.ascontiguousarray(data, self._dtype).data)
        self.length += len(data)

    def finish(self) -> None:
        described = {
            "descr": np.lib.format.dtype_to_descr(self._dtype),
            "fortran_order": False,
            "shape": (self.length, *self._item),
        }
        body = repr(described).encode("latin1").ljust(_HEADER_BYTES - 10 - 1) + b"\n"
        assert len(body) == _HEADER_BYTES - 10, "a header longer than its room"
        self._file.seek(0)
        self._file.write(np.lib.format.magic(1, 0) + len(body).to_bytes(2, "little") + body)
        self._file.close()

    def close(self) -> None:
        self._file.close()


class _Batch:
    """Gathers rows so that the file is written in pieces of a useful size."""

    def __init__(self, file: ArrayFile, item: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.file = file
        self._rows = np.zeros((_BATCH, *item), dtype)
        self._filled = 0

    def add(self, row: Any) -> None:
        self._rows[self._filled] = row
        self._filled += 1
        if self._filled == _BATCH:
            self.flush()

    def flush(self) -> None:
        self.file.append(self._rows[: self._filled])
        self._filled = 0


class PictureFeatures:
    def __init__(self) -> None:
        self._before: NDArray[np.uint8] | None = None
        self._sampler: PointSampler | None = None
        self._grids: Grids | None = None
        self._files: dict[str, _Batch] = {}

    def wants(self, summary: Summary) -> bool:
        return True

    def start(self, work: Work) -> None:
        self._rate = work.index.rate
        u1 = np.dtype("u1")
        grids = (("luma-32x18", COARSE[::-1], u1), ("luma-64x36", FINE[::-1], u1), ("frames", (), RECORD), ("fields", (), RAW))
        for label, item, dtype in grids:
            file = ArrayFile(work.out / f"features-{label}.npy", dtype, item)
            self._files[label] = _Batch(file, item, dtype)

    def video(self, n: int, picture: Picture) -> None:
        if self._sampler is None or self._grids is None:
            self._sampler = PointSampler(picture.frame.width, picture.frame.height)
            self._grids = Grids(picture.frame.width, picture.frame.height)
        coarse, fine = self._grids.of(picture)
        points = self._sampler.sample(picture)
        self._files["luma-32x18"].add(coarse)
        self._files["luma-64x36"].add(fine)
        state = int(picture.repeated) | int(picture.damaged) << 1
        self._files["frames"].add(describe(fine, points, self._before, state))
        self._files["fields"].add(picture.raw)
        self._before = points

    def audio(self, track: int, block: SoundBlock) -> None:
        pass

    def finish(self) -> Iterable[RenditionFile]:
        for label, batch in self._files.items():
            batch.flush()
            batch.file.finish()
            count = batch.file.length
            meta = {"rate_num": self._rate.numerator, "rate_den": self._rate.denominator}
            yield RenditionFile("features", label, batch.file.path.name, MIME, frame_count=count, meta=meta)

    def abandon(self) -> None:
        for batch in self._files.values():
            batch.file.close()


class _SoundTrack:
    def __init__(self, out: Path, number: int, rate: int) -> None:
        self.mono = ArrayFile(out / f"features-audio-{number}.npy", np.dtype("<i2"))
        self.rms = ArrayFile(out / f"features-rms-{number}.npy", np.dtype("<f2"))
        self.rate = rate
        self._resampler = AudioResampler(format="s16", layout="mono", rate=MONO_RATE)
        self._rest = np.zeros(0, np.float32)  # mean squares that do not fill a millisecond yet
        self._at = 0  # number of the first sample of the rest

    def add(self, block: SoundBlock) -> None:
        samples = block.samples
        mono = samples[0] if samples.shape[0] == 1 else samples.mean(axis=0)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(mono[np.newaxis], np.float32), "fltp", "mono")
        frame.sample_rate = self.rate
        frame.pts, frame.time_base = block.start, Fraction(1, self.rate)
        self._store(self._resampler.resample(frame))
        power = samples[0] * samples[0] if samples.shape[0] == 1 else np.einsum("cs,cs->s", samples, samples) / len(samples)
        self._milliseconds(np.concatenate([self._rest, power]))

    def _milliseconds(self, power: NDArray[np.float32], *, last: bool = False) -> None:
        """Millisecond k is the samples from ceil(k · rate / 1000) on: exact for 44.1 kHz too."""
        end = self._at + len(power)
        first = self.rms.length
        count = (end * 1000 // self.rate if not last else -(-end * 1000 // self.rate)) - first
        if count > 0:
            edges = -(-(np.arange(first, first + count, dtype=np.int64) * self.rate) // 1000)
            bounds = np.append(edges, min(end, -(-((first + count) * self.rate) // 1000)))
            sums = np.add.reduceat(power[: bounds[-1] - self._at], edges - self._at)
            self.rms.append(np.sqrt(sums / np.diff(bounds)))
            power = power[bounds[-1] - self._at :]
            self._at = int(bounds[-1])
        self._rest = power

    def finish(self) -> None:
        self._store(self._resampler.resample(None))
        if len(self._rest):
            self._milliseconds(self._rest, last=True)
        self.mono.finish()
        self.rms.finish()

    def _store(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self.mono.append(frame.to_ndarray()[0])

    def close(self) -> None:
        self.mono.close()
        self.rms.close()


class SoundFeatures:
    def __init__(self) -> None:
        self._tracks: dict[int, _SoundTrack] = {}

    def wants(self, summary: Summary) -> bool:
        return bool(summary.audio)

    def start(self, work: Work) -> None:
        for track in work.tracks:
            self._tracks[track.index] = _SoundTrack(work.out, track.index, track.sample_rate)

    def video(self, n: int, picture: Picture) -> None:
        pass

    def audio(self, track: int, block: SoundBlock) -> None:
        self._tracks[track].add(block)

    def finish(self) -> Iterable[RenditionFile]:
        for number, track in self._tracks.items():
            track.finish()
            for label, file, rate in ((f"audio-{number}", track.mono, MONO_RATE), (f"rms-{number}", track.rms, 1000)):
                meta = {"track": number, "per_second": rate, "count": file.length}
                yield RenditionFile("features", label, file.path.name, MIME, meta=meta)

    def abandon(self) -> None:
        for track in self._tracks.values():
            track.close()
