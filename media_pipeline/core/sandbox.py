"""The limited child process."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a child may use. Beyond it the work ends with an error, never the machine."""

    memory_bytes: int  # address space
    cpu_seconds: int
    wall_seconds: float
    stall_seconds: float  # without any sign of progress
    file_bytes: int  # largest file it may write
    open_files: int = 256
