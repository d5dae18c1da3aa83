"""What is known of a media file without decoding it: plain, JSON-able, all times rational or integer."""

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

_WITH_ALPHA = ("yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16", "ayuv")


@dataclass(frozen=True)
class AudioTrack:
    index: int  # 0-based among the audio tracks
    stream: int  # stream index in the container
    codec: str
    layout: str  # FFmpeg's name: "stereo", "5.1"
    channels: int
    sample_rate: int
    start_num: int  # first sample heard, seconds after the first picture shown (priming and edit lists applied)
    start_den: int
    duration_num: int  # seconds
    duration_den: int
    language: str = ""
    title: str = ""
    bit_rate: int = 0


@dataclass(frozen=True)
class Summary:
    container: str  # FFmpeg's demuxer name
    size: int
    video_stream: int
    video_codec: str
    profile: str
    pixel_format: str
    width: int  # coded picture, before pixel aspect and rotation
    height: int
    sar_num: int
    sar_den: int
    rotation: int  # degrees clockwise that a player must turn it: 0 90 180 270
    color_primaries: str
    color_transfer: str
    color_space: str
    color_range: str  # "tv" | "pc" | ""
    field_order: str  # "progressive" | "tt" | "bb" | "tb" | "bt" | ""
    frame_count: int  # pictures presented, after edit lists
    rate_num: int  # exact nominal rate; for variable rate the best-fitting standard rate, else frames / duration
    rate_den: int
    variable_rate: bool
    start_timecode: str  # as in the file, "" if none
    start_frame: int | None  # the same as a count of frames
    drop_frame: bool | None  # from the file's own timecode only
    timecode_source: str  # "tmcd" | "metadata" | "mxf" | "gop" | ""
    has_b_frames: bool
    open_gop: bool
    fragmented: bool
    edit_list: str  # "" | "simple" | "complex"
    plays_exactly: bool  # may be played in a browser as it is, exactly
    plays_why_not: str  # plain words; "" if it does
    audio: tuple[AudioTrack, ...] = ()
    warnings: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction:
        return Fraction(self.rate_num, self.rate_den)

    @property
    def has_alpha(self) -> bool:
        """Whether its pictures have transparency, by FFmpeg's name of their pixel format."""
        return self.pixel_format.startswith(_WITH_ALPHA)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Summary":
        audio = tuple(AudioTrack(**track) for track in data["audio"])
        return cls(**{**data, "audio": audio, "warnings": tuple(data["warnings"])})
