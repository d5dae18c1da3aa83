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
        self._rows = _Cells(FINE[1], height)
        self._columns = _Cells(FINE[0], width)
        self._area = np.float32(width * height / (FINE[0] * FINE[1]))

    def of(self, picture: Picture) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The coarse grid, shape (18, 32), and the fine one, (36, 64): rounded to the nearest level."""
        fine = self._across(self._down(picture.luma)) / self._area
        coarse = (fine[::2, ::2] + fine[::2, 1::2] + fine[1::2, ::2] + fine[1::2, 1::2]) / np.float32(4)
        return np.rint(coarse).astype(np.uint8), np.rint(fine).astype(np.uint8)

    def _down(self, luma: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Sums down each row of cells, shape (36, width)."""
        rows = self._rows
        if rows.even:
            whole = np.add.reduce(luma.reshape(rows.count, rows.even, -1), axis=1, dtype=np.uint16)
            return np.asarray(whole, np.float32)
        spans = zip(rows.first, rows.stop, strict=True)
        sums = np.array([np.add.reduce(luma[first:stop], axis=0, dtype=np.uint16) for first, stop in spans], np.float32)
        shared = luma[rows.first[1:]] * rows.share[1:, np.newaxis]
        sums[1:] -= shared
        sums[:-1] += shared
        return sums

    def _across(self, sums: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sums of cells, shape (36, 64). Whole numbers below 2^24 are exact."""
        columns = self._columns
        if columns.even:
            cells: NDArray[np.float32] = np.einsum("rcx->rc", sums.reshape(len(sums), columns.count, columns.even))
            return cells
        cells = np.add.reduceat(sums, columns.first, axis=1)
        cells[:, columns.first == columns.stop] = 0  # of no pixels reduceat gives the next one
        shared = sums[:, columns.first[1:]] * columns.share[1:]
        cells[:, 1:] -= shared
        cells[:, :-1] += shared
        return cells


class _Cells:
    """Equal cells along one side: cell i begins `share[i]` of the way through pixel `first[i]`, and the whole pixels up
    to `stop[i]`, where the next one begins, are summed; `even`: pixels of each, if no pixel is shared, else 0."""

    def __init__(self, count: int, size: int) -> None:
        edges = np.arange(count + 1) * size
        self.count = count
        self.even = size // count if size % count == 0 else 0
        self.first, self.stop = edges[:-1] // count, edges[1:] // count
        self.share = (edges[:-1] % count / count).astype(np.float32)


class PointSampler:
    """Unfiltered samples at the centres of 160 x 90 cells: a mean hides what one sharp pixel shows."""

    def __init__(self, width: int, height: int) -> None:
        self._rows = (np.arange(POINTS[1]) * 2 + 1) * height // (2 * POINTS[1])
        self._columns = (np.arange(POINTS[0]) * 2 + 1) * width // (2 * POINTS[0])

        self._step = (height // POINTS[1], width // POINTS[0]) if height % POINTS[1] == 0 == width % POINTS[0] else None

    def sample(self, picture: Picture) -> NDArray[np.uint8]:
        """Shape (90, 160)."""
        if self._step is not None:
            high, wide = self._step
            return picture.luma[high // 2 :: high, wide // 2 :: wide].copy()
        return picture.luma[self._rows][:, self._columns]


def describe(
    fine: NDArray[np.uint8], points: NDArray[np.uint8], before: NDArray[np.uint8] | None, state: int
) -> tuple[float, int, int, float, float, int, int]:
    """The RECORD of a frame. `before`: the samples of the frame before."""
    luma = float(fine.mean()), int(fine.min()), int(fine.max())
    if before is None:
        return (*luma, 0.0, 0.0, 0, state)
    off = np.maximum(points, before) - np.minimum(points, before)
    # Down first: whole rows add up fast, and ten of them fit sixteen bits.
    down = np.add.reduce(off.reshape(9, 10, -1), axis=1, dtype=np.uint16)
    blocks = np.add.reduce(down.reshape(9, 16, 10), axis=2, dtype=np.uint32)
    return (*luma, float(blocks.sum()) / off.size, float(blocks.max()) / 100, int(np.count_nonzero(off > 2)), state)
