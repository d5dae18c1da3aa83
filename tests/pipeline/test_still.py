"""A still is the very frame that was asked for, out of every kind of file, at the source's own size."""

import numpy as np
import pytest
from PIL import Image

from media_pipeline.core.probe import inspect
from media_pipeline.core.still import frame_of, upright
from tests import media

NAMES = [
    "29.97",
    "b-frames",
    "open-gop",
    "vfr-b",
    "edit-list",
    "fragmented-b",
    "prores",
    "hevc",
    "avi",
    "mxf",
    "ts",
    "webm-vp9",
]


def number_on(picture: np.ndarray) -> int | None:
    gray = np.asarray(Image.fromarray(picture).convert("L"))
    return media.read_number(gray)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_frame_asked_for(name):
    path = media.clip(name)
    summary, index = inspect(str(path))
    first = media.CLIPS[name].first_number
    last = len(index) - 1
    keys = np.flatnonzero(index.keyframe)
    key = int(keys[len(keys) // 2])
    for frame in sorted({0, 1, max(0, key - 1), key, min(last, key + 1), last - 1, last}):
        picture = frame_of(str(path), summary, index, frame)
        assert picture.shape == (*reversed(upright(summary)), 3)
        assert number_on(picture) == frame + first, frame
    with pytest.raises(IndexError):
        frame_of(str(path), summary, index, last + 1)
