"""How alike two pictures look, whatever their grade: small luma grids, each less its own brightness and contrast."""

import numpy as np
from numpy.typing import NDArray

Looks = NDArray[np.float32]

FLAT = 6.0  # levels of contrast below which a picture is taken for flat: noise is not blown up
CAP = 1.0  # of a cell's difference, in units of contrast: lettering over a part of the picture counts no more
UNLIKE = 0.38  # mean difference from which on pictures have nothing in common (other pictures: 0.55 to 0.75)


def looks(grids: NDArray[np.uint8]) -> Looks:
    """Shape (n, cells) from (n, rows, columns): middle 0, contrast 1; nearly flat pictures less. Middle and contrast are those
    of the middle cells, so that bright lettering changes neither."""
    flat = grids.reshape(len(grids), -1).astype(np.float32)
    cells = flat.shape[1]
    low, middle, high = cells // 6, cells // 2, cells - 1 - cells // 6
    ordered = np.partition(flat, (low, middle, high), axis=1)
    spread = (ordered[:, high] - ordered[:, low]) / 2
    flat -= ordered[:, middle, np.newaxis]
    flat /= np.maximum(spread, FLAT)[:, np.newaxis]
    return flat


def coarse(grids: NDArray[np.uint8]) -> Looks:
    """The same of a quarter of the cells, scaled so that the product of two is their correlation (0 for flat ones)."""
    rows, columns = grids.shape[1:]
    small = grids.reshape(len(grids), rows // 2, 2, columns // 2, 2).mean(axis=(2, 4), dtype=np.float32)
    flat = small.reshape(len(grids), -1)
    flat -= flat.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.mean(flat * flat, axis=1, keepdims=True))
    scaled: Looks = (flat / (np.maximum(spread, FLAT) * np.sqrt(flat.shape[1]))).astype(np.float32)
    return scaled


def distance(one: Looks, other: Looks) -> NDArray[np.float32]:
    """Mean capped difference of the cells, over the last axis."""
    off = np.abs(one - other)
    np.minimum(off, CAP, out=off)
    mean: NDArray[np.float32] = off.mean(axis=-1)
    return mean
