"""What a picture is recognised by, and how much it differs from the one before.

Taken from the picture as consumers see it (upright, BT.709 limited range, 8 bits), so that a proxy, an original and a new
version of it can be compared whatever their size and encoding.
"""

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.picture import Picture

COARSE = (32, 18)  # cells across and down
FINE = (64, 36)
POINTS = (160, 90)

# One record per frame. Luma in levels of 8 bits, 16 black, 235 white.
RECORD = np.dtype(
    [
        ("mean", "<f4"),  # of the fine grid
        ("low", "u1"),  # darkest and brightest cell of the fine grid
        ("high", "u1"),
        ("change", "<f4"),  # mean absolute difference to the frame before, over 160 x 90 samples; 0 for frame 0
        ("block_change", "<f4"),  # the largest such mean within one of 16 x 9 blocks
        ("moved", "<u2"),  # samples that differ by more than two levels
        ("state", "u1"),  # bit 0: repeated (the source has no picture here), bit 1: damaged
    ]
)


class Grids:
    """Mean luma of equal cells that cover the picture exactly, edge pixels counted by the share that lies in the cell:
    cells that left out a rest would all shift when the picture is scaled. (swscale's "area" is off by up to ten levels.)
    """

    def __init__(self, width: int, height: int) -> None:
        self._rows = [_span(row, FINE[1], height) for row in range(FINE[1])]
        edges = np.arange(FINE[0] + 1) * width
        self._left, self._share = edges // FINE[0], (edges % FINE[0] / FINE[0]).astype(np.float32)
        self._area = np.float32(width * height / (FINE[0] * FINE[1]))
        self._high = height // FINE[1] if height % FINE[1] == 0 else 0
        self._running = np.zeros((FINE[1], width + 1), np.float32)

    def of(self, picture: Picture) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The coarse grid, shape (18, 32), and the fine one, (36, 64): rounded to the nearest level."""
        luma = picture.luma
        if self._high:
            sums = luma.reshape(FINE[1], self._high, -1).sum(axis=1, dtype=np.uint16).astype(np.float32)
        else:
            sums = np.stack([self._row(luma, *span) for span in self._rows])
        # Sums up to each cell's edge, between two pixels by their share; whole numbers below 2^24 are exact.
        np.cumsum(sums, axis=1, out=self._running[:, 1:])
        beyond = np.append(sums, sums[:, -1:], axis=1)[:, self._left]
        cells = np.diff(self._running[:, self._left] + beyond * self._share, axis=1)
        fine = cells / self._area
        coarse = fine.reshape(COARSE[1], 2, COARSE[0], 2).mean(axis=(1, 3))
        return np.rint(coarse).astype(np.uint8), np.rint(fine).astype(np.uint8)

    def _row(self, luma: NDArray[np.uint8], first: int, last: int, head: float, tail: float) -> NDArray[np.float32]:
        total: NDArray[np.float32] = luma[first:last].sum(axis=0, dtype=np.uint16).astype(np.float32)
        if head:
            total += luma[first - 1] * np.float32(head)
        if tail:
            total += luma[last] * np.float32(tail)
        return total


def _span(cell: int, cells: int, size: int) -> tuple[int, int, float, float]:
    """The whole pixels first … last - 1 of a cell, and its share of the pixel before and of the one after."""
    low, high = cell * size, (cell + 1) * size
    first, last = -(-low // cells), high // cells
    if first > last:  # the cell lies within one pixel
        return first, first, (high - low) / cells, 0.0
    return first, last, (first * cells - low) / cells, (high - last * cells) / cells


class PointSampler:
    """Unfiltered samples at the centres of 160 x 90 cells: a mean hides what one sharp pixel shows."""

    def __init__(self, width: int, height: int) -> None:
        self._rows = (np.arange(POINTS[1]) * 2 + 1) * height // (2 * POINTS[1])
        self._columns = (np.arange(POINTS[0]) * 2 + 1) * width // (2 * POINTS[0])

    def sample(self, picture: Picture) -> NDArray[np.uint8]:
        """Shape (90, 160)."""
        return picture.luma[self._rows][:, self._columns]


def describe(
    fine: NDArray[np.uint8], points: NDArray[np.uint8], before: NDArray[np.uint8] | None, state: int
) -> tuple[float, int, int, float, float, int, int]:
    """The RECORD of a frame. `before`: the samples of the frame before."""
    luma = float(fine.mean()), int(fine.min()), int(fine.max())
    if before is None:
        return (*luma, 0.0, 0.0, 0, state)
    off = np.maximum(points, before) - np.minimum(points, before)
    blocks = off.reshape(9, 10, 16, 10).sum(axis=(1, 3), dtype=np.uint32)
    return (*luma, float(blocks.sum()) / off.size, float(blocks.max()) / 100, int(np.count_nonzero(off > 2)), state)
