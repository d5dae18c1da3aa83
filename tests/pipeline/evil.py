"""Files that strangers might send: scripts that lead elsewhere, claims that eat memory, codecs with a past."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

YEAR_MS = 365 * 24 * 3600 * 1000


def video(path: Path, codec: str = "mpeg4", pixels: str = "yuv420p", frames: int = 5) -> bytes:
    """A small honest file, encoded with `codec`."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=Fraction(25), width=64, height=48, pix_fmt=pixels)
        assert isinstance(stream, av.VideoStream)
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, np.uint8), "rgb24")
            out.mux(stream.encode(picture.reformat(format=pixels)))
        out.mux(stream.encode(None))
    return path.read_bytes()


def corpus(folder: Path, canary: Path, port: int) -> dict[str, Path]:
    """Write all of them below `folder`. `canary`: a playable file of somebody else; `port`: where a listener waits."""
    web = f"http://127.0.0.1:{port}/x.ts"
    hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n"
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{port}/key"\n'
    texts = {
        "ffconcat.mp4": f"ffconcat version 1.0\nfile {canary.name}\n",
        "ffconcat-absolute.mp4": f"ffconcat version 1.0\nfile '{canary}'\n",
        "ffconcat-up.mov": f"ffconcat version 1.0\nfile ../{canary.name}\n",
        "m3u8-file.mp4": f"{hls}#EXTINF:1,\nfile://{canary}\n#EXT-X-ENDLIST\n",
        "m3u8-http.mp4": f"{hls}#EXTINF:1,\n{web}\n#EXT-X-ENDLIST\n",
        "m3u8-key.mp4": f"{hls}{key}#EXTINF:1,\n{canary}\n#EXT-X-ENDLIST\n",
        "m3u8-concat.ts": f"{hls}#EXTINF:1,\nconcat:{canary}|{canary}\n#EXT-X-ENDLIST\n",
        "m3u8-crypto.ts": f"{hls}#EXTINF:1,\ncrypto:{canary}\n#EXT-X-ENDLIST\n",
        "stream.sdp.mp4": (
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
        ),
        "manifest.mpd.mp4": (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S">'
            f'<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{web}</BaseURL>'
            "</Representation></AdaptationSet></Period></MPD>"
        ),
        "playlist.asx.mp4": f'<asx version="3.0"><entry><ref href="{web}"/></entry></asx>',
        "ffmeta.mp4": ";FFMETADATA1\ntitle=x\n",
        "script.mp4": "<script>alert(1)</script>",
        "image.svg.mp4": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{web}"/></svg>',
        "subtitle.mp4": f"WEBVTT\n\n00:00.000 --> 00:01.000\n{web}\n",
        "zeros.mp4": "\0" * 4096,
        "one-byte.mp4": "x",
    }
    data = {name: text.encode() for name, text in texts.items()}
    data["reference.mov"] = reference_movie(f"file://{canary}")
    data["magicyuv.avi"] = video(folder / "magicyuv.avi", "magicyuv", "gbrp")
    data["huge-picture.mkv"] = huge_picture(16384, 8704)
    picture = jpeg()
    data["twenty-years.mkv"] = matroska([b""], times=[0, 20 * YEAR_MS], payload=picture)
    data["thousand-tracks.mkv"] = matroska([b""] * 1000, times=[0, 40], payload=picture)
    data["metadata-50mb.mkv"] = matroska([b""], times=[0, 40], payload=picture, tags=50 * 1024 * 1024)
    data["cut.mp4"] = video(folder / "whole.mp4")[:600]
    paths = {}
    for name, content in data.items():
        paths[name] = folder / name
        paths[name].write_bytes(content)
    return paths


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def reference_movie(url: str) -> bytes:
    """QuickTime's reference movie: all it says is where another movie lies."""
    target = url.encode() + b"\0"
    rdrf = box(b"rdrf", struct.pack(">I4sI", 0, b"url ", len(target)), target)
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", box(b"rmra", box(b"rmda", rdrf)))


