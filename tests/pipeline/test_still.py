"""A still is the very frame that was asked for, out of every kind of file, at the source's own size."""

import numpy as np
import pytest
from PIL import Image

from media_pipeline.core.child import Order
from media_pipeline.core.frame_table import pack
from media_pipeline.core.probe import inspect
from media_pipeline.core.still import frame_of, run, upright
from tests import media
from tests.transparent_clips import HEIGHT, WIDTH, gray, half_transparent

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


def test_what_is_transparent_in_the_source_can_be_kept(tmp_path):
    path = half_transparent(tmp_path / "clear.mov")
    summary, index = inspect(str(path))
    assert summary.has_alpha
    kept = frame_of(str(path), summary, index, 7, alpha=True)
    assert kept.shape == (HEIGHT, WIDTH, 4)
    assert (kept[:, : WIDTH // 2 - 8, 3] == 0).all()
    assert (kept[:, WIDTH // 2 + 8 :, 3] == 255).all()
    plain = frame_of(str(path), summary, index, 7)
    for picture in (kept, plain):
        assert abs(int(picture[HEIGHT // 2, WIDTH - 20, 0]) - gray(7)) <= 2
    assert plain.shape == (HEIGHT, WIDTH, 3)
    opaque, _ = inspect(str(media.clip("prores")))
    assert not opaque.has_alpha


class Quiet:
    def progress(self, done: int, total: int) -> None:
        """Nobody listens."""


@pytest.mark.parametrize(("widest", "expected"), [(4096, None), (160, 160)])
def test_for_documents_it_is_a_jpeg_no_wider_than_asked(tmp_path, widest, expected):
    path = media.clip("29.97")
    summary, index = inspect(str(path))
    (tmp_path / "index.tpfi").write_bytes(pack(index))
    base = [index.time_base.numerator, index.time_base.denominator]
    meta = {"time_base": base, "last_duration": index.last_duration}
    inputs = {"summary": summary.as_dict(), "frame_index": meta, "frame": 5, "jpeg_width": widest}
    told = run(Order(str(path), tmp_path, inputs, {"frame_index": tmp_path / "index.tpfi"}), Quiet())  # type: ignore[arg-type]  # all of Report that it uses
    with Image.open(tmp_path / "still.jpg", formats=("JPEG",)) as picture:
        assert picture.width == told["width"] == (expected or upright(summary)[0])
        if expected is None:
            assert number_on(np.asarray(picture)) == 5 + media.CLIPS["29.97"].first_number
