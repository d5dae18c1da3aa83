"""Poster and hover thumbnails: each tile shows the frame that its place says."""

from fractions import Fraction

import av
import numpy as np
import pytest

from media_pipeline.core.thumbs import COLUMNS, MOST_TILES, ROWS, frame_step, tile_size
from tests import media
from tests.media import draw_number, make_clip, read_number
from tests.pipeline.ingest import ingest


def gray(path):
    with av.open(str(path)) as container:
        return media.gray(next(container.decode(video=0)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thumbs")
    return ingest(
        make_clip(folder / "source.mov", rate="30000/1001", frames=900, size=(192, 108), codec="mjpeg"), folder / "out"
    )


def test_tiles_carry_their_frames(made):
    sheets = made.all("sprites")
    assert [sheet.label for sheet in sheets] == ["sheet-000", "sheet-001"]
    found: list[int | None] = []
    for sheet in sheets:
        meta = sheet.meta
        picture = gray(made.path(sheet))
        assert picture.shape == (sheet.height, sheet.width)
        assert sheet.width == meta["tile_width"] * meta["columns"]
        assert meta["first_frame"] == len(found) * meta["frame_step"]
        for tile in range(meta["tiles"]):
            row, column = divmod(tile, meta["columns"])
            top, left = row * meta["tile_height"], column * meta["tile_width"]
            found.append(read_number(picture[top : top + meta["tile_height"], left : left + meta["tile_width"]]))
    step = sheets[0].meta["frame_step"]
    assert step == 8
    assert found == list(range(0, 900, step))


def test_full_sheets_come_before_the_end(made):
    kinds = [(rendition.kind, rendition.label) for rendition in made.report.published]
    assert kinds.index(("sprites", "sheet-000")) < [kind for kind, _ in kinds].index("proxy")


def test_sheets_stay_small(made):
    assert all(made.path(sheet).stat().st_size < 300_000 for sheet in made.all("sprites"))


@pytest.mark.parametrize(
    ("count", "rate", "step"),
    [(1, "25", 7), (480, "24", 6), (6_000, "25", 7), (86_313, "24000/1001", 58), (6_000_000, "60", 4_000), (100, "1", 1)],
)
def test_frame_step_keeps_an_hour_small(count, rate, step):
    assert frame_step(count, Fraction(rate)) == step
    assert -(-count // step) <= MOST_TILES == COLUMNS * ROWS * 15


def test_tiles_keep_the_shape():
    assert tile_size(1280, 720) == (160, 90)
    assert tile_size(720, 1280) == (90, 160)
    assert tile_size(1280, 536) == (160, 68)
    assert tile_size(4, 1280) == (2, 160)


def fading_clip(path, dark):
    """`dark` black pictures, then numbered ones."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("mjpeg", rate=25)
        video.width, video.height, video.pix_fmt = 320, 180, "yuvj420p"
        for n in range(150):
            luma = np.full((180, 320), 16, np.uint8) if n < dark else draw_number(n, (320, 180))
            data = np.concatenate([luma, np.full((90, 320), 128, np.uint8)])
            frame = av.VideoFrame.from_ndarray(data, "yuv420p")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return path


def test_the_poster_is_not_black(tmp_path):
    made = ingest(fading_clip(tmp_path / "source.mov", 40), tmp_path / "out")
    posters = made.all("poster")
    assert posters[-1].meta["frame"] >= 40
    for poster in posters:
        assert (poster.width, poster.height) == (320, 180)
        assert read_number(gray(made.path(poster))) == poster.meta["frame"]


def test_the_first_poster_comes_early(tmp_path):
    made = ingest(fading_clip(tmp_path / "source.mov", 0), tmp_path / "out")
    assert made.report.published[0].kind == "poster"
    assert made.report.published[0].meta["frame"] < 25


def test_an_all_black_film_has_a_poster_too(tmp_path):
    made = ingest(fading_clip(tmp_path / "source.mov", 150), tmp_path / "out")
    assert len(made.all("poster")) == 1
