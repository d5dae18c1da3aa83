"""Clean clips that must stay silent: coarse clocks, odd starts, still and flickering pictures, dry speech, fades."""

import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.spec import Spec
from tests.checks.corpus import NTSC24, NTSC30, NTSC60, Maker, Planted
from tests.checks.corpus_essence import with_events
from tests.checks.corpus_film import BLACK, FLASH, RATE, Film, Sound, babble

Change = Callable[[Maker, Film], None]


def clips(seed: int) -> list[Planted]:
    made: list[Planted] = []

    def clean(name: str, suffix: str = ".mp4", change: Change | None = None, **options: Any) -> None:
        spec = options.pop("spec", Spec())

        def write(folder: Path) -> Path:
            maker = Maker(seed, name)
            film = maker.film(**options)
            if change is not None:
                change(maker, film)
            return film.write(folder / f"clip{suffix}")

        made.append(Planted(f"clean-{name}", write, clean=True, spec=spec))

    _clocks(clean)
    _codecs(clean)
    _starts(clean)
    _pictures(clean)
    _sounds(clean)
    _specs(clean)
    if shutil.which("ffmpeg"):
        for suffix in (".mp4", ".mkv", ".ts", ".mov", ".mxf"):
            made.append(Planted(f"clean-ffmpeg{suffix}", _by_ffmpeg(seed, suffix), clean=True))
    return made


def _by_ffmpeg(seed: int, suffix: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        """A clip that Debian's ffmpeg wrote anew, from a film of this seed."""
        source = Maker(seed, suffix).film(rate=NTSC30, size=(128, 96)).write(folder / "source.mov")
        codecs = ["-c:v", "mpeg2video", "-q:v", "3", "-c:a", "pcm_s16le"] if suffix == ".mxf" else ["-c", "copy"]
        path = folder / f"clip{suffix}"
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), *codecs, str(path)], check=True, stdin=subprocess.DEVNULL)
        return path

    return write


def _clocks(clean: Any) -> None:
    for name, rate in (("23.976", NTSC24), ("25", 25), ("29.97", NTSC30), ("59.94", NTSC60), ("50", 50)):
        clean(f"mkv-{name}", ".mkv", rate=rate)
        clean(f"mkv-{name}-no-b", ".mkv", rate=rate, b_frames=0)
    for name, rate in (("23.976", NTSC24), ("29.97", NTSC30), ("59.94", NTSC60)):
        for scale in (600, 1000):
            mux = {"video_track_timescale": str(scale)}
            clean(f"timescale-{scale}-{name}", rate=rate, timescale=scale, mux=mux, b_frames=0)
    clean("ts-25", ".ts")
    clean("ts-29.97", ".ts", rate=NTSC30)
    clean("ts-mpeg2", ".ts", codec="mpeg2video", sound="mp2")
    clean("ts-ac3", ".ts", rate=NTSC60, sound="ac3")
    fragments = {"movflags": "+frag_keyframe+delay_moov+default_base_moof"}
    clean("fragments", mux=fragments)
    clean("fragments-29.97-no-b", rate=NTSC30, b_frames=0, mux=fragments)


def _codecs(clean: Any) -> None:
    clean("webm-vp9", ".webm", codec="libvpx-vp9", sound="libopus", rate=NTSC30)
    clean("av1", codec="libsvtav1", rate=24)
    clean("hevc", codec="libx265", rate=NTSC24)
    clean("prores", ".mov", codec="prores_ks", sound="pcm_s24le", rate=NTSC24, timecode="01:00:00:00")
    clean("dnxhr", ".mov", codec="dnxhd", sound="pcm_s24le", size=(256, 144), timecode="10:00:00:00")
    clean("mxf-mpeg2", ".mxf", codec="mpeg2video", sound="pcm_s16le", size=(128, 96), timecode="10:00:00:00")
    clean("mxf-dnxhr", ".mxf", codec="dnxhd", sound="pcm_s16le", size=(256, 144), rate=NTSC30)
    clean("mjpeg", ".mov", codec="mjpeg", sound="pcm_s16le", rate=24)
    clean("ffv1-flac", ".mkv", codec="ffv1", sound="flac")
    clean("mpeg4-mp3", codec="mpeg4", sound="libmp3lame", rate=30)
    clean("eac3", sound="eac3", rate=NTSC24)
    clean("alac", ".mov", _stereo, sound="alac")
    clean("60p", rate=60)
    clean("no-sound", sound="")


def _starts(clean: Any) -> None:
    def both_late(maker: Maker, film: Film) -> None:
        film.late = film.sounds[0].late = Fraction(2)

    clean("b-frames-edit-list", b_frames=3, gop=48)
    clean("start-not-zero", ".mkv", both_late)
    clean("start-not-zero-mp4", ".mov", both_late, sound="pcm_s16le")
    clean("sound-30ms-longer", ".mov", sound="pcm_s16le", sound_seconds=6.03)
    clean("sound-30ms-shorter", ".mov", sound="pcm_s16le", sound_seconds=5.97)


