"""What packets' own bytes tell."""

from media_pipeline.core import bitstream


def test_vp9_hidden_pictures():
    shown, hidden, existing = 0b1000_0010, 0b1000_0000, 0b1000_1000
    assert bitstream.shown_pictures("vp9", memoryview(bytes([shown, 0]))) == 1
    assert bitstream.shown_pictures("vp9", memoryview(bytes([hidden, 0]))) == 0
    assert bitstream.shown_pictures("vp9", memoryview(bytes([existing, 0]))) == 1
    profile3 = 0b1011_0001  # the reserved bit moves the rest
    assert bitstream.shown_pictures("vp9", memoryview(bytes([profile3, 0]))) == 1
    # A superframe of one hidden and one shown picture, two and three bytes long.
    index = bytes([0b1100_0001, 2, 3, 0b1100_0001])
    assert bitstream.shown_pictures("vp9", memoryview(bytes([hidden, 0, shown, 0, 0]) + index)) == 1
    assert bitstream.shown_pictures("vp9", memoryview(bytes([hidden, 0, hidden, 0, 0]) + index)) == 0


def test_vp8_hidden_pictures():
    assert bitstream.shown_pictures("vp8", memoryview(bytes([0b0001_0000]))) == 1
    assert bitstream.shown_pictures("vp8", memoryview(bytes([0b0000_0001]))) == 0


def test_order_by_picture_type():
    ibbp = [False, False, True, True, False, True, True]  # decoded: I0 P3 B1 B2 P6 B4 B5
    assert bitstream.shown_order(ibbp) == [0, 2, 3, 1, 5, 6, 4]
    assert bitstream.shown_order([False] * 4) == [0, 1, 2, 3]
    assert bitstream.shown_order([True, False, False]) == [0, 1, 2]
    assert bitstream.shown_order([]) == []


def test_nal_units_in_both_framings():
    assert list(bitstream.nal_units(b"\0\0\0\1\x67ab\0\0\1\x65cd", 0)) == [b"\x67ab", b"\x65cd"]
    assert list(bitstream.nal_units(b"\0\0\0\3\x67ab\0\0\0\3\x65cd", 4)) == [b"\x67ab", b"\x65cd"]
    assert list(bitstream.nal_units(b"\0\0\0\xff\x67ab", 4)) == [b"\x67ab"]  # cut
    assert bitstream.nal_length_size("h264", b"\x01\x64\x00\x1f\xff\xe1") == 4
    assert bitstream.nal_length_size("h264", b"\0\0\0\1\x67") == 0
    assert bitstream.nal_length_size("hevc", b"\x01") == 0


def test_leading_pictures():
    radl, rasl = b"\0\0\1" + bytes([6 << 1, 1]), b"\0\0\1" + bytes([8 << 1, 1])
    assert bitstream.leading_is_decodable("hevc", b"", radl, 0)
    assert not bitstream.leading_is_decodable("hevc", b"", rasl, 0)
    assert not bitstream.leading_is_decodable("hevc", b"", b"", 0)
    assert not bitstream.leading_is_decodable("h264", b"", b"", 0)
    closed, opened = (b"\0\0\1\xb8\0\x08\0" + bytes([flag << 6]) for flag in (1, 0))
    assert bitstream.leading_is_decodable("mpeg2video", closed, b"", 0)
    assert not bitstream.leading_is_decodable("mpeg2video", opened, b"", 0)


def test_gop_timecode():
    def header(drop, h, m, s, f):
        bits = drop << 24 | h << 19 | m << 13 | 1 << 12 | s << 6 | f
        return b"junk\0\0\1\xb8" + (bits << 7).to_bytes(4, "big")

    assert bitstream.gop_timecode(header(0, 10, 20, 30, 24)) == "10:20:30:24"
    assert bitstream.gop_timecode(header(1, 23, 59, 59, 29)) == "23:59:59;29"
    assert bitstream.gop_timecode(b"\0\0\1\xb8\0") == ""
    assert bitstream.gop_timecode(b"") == ""


def test_garbage_never_raises():
    reader = bitstream.FieldReader(b"\x01\x64\x00\x1f\xff\xe1\xff\xff\x67")
    for size in range(40):
        data = bytes(range(size)) + b"\0\0\1\x67" + bytes(size) + b"\0\0\1\x65" + bytes(size)
        reader.field(data)
        bitstream.is_b_picture("h264", data, 0)
        bitstream.is_b_picture("mpeg4", data, 0)
        bitstream.is_b_picture("mpeg2video", data, 0)
        assert bitstream.shown_pictures("vp9", memoryview(data)) >= 0
