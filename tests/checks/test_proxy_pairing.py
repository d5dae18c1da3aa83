"""Which file is whose proxy."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from media_pipeline.core.checks.decoded.picture_continuity import _look
from media_pipeline.core.checks.proxy_pairing import File, Pair, likeness, pair, plain_name
from tests.checks.films import encoded, film, graded

HD, SMALL = 1920 * 1080, 1280 * 720


def file(name: str, *, frames: int = 250, rate: int = 25, pixels: int = HD, look: tuple[int, ...] = ()) -> File:
    return File(name, name, Fraction(rate), frames, pixels, look)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("A001_C002.mov", ("a001_c002", False)),
        ("A001_C002_Proxy.mp4", ("a001_c002", True)),
        ("A001-C002 proxy.MXF", ("a001_c002", True)),
        ("Proxies.A001.C002.lowres.mov", ("a001_c002", True)),
        ("proxymity_war.mov", ("proxymity_war", False)),
    ],
)
def test_a_proxy_is_called_as_its_original(name, plain):
    assert plain_name(name) == plain


def test_pairs_by_name_and_what_has_no_counterpart():
    files = [file("a.mov"), file("b.mov"), file("a_proxy.mp4", pixels=SMALL), file("c_proxy.mp4"), file("proxy.mp4")]
    found = pair(files)
    assert found.pairs == (Pair("a.mov", "a_proxy.mp4", "name"),)
    assert (found.without_proxy, found.without_original) == (("b.mov",), ("c_proxy.mp4", "proxy.mp4"))


def test_of_two_originals_of_a_name_the_one_that_fits_better():
    files = [file("a.mov", frames=100), file("A.mxf", frames=248), file("a_proxy.mp4", frames=250)]
    assert pair(files).pairs == (Pair("A.mxf", "a_proxy.mp4", "name"),)


def test_pairs_by_what_is_shown(tmp_path):
    one, other = film(250, 1), film(250, 2)
    looks = {name: tuple(_look(grids)) for name, grids in (("one", one), ("proxy", encoded(graded(one))), ("other", other))}
    assert likeness(looks["one"], looks["proxy"]) > 0.97 > 0.8 > likeness(looks["one"], looks["other"])
    files = [
        file("one.mov", look=looks["one"]),
        file("other.mov", look=looks["other"]),
        file("B17.mp4", pixels=SMALL, frames=249, look=looks["proxy"]),
    ]
    found = pair(files)
    assert (found.pairs, found.without_proxy) == ((Pair("one.mov", "B17.mp4", "content"),), ("other.mov",))
    assert pair([files[0], replace(files[2], pixels=HD)]).pairs == (), "as large as the original: another version of it"
    assert pair([files[0], replace(files[2], frames=240)]).pairs == ()
    assert likeness((), ()) == likeness([16] * 144, [16] * 144) == 0
    assert len(looks["one"]) == 144
    assert np.ptp(looks["one"]) > 20
