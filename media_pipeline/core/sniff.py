"""What a small file is, by its first bytes alone: its name counts for nothing. The limited child parses."""

from dataclasses import dataclass

HEAD_BYTES = 64


@dataclass(frozen=True)
class Sniffed:
    kind: str  # "image" | "audio" | "pdf"
    mime: str
    extension: str


IMAGES = (
    (b"\x89PNG\r\n\x1a\n", Sniffed("image", "image/png", "png")),
    (b"\xff\xd8\xff", Sniffed("image", "image/jpeg", "jpg")),
    (b"GIF87a", Sniffed("image", "image/gif", "gif")),
    (b"GIF89a", Sniffed("image", "image/gif", "gif")),
)
SOUND_BRANDS = (b"M4A ", b"M4B ", b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"dash")


def sniff(head: bytes) -> Sniffed | None:
    """The kind of a file that begins with `head` (HEAD_BYTES of it); None for what cannot be enclosed.

    Signatures as in the WHATWG's MIME Sniffing Standard, section 6. A film in a container that sound comes in too is
    taken for sound; the child then finds no more in it than that.
    """
    for start, found in IMAGES:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed("image", "image/webp", "webp")
    if head.startswith(b"%PDF-"):
        return Sniffed("pdf", "application/pdf", "pdf")
    return _sound(head)


def _sound(head: bytes) -> Sniffed | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return Sniffed("audio", "audio/wav", "wav")
    if head.startswith(b"OggS"):
        return Sniffed("audio", "audio/ogg", "ogg")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return Sniffed("audio", "audio/webm", "webm")
    if head[4:8] == b"ftyp" and head[8:12] in SOUND_BRANDS:
        return Sniffed("audio", "audio/mp4", "m4a")
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return Sniffed("audio", "audio/mpeg", "mp3")
    return None
