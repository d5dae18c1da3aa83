"""Reads the sample tables of MP4 and MOV (ISO/IEC 14496-12, QuickTime) without reading the media."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TimecodeTrack:
    """What a tmcd track says of its first sample."""

    first_frame: int
    frames_per_second: int
    drop_frame: bool


@dataclass(frozen=True)
class Track:
    rotation: int = 0
