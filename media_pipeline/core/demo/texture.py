"""The raw material of the scenes: fractal noise, ridges, treetops.

Pictures are float32, linear light: (rows, columns) or, in colour, three planes of it (RGB,
rows, columns), because NumPy is quick along long rows only.
"""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
WIDTH, HEIGHT = 1280, 536  # the active picture, 2.39:1


def fractal(seed: int, rows: int, columns: int, *, slope: float, stretch: float = 1.0) -> Picture:
    """Tileable noise with a power spectrum of 1/f^slope, mean 0, deviation 1; `stretch` > 1 draws it out sideways."""
    rng = np.random.default_rng(seed)
    fy = np.fft.fftfreq(rows)[:, None] * rows
    fx = np.fft.rfftfreq(columns)[None, :] * columns * stretch * rows / columns
    frequency = np.hypot(fy, fx)
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(rng.standard_normal((rows, columns))) * frequency ** (-slope / 2)
    spectrum[0, 0] = 0
    noise = np.fft.irfft2(spectrum, s=(rows, columns))
    return np.asarray(noise / noise.std(), np.float32)


def profile(seed: int, columns: int, *, slope: float) -> NDArray[np.float64]:
    """A tileable line of fractal noise, mean 0, deviation 1: a ridge, a shore."""
    rng = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(columns) * columns
    frequency[0] = 1
    spectrum = np.fft.rfft(rng.standard_normal(columns)) * frequency ** (-slope / 2)
    spectrum[0] = 0
    line = np.fft.irfft(spectrum, columns)
    return np.asarray(line / line.std())


def scrolled(texture: Picture, rows: slice | NDArray[np.int_], left: float) -> Picture:
    """WIDTH columns of a tileable texture from the fractional column `left` on."""
    columns = texture.shape[1]
    whole = int(np.floor(left))
    part = np.float32(left - whole)
    index = np.arange(whole, whole + WIDTH + 1) % columns
    strip = texture[rows][:, index]
    return np.asarray(strip[:, :-1] * (1 - part) + strip[:, 1:] * part)


def spruces(seed: int, height: float) -> NDArray[np.float64]:
    """A tileable line of treetops: how many columns' rows they stand above the ground, `height` on average at the tips."""
    rng = np.random.default_rng(seed)
    size = 4096
    line = np.zeros(size)
    for _ in range(int(size / height * 1.3)):
        tip = height * rng.uniform(0.5, 1.7)
        half = max(1.5, tip * rng.uniform(0.22, 0.34))
        reach = np.arange(-int(half) - 1, int(half) + 2)
        branch = 1 + 0.16 * np.sin(reach * 2.6 + rng.uniform(0, 6))  # a ragged outline
        at = (int(rng.uniform(0, size)) + reach) % size
        line[at] = np.maximum(line[at], np.clip(tip * (1 - np.abs(reach) / half * branch), 0, None))
    return line


def line_at(line: NDArray[np.float64], left: float, *, columns: int = WIDTH) -> Picture:
    """`columns` samples of a tileable line from the fractional position `left` on."""
    at = np.arange(columns) + left
    return np.asarray(np.interp(at, np.arange(len(line)), line, period=len(line)), np.float32)


def smoothstep(low: float, high: float, value: Picture) -> Picture:
    x = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


def colour(*parts: float) -> Picture:
    """A colour, shaped to be laid over planes."""
    return np.array(parts, np.float32)[:, None, None]


def gradient(stops: list[tuple[float, tuple[float, float, float]]]) -> Picture:
    """HEIGHT rows of colour between stops (share of the height, colour); shape (3, HEIGHT, WIDTH)."""
    at = np.linspace(0, 1, HEIGHT)
    places = [place for place, _ in stops]
    channels = [np.interp(at, places, [rgb[channel] for _, rgb in stops]) for channel in range(3)]
    return np.repeat(np.stack(channels).astype(np.float32)[:, :, None], WIDTH, axis=2)


def blend(picture: Picture, over: Picture, alpha: Picture) -> None:
    """Lay `over` (a colour or a picture) on the picture, in place."""
    picture += (over - picture) * alpha
