"""Files changed by their bytes, into what no muxer writes."""

import struct

import numpy as np

from tests import boxes


def _tmcd_entry(data: bytes) -> int:
    """Where the payload of the timecode sample description begins."""
    at = data.index(b"stsd")
    while data[at + 16 : at + 20] != b"tmcd":
        at = data.index(b"stsd", at + 4)
    return at + 20


def with_drop_flag(data: bytes) -> bytes:
    """The timecode track marked drop-frame, whatever its rate."""
    at = _tmcd_entry(data) + 12
    flags = int.from_bytes(data[at : at + 4], "big") | 1
    return data[:at] + flags.to_bytes(4, "big") + data[at + 4 :]


def with_timecode_rate(data: bytes, per_second: int) -> bytes:
    """The timecode track counting so many frames a second."""
    at = _tmcd_entry(data) + 24
    return data[:at] + bytes([per_second]) + data[at + 1 :]


def with_timecode_break(data: bytes, frame: int, count: int, *, ticks_per_frame: int = 512) -> bytes:
    """The timecode track with a second sample at `frame` that says `count`. 25 frames a second in a timescale of 12800."""
    first = int.from_bytes(_first_timecode(data), "big")
    handler = b"tmcd"
    stts = struct.pack(">IIIIII", 0, 2, 1, frame * ticks_per_frame, 1, frame * ticks_per_frame)
    made = boxes.with_table(data, b"stts", stts, handler)
    made = boxes.with_table(made, b"stsz", struct.pack(">III", 0, 4, 2), handler)
    made = boxes.with_table(made, b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1), handler)
    made = boxes.with_table(made, b"stco", struct.pack(">IIII", 0, 2, 0, 0), handler)
    made = boxes.with_table(made, b"stco", struct.pack(">IIII", 0, 2, len(made) + 8, len(made) + 12), handler)
    return made + struct.pack(">I4sII", 16, b"mdat", first, count)


def _first_timecode(data: bytes) -> bytes:
    at = data.index(b"stco", _tmcd_entry(data))
    offset = int.from_bytes(data[at + 12 : at + 16], "big")
    return data[offset : offset + 4]


def without_ts_packets(data: bytes, rng: np.random.Generator) -> bytes:
    """Five runs of transport packets lost in the middle half."""
    packets = [data[at : at + 188] for at in range(0, len(data), 188)]
    lost: set[int] = set()
    for first in rng.integers(len(packets) // 4, 3 * len(packets) // 4, 5).tolist():
        lost |= set(range(first, first + 3))
    return b"".join(packet for number, packet in enumerate(packets) if number not in lost)


def flipped(data: bytes, rng: np.random.Generator, *, count: int = 400) -> bytes:
    """Single bits flipped in the middle half of the file's media (the index of an MP4 stands behind it)."""
    made = bytearray(data)
    end = data.rindex(b"moov") if b"moov" in data else len(data)
    for at in rng.integers(end // 4, 3 * end // 4, count).tolist():
        made[at] ^= 1 << int(rng.integers(8))
    return bytes(made)


def holed(data: bytes, rng: np.random.Generator, *, size: int = 4096) -> bytes:
    """A run of zeros in the middle of the media, as a lost block of a transfer leaves it."""
    end = data.rindex(b"moov") if b"moov" in data else len(data)
    at = int(rng.integers(end // 3, end // 2))
    return data[:at] + bytes(size) + data[at + size :]
