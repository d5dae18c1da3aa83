"""Sound and brightness given as arrays, stored as the decode pass stores them: materials for tests, without any file."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media_pipeline.core.checks.material import Features, Material
from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.features import SoundFeatures
from media_pipeline.core.fingerprint import RECORD
from media_pipeline.core.hearing.consumer import ChannelSound
from media_pipeline.core.proxy_plan import ProxyPlan
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import AudioTrack
from tests.checks.bench import timed

RATE = 48_000
Sound = NDArray[np.float32]


def stored(
    folder: Path,
    *tracks: Sound,
    means: Sequence[float] | None = None,
    fps: str = "25",
    codec: str = "pcm_s24le",
    rate: int = RATE,
) -> Material:
    """A film with these tracks, (channels, n) each. `means`: mean luma of each frame; a grey film without."""
    longest = max((track.shape[1] for track in tracks), default=rate)
    count = len(means) if means is not None else -(-longest * Fraction(fps) // rate)
    grey = np.asarray(means if means is not None else np.full(count, 90.0), np.float32)
    base = 1 / Fraction(fps) / 10
    made = timed(np.arange(len(grey)) * 10, base, declared=fps)
    layouts = {1: "mono", 2: "stereo", 6: "5.1"}
    audio = tuple(
        AudioTrack(
            n, n + 1, codec, layouts.get(len(t), f"{len(t)} channels"), len(t), rate, 0, 1, t.shape[1], rate
        )
        for n, t in enumerate(tracks)
    )  # fmt: skip
    made.summary = replace(made.summary, audio=audio)
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[RenditionFile] = [_picture(folder, grey)[0], _picture(folder, grey)[1]]
    work = Work(made.summary, made.index, ProxyPlan(), folder, kept.append)
    for consumer in (SoundFeatures(), ChannelSound()):
        consumer.start(work)
        for number, track in enumerate(tracks):
            for start in range(0, track.shape[1], rate // 2):
                part = np.ascontiguousarray(track[:, start : start + rate // 2], np.float32)
                consumer.audio(number, SoundBlock(start, part))
        kept += consumer.finish()
    made.features = Features({one.label: folder / one.path for one in kept}, {one.label: one.meta for one in kept})
    return made


def _picture(folder: Path, means: NDArray[np.float32]) -> list[RenditionFile]:
    frames = np.zeros(len(means), RECORD)
    frames["mean"] = frames["low"] = frames["high"] = means
    frames["change"][1:] = np.abs(np.diff(means))
    grids = np.broadcast_to(np.rint(means).astype(np.uint8)[:, None, None], (len(means), 18, 32))
    for label, data in (("frames", frames), ("luma-32x18", grids)):
        np.save(folder / f"{label}.npy", np.ascontiguousarray(data))
    return [RenditionFile("features", label, f"{label}.npy", "application/x-npy") for label in ("frames", "luma-32x18")]


def noise(seconds: float, channels: int = 1, *, seed: int = 0, level: float = 0.1, rate: int = RATE) -> Sound:
    """As 24-bit files hold it."""
    sound = np.random.default_rng(seed).standard_normal((channels, round(seconds * rate))) * level
    return (np.rint(sound * 2**23) / 2**23).astype(np.float32)


def tone(seconds: float, hertz: float, level: float, *, rate: int = RATE, phase: float = 0.0) -> Sound:
    """A sine of that peak level in dB of full scale, (1, n)."""
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate + phase)
    return wave[np.newaxis].astype(np.float32)


def with_pops(sound: Sound, seconds: Sequence[float], *, length: float = 0.04, rate: int = RATE) -> Sound:
    """1 kHz at -20 dBFS from exactly these moments on (between samples too), silence around them."""
    made = sound.copy()
    for at in seconds:
        first = int(np.ceil(at * rate))
        count = round(length * rate)
        made[:, max(0, first - rate // 20) : first + count + rate // 20] = 0
        made[:, first : first + count] = 0.1 * np.sin(2 * np.pi * 1000 * (np.arange(first, first + count) / rate - at))
    return made
