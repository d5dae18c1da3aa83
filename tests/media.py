"""Frame-number clips: every picture carries its number, so that a test can tell which one it looks at.

Geometry (the same for every size; a browser test reads it from a canvas): the whole picture is a grid of 8 columns × 4
rows; cell (column c, row r) covers x in [c·w/8, (c+1)·w/8) and y in [r·h/4, (r+1)·h/4). Cells are numbered row by row,
k = 8·r + c. White is 1, black is 0. Four corners are fixed: k = 0 white, 7 black, 24 black, 31 white (a mirrored, turned
or foreign picture fails there). The other 28 cells in ascending k hold 28 bits, most significant first: the 20-bit frame
number, then its CRC-8 (polynomial 0x07, start 0xFF, over the number as three big-endian bytes). To read: average the
middle half of each cell (x and y from 1/4 to 3/4); the threshold is halfway between the means of the white and the black
corners; give up if these differ by less than 40 of 255, or if the CRC is wrong. What a browser shows of a clip with a
rotation is turned: turn it back before reading.

Audio, where asked for, is silence with a short chirp (CLICK) beginning at known samples; `find_clicks` finds them again.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from tests import boxes

COLUMNS, ROWS = 8, 4
CORNERS = {0: 1, 7: 0, 24: 0, 31: 1}
DATA_CELLS = [k for k in range(COLUMNS * ROWS) if k not in CORNERS]
SAMPLE_RATE = 48_000


def crc8(number: int) -> int:
    crc = 0xFF
    for byte in number.to_bytes(3, "big"):
        crc ^= byte
        for _ in range(8):
            crc = ((crc << 1) ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def draw_number(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Luma (limited range, 16 and 235) of picture `number`, shape (height, width)."""
    width, height = size
    bits = number << 8 | crc8(number)
    cells = np.zeros(COLUMNS * ROWS, np.uint8)
    for k, value in CORNERS.items():
        cells[k] = value
    for position, k in enumerate(DATA_CELLS):
        cells[k] = bits >> (27 - position) & 1
    columns = np.arange(width) * COLUMNS // width
    rows = np.arange(height) * ROWS // height
    grid = np.where(cells.reshape(ROWS, COLUMNS), 235, 16).astype(np.uint8)
    picture: NDArray[np.uint8] = grid[rows][:, columns]
    return picture


def read_number(gray: NDArray[Any]) -> int | None:
    """The number that a grey picture (height, width) carries, or None if it carries none that can be trusted."""
    rows, high = _middles(gray.shape[0], ROWS)
    columns, wide = _middles(gray.shape[1], COLUMNS)
    sums = np.add.reduceat(np.add.reduceat(gray, rows, 0, np.int64)[::2], columns, 1)[:, ::2]
    means = (sums / (high[:, np.newaxis] * wide)).reshape(-1)
    white, black = (means[0] + means[31]) / 2, (means[7] + means[24]) / 2
    if white - black < 40 or abs(means[0] - means[31]) > 60 or abs(means[7] - means[24]) > 60:
        return None
    bits = 0
    for k in DATA_CELLS:
        bits = bits << 1 | int(means[k] > (white + black) / 2)
    number = bits >> 8
    return number if crc8(number) == bits & 0xFF else None


