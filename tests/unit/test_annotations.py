"""Drawings: what may be kept, what is refused and where, and that nothing else comes through."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review import annotations
from review.annotations import MAX_POINTS, MAX_SHAPES
from review.problems import Problem

PEN = {"tool": "pen", "color": "#ff453a", "width": 300, "points": [0, 0, 65535, 65535, 12, 9], "pressure": [0, 128, 255]}
PLAIN = {key: value for key, value in PEN.items() if key != "pressure"}
ARROW = {"tool": "arrow", "color": "#ffffff", "width": 1, "points": [1, 2, 3, 4]}
TEXT = {"tool": "text", "color": "#000000", "width": 3000, "points": [7, 8], "text": "Too dark\nhere — 見て"}


def drawn(*shapes):
    """On frame 12 of a comment on frames 10 to 14, unless the shape says another."""
    return {"v": 1, "shapes": [{"frame": 12, **copy.deepcopy(shape)} for shape in shapes]}


def checked(data):
    return annotations.checked(data, first=10, duration_frames=5)


def test_what_is_right_is_kept_as_it_is():
    rest = [{**ARROW, "tool": tool} for tool in ("rect", "ellipse", "line")]
    value = drawn(PEN, PLAIN, ARROW, *rest, TEXT)
    kept = checked(value)
    assert kept is not None
    assert kept.data == value
    assert checked(json.loads(json.dumps(value))) == kept


def test_a_drawing_is_named_by_what_it_is():
    first = checked({"v": 1, "shapes": [{**ARROW, "frame": frame} for frame in (12, 10, 12)]})
    other = checked({"v": 1, "shapes": [{**ARROW, "frame": frame} for frame in (12, 10)]})
    assert first is not None
    assert other is not None
    assert first.frames == other.frames == [10, 12]
    assert first.digest != other.digest
    assert len(first.digest) == 16


def test_without_shapes_it_is_none():
    assert checked(drawn()) is None


@pytest.mark.parametrize(
    ("code", "value"),
    [
        *(
            ("annotation_invalid", json.loads(text))
            for text in ("null", "3", "[]", '"x"', "{}", '{"v":1}', '{"v":1,"shapes":[],"w":1}')
        ),
        *(("annotation_invalid", json.loads(f'{{"v":1,"shapes":{text}}}')) for text in ("{}", "null", '["pen"]', "[null]")),
        *(("annotation_version", {"v": version, "shapes": []}) for version in (2, 0, True, 1.0, "1", None)),
        *(("annotation_out_of_range", drawn(ARROW, {**ARROW, "frame": frame})) for frame in (9, 15)),
    ],
)
def test_what_is_no_drawing_is_refused(code, value):
    with pytest.raises(Problem) as refused:
        checked(value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("place", "shape"),
    [
        ("", {**ARROW, "more": 1}),
        ("frame", {**ARROW, "frame": 12.0}),
        ("frame", {**ARROW, "frame": True}),
        ("frame", {**ARROW, "frame": None}),
        ("tool", {**ARROW, "tool": "stamp"}),
        ("tool", {**ARROW, "tool": ["pen"]}),
        ("color", {**ARROW, "color": "red"}),
        ("color", {**ARROW, "color": "#FF0000"}),
        ("color", {**ARROW, "color": "#ff0000\n"}),
        ("color", {**ARROW, "color": "#ff0000;x:url(//evil)"}),
        ("width", {**ARROW, "width": 0}),
        ("width", {**ARROW, "width": 16385}),
        ("width", {**ARROW, "width": 2.0}),
        ("width", {**ARROW, "width": True}),
        ("points", {**ARROW, "points": [1, 2]}),
        ("points", {**ARROW, "points": [1, 2, 3, 65536]}),
        ("points", {**ARROW, "points": [1, 2, 3, -1]}),
        ("points", {**ARROW, "points": [1, 2, 3, "4"]}),
        ("points", {**ARROW, "points": [1, 2, 3, float("nan")]}),
        ("points", {**ARROW, "points": {"0": 1}}),
        ("points", {**PLAIN, "points": []}),
        ("points", {**PLAIN, "points": [1, 2, 3]}),
        ("points", {**TEXT, "points": [1, 2, 3, 4]}),
        ("pressure", {**PEN, "pressure": [1, 2]}),
        ("pressure", {**PEN, "pressure": [1, 2, 256]}),
        ("pressure", {**PEN, "pressure": None}),
        ("pressure", {**ARROW, "pressure": [1, 2]}),
        ("text", {**TEXT, "text": "  \n"}),
        ("text", {**TEXT, "text": "a\x00b"}),
        ("text", {**TEXT, "text": "half \ud800 a pair"}),
        ("text", {**ARROW, "text": "x"}),
        *(("turn", {**TEXT, "turn": turn}) for turn in (0, 4, -1, True, "1", None)),
        ("turn", {**PEN, "turn": 1}),
    ],
)
def test_each_wrong_field_is_named(place, shape):
    with pytest.raises(Problem) as refused:
        checked(drawn(PEN, shape))
    assert refused.value.code == "annotation_invalid"
    assert refused.value.errors[0]["field"] == ".".join(filter(None, ["annotation.shapes.1", place]))


def test_limits_hold_for_all_shapes_together():
    half = {**PLAIN, "points": [5] * MAX_POINTS}
    letters = {**TEXT, "text": "見" * annotations.MAX_TEXT}
    for fits in (drawn(*[ARROW] * MAX_SHAPES), drawn(half, half), drawn(*[letters] * 100)):
        assert checked(fits)
    for too_large in (
        drawn(*[ARROW] * (MAX_SHAPES + 1)),
        drawn(half, half, ARROW),
        drawn(*[letters] * 200),
        drawn({**TEXT, "text": "x" * (annotations.MAX_TEXT + 1)}),
        drawn({**TEXT, "text": "\n".join("x" * (annotations.MAX_LINES + 1))}),
        drawn({**PLAIN, "points": [1] * (2 * MAX_POINTS + 2)}),
    ):
        with pytest.raises(Problem) as refused:
            checked(too_large)
        assert refused.value.code == "annotation_too_large"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["v", "shapes", "frame", *PEN, "text"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(ANYTHING, st.sampled_from([*PEN, "frame", "text"]), ANYTHING)
def test_anything_is_refused_in_words_or_comes_through_checked(value, field, part):
    for candidate in (value, {"v": 1, "shapes": value}, drawn({**PEN, field: part}), drawn({**TEXT, field: part})):
        try:
            kept = checked(candidate)
        except Problem as problem:
            refusal = problem.code
        else:
            assert kept is None or checked(kept.data) == kept
            continue
        assert refusal.startswith("annotation_")
