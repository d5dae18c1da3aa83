"""Moments in the sound that may be faults, as the decode pass notes them: candidates with their strength, no judgement."""

import numpy as np
from numpy.typing import NDArray

# Labels of what the decode pass stores (hearing.consumer).
EVENTS, LOUDNESS, LEVELS = "sound-events", "sound-loudness", "sound-levels"

HOLE, CLICK, REPEAT, PEAK = 0, 1, 2, 3
LOSSLESS = ("pcm_", "flac", "alac", "s302m", "truehd", "mlp", "wavpack", "tta", "ape")  # codecs, by their beginnings
# Of a kind in SEGMENT seconds of a track: more tell nothing. Not of a whole film, since its end counts as much.
MOST_HOLES, MOST_CLICKS, MOST_REPEATS = 60, 200, 100  # holes: of each channel
SEGMENT = 10

# One record per candidate. Levels in dB of full scale (root mean square), SILENT where every sample is zero.
EVENT = np.dtype(
    [
        ("kind", "u1"),
        ("track", "u1"),
        ("channel", "u1"),
        ("sample", "<i8"),  # where it begins, in samples of the track; sample 0 is heard as frame 0 appears
        ("length", "<i4"),  # samples; of a repeat: of the block that comes again
        # Hole: the 10 ms before it. Click: its height over the usual of its surroundings. Repeat: how often in a row it
        # comes again. Peak: the true peak of the channel, full scale 1.
        ("strength", "<f4"),
        ("edge", "<f4"),  # the last 2 ms before the hole
        ("floor", "<f4"),  # the loudest millisecond inside, edges apart
        ("inside", "<f4"),  # all of the inside
        ("rise", "<f4"),  # the first 2 ms after it
        ("after", "<f4"),  # the 10 ms after it
        ("wide_before", "<f4"),  # 80 ms before
        ("wide_after", "<f4"),
    ]
)
SILENT = -200.0


def event(kind: int, channel: int, sample: int, length: int, strength: float) -> NDArray[np.void]:
    """A record of one candidate, the track left open."""
    made = np.zeros(1, EVENT)
    made["kind"], made["channel"], made["sample"], made["length"], made["strength"] = kind, channel, sample, length, strength
    return made


def decibels(power: NDArray[np.floating]) -> NDArray[np.float32]:
    """Of mean squares."""
    return np.asarray(10 * np.log10(power + 1e-20), np.float32)
