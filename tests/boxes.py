"""MP4 boxes taken apart and put together again, to make files that no muxer writes."""

import struct
from collections.abc import Callable, Sequence

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta"}


def split(data: bytes) -> list[tuple[bytes, bytes]]:
    """(type, payload) of every box."""
    found, at = [], 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:
            size = len(data) - at
        found.append((kind, data[at + header : at + size]))
        at += size
    return found


def join(parts: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b"".join(struct.pack(">I4s", 8 + len(payload), kind) + payload for kind, payload in parts)


def map_tracks(data: bytes, change: Callable[[bytes, list[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]]) -> bytes:
    """The file with `change(handler, boxes of the trak)` applied to every track. The index must stand behind the media."""
    top = split(data)
    assert [kind for kind, _ in top].index(b"moov") > [kind for kind, _ in top].index(b"mdat")
    at = data.rindex(b"moov") - 4
    parts = []
    for kind, payload in split(dict(top)[b"moov"]):
        if kind == b"trak":
            mdia = dict(split(dict(split(payload))[b"mdia"]))
            payload = join(change(mdia[b"hdlr"][8:12], split(payload)))
        parts.append((kind, payload))
    return data[:at] + join([(b"moov", join(parts))])


def with_edit_list(data: bytes, handler: bytes, entries: Sequence[tuple[int, int]]) -> bytes:
    """The file with the edit list of the tracks of `handler` (b"vide", b"soun") replaced by (duration, media time) entries."""
    elst = struct.pack(">II", 1 << 24, len(entries)) + b"".join(struct.pack(">QqI", d, m, 1 << 16) for d, m in entries)

    def change(kind: bytes, parts: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if kind != handler:
            return parts
        kept = [part for part in parts if part[0] != b"edts"]
        return [kept[0], (b"edts", join([(b"elst", elst)])), *kept[1:]] if entries else kept

    return map_tracks(data, change)


def with_table(data: bytes, name: bytes, payload: bytes | None, handler: bytes = b"vide") -> bytes:
    """The file with one box of the sample table replaced (or removed: None) in the tracks of `handler`."""

    def change(kind: bytes, parts: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if kind != handler:
            return parts
        return [(k, _replace(p, [b"minf", b"stbl"], name, payload) if k == b"mdia" else p) for k, p in parts]

    return map_tracks(data, change)


def _replace(data: bytes, path: list[bytes], name: bytes, payload: bytes | None) -> bytes:
    if path:
        return join([(k, _replace(p, path[1:], name, payload) if k == path[0] else p) for k, p in split(data)])
    parts = [(k, payload if k == name else p) for k, p in split(data)]
    if all(k != name for k, _ in parts):
        parts.append((name, payload))
    return join([(k, p) for k, p in parts if p is not None])