def external_data(folder: Path, canary: Path) -> bytes:
    """A movie whose data reference (dref) says that its samples lie in another file."""
    whole = video(folder / "self.mov")
    at = whole.index(b"url \0\0\0\1") - 4
    assert struct.unpack_from(">I", whole, at)[0] == 12
    path = f"file://{canary}\0".encode()
    # The entry grows, so every box around it does: they are found by their names, outermost first.
    grown = len(path)
    changed = bytearray(whole[:at] + struct.pack(">I4sI", 12 + grown, b"url ", 0) + path + whole[at + 12 :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        start = whole.index(kind) - 4
        (size,) = struct.unpack_from(">I", changed, start)
        struct.pack_into(">I", changed, start, size + grown)
    return bytes(changed)


def huge_picture(width: int, height: int) -> bytes:
    """A true picture of that size, in a few hundred kilobytes: black, as PNG, in Matroska."""
    packer = zlib.compressobj(1)
    row = b"\0" * (1 + width)
    rows = b"".join(packer.compress(row * 64) for _ in range(height // 64)) + packer.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    # The fourcc of PNG in a BITMAPINFOHEADER, as Matroska keeps what comes from AVI.
    private = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MPNG", 0, 0, 0, 0, 0)
    return matroska([private], times=[0, 40], codec=b"V_MS/VFW/FOURCC", size=(width, height), payload=png)


def jpeg() -> bytes:
    """One honest picture of 64×48."""
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 64, 48, "yuvj420p", Fraction(1, 25)
    picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24").reformat(format="yuvj420p")
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])


def element(identity: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return identity + struct.pack(">Q", len(body) | 1 << 56) + body


def number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def matroska(
    tracks: list[bytes],
    *,
    times: list[int],
    codec: bytes = b"V_MJPEG",
    size: tuple[int, int] = (64, 48),
    payload: bytes,
    tags: int = 0,
) -> bytes:
    """Matroska with a video track for each of `tracks` (codec-private data) and a picture of the first at each time (ms)."""
    ebml = element(
        b"\x1a\x45\xdf\xa3",
        element(b"\x42\x82", b"matroska"),
        element(b"\x42\x87", number(4)),
        element(b"\x42\x85", number(2)),
    )
    info = element(b"\x15\x49\xa9\x66", element(b"\x2a\xd7\xb1", number(1_000_000)))
    entries = []
    for index, private in enumerate(tracks, 1):
        picture = element(b"\xe0", element(b"\xb0", number(size[0])), element(b"\xba", number(size[1])))
        entry = [element(b"\xd7", number(index)), element(b"\x73\xc5", number(index)), element(b"\x83", number(1))]
        entry += [element(b"\x86", codec), picture]
        if private:
            entry.append(element(b"\x63\xa2", private))
        entries.append(element(b"\xae", *entry))
    clusters = [
        element(b"\x1f\x43\xb6\x75", element(b"\xe7", number(time)), element(b"\xa3", b"\x81\0\0\x80", payload))
        for time in times
    ]
    parts = [info, element(b"\x16\x54\xae\x6b", *entries)]
    if tags:
        text = b"x" * 10_000
        simple = [
            element(b"\x67\xc8", element(b"\x45\xa3", b"NAME%d" % n), element(b"\x44\x87", text))
            for n in range(tags // len(text))
        ]
        parts.append(element(b"\x12\x54\xc3\x67", element(b"\x73\x73", element(b"\x63\xc0"), *simple)))
    return ebml + element(b"\x18\x53\x80\x67", *parts, *clusters)


def gab2_avi(folder: Path, canary: Path) -> bytes:
    """An AVI with a subtitle stream (GAB2) that is a playlist. Its own pictures are honest."""
    whole = video(folder / "plain.avi")
    playlist = f"#EXTM3U\n#EXTINF:1,\nfile://{canary}\n#EXT-X-ENDLIST\n".encode()
    name = "subtitle\0".encode("utf-16-le")
    text = b"GAB2\0" + struct.pack("<HI", 2, len(name)) + name + struct.pack("<HI", 4, len(playlist)) + playlist
    text += b"\0" * (len(text) % 2)
    header = struct.pack("<4s4sIHHIIIIIIIIhhhh", b"txts", b"\0\0\0\0", 0, 0, 0, 0, 1, 25, 0, 5, 0, 0, 0, 0, 0, 0, 0)
    strl = b"strl" + struct.pack("<4sI", b"strh", len(header)) + header + struct.pack("<4sI", b"strf", 0)
    added_list = struct.pack("<4sI", b"LIST", len(strl)) + strl
    added_chunk = struct.pack("<4sI", b"01tx", len(text)) + text
    changed = bytearray(whole)
    movi = changed.index(b"movi")
    changed[movi + 4 : movi + 4] = added_chunk
    struct.pack_into("<I", changed, movi - 4, struct.unpack_from("<I", changed, movi - 4)[0] + len(added_chunk))
    hdrl = changed.index(b"hdrl")
    (length,) = struct.unpack_from("<I", changed, hdrl - 4)
    changed[hdrl + length : hdrl + length] = added_list
    struct.pack_into("<I", changed, hdrl - 4, length + len(added_list))
    struct.pack_into("<I", changed, changed.index(b"avih") + 8 + 24, 2)  # number of streams
    struct.pack_into("<I", changed, 4, len(changed) - 8)
    return bytes(changed)
