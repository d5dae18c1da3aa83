"""Walks the boxes of MP4 and MOV files (ISO/IEC 14496-12, QuickTime). Never trusts a size; garbage ends the walk."""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MAX_TOP_LEVEL = 200_000  # a day of one-second fragments has 86,400 × 2


@dataclass(frozen=True)
class TopLevel:
    """What stands at the top of a file."""

    moov: bytes | None  # payload; None if missing, cut off or larger than the limit
    brands: tuple[bytes, ...]
    fragments: bool
    cut_short: bool  # a box claims to reach beyond the end of the file
    is_mp4: bool  # begins like one at all


def children(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """(type, payload) of each box in `data`, until the first that does not fit."""
    at, end = 0, len(data)
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            if at + 16 > end:
                return
            size, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            return
        yield kind, data[at + header : at + size]
        at += size


def child(data: memoryview | None, *path: bytes) -> memoryview | None:
    """Payload of the first box along `path`."""
    for name in path:
        if data is None:
            return None
        data = next((payload for kind, payload in children(data) if kind == name), None)
    return data


def top_boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte of the payload, byte behind it) of each box at the top. The last may claim to reach beyond the end
    of the file; garbage ends the walk. Whoever reads in between may move the file's position."""
    end = file.seek(0, os.SEEK_END)
    at = 0
    for _ in range(_MAX_TOP_LEVEL):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        size, kind = struct.unpack_from(">I4s", head)
        header = 8
        if size == 1 and len(head) == 16:
            size, header = struct.unpack_from(">Q", head, 8)[0], 16
        elif size == 0:
            size = end - at
        if size < header:
            return
        yield kind, at + header, at + size
        at += size


def read_top_level(file: BinaryIO, limit: int) -> TopLevel:
    """Read box headers through the file, and the moov if it has at most `limit` bytes."""
    end = file.seek(0, os.SEEK_END)
    fragments, cut, known = False, False, False
    moov: bytes | None = None
    brands: tuple[bytes, ...] = ()
    for kind, start, stop in top_boxes(file):
        known = known or kind in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
        if stop > end:
            cut = known
            break
        if kind == b"ftyp":
            file.seek(start)
            payload = file.read(min(stop - start, 1024))
            brands = tuple(payload[i : i + 4] for i in (0, *range(8, len(payload) - 3, 4)))
        elif kind == b"moov" and moov is None and stop - start <= limit:
            file.seek(start)
            moov = file.read(stop - start)
        elif kind == b"moof":
            fragments = True
    return TopLevel(moov, brands, fragments, cut, known)
