"""What the proxy's pictures look like: size, shape, uprightness, colours, fields."""

from fractions import Fraction

import av
import numpy as np
import pytest

from media_pipeline.core.probe import inspect
from media_pipeline.core.proxy_plan import ProxyPlan, Rung, rungs
from media_pipeline.core.summary import Summary
from tests.media import clip, gray, make_clip
from tests.pipeline.ingest import ingest, shown

BASE = inspect(str(clip("25")))[0]


def sizes(width, height, *, sar=(1, 1), rotation=0, heights=(720, 360)):
    changes = {"width": width, "height": height, "sar_num": sar[0], "sar_den": sar[1], "rotation": rotation}
    return rungs(Summary.from_dict({**BASE.as_dict(), **changes}), ProxyPlan(heights=heights))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ((1920, 1080), [(1280, 720), (640, 360)]),
        ((3840, 2160), [(1280, 720), (640, 360)]),
        ((2048, 858), [(1280, 536), (640, 268)]),
        ((1080, 1920), [(720, 1280), (360, 640)]),
        ((720, 576), [(720, 576), (450, 360)]),
        ((640, 360), [(640, 360)]),
        ((321, 181), [(320, 180)]),
        ((16, 16), [(16, 16)]),
        ((1, 1), [(2, 2)]),
    ],
)
def test_rungs_fit_their_box_and_never_enlarge(source, expected):
    assert [(rung.width, rung.height) for rung in sizes(*source)] == expected


def test_rung_labels_and_order():
    assert sizes(1920, 1080) == (Rung("720p", 1280, 720), Rung("360p", 640, 360))
    assert sizes(1920, 1080, heights=(360, 1080, 720))[0] == Rung("1080p", 1920, 1080)
    assert [rung.label for rung in sizes(640, 480)] == ["480p", "360p"]


def test_square_pixels_and_rotation():
    assert [(r.width, r.height) for r in sizes(1440, 1080, sar=(4, 3))] == [(1280, 720), (640, 360)]
    assert next((r.width, r.height) for r in sizes(720, 576, sar=(16, 15))) == (768, 576)
    assert [(r.width, r.height) for r in sizes(1920, 1080, rotation=90)] == [(720, 1280), (360, 640)]
    assert next((r.width, r.height) for r in sizes(720, 576, sar=(64, 45), rotation=270)) == (576, 1024)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotated_sources_come_out_upright(rotation, tmp_path):
    source = make_clip(tmp_path / "source.mp4", rate="25", frames=13, rotation=rotation)
    made = ingest(source, tmp_path / "out")
    proxy = made.main()
    assert (proxy.width, proxy.height) == ((180, 320) if rotation != 180 else (320, 180))
    assert shown(made.path(proxy), rotation) == list(range(13))
    with av.open(str(made.path(proxy))) as container:
        assert not any(frame.rotation for frame in container.decode(video=0))


@pytest.mark.parametrize("size", [(322, 182), (198, 110), (36, 22)])
@pytest.mark.parametrize("codec", ["h264", "mjpeg"])
def test_odd_sizes(size, codec, tmp_path):
    """Sizes that are no multiple of anything, and odd ones where the codec can hold them."""
    size = (size[0] - 1, size[1] - 1) if codec == "mjpeg" else size
    source = make_clip(tmp_path / "source.mov", rate="25", frames=13, codec=codec, size=size)
    made = ingest(source, tmp_path / "out")
    assert made.main().width % 2 == made.main().height % 2 == 0
    assert shown(made.path(made.main())) == list(range(13))


def test_anamorphic_pictures_get_square_pixels(tmp_path):
    source = make_clip(tmp_path / "source.mp4", rate="25", frames=13, size=(360, 288), sar=Fraction(64, 45))
    made = ingest(source, tmp_path / "out")
    assert (made.main().width, made.main().height) == (512, 288)
    with av.open(str(made.path(made.main()))) as container:
        assert container.streams.video[0].sample_aspect_ratio in (None, 1)
    assert shown(made.path(made.main())) == list(range(13))


def test_a_single_frame(tmp_path):
    made = ingest(make_clip(tmp_path / "source.mp4", rate="25", frames=1), tmp_path / "out")
    assert made.main().frame_count == 1
    assert shown(made.path(made.main())) == [0]
    assert made.table(made.main()).last_duration == 512


def test_the_bitstream_is_what_players_are_promised(tmp_path):
    made = ingest(clip("prores"), tmp_path, plan=ProxyPlan())
    with av.open(str(made.path(made.main()))) as container:
        context = container.streams.video[0].codec_context
        assert (context.profile, context.pix_fmt) == ("High", "yuv420p")
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        kinds = [frame.pict_type for frame in container.decode(video=0)]
    assert av.video.frame.PictureType.B not in kinds
    assert [kind == av.video.frame.PictureType.I for kind in kinds] == [n % 12 == 0 for n in range(len(kinds))]
    with av.open(str(made.path(made.main()))) as container:
        sound = container.streams.audio[0].codec_context
        assert (sound.codec.canonical_name, sound.profile, sound.sample_rate, sound.layout.name) == (
            "aac",
            "LC",
            48_000,
            "stereo",
        )


# Colour patches as R'G'B' of 8 bits; what any proxy must show within a few levels.
PATCHES = [(255, 255, 255), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191), (20, 20, 20)]
MATRIX = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114), "bt2020": (0.2627, 0.0593)}


def to_yuv(rgb, matrix, *, full, bits):
    red, green, blue = (value / 255 for value in rgb)
    kr, kb = MATRIX[matrix]
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)
    top = 2**bits
    if full:
        return [round(luma * (top - 1)), *(round((top - 1) * c + top / 2) for c in (cb, cr))]
    return [round((219 * luma + 16) * top / 256), *(round((224 * c + 128) * top / 256) for c in (cb, cr))]


