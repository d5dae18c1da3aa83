"""Fields: under the right flag, the wrong one, or none; with pulldown; and whole frames that must not be taken for fields."""

from typing import Any

from tests.checks.corpus import NTSC30, Maker, Planted
from tests.checks.corpus_film import Film
from tests.checks.corpus_picture import ENCODERS, Change, Draw, Luma, adder, camera, held, pan


def clips(seed: int) -> list[Planted]:
    made: list[Planted] = []
    add = adder(seed, made)
    _fields(add)
    _clean(add)
    return made


def woven(draw: Draw, first: int) -> Draw:
    """Two moments in each picture: rows of parity `first` show the earlier one."""

    def made(number: float) -> Luma:
        early, late = draw(number), draw(number + 0.5).copy()
        late[first::2] = early[first::2]
        return late

    return made


def pulled_down(draw: Draw) -> Draw:
    """Four film pictures on five frames, two of them woven, the top field first."""
    pattern = ((0, 0), (1, 1), (1, 2), (2, 3), (3, 3))

    def made(number: float) -> Luma:
        four, k = divmod(int(number), 5)
        top, bottom = draw(4 * four + pattern[k][0]), draw(4 * four + pattern[k][1]).copy()
        bottom[0::2] = top[0::2]
        return bottom

    return made


def _weave(first: int, **options: Any) -> Change:
    def change(maker: Maker, film: Film) -> None:
        film.pictures = woven(camera(maker, film.size, **options), first)

    return change


def _telecine(maker: Maker, film: Film) -> None:
    film.pictures = pulled_down(camera(maker, film.size, across=float(maker.rng.uniform(3, 6))))


def _order_swaps(maker: Maker, film: Film) -> None:
    """The second half has the other order."""
    draw, half = camera(maker, film.size), len(film.order) // 2
    top, bottom = woven(draw, 0), woven(draw, 1)
    film.pictures = lambda number: (top if number < half else bottom)(number)


INTERLACING = {
    "x264": (".mp4", {}),
    "mpeg2": (".ts", {"codec": "mpeg2video", "sound": "mp2", "options": {"b": "8M"}}),
    "mpeg2-mxf": (".mxf", {"codec": "mpeg2video", "sound": "pcm_s16le", "options": {"b": "8M"}}),
    "prores": (".mov", {"codec": "prores_ks", "sound": "pcm_s16le", "options": {"flags": "+ildct"}}),
}


def _fields(add: Any) -> None:
    for name, (suffix, options) in INTERLACING.items():
        for flag, first in (("tff", 1), ("bff", 0)):
            add(f"fields-{flag}-lie-{name}", _weave(first), suffix, code="scan.order", interlaced=flag, **options)
    for name in ("x264", "prores", "mjpeg", "ffv1", "dnxhr"):
        suffix, options = ENCODERS[name]
        add(f"fields-unsaid-{name}", _weave(0), suffix, code="scan.interlaced_unsaid", **options)
        add(f"fields-unsaid-bff-{name}", _weave(1), suffix, code="scan.interlaced_unsaid", **options)
    for name in ("x264", "prores", "ffv1"):
        suffix, options = ENCODERS[name]
        add(f"telecine-unsaid-{name}", _telecine, suffix, code="scan.telecine_unsaid", rate=NTSC30, **options)
    for name in ("x264", "mpeg2"):
        suffix, options = INTERLACING[name]
        more = {"rate": NTSC30, "interlaced": "tff", "told": True, **options}
        add(f"telecine-said-{name}", _telecine, suffix, code="scan.telecine", **more)
        add(f"whole-as-fields-{name}", pan(), suffix, code="scan.progressive_as_interlaced", **more)
    add("fields-swap", _order_swaps, code="scan.order", interlaced="tff", seconds=8)
    add("fields-part", _weave(0, part=True, across=5.0), ".mov", code="scan.interlaced_unsaid", codec="prores_ks", sound="")


def _clean(add: Any) -> None:
    for name, (suffix, options) in INTERLACING.items():
        for flag, first in (("tff", 0), ("bff", 1)):
            add(f"fields-{flag}-{name}", _weave(first), suffix, interlaced=flag, **options)
    add("fields-still", held(1000), interlaced="tff")
    add("whole-vertical", pan(across=0.0, down=1.0))
    add("whole-vertical-two", pan(across=0.0, down=2.0, power=1.0))
    add("whole-sharp", pan(power=1.0, grain=0.0), ".mov", codec="prores_ks", sound="pcm_s16le")
    add("whole-grainy", pan(grain=8.0), options={"crf": "16"})
    add(
        "telecine-fields", _telecine, ".ts", codec="mpeg2video", sound="mp2", options={"b": "8M"}, interlaced="tff", rate=NTSC30
    )