@cache
def _middles(length: int, cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the middle half of each cell begins and ends, in turns, for numpy's reduceat; and how many pixels it has."""
    cell = np.arange(cells)
    begin = (4 * cell + 1) * length // (4 * cells)
    end = np.maximum(begin + 1, (4 * cell + 3) * length // (4 * cells))
    return np.stack([begin, end], 1).reshape(-1), end - begin


_grey = VideoReformatter()  # one for all: a new one for each picture costs fifty times as much


def gray(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A decoded picture in grey, shape (height, width), full range."""
    return np.asarray(_grey.reformat(frame, format="gray", threads=1).to_ndarray(), np.uint8)


def read_frame(frame: av.VideoFrame) -> int | None:
    """`read_number` of a decoded picture."""
    return read_number(gray(frame))


_t = np.arange(480) / SAMPLE_RATE
CLICK = (np.sin(2 * np.pi * (600 * _t + (7000 - 600) / 0.02 * _t**2)) * np.hanning(480) ** 0.25).astype(np.float32)


def click_track(samples: int, clicks: Sequence[int]) -> NDArray[np.float32]:
    """Mono silence with a CLICK starting at each of these samples."""
    track = np.zeros(samples, np.float32)
    for start in clicks:
        stop = min(samples, start + len(CLICK))
        if start < stop:
            track[start:stop] = 0.8 * CLICK[: stop - start]
    return track


def find_clicks(samples: NDArray[np.floating[Any]]) -> list[int]:
    """Where clicks begin, to the sample, in mono samples at 48 kHz (matched filter)."""
    if len(samples) < len(CLICK):
        return []
    score = np.correlate(samples.astype(np.float64), CLICK.astype(np.float64), "valid") / float(np.dot(CLICK, CLICK))
    found: list[int] = []
    strong = np.flatnonzero(score > 0.3)
    for group in np.split(strong, np.flatnonzero(np.diff(strong) > len(CLICK)) + 1):
        if len(group):
            found.append(int(group[np.argmax(score[group])]))
    return found


_PIXELS = {"prores_ks": "yuv422p10le", "dnxhd": "yuv422p", "mjpeg": "yuvj420p"}
_ENCODERS = {
    "h264": "libx264", "hevc": "libx265", "prores": "prores_ks", "dnxhr": "dnxhd", "vp9": "libvpx-vp9", "vp8": "libvpx",
    "av1": "libsvtav1", "mpeg2": "mpeg2video", "mjpeg": "mjpeg", "ffv1": "ffv1", "mpeg4": "mpeg4",
}  # fmt: skip
_AUDIO = {"pcm": "pcm_s16le", "pcm24": "pcm_s24le", "opus": "libopus", "mp3": "libmp3lame", "vorbis": "libvorbis"}
_FORMATS = {".ts": "mpegts", ".mkv": "matroska", ".mpg": "mpeg"}


def _encoder_options(encoder: str, *, gop: int, b_frames: int, open_gop: bool, interlaced: bool) -> dict[str, str]:
    opened = int(open_gop)
    if encoder == "libx264":
        params = f"keyint={gop}:min-keyint={max(1, min(gop, gop // 2 + 1) if open_gop else gop)}:scenecut=0:bframes={b_frames}"
        params += f":b-adapt=0:b-pyramid=none:open-gop={opened}:force-cfr=0" + (":tff=1" if interlaced else "")
        return {"preset": "ultrafast", "crf": "18", "x264-params": params}
    if encoder == "libx265":
        params = (
            f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}:b-adapt=0:open-gop={opened}:log-level=none:pools=1"
        )
        return {"preset": "ultrafast", "crf": "18", "x265-params": params}
    if encoder == "libsvtav1":
        return {"preset": "8", "crf": "30", "svtav1-params": f"lp=1:keyint={gop}"}
    if encoder == "libvpx-vp9":
        return {
            "deadline": "realtime",
            "cpu-used": "8",
            "crf": "20",
            "b": "0",
            "g": str(gop),
            "lag-in-frames": "16",
            "auto-alt-ref": "1",
        }
    if encoder == "dnxhd":
        return {"profile": "dnxhr_sq"}
    options = {"qscale": "2", "g": str(gop)}
    if encoder in ("mpeg2video", "mpeg4"):
        options |= {"bf": str(b_frames), "flags": ("" if open_gop else "+cgop") + ("+ilme+ildct" if interlaced else "")}
        options["sc_threshold"] = "1000000000"
    return {key: value for key, value in options.items() if value}


def make_clip(
    path: str | Path,
    *,
    rate: Fraction | str | int,
    frames: int,
    codec: str = "h264",
    size: tuple[int, int] = (320, 180),
    gop: int = 12,
    b_frames: int = 0,
    variable: Sequence[int] | None = None,
    timescale: int | None = None,
    start_offset: Fraction | int = 0,
    edit_list: bool | Sequence[tuple[int, int]] = True,
    audio: str | Sequence[str] | None = None,
    clicks: Sequence[int] | None = None,
    audio_channels: int = 1,
    timecode: str | None = None,
    open_gop: bool = False,
    fragmented: bool = False,
    faststart: bool = False,
    rotation: int = 0,
    interlaced: bool = False,
    pixel_format: str | None = None,
    sar: Fraction | None = None,
    first_number: int = 0,
    container: str | None = None,
) -> Path:
    """Write a clip of `frames` numbered pictures; the container follows from the suffix, or is FFmpeg's name of one.

    `rate` is exact ("30000/1001"). `variable` lists each picture's time in ticks of 1/`timescale` (then required).
    `start_offset` delays the pictures by seconds (audio stays at 0). `edit_list`: True as the muxer writes it, False
    for none (MP4, MOV), or explicit entries (duration in movie ticks of 1/1000, media time in track ticks, −1 = empty),
    which then replace the muxer's. `audio` names a codec or one per track; `clicks` are samples at 48 kHz after the
    first picture's nominal time 0 (default: one a second, from half a second on). `rotation` is clockwise, as players turn it.
    """
    path = Path(path)
    exact = Fraction(rate)
    encoder = _ENCODERS.get(codec, codec)
    mp4 = path.suffix in (".mp4", ".mov", ".m4v")
    options: dict[str, str] = {}
    if mp4:
        scale = timescale or _mp4_timescale(exact)
        options["video_track_timescale"] = str(scale)
        flags = (["frag_keyframe", "empty_moov", "default_base_moof"] if fragmented else []) + (
            ["faststart"] if faststart else []
        )
        if flags:
            options["movflags"] = "+" + "+".join(flags)
        if edit_list is False:
            options["use_editlist"] = "0"
    if edit_list is not True and edit_list is not False and (not mp4 or fragmented or faststart):
        raise ValueError("explicit edit lists need a plain MP4 or MOV")
    time_base = Fraction(1, timescale) if variable is not None and timescale else 1 / exact
    with av.open(str(path), "w", format=container or _FORMATS.get(path.suffix), options=options) as out:
        video: Any = out.add_stream(
            encoder, rate=exact,
            options=_encoder_options(encoder, gop=gop, b_frames=b_frames, open_gop=open_gop, interlaced=interlaced),
        )  # fmt: skip
        video.width, video.height = size
        video.pix_fmt = pixel_format or _PIXELS.get(encoder, "yuv420p")
        video.codec_context.time_base = time_base
        video.codec_context.thread_count = 1
        video.codec_context.gop_size = gop
        if sar is not None:
            video.codec_context.sample_aspect_ratio = sar
        if timecode is not None:
            video.metadata["timecode"] = timecode
            if not mp4:
                out.metadata["timecode"] = timecode
        if rotation:
            video.set_display_rotation(-rotation)  # FFmpeg counts counter-clockwise
        kinds = [audio] if isinstance(audio, str) else list(audio or [])
        tracks = []
        for kind in kinds:
            name = _AUDIO.get(kind, kind)
            track: Any = out.add_stream(name, rate=SAMPLE_RATE)
            track.codec_context.layout = {1: "mono", 2: "stereo", 6: "5.1"}[audio_channels]
            tracks.append(track)
        offset = Fraction(start_offset) / time_base
        if offset.denominator != 1:
            raise ValueError("start_offset is no whole number of ticks")
        times = variable if variable is not None else range(frames)
        duration = (times[-1] * time_base + 1 / exact) if variable is not None else frames / exact
        write_audio(out, tracks, round(duration * SAMPLE_RATE), clicks, audio_channels)
        width, height = size
        chroma = np.full(((height + 1) // 2, (width + 1) // 2), 128, np.uint8)
        for number in range(frames):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane, data in zip(frame.planes, (draw_number(first_number + number, size), chroma, chroma), strict=True):
                rows = np.zeros((plane.height, plane.line_size), np.uint8)
                rows[:, : plane.width] = data
                plane.update(rows.tobytes())
            frame.pts = int(times[number]) + int(offset)
            frame.time_base = time_base
            if frame.format.name != video.pix_fmt:
                frame = frame.reformat(format=video.pix_fmt)
                frame.pts, frame.time_base = int(times[number]) + int(offset), time_base
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    if edit_list is not True and edit_list is not False:
        path.write_bytes(boxes.with_edit_list(path.read_bytes(), b"vide", edit_list))
    return path


def _mp4_timescale(rate: Fraction) -> int:
    scale = rate.numerator
    while scale < 10_000:
        scale *= 2
    return scale


def write_audio(out: Any, tracks: list[Any], samples: int, clicks: Sequence[int] | None, channels: int) -> None:
    starts = range(SAMPLE_RATE // 2, samples, SAMPLE_RATE) if clicks is None else clicks
    mono = click_track(samples, starts)
    for track in tracks:
        sample_format = track.codec_context.format.name
        for start in range(0, samples, 4800):
            part = np.repeat(mono[None, start : start + 4800], channels, 0)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(part), format="fltp", layout=track.codec_context.layout.name
            )
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
            if sample_format != "fltp":
                resampler = av.AudioResampler(format=sample_format, layout=track.codec_context.layout.name, rate=SAMPLE_RATE)
                for converted in resampler.resample(frame):
                    out.mux(track.encode(converted))
            else:
                out.mux(track.encode(frame))
        out.mux(track.encode(None))


@dataclass(frozen=True)
class Clip:
    """A named clip: how to make it, and what is true of it."""

    suffix: str
    rate: Fraction
    frames: int  # presented
    options: dict[str, Any] = field(default_factory=dict)
    encoded: int | None = None  # pictures in the file, if edit lists hide some
    first_number: int = 0  # number that the first presented picture carries
    variable_rate: bool = False
    drop_frame: bool | None = None
    timecode: str = ""
    plays_exactly: bool = False


def _clip(suffix: str, rate: str, frames: int = 60, **options: Any) -> Clip:
    known = {key: options.pop(key) for key in ("encoded", "first_number", "variable_rate", "plays_exactly") if key in options}
    timecode = options.get("timecode", "")
    drop = (";" in timecode) if timecode else None
    return Clip(suffix, Fraction(rate), frames, options, drop_frame=drop, timecode=timecode, **known)


def irregular_times(frames: int) -> list[int]:
    """Times like a phone's: about 30 a second in ticks of 1/90000, with jitter, a pause and a burst. Deterministic."""
    steps = [(3000, 2650, 3400, 2990, 4500, 3003, 1500)[i % 7] + (9000 if i == frames // 2 else 0) for i in range(frames - 1)]
    return [sum(steps[:i]) for i in range(frames)]


CLIPS: dict[str, Clip] = {
    "23.976": _clip(".mp4", "24000/1001", timecode="01:00:00:00", audio="aac", plays_exactly=True),
    "24": _clip(".mp4", "24", timecode="00:59:50:00", plays_exactly=True),
    "25": _clip(".mp4", "25", audio="aac", plays_exactly=True),
    "29.97": _clip(".mp4", "30000/1001", timecode="01:00:00;00", audio="aac", plays_exactly=True),
    "29.97-ndf": _clip(".mov", "30000/1001", timecode="01:00:00:00", plays_exactly=True),
    "30": _clip(".mp4", "30", plays_exactly=True),
    "50": _clip(".mp4", "50", frames=100, plays_exactly=True),
    "59.94": _clip(".mp4", "60000/1001", frames=120, timecode="00:59:58;00", plays_exactly=True),
    "60": _clip(".mp4", "60", frames=120, plays_exactly=True),
    "120": _clip(".mp4", "120", frames=240, plays_exactly=True),
    "vfr": _clip(".mp4", "30000/1001", variable=irregular_times(60), timescale=90_000, variable_rate=True),
    "vfr-b": _clip(".mp4", "30000/1001", variable=irregular_times(60), timescale=90_000, variable_rate=True, b_frames=2),
    "b-frames": _clip(".mp4", "25", b_frames=3, gop=24, audio="aac", plays_exactly=True),
    "b-frames-no-edit-list": _clip(".mp4", "25", b_frames=2, edit_list=False),
    "edit-list": _clip(".mp4", "25", frames=50, encoded=60, first_number=5, edit_list=[(2000, 2560)]),
    "edit-list-b": _clip(".mp4", "25", frames=50, encoded=60, first_number=5, b_frames=2, edit_list=[(2000, 3072)]),
    "start-offset": _clip(".mp4", "25", start_offset=Fraction(2, 5), audio="aac"),
    "open-gop": _clip(".mp4", "25", b_frames=2, open_gop=True),
    "fragmented": _clip(".mp4", "25", fragmented=True),
    "fragmented-b": _clip(".mp4", "25", fragmented=True, b_frames=2, audio="aac"),
    "rotated": _clip(".mp4", "25", rotation=90, plays_exactly=True),
    "anamorphic": _clip(".mp4", "25", sar=Fraction(64, 45), plays_exactly=True),
    "interlaced": _clip(".mp4", "25", interlaced=True),
    "prores": _clip(".mov", "24000/1001", codec="prores", timecode="01:00:00:00", audio="pcm"),
    "dnxhr": _clip(".mov", "25", codec="dnxhr", size=(320, 180), timecode="10:00:00:00", audio="pcm"),
    "mjpeg": _clip(".mov", "24", codec="mjpeg"),
    "hevc": _clip(".mp4", "25", codec="hevc", b_frames=2),
    "hevc-open-gop": _clip(".mp4", "25", codec="hevc", b_frames=2, open_gop=True),
    "avi": _clip(".avi", "25", b_frames=0, audio="pcm"),
    "avi-b": _clip(".avi", "25", b_frames=2),
    "avi-mjpeg": _clip(".avi", "30000/1001", codec="mjpeg"),
    "mxf": _clip(".mxf", "25", codec="mpeg2", timecode="10:00:00:00", audio="pcm", b_frames=2, size=(720, 576)),
    "mxf-dnxhr": _clip(".mxf", "30000/1001", codec="dnxhr", timecode="01:00:00;00", audio="pcm"),
    "mkv": _clip(".mkv", "24000/1001", b_frames=2, audio="aac", timecode="01:00:00:00"),
    "mkv-ffv1": _clip(".mkv", "30000/1001", codec="ffv1"),
    "webm-vp9": _clip(".webm", "30000/1001", codec="vp9", audio="opus", plays_exactly=True),
    "webm-vp8": _clip(".webm", "25", codec="vp8", plays_exactly=True),
    "av1": _clip(".mp4", "24", codec="av1", plays_exactly=True),
    "ts": _clip(".ts", "30000/1001", b_frames=2, audio="aac"),
    "ts-mpeg2": _clip(".ts", "25", codec="mpeg2", b_frames=2, audio="mp2"),
    "three-tracks": _clip(".mov", "25", audio=["pcm", "pcm", "pcm24"]),
}  # fmt: skip


def clips_folder() -> Path:
    """Where made clips are kept: a temp folder named after this file's content, so a changed factory makes new ones."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"twopop-clips-{os.getuid()}-{version}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def clip(name: str) -> Path:
    """The file of a clip of CLIPS, made once. Safe with several test processes."""
    spec = CLIPS[name]
    path = clips_folder() / f"{name}{spec.suffix}"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=clips_folder()) as scratch:
            made = make_clip(Path(scratch) / path.name, rate=spec.rate, frames=spec.encoded or spec.frames, **spec.options)
            made.replace(path)
    return path
