"""What a picture is recognised by, and how much it differs from the one before.

Taken from the picture as consumers see it (upright, BT.709 limited range, 8 bits), so that a proxy, an original and a new
version of it can be compared whatever their size and encoding.
"""

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.picture import Picture, plane_view

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


def coarse_grid(picture: Picture) -> NDArray[np.uint8]:
    """Means of 32 x 18 equal cells that cover the picture exactly, shape (18, 32). Good to one level."""
    return plane_view(picture.scaled(*COARSE, "gray"), 0)


def fine_grid(picture: Picture) -> NDArray[np.uint8]:
    """The same of 64 x 36 cells, shape (36, 64)."""
    return plane_view(picture.scaled(*FINE, "gray"), 0)


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
