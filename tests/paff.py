"""Field-coded (PAFF) H.264, which no encoder at hand writes: every picture is two fields of raw I_PCM macroblocks.

Follows ISO/IEC 14496-10: 7.3.2.1.1 (SPS), 7.3.2.2 (PPS), 7.3.3 (slice header), 7.3.5 (macroblocks).
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


def make_paff(path: Path, frames: int, gop: int, *, drop_first: int = 0) -> Path:
    """A transport stream of `frames` numbered pictures at 25 a second, each as two fields in packets of their own.

    `drop_first` leaves out so many fields at the start.
    """
    with av.open(str(path), "w", format="mpegts") as out:
        stream = out.add_mux_stream("h264", rate=25)
        stream.time_base = Fraction(1, 50)
        for number in range(frames):
            picture = draw_number(number, (SIZE, SIZE))
            first_of_gop, frame_num = number % gop == 0, number % gop % 16
            for bottom in (False, True):
                data = _field(
                    picture[int(bottom) :: 2],
                    idr=first_of_gop and not bottom,
                    frame_num=frame_num,
                    bottom=bottom,
                    order=(2 * (number % gop) + int(bottom)) % 256,
                )
                if 2 * number + bottom < drop_first:
                    continue
                packet = av.Packet((_parameter_sets() if first_of_gop and not bottom else b"") + data)
                packet.pts = packet.dts = 2 * number + int(bottom)
                packet.time_base, packet.stream = Fraction(1, 50), stream
                packet.is_keyframe = first_of_gop and not bottom
                out.mux(packet)
    return path
