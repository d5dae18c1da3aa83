"""Faults of the decoded sound in many codecs, layouts and containers, and clean sounds that must stay silent."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from media_pipeline.core.checks.contract import Stage
from media_pipeline.core.checks.spec import Spec
from tests.checks import corpus_signals as signals
from tests.checks.corpus import NTSC24, NTSC30, Maker, Planted
from tests.checks.corpus_essence import with_events
from tests.checks.corpus_film import BLACK, FLASH, RATE, Film, Sound, babble, pops
from tests.checks.corpus_join import concatenated

Shape = Callable[[Maker, Film], None]
HOLE = ("audio_continuity.hole",)
EVENT = ("sync_events.offset", "sync_events.drift", "sync_events.jump")
SECONDS = 7.0
CARRIERS = {  # name: (codec, suffix, channels)
    "aac-mono": ("aac", ".mp4", 1), "aac": ("aac", ".mov", 2), "aac-ts": ("aac", ".ts", 2), "aac-5.1": ("aac", ".mp4", 6),
    "ac3": ("ac3", ".ts", 2), "ac3-5.1": ("ac3", ".mkv", 6), "eac3": ("eac3", ".mp4", 2), "eac3-5.1": ("eac3", ".mkv", 6),
    "mp3": ("libmp3lame", ".mp4", 2), "mp2": ("mp2", ".ts", 2), "opus": ("libopus", ".mkv", 2), "flac": ("flac", ".mkv", 2),
    "pcm": ("pcm_s16le", ".mov", 1), "pcm-mxf": ("pcm_s24le", ".mxf", 1), "pcm-5.1": ("pcm_s24le", ".mov", 6),
    "pcm-16": ("pcm_s24le", ".mov", 16),
}  # fmt: skip
LFE = 3  # of 5.1
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 16: "hexadecagonal"}


def clips(seed: int) -> list[Planted]:
    return [*_holes(seed), *_others(seed), *_events(seed), *_by_ffmpeg(seed), *_clean(seed)]


def _film(maker: Maker, carrier: str, sound: signals.Sound, **options: Any) -> Film:
    codec, suffix, channels = CARRIERS[carrier]
    if suffix == ".mxf":
        options = {"codec": "mpeg2video", "size": (128, 96)} | options
    chosen: dict[str, Any] = {"codec": "mpeg4", "rate": 25, **options}
    film = maker.film(seconds=len(sound) / RATE, sound="", **chosen)
    film.sounds = [Sound(sound, codec, layout=LAYOUTS[channels], bit_rate=64_000 * channels)]
    return film


def _write(film: Film, carrier: str, folder: Path) -> Path:
    return film.write(folder / f"clip{CARRIERS[carrier][1]}")


def _planted(name: str, write: Callable[[Path], Path], codes: tuple[str, ...] = (), **more: Any) -> Planted:
    return Planted(name, write, Stage.DECODED, codes, **more)


def _holes(seed: int) -> list[Planted]:
    made = []
    for carrier, (_, _, channels) in CARRIERS.items():
        name = f"sound-hole-{carrier}"

        def write(folder: Path, carrier: str = carrier, channels: int = channels, name: str = name) -> Path:
            maker = Maker(seed, name)
            sound = signals.running(SECONDS, maker.seed, channels)
            which: Any = slice(None) if maker.rng.random() < 0.5 else int(maker.rng.integers(channels))
            if (channels, which) == (6, LFE):
                which = LFE - 1  # what is left of it behind an encoder, below 120 Hz, does not stop at once
            for at in (1.5, 4.5):
                length = maker.pick(0.01, 0.0213, 0.04, 0.1, 0.2)
                sound = signals.cut(sound, at + float(maker.rng.uniform(0, 1.5)), length, which)
            return _write(_film(maker, carrier, sound), carrier, folder)

        made.append(_planted(name, write, HOLE))
    return made


def _others(seed: int) -> list[Planted]:
    made = []

    def plant(
        name: str, shape: Callable[[Maker], list[Sound]], codes: tuple[str, ...], suffix: str = ".mov", **more: Any
    ) -> None:
        def write(folder: Path) -> Path:
            maker = Maker(seed, name)
            sounds = shape(maker)
            film = maker.film(seconds=len(sounds[0].samples) / RATE, sound="", codec="mpeg4")
            film.sounds = sounds
            return film.write(folder / f"clip{suffix}")

        made.append(_planted(name, write, codes, **more))

    for samples in (1024, 1920):

        def repeated(maker: Maker, samples: int = samples) -> list[Sound]:
            sound = _grained(signals.running(SECONDS, maker.seed, 2))
            return [Sound(signals.again(sound, 2 + 3 * float(maker.rng.random()), samples), "pcm_s24le")]

        plant(f"sound-repeated-{samples}", repeated, ("audio_continuity.repeated_block",))
    plant("sound-dead-side", lambda maker: [Sound(_sides(maker, 1, 0), "aac")], ("tracks.dead_channel_1",), ".mp4")
    plant("sound-turned-side", lambda maker: [Sound(_sides(maker, 1, -1), "ac3")], ("tracks.turned_1_1",), ".mkv")
    plant("sound-all-silent", lambda maker: [Sound(_sides(maker, 0, 0), "pcm_s16le")], ("tracks.silent_track",))
    plant("sound-late-track", lambda maker: _two(maker, late=0.09), ("tracks.late_2",))
    plant("sound-drifting-track", lambda maker: _two(maker, ratio=1.001, seconds=20), ("tracks.drift_2",))
    plant(
        "sound-too-loud",
        lambda maker: [Sound(4 * signals.running(SECONDS, maker.seed, 2), "aac")],
        ("loudness.too_loud",),
        ".mp4",
        spec=Spec(loudness_lufs=-23.0),
    )
    plant(
        "sound-true-peak",
        lambda maker: [Sound(np.clip(6 * signals.running(SECONDS, maker.seed, 2), -0.99, 0.99), "pcm_s24le")],
        ("loudness.true_peak",),
        spec=Spec(true_peak_dbtp=-1.0),
    )
    made.append(
        _planted(
            "sound-click-at-join", lambda folder: _clicking(Maker(seed, "click"), folder), ("audio_continuity.click_at_join",)
        )
    )
    return made


def _grained(sound: signals.Sound) -> signals.Sound:
    """As 24 bits hold it, so that a repeat is one sample for sample."""
    return (np.rint(sound * 2**23) / 2**23).astype(np.float32)


def _sides(maker: Maker, left: float, right: float) -> signals.Sound:
    return signals.running(SECONDS, maker.seed) * np.array([[left, right]], np.float32)


def _two(maker: Maker, *, late: float = 0.0, ratio: float = 1.0, seconds: float = SECONDS) -> list[Sound]:
    talk = babble(seconds, maker.seed)
    at = (np.arange(len(talk)) - late * RATE) / ratio
    moved = np.interp(at, np.arange(len(talk)), talk, left=0, right=0)
    return [Sound(talk, "pcm_s24le"), Sound((0.7 * moved).astype(np.float32), "pcm_s24le")]


def _clicking(maker: Maker, folder: Path) -> Path:
    """Three segments whose sound was rendered each from a wave that begins anew."""
    parts = []
    for n in range(3):
        t = np.arange(2 * RATE) / RATE
        wave = 0.25 * np.cos(2 * np.pi * 70.3 * t + n) + maker.rng.normal(0, 2e-4, len(t))
        film = Film(maker.film(seconds=2).rate, list(range(50 * n, 50 * n + 50)), [Sound(wave.astype(np.float32), "pcm_s24le")])
        parts.append(film.write(folder / f"part{n}.mov"))
    return concatenated(parts, folder / "clip.mov")


def _events(seed: int) -> list[Planted]:
    made = []
    for carrier in ("aac-mono", "ac3-5.1", "eac3", "opus", "mp3", "pcm-16", "aac-ts"):
        for clean in (False, True):
            name = f"{'clean-' if clean else ''}sound-events-{carrier}"

            def write(folder: Path, carrier: str = carrier, clean: bool = clean, name: str = name) -> Path:
                maker = Maker(seed, name)
                rate = maker.pick(25, NTSC24, NTSC30)
                late = 0.0 if clean else float(maker.rng.choice([-1, 1]) * maker.rng.uniform(70, 350))
                return _write(_flashing(maker, carrier, rate, late), carrier, folder)

            made.append(Planted(name, write, clean=True) if clean else _planted(name, write, EVENT))
    for name, clean in (("clean-sound-two-pop", True), ("sound-two-pop", False)):

        def pop(folder: Path, name: str = name, clean: bool = clean) -> Path:
            maker = Maker(seed, name)
            return _two_pop(maker, 0.0 if clean else float(maker.rng.uniform(70, 300))).write(folder / "clip.mov")

        made.append(Planted(name, pop, clean=True) if clean else _planted(name, pop, EVENT))

    def jump(folder: Path) -> Path:
        maker = Maker(seed, "sound-jump")
        film = maker.film(seconds=18, codec="mpeg4", sound="pcm_s16le")
        with_events(film, [1.0 + 2 * n for n in range(8)])
        at = round(float(maker.rng.uniform(7.3, 8.7)) * RATE)
        sound, size = film.sounds[0].samples, round(float(maker.rng.uniform(0.05, 0.12)) * RATE)
        film.sounds[0] = Sound(np.concatenate([sound[:at], sound[at - size : at], sound[at:]])[: len(sound)], "pcm_s16le")
        return film.write(folder / "clip.mov")

    made.append(_planted("sound-jump", jump, ("sync_events.jump",)))
    return made


def _flashing(maker: Maker, carrier: str, rate: Any, late: float) -> Film:
    """Flashes with beeps, late by so many milliseconds, in one channel of several."""
    channels = CARRIERS[carrier][2]
    film = _film(maker, carrier, signals.running(11, maker.seed, channels), rate=rate)
    frames = [round(second * film.rate) for second in (2.0, 4.0, 6.0, 8.0)]
    for frame in frames:
        film.order[frame] = FLASH
    sound = film.sounds[0].samples.copy()
    one = int(maker.rng.integers(channels)) if channels != 6 else 2
    exact = [float(frame / film.rate) + late / 1000 for frame in frames]
    beeps = pops(np.zeros(len(sound), np.float32), exact, length=float(1 / film.rate))
    for at in exact:
        sound[round((at - 0.05) * RATE) : round((at + 0.1) * RATE)] = 0
    sound[:, one] += beeps
    film.sounds[0].samples = sound
    return film


def _two_pop(maker: Maker, late: float) -> Film:
    """Black with one flash and its beep, two seconds before the picture."""
    film = maker.film(seconds=10, rate=NTSC24, codec="mpeg4", sound="pcm_s24le")
    film.order[:84] = [BLACK] * 84
    film.order[36] = FLASH
    sound = signals.running(10, maker.seed, 2)
    sound[: round(84 / float(film.rate) * RATE)] = 0
    at = round((36 / float(film.rate) + late / 1000) * RATE)
    sound[at : at + 2002] += (0.1 * np.sin(2 * np.pi * 1000 * np.arange(2002) / RATE)).astype(np.float32)[:, np.newaxis]
    film.sounds = [Sound(sound, "pcm_s24le")]
    return film


def _by_ffmpeg(seed: int) -> list[Planted]:
    """DTS, which only Debian's ffmpeg encodes here."""
    if not shutil.which("ffmpeg"):
        return []
    made = []
    for clean in (False, True):
        name = f"{'clean-' if clean else ''}sound-{'running' if clean else 'hole'}-dts"

        def write(folder: Path, clean: bool = clean, name: str = name) -> Path:
            maker = Maker(seed, name)
            sound = signals.running(SECONDS, maker.seed, 6)
            if not clean:
                sound = signals.cut(sound, 2 + 2 * float(maker.rng.random()), maker.pick(0.0213, 0.04, 0.1))
            source = _write(_film(maker, "pcm-5.1", sound), "pcm-5.1", folder)
            path = folder / "dts.mkv"
            command = ["ffmpeg", "-v", "error", "-i", str(source), "-c:v", "copy", "-c:a", "dca", "-strict", "-2", str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            return path

        made.append(Planted(name, write, clean=True) if clean else _planted(name, write, HOLE))
    return made


def _clean(seed: int) -> list[Planted]:
    made = []

    def clean(name: str, carrier: str, shape: Callable[[Maker], signals.Sound], **options: Any) -> None:
        def write(folder: Path) -> Path:
            maker = Maker(seed, name)
            return _write(_film(maker, carrier, shape(maker), **options), carrier, folder)

        made.append(Planted(f"clean-sound-{name}", write, clean=True))

    for carrier, (_, _, channels) in CARRIERS.items():

        def run(maker: Maker, channels: int = channels) -> signals.Sound:
            return signals.running(SECONDS, maker.seed, channels)

        clean(f"running-{carrier}", carrier, run)
    mono = ("pcm", "aac-mono", "pcm-mxf")
    for number, carrier in enumerate(mono):
        clean(f"gated-{carrier}", carrier, lambda maker: signals.gated(SECONDS, maker.seed, hard=False))
        clean(f"gated-hard-{carrier}", carrier, lambda maker: signals.gated(SECONDS, maker.seed, hard=True))
        clean(f"plucked-{carrier}", carrier, lambda maker: signals.plucked(SECONDS, maker.seed))
        clean(f"drums-{carrier}", carrier, lambda maker: signals.drums(SECONDS, maker.seed))
        clean(f"dialled-{carrier}", carrier, lambda maker: signals.dialled(SECONDS, maker.seed))
        if number < 2:
            clean(f"hiss-{carrier}", carrier, lambda maker: 0.004 * signals.running(SECONDS, maker.seed))
            clean(f"dry-{carrier}", carrier, lambda maker: babble(SECONDS, maker.seed, dry=True)[:, np.newaxis])
    for carrier in ("aac", "flac", "eac3"):
        clean(f"stopping-{carrier}", carrier, lambda maker: signals.stopping(SECONDS, maker.seed))
    clean("same-sides", "aac", lambda maker: signals.running(SECONDS, maker.seed)[:, [0, 0]])
    clean("one-side-quiet", "flac", lambda maker: signals.running(SECONDS, maker.seed, 2) * np.array([[1, 0.03]], np.float32))
    clean(
        "silent-lfe", "pcm-5.1", lambda maker: signals.running(SECONDS, maker.seed, 6) * (np.arange(6) != 3).astype(np.float32)
    )
    return made
