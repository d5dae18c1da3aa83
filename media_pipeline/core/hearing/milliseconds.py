"""Mean squares of every channel, millisecond by millisecond, of a stream that comes in blocks."""

import numpy as np
from numpy.typing import NDArray


class Milliseconds:
    """Millisecond k is the samples from ceil(k · rate / 1000) on: exact for 44.1 kHz too."""

    def __init__(self, channels: int, rate: int) -> None:
        self.rate = rate
        self._whole = rate // 1000 if rate % 1000 == 0 else 0
        self._rest = np.zeros((channels, 0), np.float32)
        self._done = 0  # milliseconds given so far

    def first_sample(self, millisecond: int) -> int:
        return -(-millisecond * self.rate // 1000)

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mean squares of the milliseconds that are complete now, shape (channels, n)."""
        if self._rest.shape[1]:
            samples = np.concatenate([self._rest, samples], axis=1)
        start = self.first_sample(self._done)
        if self._whole:
            count = samples.shape[1] // self._whole
            used = count * self._whole
            cut = samples[:, :used].reshape(len(samples), count, self._whole)
            power: NDArray[np.float32] = np.einsum("cms,cms->cm", cut, cut) / np.float32(self._whole)
        else:
            count = (start + samples.shape[1]) * 1000 // self.rate - self._done
            edges = -(-(np.arange(self._done, self._done + count + 1) * self.rate) // 1000) - start
            used = int(edges[-1]) if count else 0
            if count:
                sums = np.add.reduceat(samples[:, :used] ** 2, edges[:-1], axis=1)
                power = (sums / np.diff(edges)).astype(np.float32)
            else:
                power = np.zeros((len(samples), 0), np.float32)
        self._done += count
        self._rest = samples[:, used:].copy()
        return power
