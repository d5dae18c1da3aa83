"""Poster and hover thumbnails."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.picture import Picture, black_picture, plane_view
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import Summary

MIME = "image/jpeg"
TILE = 160  # the longer side, pixels
COLUMNS = ROWS = 10
MOST_TILES = 1500  # of one file: keeps an hour at a few MB
POSTER_CANDIDATES = 24
_DARK = 30.0  # mean luma of a picture too dark to stand for the film


def frame_step(count: int, rate: Fraction) -> int:
    """One tile for every so many frames: four per second, fewer in long films."""
    quarter_second = -int(-rate // 4)
    return max(1, quarter_second, -(-count // MOST_TILES))


class SpriteConsumer:
    """Sheets of tiles, each published as soon as it is full. Tile t of all (counted over the sheets, row by row) shows
    frame t · frame_step."""

    def __init__(self) -> None:
        self._sheet: VideoFrame | None = None
        self._filled = 0  # tiles on the current sheet
        self._sheets = 0

    def wants(self, summary: Summary) -> bool:
        return True

    def start(self, work: Work) -> None:
        self._work = work
        self._step = frame_step(len(work.index), work.index.rate)
        self._count = -(-len(work.index) // self._step)
        self._tile = (0, 0)

    def video(self, n: int, picture: Picture) -> None:
        if n % self._step:
            return
        if self._sheet is None:
            self._tile = tile_size(picture.frame.width, picture.frame.height)
            self._open_sheet()
        assert self._sheet is not None
        width, height = self._tile
        small = picture.scaled(width, height)
        column, row = self._filled % COLUMNS, self._filled // COLUMNS
        for plane in range(3):
            source, target = plane_view(small, plane), plane_view(self._sheet, plane)
            high, wide = source.shape
            target[row * high : (row + 1) * high, column * wide : (column + 1) * wide] = source
        self._filled += 1
        if self._filled == COLUMNS * ROWS:
            self._work.publish(self._close_sheet())

    def audio(self, track: int, block: SoundBlock) -> None:
        pass

    def finish(self) -> Iterable[RenditionFile]:
        if self._filled:
            yield self._close_sheet()

    def abandon(self) -> None:
        self._sheet = None

    def _open_sheet(self) -> None:
        left = self._count - self._sheets * COLUMNS * ROWS
        rows = min(ROWS, -(-left // COLUMNS))
        columns = COLUMNS  # a short last sheet keeps the width: the page computes with one number of columns
        self._sheet = black_picture(self._tile[0] * columns, self._tile[1] * rows)
        self._filled = 0

    def _close_sheet(self) -> RenditionFile:
        assert self._sheet is not None
        name = f"sprites-{self._sheets:03d}.jpg"
        write_jpeg(self._sheet, self._work.out / name, quality=6)
        first = self._sheets * COLUMNS * ROWS * self._step
        meta = {
            "tile_width": self._tile[0],
            "tile_height": self._tile[1],
            "columns": COLUMNS,
            "rows": ROWS,
            "frame_step": self._step,
            "sheet": self._sheets,
            "first_frame": first,
            "tiles": self._filled,
        }
        width, height = self._sheet.width, self._sheet.height
        made = RenditionFile("sprites", f"sheet-{self._sheets:03d}", name, MIME, width, height, meta=meta)
        self._sheets += 1
        self._filled = 0
        self._sheet = None
        return made


class PosterConsumer:
    """The most telling of a few pictures from the first two thirds. The first that is not dark is published at once, so
    that lists have something to show while the rest is made; a better one replaces it at the end."""

    def __init__(self) -> None:
        self._best = -1.0
        self._frame = -1
        self._published = -1

    def wants(self, summary: Summary) -> bool:
        return True

    def start(self, work: Work) -> None:
        self._work = work
        span = max(1, len(work.index) * 2 // 3)
        self._candidates = {span * i // POSTER_CANDIDATES for i in range(POSTER_CANDIDATES)}
        # Films open dark: a few early ones more, for the poster that comes first.
        per_second = max(1, round(work.index.rate))
        self._candidates |= {n for n in range(0, 4 * per_second, max(1, per_second // 2)) if n < span}

    def video(self, n: int, picture: Picture) -> None:
        if n not in self._candidates:
            return
        score = telling(picture)
        if score <= self._best:
            return
        self._best, self._frame = score, n
        self._size = picture.frame.width, picture.frame.height
        write_jpeg(picture.frame, self._path(n), quality=4)
        if self._published < 0 and score >= 1:
            self._work.publish(self._file())

    def audio(self, track: int, block: SoundBlock) -> None:
        pass

    def finish(self) -> Iterable[RenditionFile]:
        if self._frame != self._published:
            yield self._file()

    def abandon(self) -> None:
        pass

    def _path(self, n: int) -> Path:
        return self._work.out / f"poster-{n}.jpg"

    def _file(self) -> RenditionFile:
        self._published = self._frame
        width, height = self._size
        return RenditionFile("poster", "", self._path(self._frame).name, MIME, width, height, meta={"frame": self._frame})


def telling(picture: Picture) -> float:
    """How well a picture would stand for the film: below 1 if dark or flat (black, slate, fade), more with contrast."""
    luma = plane_view(picture.scaled(64, 36, "gray"), 0).astype(np.float32)
    mean, spread = float(luma.mean()), float(luma.std())
    if mean < _DARK or picture.repeated:
        return 0.1 * spread / (spread + 1)
    return 1.0 + spread if spread > 8 else spread / 10


def tile_size(width: int, height: int) -> tuple[int, int]:
    """Even, the longer side TILE pixels."""
    longer = max(width, height)
    return max(2, round(width * TILE / longer / 2) * 2), max(2, round(height * TILE / longer / 2) * 2)


def write_jpeg(frame: VideoFrame, path: Path, *, quality: int) -> None:
    """A JPEG in the colours that JPEG means: BT.601, full range. `quality`: 2 best … 31 worst."""
    converted = VideoReformatter().reformat(
        frame,
        format="yuvj420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU601,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = converted.width, converted.height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.color_range = ColorRange.JPEG
    encoder.options = {"qmin": str(quality), "qmax": str(quality), "huffman": "optimal"}
    encoder.thread_count = 1
    converted.pts, converted.time_base = 0, Fraction(1, 25)
    converted.pict_type = 0
    packets = [*encoder.encode(converted), *encoder.encode(None)]
    path.write_bytes(b"".join(bytes(packet) for packet in packets))