def _held(count: int) -> Change:
    def change(maker: Maker, film: Film) -> None:
        first = film.order[0]
        film.order[:] = [first + n // count for n in range(len(film.order))]

    return change


def _pulldown(maker: Maker, film: Film) -> None:
    """Four film pictures on five frames."""
    first = film.order[0]
    film.order[:] = [first + n * 4 // 5 for n in range(len(film.order))]


def _strobe(maker: Maker, film: Film) -> None:
    for n in range(40, 80):
        film.order[n] = (film.order[n], FLASH, film.order[n], BLACK)[n % 4]


def _fades(maker: Maker, film: Film) -> None:
    drawn, n, first = Film(film.rate, [], [], film.seed, size=film.size).draw, len(film.order), film.order[0]

    def draw(number: int) -> NDArray[np.uint8]:
        at = number - first
        light = min(1.0, at / 25, max(0.0, (n - 1 - at) / 25), abs(at - n // 2) / 20)
        return (16 + (drawn(number).astype(np.float32) - 16) * light).astype(np.uint8)

    film.pictures = draw


def _still(maker: Maker, film: Film) -> None:
    film.order[:] = [film.order[0]] * len(film.order)


def _slides(maker: Maker, film: Film) -> None:
    film.order[:] = [(n // 50) * 131 for n in range(len(film.order))]


def _pictures(clean: Any) -> None:
    clean("on-twos", ".mp4", _held(2), rate=24)
    clean("on-threes", ".mov", _held(3), rate=24, codec="prores_ks", sound="pcm_s16le")
    clean("pulldown", ".mp4", _pulldown, rate=NTSC30, seconds=10)
    clean("strobe", ".mp4", _strobe)
    clean("fades", ".mp4", _fades)
    clean("still", ".mp4", _still)
    clean("slides", ".mp4", _slides, rate=30)
    clean("low-quality", ".mp4", None, options={"crf": "42"})


def _dry(maker: Maker, film: Film) -> None:
    film.sounds[0] = Sound(babble(6, film.seed, dry=True), film.sounds[0].codec)


def _stereo(maker: Maker, film: Film) -> None:
    film.sounds[0] = Sound(np.stack([film.sounds[0].samples, babble(6, film.seed + 1)], 1), film.sounds[0].codec)


def _surround(maker: Maker, film: Film) -> None:
    film.sounds = [Sound(np.stack([babble(6, n) for n in range(6)], 1), "pcm_s24le", layout="5.1")]


def _sixteen(maker: Maker, film: Film) -> None:
    film.sounds = [Sound(babble(6, n), "pcm_s24le") for n in range(16)]


def _tone(maker: Maker, film: Film) -> None:
    t = np.arange(6 * RATE) / RATE
    film.sounds[0] = Sound((0.2 * np.sin(2 * np.pi * 440 * t) * (1 + 0.3 * np.sin(2 * np.pi * 3 * t))).astype(np.float32))


def _sounds(clean: Any) -> None:
    clean("dry-speech", ".mp4", _dry)
    clean("dry-speech-pcm", ".mov", _dry, sound="pcm_s16le")
    clean("stereo", ".mp4", _stereo)
    clean("surround", ".mov", _surround)
    clean("sixteen-tracks", ".mov", _sixteen, codec="mpeg4")
    clean("tone", ".mp4", _tone)
    clean("events-in-sync", ".mp4", lambda maker, film: with_events(film, [1.0, 3.0, 5.0]))
    clean("long-and-small", ".mp4", None, seconds=60, codec="mpeg4", size=(48, 32))


def _specs(clean: Any) -> None:
    hd = {"audio_rate": RATE, "pixel_aspect": "1:1", "width": 96, "height": 64}
    df = Spec.from_dict({**hd, "rate": "29.97", "start_timecode": "01:00:00;00", "containers": ["mov"]})
    clean("spec-df", ".mov", rate=NTSC30, timecode="01:00:00;00", spec=df)
    ndf = Spec.from_dict(
        {**hd, "rate": "23.976", "start_timecode": "01:00:00:00", "drop_frame": False, "audio_layouts": "mono"}
    )
    clean("spec-ndf", ".mov", rate=NTSC24, timecode="01:00:00:00", spec=ndf)
    clean("spec-59.94", ".mkv", rate=NTSC60, spec=Spec.from_dict({**hd, "rate": "59.94", "containers": ["mkv"]}))
    clean("spec-codecs", ".mp4", spec=Spec.from_dict({**hd, "rate": 25, "video_codecs": "h264", "audio_codecs": "aac"}))
