"""Faults that packets and tables show (stage A)."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from media_pipeline.core.checks.spec import Spec
from tests import boxes
from tests.checks import corpus_surgery as surgery
from tests.checks.corpus import NTSC30, Maker, Planted
from tests.checks.corpus_film import Film, Sound, babble
from tests.checks.corpus_join import concatenated, edited
from tests.media import irregular_times

Write = Callable[[Maker, Path], Path]


def clips(seed: int) -> list[Planted]:
    made: list[Planted] = []

    def plant(name: str, write: Write, *codes: str, **more: Any) -> None:
        made.append(Planted(name, lambda folder: write(Maker(seed, name), folder), codes=codes, **more))

    def film(suffix: str, change: Callable[[Maker, Film], None] | None = None, **options: Any) -> Write:
        def write(maker: Maker, folder: Path) -> Path:
            planted = maker.film(**options)
            if change is not None:
                change(maker, planted)
            return planted.write(folder / f"clip{suffix}")

        return write

    def altered(suffix: str, alter: Callable[[Maker, bytes], bytes], **options: Any) -> Write:
        def write(maker: Maker, folder: Path) -> Path:
            path = maker.film(**options).write(folder / f"clip{suffix}")
            path.write_bytes(alter(maker, path.read_bytes()))
            return path

        return write

    _cadence_and_rate(plant, film)
    _sound(plant, film)
    _times(plant)
    _joins(plant)
    _timecode(plant, film, altered)
    _container(plant, film, altered)
    _raster(plant, film)
    return made


def _phone(maker: Maker, film: Film) -> None:
    film.times, film.timescale = irregular_times(len(film.order)), 90_000


def _mixed(maker: Maker, film: Film) -> None:
    steps = np.full(len(film.order) - 1, 1001)
    first = int(maker.rng.integers(200, 400))
    steps[first : first + 300] = 1000
    film.times, film.timescale = [0, *np.cumsum(steps).tolist()], 30_000


def _cadence_and_rate(plant: Any, film: Any) -> None:
    plant("vfr-mp4", film(".mp4", _phone, rate=NTSC30, b_frames=0), "cadence.variable")
    plant("vfr-mkv", film(".mkv", _phone, rate=NTSC30, b_frames=0), "cadence.variable")
    plant("mixed-rate", film(".mp4", _mixed, seconds=35, rate=NTSC30, codec="mpeg4", b_frames=0), "cadence.mixed")
    for rate, project, code in (
        ("24", "24000/1001", "differs"), ("30", "30000/1001", "differs"), ("25", "24", "differs"),
        ("50", "25", "multiple"), ("60", "60000/1001", "differs"),
    ):  # fmt: skip
        spec = Spec.from_dict({"rate": project})
        plant(f"rate-{rate}-in-{project.replace('/', 'o')}", film(".mov", rate=rate), f"rate.{code}", spec=spec)


def _late(maker: Maker, film: Film) -> None:
    film.sounds[0].late = Fraction(int(maker.rng.integers(60, 900)), 1000)


def _early(maker: Maker, film: Film) -> None:
    film.late = Fraction(int(maker.rng.integers(4, 20)), 25)


def _one_of_three(maker: Maker, film: Film) -> None:
    film.sounds = [Sound(babble(length, n), "pcm_s16le") for n, length in enumerate((6, 5.2, 6))]


def _length(plant: Any, film: Any) -> None:
    pcm = {"sound": "pcm_s16le"}
    plant("sound-tail", film(".mov", sound_seconds=6.5, **pcm), "length.tail")
    plant("sound-cut", film(".mp4", sound_seconds=5.3), "length.cut")
    plant("one-track-cut", film(".mov", _one_of_three), "length.cut")
    plant("ratio-25-24", film(".mov", seconds=12, sound_seconds=12.5, **pcm), "length.ratio")
    plant("ratio-44.1-48", film(".mov", seconds=12, sound_seconds=12 * 48 / 44.1, **pcm), "length.ratio")
    small = {"codec": "mpeg4", "size": (48, 32), "rate": 24}
    plant("ratio-1001-1000", film(".mov", seconds=150, sound_seconds=150.15, **pcm, **small), "length.ratio")


def _other_rate(maker: Maker, film: Film) -> None:
    film.sounds.append(Sound(babble(6, 9, rate=44_100), "pcm_s16le", 44_100))


def _sound(plant: Any, film: Any) -> None:
    plant("start-late", film(".mov", _late, sound="pcm_s16le"), "start_offset.late", "length.tail")
    plant("start-early", film(".mp4", _early), "start_offset.early")
    plant("b-frames-no-edit-list", film(".mp4", mux={"use_editlist": "0"}, b_frames=3), "start_offset.early")
    _length(plant, film)

    def at_44100(maker: Maker, film: Film) -> None:
        film.sounds = [Sound(babble(6, 1, rate=44_100), "aac", 44_100)]

    def thin(maker: Maker, film: Film) -> None:
        film.sounds = [Sound(np.stack([babble(6, n) for n in (1, 2)], 1), "libmp3lame", bit_rate=32_000)]

    plant("sound-44.1", film(".mp4", at_44100), "audio_format.rate", spec=Spec(audio_rate=48_000))
    plant("sound-mono", film(".mp4"), "audio_format.layout", spec=Spec(audio_layouts=("stereo",)))
    plant("tracks-differ", film(".mov", _other_rate, sound="pcm_s16le"), "audio_format.tracks_differ")
    plant("sound-thin", film(".mp4", thin), "audio_format.thin", told=True)
    plant("no-sound-wanted-stereo", film(".mov", sound=""), "audio_format.layout", spec=Spec(audio_layouts=("stereo",)))


def _times(plant: Any) -> None:
    def step(suffix: str, kind: str, least: int, most: int) -> Write:
        def write(maker: Maker, folder: Path) -> Path:
            clip = maker.film(b_frames=0).write(folder / "source.mp4")
            first, milliseconds = int(maker.rng.integers(60, 110)), int(maker.rng.integers(least, most))

            def edit(stream: str, number: int, pts: int, dts: int, base: Fraction) -> tuple[int, int]:
                shift = round(Fraction(milliseconds, 1000) / base) if stream == kind and number >= first else 0
                return pts + shift, dts + shift

            return edited(clip, folder / f"clip{suffix}", edit)

        return write

    for suffix in (".mp4", ".mkv", ".ts"):
        plant(f"picture-gap{suffix}", step(suffix, "video", 12, 400), "timestamps.picture_steps")
        plant(f"sound-gap{suffix}", step(suffix, "audio", 12, 400), "timestamps.sound_gaps")
    plant("picture-overlap", step(".mp4", "video", -30, -12), "timestamps.picture_steps")

    def equal(maker: Maker, folder: Path) -> Path:
        clip = maker.film(b_frames=0).write(folder / "source.mp4")

        def edit(stream: str, number: int, pts: int, dts: int, base: Fraction) -> tuple[int, int]:
            back = round(Fraction(1, 25) / base) if stream == "video" and number == 70 else 0
            return pts - back, dts - back

        return edited(clip, folder / "clip.mkv", edit)

    plant("equal-times", equal, "timestamps.equal", "timestamps.backward")


def _joins(plant: Any) -> None:
    def joined(suffix: str, codec: str, sound: str) -> Write:
        def write(maker: Maker, folder: Path) -> Path:
            parts, frames = [], int(maker.rng.integers(40, 60))
            for n in range(5):
                order = list(range(n * frames, n * frames + frames))
                film = Film(Fraction(25), order, [Sound(babble(frames / 25, n), sound)], maker.seed, codec=codec)
                parts.append(film.write(folder / f"part{n}.mov"))
            return concatenated(parts, folder / f"clip{suffix}")

        return write

    for suffix in (".mp4", ".mkv", ".ts"):
        plant(f"concatenated-aac{suffix}", joined(suffix, "libx264", "aac"), "segments.sound_surplus")
    plant("concatenated-aac-mpeg4", joined(".mp4", "mpeg4", "aac"), "segments.sound_surplus")
    plant("joined-pcm", joined(".mov", "libx264", "pcm_s16le"), "segments.joined", told=True)
    plant("joined-mpeg2", joined(".mov", "mpeg2video", "pcm_s16le"), "segments.joined", told=True)


def _timecode(plant: Any, film: Any, altered: Any) -> None:
    spec25 = Spec.from_dict({"rate": 25, "start_timecode": "01:00:00:00"})
    df = Spec.from_dict({"rate": "29.97", "start_timecode": "01:00:00;00"})
    plant("timecode-missing", film(".mov"), "timecode.missing", spec=spec25)
    plant("timecode-start", film(".mov", timecode="00:59:50:00"), "timecode.start", spec=spec25)
    plant("timecode-ndf", film(".mov", rate=NTSC30, timecode="01:00:00:00"), "timecode.drop_frame", spec=df)
    drop = altered(".mov", lambda maker, data: surgery.with_drop_flag(data), timecode="01:00:00:00")
    plant("timecode-df-at-25", drop, "timecode.drop_frame")
    jump = altered(".mov", lambda maker, data: surgery.with_timecode_break(data, 60, 90_000 + 250), timecode="01:00:00:00")
    plant("timecode-break", jump, "timecode.break")
    counts = altered(".mov", lambda maker, data: surgery.with_timecode_rate(data, 30), timecode="01:00:00:00")
    plant("timecode-counts-30", counts, "timecode.counts")
    said = {"gop_timecode": "00:20:00:00"}
    disagree = film(".mov", codec="mpeg2video", sound="pcm_s16le", timecode="01:00:00:00", options=said)
    plant("timecode-disagree", disagree, "timecode.disagree")

    def broken(maker: Maker, folder: Path) -> Path:
        parts = [
            maker.film(3, codec="mpeg2video", sound="mp2", options={"gop_timecode": label}).write(folder / f"{n}.ts")
            for n, label in enumerate(("10:00:00:00", "11:30:00:00"))
        ]
        return concatenated(parts, folder / "clip.ts")

    plant("timecode-break-mpeg2", broken, "timecode.break")


def _container(plant: Any, film: Any, altered: Any) -> None:
    def cut(maker: Maker, data: bytes) -> bytes:
        return data[: int(len(data) * maker.rng.uniform(0.5, 0.8))]

    front = {"movflags": "+faststart"}
    whole = ("container.truncated",)
    plant("truncated-mp4", altered(".mp4", cut, mux=front), *whole)
    plant("truncated-mp4-no-index", altered(".mp4", cut), refused=True)
    plant("truncated-mkv", altered(".mkv", cut), *whole)
    plant("truncated-avi", altered(".avi", cut, codec="mpeg4", b_frames=0, sound="pcm_s16le"), *whole)
    plant("truncated-mxf", altered(".mxf", cut, codec="mpeg2video", sound="pcm_s16le", size=(720, 576), seconds=3), *whole)
    fragments = {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}
    # Cut inside the header of a fragment, FFmpeg cannot open it at all.
    plant("truncated-fragments", altered(".mp4", cut, mux=fragments), *whole, refused=True)
    plant("fragmented", film(".mp4", mux=fragments), "container.fragmented", told=True)
    for suffix in (".mp4", ".mkv", ".ts"):
        garbage = altered(suffix, lambda maker, data: data + maker.rng.bytes(int(maker.rng.integers(1000, 5000)) | 1))
        plant(f"trailing{suffix}", garbage, "container.trailing")
    plant("avi", film(".avi", codec="mpeg4", b_frames=0, sound="pcm_s16le"), "container.avi")
    plant(
        "lost-ts-packets", altered(".ts", lambda maker, data: surgery.without_ts_packets(data, maker.rng)), "container.damaged"
    )
    several = altered(
        ".mp4", lambda maker, data: boxes.with_edit_list(data, b"vide", [(1600, 0), (2400, 12800 * 3)]), b_frames=0
    )
    plant("edit-list-several", several, "container.edit_list")
    hidden = altered(".mp4", lambda maker, data: boxes.with_edit_list(data, b"vide", [(5000, 5120)]), b_frames=0)
    plant("edit-list-hides", hidden, "container.hidden_pictures")
    plant("container-unwanted", film(".mkv"), "container.unwanted", spec=Spec(containers=("mov",)))
    plant("open-gop", film(".mp4", open_gop=True), "gop.open", told=True)
    long = {"seconds": 16, "gop": 1000, "codec": "libx264"}
    plant("gop-long", film(".mp4", **long), "gop.long", told=True)

    def headless(maker: Maker, folder: Path) -> Path:
        clip = maker.film(b_frames=0).write(folder / "source.mp4")
        lost = int(maker.rng.integers(3, 15))

        def edit(stream: str, number: int, pts: int, dts: int, base: Fraction) -> tuple[int, int] | None:
            return None if stream == "video" and number < lost else (pts, dts)

        return edited(clip, folder / "clip.mkv", edit)

    plant("first-not-key", headless, "gop.first_not_key")


def _raster(plant: Any, film: Any) -> None:
    spec = Spec(width=96, height=64, pixel_aspect_num=1, scan="progressive")
    plant("rotation", film(".mp4", rotation=90), "raster.rotation", spec=spec)
    plant("pixel-aspect", film(".mp4", sar=Fraction(64, 45)), "raster.pixel_aspect", spec=spec)
    plant("size", film(".mp4", size=(112, 64)), "raster.size", spec=spec)
    plant("interlaced", film(".mp4", interlaced="tff"), "raster.scan", spec=spec)
    plant("codec-unwanted", film(".mp4"), "raster.codec", spec=Spec(video_codecs=("prores",)))
