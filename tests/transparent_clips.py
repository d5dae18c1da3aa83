"""Clips that can be seen through: the left half is transparent, the right one a gray that grows with each frame."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

WIDTH, HEIGHT, FRAMES = 160, 96, 30
KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    ".webm": ("libvpx-vp9", "yuva420p", {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0"}),
    ".mov": ("prores_ks", "yuva444p10le", {"profile": "4444", "alpha_bits": "16"}),
}


def gray(frame: int) -> int:
    return 60 + 5 * frame


def half_transparent(path: Path) -> Path:
    """VP9 (.webm) or ProRes 4444 (.mov)."""
    codec, pixels, options = KINDS[path.suffix]
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream(codec, rate=25, options=options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, pixels
        picture = np.empty((HEIGHT, WIDTH, 4), np.uint8)
        picture[:, :, 3] = np.where(np.arange(WIDTH) < WIDTH // 2, 0, 255)
        for number in range(FRAMES):
            picture[:, :, :3] = gray(number)
            frame = av.VideoFrame.from_ndarray(picture, "rgba").reformat(format=pixels)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return path
