"""The few facts that only a packet's own bytes tell: hidden pictures, lone fields, leading pictures that cannot be decoded."""

from collections.abc import Iterator
from dataclasses import dataclass

HEAD_BYTES = 4096  # enough of a packet to reach its first slice behind parameter sets and SEI


def shown_pictures(codec: str, data: memoryview) -> int:
    """How many pictures of a VP8 or VP9 packet are shown: alternate reference pictures are decoded and hidden."""
    if codec == "vp8":
        return data[0] >> 4 & 1
    parts = _vp9_superframe(data)
    return sum(_vp9_shown(data[start]) for start in parts)


def _vp9_superframe(data: memoryview) -> list[int]:
    """Where the frames of a packet begin (VP9 bitstream specification, annex B)."""
    marker = data[-1]
    if marker & 0xE0 == 0xC0:
        count, width = (marker & 7) + 1, (marker >> 3 & 3) + 1
        index = len(data) - 2 - count * width
        if index >= 0 and data[index] == marker:
            starts, at = [], 0
            for i in range(count):
                size = int.from_bytes(data[index + 1 + i * width : index + 1 + (i + 1) * width], "little")
                if size and at < index:
                    starts.append(at)
                at += size
            return starts
    return [0]


def _vp9_shown(first: int) -> bool:
    if first >> 6 != 2:
        return True
    shift = 1 if first >> 4 & 3 == 3 else 0  # profile 3 has a reserved bit
    show_existing, show = first >> (3 - shift) & 1, first >> (1 - shift) & 1
    return bool(show_existing or show)


def nal_units(data: bytes, length_size: int) -> Iterator[bytes]:
    """NAL units of a packet: Annex B if `length_size` is 0, else behind lengths of so many bytes. The last may be cut."""
    if length_size:
        at = 0
        while at + length_size < len(data):
            size = int.from_bytes(data[at : at + length_size], "big")
            at += length_size
            yield data[at : at + size]
            at += size
        return
    at = data.find(b"\x00\x00\x01")
    while at >= 0:
        following = data.find(b"\x00\x00\x01", at + 3)
        yield data[at + 3 : following if following >= 0 else len(data)]
        at = following


def nal_length_size(codec: str, extradata: bytes | None) -> int:
    """0 for Annex B, else how many bytes a NAL unit's length has (avcC, hvcC)."""
    if not extradata or extradata[0] != 1:
        return 0
    at = 4 if codec == "h264" else 21
    return (extradata[at] & 3) + 1 if len(extradata) > at else 0


def leading_is_decodable(codec: str, first_key: bytes, leading: bytes, length_size: int) -> bool:
    """Whether a picture that follows the file's first key frame, but is shown before it, can be decoded.

    HEVC: RADL pictures can. MPEG-2: those of a closed GOP can. H.264: none; what follows an IDR picture is shown after it.
    """
    if codec == "hevc":
        kinds = [unit[0] >> 1 & 63 for unit in nal_units(leading, length_size) if unit]
        slices = [kind for kind in kinds if kind < 32]
        return bool(slices) and slices[0] in (6, 7)
    if codec in ("mpeg1video", "mpeg2video"):
        at = first_key.find(b"\x00\x00\x01\xb8")
        return at >= 0 and len(first_key) > at + 7 and bool(first_key[at + 7] >> 6 & 1)
    return codec not in ("h264",)


def is_b_picture(codec: str, data: bytes, length_size: int) -> bool:
    """Whether a packet of MPEG-4, MPEG-1/2 or H.264 holds a picture that is shown before one decoded earlier."""
    if codec == "mpeg4":
        at = data.find(b"\x00\x00\x01\xb6")
        return 0 <= at < len(data) - 4 and data[at + 4] >> 6 == 2
    if codec in ("mpeg1video", "mpeg2video"):
        at = data.find(b"\x00\x00\x01\x00")
        return 0 <= at < len(data) - 5 and data[at + 5] >> 3 & 7 == 3
    if codec == "h264":
        for unit in nal_units(data, length_size):
            if unit and unit[0] & 31 in (1, 5):
                bits = _Bits(unit[1:32])
                try:
                    bits.ue()
                    return bits.ue() % 5 == 1
                except EOFError:
                    return False
    return False


def shown_order(is_b: list[bool]) -> list[int]:
    """Decoding positions in order of presentation, where only each picture's type is known.

    Pictures that others refer to wait until the next such one comes; those between are shown at once. The order among
    B-pictures that refer to each other is not recovered: they keep their decoding order.
    """
    order: list[int] = []
    waiting = -1
    for position, shown_at_once in enumerate(is_b):
        if shown_at_once and waiting >= 0:
            order.append(position)
            continue
        if waiting >= 0:
            order.append(waiting)
        waiting = position
    return [*order, waiting] if waiting >= 0 else order


