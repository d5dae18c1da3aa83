"""Field-coded H.264 (PAFF) and MPEG-2, which no encoder at hand writes: every picture is two fields, each coded by itself.

H.264 by raw I_PCM macroblocks (ISO/IEC 14496-10: 7.3.2.1.1, 7.3.2.2, 7.3.3, 7.3.5), MPEG-2 by the mean of each block
alone (ISO/IEC 13818-2: 6.2.2 to 6.2.6, tables B.12 and B.13).
"""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.media import draw_number

SIZE = 64  # both ways


class _Writer:
    def __init__(self) -> None:
        self.bits: list[int] = []

    def u(self, count: int, value: int) -> None:
        self.bits += [value >> (count - 1 - i) & 1 for i in range(count)]

    def ue(self, *values: int) -> None:
        for value in values:
            length = (value + 1).bit_length()
            self.u(2 * length - 1, value + 1)

    def align(self) -> None:
        self.bits += [0] * (-len(self.bits) % 8)

    def nal(self, header: int) -> bytes:
        """The unit with start code, trailing bits and emulation prevention."""
        self.u(1, 1)
        self.align()
        payload = np.packbits(np.array(self.bits, np.uint8)).tobytes()
        safe, zeros = bytearray(), 0
        for byte in payload:
            if zeros >= 2 and byte <= 3:
                safe.append(3)
                zeros = 0
            safe.append(byte)
            zeros = zeros + 1 if byte == 0 else 0
        return b"\x00\x00\x00\x01" + bytes([header]) + bytes(safe)


def _parameter_sets() -> bytes:
    sps = _Writer()
    sps.u(8, 77)
    sps.u(16, 30)
    sps.ue(0, 0, 0, 4, 1)  # ids, 4 bits of frame_num, POC type 0 with 8 bits, one reference
    sps.u(1, 0)
    sps.ue(SIZE // 16 - 1, SIZE // 32 - 1)
    sps.u(5, 0b00100)  # fields possible, not per macroblock, direct 8×8, no cropping, no VUI
    pps = _Writer()
    pps.ue(0, 0)
    pps.u(2, 0)
    pps.ue(0, 0, 0)
    pps.u(3, 0)
    pps.ue(0, 0, 0)
    pps.u(3, 0b100)  # deblocking is controlled per slice
    return sps.nal(0x67) + pps.nal(0x68)


def _field(luma: NDArray[np.uint8], *, idr: bool, frame_num: int, bottom: bool, order: int) -> bytes:
    slice_ = _Writer()
    slice_.ue(0, 7, 0)
    slice_.u(4, frame_num)
    slice_.u(2, 0b11 if bottom else 0b10)
    if idr:
        slice_.ue(0)
    slice_.u(8, order)
    slice_.u(2 if idr else 1, 0)
    slice_.ue(0, 1)  # slice_qp_delta, no deblocking
    for y in range(0, SIZE // 2, 16):
        for x in range(0, SIZE, 16):
            slice_.ue(25)
            slice_.align()
            samples = np.concatenate([luma[y : y + 16, x : x + 16].ravel(), np.full(128, 128, np.uint8)])
            slice_.bits += np.unpackbits(samples).tolist()
    return slice_.nal(0x65 if idr else 0x61)


_LUMA_SIZE = ["100", "00", "01", "101", "110", "1110", "11110", "111110", "1111110"]


def _mpeg2_field(luma: NDArray[np.uint8], number: int, gop: int, *, bottom: bool) -> bytes:
    out = bytearray()

    def unit(code: int, *fields: tuple[int, int]) -> None:
        writer = _Writer()
        for count, value in fields:
            writer.u(count, value)
        writer.align()
        out.extend(b"\x00\x00\x01" + bytes([code]) + np.packbits(np.array(writer.bits, np.uint8)).tobytes())

    if number % gop == 0 and not bottom:
        unit(0xB3, (12, SIZE), (12, SIZE), (4, 1), (4, 3), (18, 0x3FFFF), (1, 1), (10, 112), (3, 0))
        unit(0xB5, (4, 1), (8, 0x48), (1, 0), (2, 1), (4, 0), (12, 0), (1, 1), (8, 0), (1, 0), (7, 0))
        second, frame = divmod(number, 25)
        unit(0xB8, (1, 0), (5, 10), (6, 0), (1, 1), (6, second), (6, frame), (1, 1), (1, 0))
    unit(0x00, (10, number % gop), (3, 1), (16, 0xFFFF), (1, 0))
    structure = 2 if bottom else 1
    unit(0xB5, (4, 8), (16, 0xFFFF), (2, 0), (2, structure), (1, 0), (1, 0), (8, 0), (1, 0), (1, 0))
    for row in range(SIZE // 32):
        writer = _Writer()
        writer.u(5, 1)
        writer.u(1, 0)
        predicted = 128
        for column in range(SIZE // 16):
            writer.u(2, 0b11)  # the next macroblock, intra
            for y, x in ((0, 0), (0, 8), (8, 0), (8, 8)):
                block = luma[16 * row + y : 16 * row + y + 8, 16 * column + x : 16 * column + x + 8]
                mean = int(block.mean())
                change, predicted = mean - predicted, mean
                size = abs(change).bit_length()
                writer.bits += [int(bit) for bit in _LUMA_SIZE[size]]
                writer.u(size, change if change >= 0 else change + (1 << size) - 1)
                writer.u(2, 0b10)
            writer.u(8, 0b00100010)  # both chroma blocks as before
        writer.align()
        out.extend(b"\x00\x00\x01" + bytes([row + 1]) + np.packbits(np.array(writer.bits, np.uint8)).tobytes())
    return bytes(out)


def make_fields(path: Path, frames: int, gop: int, *, codec: str = "h264", drop_first: int = 0) -> Path:
    """A transport stream of `frames` numbered pictures at 25 a second, each as two fields in packets of their own.

    `drop_first` leaves out so many fields at the start.
    """
    with av.open(str(path), "w", format="mpegts") as out:
        stream = out.add_mux_stream(codec, rate=25)
        stream.time_base = Fraction(1, 50)
        for number in range(frames):
            picture = draw_number(number, (SIZE, SIZE))
            for bottom in (False, True):
                if 2 * number + bottom < drop_first:
                    continue
                first = number % gop == 0 and not bottom
                field = picture[int(bottom) :: 2]
                if codec == "h264":
                    order = (2 * (number % gop) + int(bottom)) % 256
                    data = _field(field, idr=first, frame_num=number % gop % 16, bottom=bottom, order=order)
                    data = _parameter_sets() + data if first else data
                else:
                    data = _mpeg2_field(field, number, gop, bottom=bottom)
                packet = av.Packet(data)
                packet.pts = packet.dts = 2 * number + int(bottom)
                packet.time_base, packet.stream, packet.is_keyframe = Fraction(1, 50), stream, first
                out.mux(packet)
    return path
