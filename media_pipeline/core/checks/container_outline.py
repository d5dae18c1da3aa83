"""The outer shell of a file: whether it ends where it says, and what stands behind its end."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_pipeline.core.mp4_boxes import top_boxes

_BOXES = frozenset(
    b"ftyp moov mdat free skip wide uuid moof sidx styp mfra meta pnot PICT udta emsg prft ssix pdin bloc junk imda".split()
)
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_MXF_PARTITION = bytes.fromhex("060e2b34020501010d0102010102")


@dataclass(frozen=True)
class Outline:
    """`missing`: bytes that the file claims beyond its end (0: none, −1: some, nobody knows how many). `trailing`: bytes
    behind the end that belong to nothing. `unfinished`: the writer never closed it. `index_last`: MP4 with moov at the end."""

    missing: int = 0
    trailing: int = 0
    unfinished: bool = False
    index_last: bool = False


def read_outline(path: str, container: str) -> Outline:
    """By FFmpeg's name of the container; an empty outline for those that are not walked."""
    walkers: dict[str, Callable[[BinaryIO, int], Outline]] = {
        "mov": _boxes, "matroska": _ebml, "mpegts": _packets, "avi": _riff, "mxf": _mxf,
    }  # fmt: skip
    walk = walkers.get(container.split(",")[0])
    if walk is None:
        return Outline()
    with Path(path).open("rb") as file:
        return walk(file, file.seek(0, 2))


def _boxes(file: BinaryIO, end: int) -> Outline:
    good, kinds = 0, []
    for kind, _, stop in top_boxes(file):
        if kind not in _BOXES:
            break
        if stop > end:
            return Outline(missing=stop - end)
        good = stop
        kinds.append(kind)
    last = b"moov" in kinds and b"mdat" in kinds and kinds.index(b"moov") > kinds.index(b"mdat")
    return Outline(trailing=end - good if kinds else 0, index_last=last)


def _ebml(file: BinaryIO, end: int) -> Outline:
    """The EBML header, then one segment (RFC 8794, 9559)."""
    file.seek(0)
    head = file.read(4096)
    if not head.startswith(_EBML):
        return Outline()
    size, width = _vint(head, 4)
    at = 4 + width + size
    if head[at : at + 4] != _SEGMENT:
        return Outline()
    size, width = _vint(head, at + 4)
    if not width:
        return Outline()
    if size == (1 << 7 * width) - 1:
        return Outline(unfinished=True)  # "unknown size": written to a pipe, or never closed
    stop = at + 4 + width + size
    return Outline(missing=stop - end) if stop > end else Outline(trailing=end - stop)


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """(value, width) of a variable-length size; width 0 if there is none."""
    if at >= len(data) or not data[at]:
        return 0, 0
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return value, width


def _packets(file: BinaryIO, end: int) -> Outline:
    """Transport stream packets of 188 bytes (192 with a time, 204 with parity)."""
    file.seek(0)
    head = file.read(2048)
    for length, first in ((188, 0), (192, 4), (204, 0)):
        if all(head[at : at + 1] == b"G" for at in range(first, min(len(head), 5 * length), length)):
            return Outline(trailing=end % length)
    return Outline()


def _riff(file: BinaryIO, end: int) -> Outline:
    """One RIFF behind the other: AVI, then AVIX for each further gigabyte."""
    at = 0
    while at + 12 <= end:
        file.seek(at)
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:12] not in (b"AVI ", b"AVIX"):
            break
        size = int.from_bytes(head[4:8], "little")
        if not size:
            return Outline(unfinished=True)
        at += 8 + size + size % 2
    return Outline(missing=at - end) if at > end + 1 else Outline(trailing=max(0, end - at))


def _mxf(file: BinaryIO, end: int) -> Outline:
    """The header partition says where the footer is, and whether it was closed (SMPTE ST 377-1)."""
    file.seek(0)
    head = file.read(65_536 + 128)
    at = head.find(_MXF_PARTITION)
    if at < 0 or len(head) < at + 16 + 9 + 48:
        return Outline()
    status, length = head[at + 14], head[at + 16]
    value = at + 17 + (length & 0x7F if length & 0x80 else 0)
    footer = int.from_bytes(head[value + 24 : value + 32], "big")
    if footer and at + footer >= end:
        return Outline(missing=at + footer - end)
    return Outline(unfinished=not footer and status in (1, 3))