def repeats_first_field(data: bytes) -> bool:
    """Whether an MPEG-2 picture asks to show its first field twice (ISO/IEC 13818-2, 6.2.3.1): pulldown in the flags alone."""
    at = data.find(b"\x00\x00\x01\xb5")
    while 0 <= at < len(data) - 7:
        if data[at + 4] >> 4 == 8:  # picture coding extension
            return bool(data[at + 7] & 2)
        at = data.find(b"\x00\x00\x01\xb5", at + 4)
    return False


def gop_timecode(data: bytes) -> str:
    """The label in the first GOP header of MPEG-1/2 video (ISO/IEC 13818-2, 6.2.2.6); "" if there is none."""
    at = data.find(b"\x00\x00\x01\xb8")
    if at < 0 or len(data) < at + 8:
        return ""
    bits = int.from_bytes(data[at + 4 : at + 8], "big") >> 7
    drop, hours, minutes = bits >> 24 & 1, bits >> 19 & 31, bits >> 13 & 63
    seconds, frames = bits >> 6 & 63, bits & 63
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{';' if drop else ':'}{frames:02d}"


@dataclass(frozen=True)
class Field:
    """The first slice of an H.264 packet that is a single field."""

    frame_num: int
    bottom: bool


class FieldReader:
    """Recognises H.264 packets that hold one field, as transport streams carry field-coded (PAFF) pictures: two to a frame.

    Follows ISO/IEC 14496-10, 7.3.2.1.1 and 7.3.3, as far as the two field flags of a slice header.
    """

    def __init__(self, extradata: bytes | None) -> None:
        self._length_size = nal_length_size("h264", extradata)
        self._sps: tuple[int, bool, bool] | None = None  # frame_num bits, fields are possible, three colour planes
        self._find_sps(_parameter_sets(extradata or b""))

    def field(self, data: bytes) -> Field | None:
        """The field that the packet starts with, or None if it is a whole frame."""
        for unit in nal_units(data, self._length_size):
            kind = unit[0] & 31 if unit else 0
            if kind == 7:
                self._find_sps([unit])
            elif kind in (1, 5):
                return self._slice(unit)
        return None

    @property
    def possible(self) -> bool:
        """False once the stream is known to hold whole frames only."""
        return self._sps is None or self._sps[1]

    def _find_sps(self, units: list[bytes]) -> None:
        for unit in units:
            if unit and unit[0] & 31 == 7:
                try:
                    self._sps = _read_sps(_Bits(unit[1:]))
                except EOFError:
                    continue

    def _slice(self, unit: bytes) -> Field | None:
        if self._sps is None or not self._sps[1]:
            return None
        frame_num_bits, _, planes = self._sps
        try:
            bits = _Bits(unit[1:64])
            for _ in range(3):  # first_mb_in_slice, slice_type, pic_parameter_set_id
                bits.ue()
            if planes:
                bits.u(2)
            frame_num = bits.u(frame_num_bits)
            return Field(frame_num, bool(bits.u(1))) if bits.u(1) else None
        except EOFError:
            return None


def _parameter_sets(extradata: bytes) -> list[bytes]:
    if not extradata.startswith(b"\x01"):
        return list(nal_units(extradata, 0))
    sets, at = [], 6
    for _ in range(extradata[5] & 31 if len(extradata) > 5 else 0):
        size = int.from_bytes(extradata[at : at + 2], "big")
        sets.append(extradata[at + 2 : at + 2 + size])
        at += 2 + size
    return sets


def _read_sps(bits: "_Bits") -> tuple[int, bool, bool]:
    profile = bits.u(8)
    bits.u(16)
    bits.ue()
    planes = False
    if profile in (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135):
        chroma = bits.ue()
        planes = chroma == 3 and bool(bits.u(1))
        bits.ue()
        bits.ue()
        bits.u(1)
        if bits.u(1):
            for i in range(8 if chroma != 3 else 12):
                if bits.u(1):
                    _skip_scaling_list(bits, 16 if i < 6 else 64)
    frame_num_bits = bits.ue() + 4
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.u(1)
        bits.ue()
        bits.ue()
        for _ in range(min(bits.ue(), 255)):
            bits.ue()
    bits.ue()
    bits.u(1)
    bits.ue()
    bits.ue()
    return frame_num_bits, not bits.u(1), planes


def _skip_scaling_list(bits: "_Bits", size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            code = bits.ue()
            following = (last + ((code + 1) // 2 if code & 1 else -(code // 2))) % 256
        last = following or last


class _Bits:
    """Reads an RBSP bit by bit. Raises EOFError behind its end."""

    def __init__(self, data: bytes) -> None:
        clean = data.replace(b"\x00\x00\x03", b"\x00\x00")
        self._value, self._left = int.from_bytes(clean, "big"), 8 * len(clean)

    def u(self, count: int) -> int:
        if count > self._left:
            raise EOFError
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        zeros = 0
        while self.u(1) == 0:
            zeros += 1
            if zeros > 32:
                raise EOFError
        return (1 << zeros) - 1 + self.u(zeros)
