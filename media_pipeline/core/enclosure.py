"""What is made of a small enclosed file, as it runs in the limited child: a picture to show and a thumbnail of an image; of
a sound an AAC file that every browser plays, with its exact length and its loudness over time."""

import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from media_pipeline.core.allow import AUDIO_CODECS, LIMITS, translated_errors
from media_pipeline.core.child import Order
from media_pipeline.core.errors import MediaError
from media_pipeline.core.report import Report

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_PIXELS = 64_000_000  # a photograph of a large camera; decoded it takes 256 MB
SHOWN, THUMB = 2560, 480  # longer side of the picture shown, of the thumbnail
SOUNDS = ("mov", "matroska", "webm", "ogg", "mp3", "wav")
LONGEST_SECONDS = 30 * 60
SAMPLE_RATE = 48_000
PEAKS = 80

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """Make the files of an enclosure in `order.out`; inputs: {"kind": "image" | "audio"}. Returns what is known of it."""
    made = _image(order) if order.inputs["kind"] == "image" else _sound(order)
    report.progress(1, 1)
    return made


def _image(order: Order) -> dict[str, Any]:
    try:
        with Image.open(order.source, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _too_large()
            opened.seek(0)  # of an animation the first picture
            picture = _in_srgb(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise MediaError(
            "enclosure_unreadable", "The image cannot be read", "Check that it opens on your machine, then attach it again."
        ) from error
    for name, side, quality in (("shown", SHOWN, 88), ("thumb", THUMB, 80)):
        small = picture.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        # A new file of pixels alone: no metadata, no place where it was taken, nothing that hides behind the picture.
        small.save(order.out / f"{name}.webp", "WEBP", quality=quality, method=4)
    return {"width": picture.width, "height": picture.height}


def _in_srgb(picture: Image.Image) -> Image.Image:
    """8 bits per channel, in sRGB, with transparency where there was some."""
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None and mode == "RGB":
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a damaged profile: the numbers as they are
    return picture.convert(mode)


def _too_large() -> MediaError:
    return MediaError(
        "enclosure_too_large", f"The image has more than {MOST_PIXELS // 1_000_000} million pixels", "Attach a smaller one."
    )


def _sound(order: Order) -> dict[str, Any]:
    options = {
        "format_whitelist": ",".join(SOUNDS),
        "protocol_whitelist": "file",
        "codec_whitelist": ",".join(AUDIO_CODECS),
        "max_streams": str(LIMITS.streams),
    }
    with translated_errors(), av.open(f"file:{Path(order.source).resolve()}", "r", container_options=options) as source:
        if not source.streams.audio:
            raise MediaError("enclosure_unreadable", "There is no sound in the file", "Attach an audio file.")
        blocks, samples = _encode(source.streams.audio[0], source, order.out / "shown.m4a")
    if not samples:
        raise MediaError("enclosure_unreadable", "There is no sound in the file", "Record it again.")
    length = Fraction(samples, SAMPLE_RATE)
    return {"duration": [length.numerator, length.denominator], "peaks": _peaks(blocks, samples)}


def _encode(stream: AudioStream, source: Any, target: Path) -> tuple[list[tuple[int, int]], int]:
    """Write the sound as stereo or mono AAC. Returns (samples, peak of 0..32767) of each block, and all samples."""
    mono = stream.codec_context.channels == 1
    to_planes = AudioResampler(format="s16p", layout="mono" if mono else "stereo", rate=SAMPLE_RATE)
    blocks: list[tuple[int, int]] = []
    samples = 0
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as sink:
        out = sink.add_stream("aac", rate=SAMPLE_RATE, layout="mono" if mono else "stereo")
        assert isinstance(out, AudioStream)
        out.bit_rate = 80_000 if mono else 128_000

        def write(frame: Any) -> None:
            nonlocal samples
            for part in to_planes.resample(frame):
                blocks.append((part.samples, int(np.abs(part.to_ndarray().astype(np.int32)).max(initial=0))))
                part.pts = samples
                samples += part.samples
                sink.mux(out.encode(part))

        for packet in source.demux(stream):
            for frame in packet.decode():
                frame.pts = None
                write(frame)
            if samples > LONGEST_SECONDS * SAMPLE_RATE:
                raise MediaError("enclosure_too_large", "The sound is longer than half an hour", "Attach a shorter one.")
        write(None)
        sink.mux(out.encode(None))
    return blocks, samples


def _peaks(blocks: list[tuple[int, int]], samples: int) -> list[int]:
    """The loudest sample (0..100) of each of PEAKS equal parts."""
    loudest = [0] * PEAKS
    at = 0
    for count, peak in blocks:
        for part in range(at * PEAKS // samples, min(PEAKS - 1, (at + count - 1) * PEAKS // samples) + 1):
            loudest[part] = max(loudest[part], min(100, peak * 100 // 32767))
        at += count
    return loudest