def to_rgb(yuv):
    luma, cb, cr = (yuv[0] - 16) / 219, (yuv[1] - 128) / 224, (yuv[2] - 128) / 224
    red, blue = luma + cr * 2 * (1 - 0.2126), luma + cb * 2 * (1 - 0.0722)
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    return [round(255 * value) for value in (red, green, blue)]


def patches_clip(path, *, matrix, full, tag, size, pixel_format):
    """Eight patches side by side, made in the given matrix and range; `tag`: AVColorSpace, or 2 for none."""
    bits = 10 if "10" in pixel_format else 8
    width, height = size
    with av.open(str(path), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = width, height, pixel_format
        video.codec_context.colorspace = tag
        video.codec_context.color_range = 2 if full else 1
        for n in range(13):
            frame = av.VideoFrame(width, height, pixel_format)
            values = np.array([to_yuv(patch, matrix, full=full, bits=bits) for patch in PATCHES])
            for index, plane in enumerate(frame.planes):
                kind = np.uint16 if bits > 8 else np.uint8
                rows = np.zeros((plane.height, plane.line_size // np.dtype(kind).itemsize), kind)
                rows[:, : plane.width] = np.repeat(values[:, index], plane.width // len(PATCHES))
                plane.update(rows.tobytes())
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return path


@pytest.mark.parametrize(
    ("matrix", "tag", "full", "size", "pixel_format"),
    [
        ("bt709", 1, False, (640, 360), "yuv444p"),
        ("bt709", 1, True, (640, 360), "yuv444p"),
        ("bt709", 2, False, (1280, 720), "yuv422p"),
        ("bt709", 1, False, (1280, 720), "yuv422p10le"),
        ("bt601", 6, False, (640, 480), "yuv444p"),
        ("bt601", 5, False, (640, 576), "yuv422p"),
        ("bt601", 2, False, (640, 480), "yuv420p"),
        ("bt601", 2, True, (640, 480), "yuv444p"),
        ("bt601", 6, False, (1280, 720), "yuv422p10le"),
        ("bt2020", 9, False, (1280, 720), "yuv444p10le"),
    ],
)
def test_colours_are_converted_to_bt709(matrix, tag, full, size, pixel_format, tmp_path):
    source = tmp_path / "source.mkv"
    patches_clip(source, matrix=matrix, full=full, tag=tag, size=size, pixel_format=pixel_format)
    made = ingest(source, tmp_path / "out")
    for proxy in made.all("proxy"):
        with av.open(str(made.path(proxy))) as container:
            frame = next(container.decode(video=0))
            data = frame.to_ndarray()
            planes = [data[: frame.height], *data[frame.height :].reshape(2, frame.height // 2, frame.width // 2)]
        for number, patch in enumerate(PATCHES):
            middle = [plane[plane.shape[0] // 2, (2 * number + 1) * plane.shape[1] // 16] for plane in planes]
            assert np.abs(np.array(to_rgb([float(v) for v in middle])) - patch).max() <= 6, (number, patch)


def test_high_dynamic_range_is_brought_down(tmp_path):
    """PQ in BT.2020: diffuse white (203 cd/m², BT.2408) near the top of the proxy, mid greys where they were; shown with
    its code values as they are it would be a grey veil."""

    def pq(nits):
        y = (nits / 10_000) ** (2610 / 16384)
        return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)

    source = tmp_path / "source.mkv"
    levels = [0, 10, 100, 203]
    with av.open(str(source), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p10le"
        context = video.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, 16, 9, 1
        frame = av.VideoFrame(320, 180, "yuv420p10le")
        for number, plane in enumerate(frame.planes):
            rows = np.full((plane.height, plane.line_size // 2), 512, np.uint16)
            if number == 0:
                rows[:, :320] = np.repeat([round(876 * pq(nits) + 64) for nits in levels], 80)
            plane.update(rows.tobytes())
        for n in range(3):
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    made = ingest(source, tmp_path / "out")
    with av.open(str(made.path(made.main()))) as container:
        luma = next(container.decode(video=0)).to_ndarray()[90, [40, 120, 200, 280]].astype(int)
    assert luma[0] <= 18
    assert 60 <= luma[1] <= 95
    assert 160 <= luma[2] <= 195
    assert 220 <= luma[3] <= 240


def test_fields_are_woven_out_one_to_one(tmp_path):
    """A moving edge filmed in fields: the proxy has no comb, and as many pictures as the source has frames."""
    source = tmp_path / "source.mov"
    width, height = 320, 240
    with av.open(str(source), "w") as out:
        video = out.add_stream("mpeg2video", rate=25, options={"flags": "+ilme+ildct", "qscale": "2"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.field_order = 2  # AV_FIELD_TT
        for n in range(40):
            luma = np.full((height, width), 40, np.uint8)
            for field in (0, 1):
                edge = 20 + (2 * n + field) * 3
                luma[field::2, edge : edge + 60] = 200
            frame = av.VideoFrame.from_ndarray(np.concatenate([luma, np.full((height // 2, width), 128, np.uint8)]), "yuv420p")
            frame.pts, frame.time_base = n, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))

    def comb(path, number):
        with av.open(str(path)) as container:
            luma = [gray(frame) for frame in container.decode(video=0)][number].astype(int)
        return np.abs(luma[1:-1] * 2 - luma[:-2] - luma[2:])[20:-20].mean()

    made = ingest(source, tmp_path / "out")
    assert made.main().frame_count == 40 == len(made.index)
    assert comb(made.path(made.main()), 20) < comb(source, 20) / 4
