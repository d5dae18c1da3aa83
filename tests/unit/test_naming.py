"""Names: what is written is read back as the same, what could be misread is not written, promises are refused."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.naming.pattern import DEFAULT, FIELDS, MOST_VERSION, NamingError, Pattern, PatternError, clean, fold
from review.naming.stack import Stack, belongs, find, home, offered, read, stem_of
from review.naming.words import reserved_word

FULL = "{project}[_{sequence}][_sh{shot}][_r{reel}]_v{version:02}_{status}[_{date}][_{initials}]"

word = st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x24F), min_size=1, max_size=12)
values = st.fixed_dictionaries(
    {"project": word, "version": st.integers(1, MOST_VERSION), "status": word},
    optional={
        "sequence": word,
        "shot": word,
        "reel": word,
        "date": st.dates().map(lambda day: f"{day:%Y%m%d}").filter(lambda text: len(text) == 8),
        "initials": st.text(string.ascii_uppercase, min_size=2, max_size=4),
    },
)


@settings(max_examples=40)
@given(values)
def test_what_is_written_is_read_back(given_values):
    for pattern in (Pattern(DEFAULT), Pattern(FULL)):
        try:
            name = pattern.format(given_values)
        except NamingError:
            # The default parts everything; with optional parts, some words look like others' ("sh1" as a sequence).
            assert pattern.text == FULL
            continue
        kept = {key: value for key, value in given_values.items() if key in pattern.fields}
        assert pattern.parse(name) == kept
        assert pattern.format(pattern.parse(name)) == name


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_name_is_read_or_refused_and_written_back_the_same(name):
    for pattern in (Pattern(DEFAULT), Pattern(FULL)):
        try:
            read_values = pattern.parse(name)
        except NamingError:
            continue
        assert fold(pattern.format(read_values)) == fold(name)


@st.composite
def patterns(draw):
    """Patterns of random fields, order, separators and optional parts; now and then one that cannot be."""
    names = draw(st.lists(st.sampled_from(sorted(set(FIELDS) - {"version", "project"})), max_size=4, unique=True))
    pieces = []
    for name in draw(st.permutations([*names, "version", "project"])):
        separator = draw(st.sampled_from(["_", "-", "_x", ". ", "_sh", "a"]))
        field = "{version:02}" if name == "version" else f"{{{name}}}"
        pieces.append(f"[{separator}{field}]" if name in names and draw(st.booleans()) else f"{separator}{field}")
    return "".join(pieces)


@settings(max_examples=40)
@given(patterns(), values)
def test_no_pattern_that_is_accepted_misreads_what_it_writes(text, given_values):
    try:
        pattern = Pattern(text)
        name = pattern.format(
            {"sequence": "Ep3", "shot": "x1", "reel": "r1", "date": "20260101", "initials": "AB", **given_values}
        )
    except (PatternError, NamingError):
        return
    assert pattern.format(pattern.parse(name)) == name


@settings(max_examples=40)
@given(values, st.integers(1, MOST_VERSION))
def test_the_next_name_differs_in_the_number_alone(given_values, number):
    pattern = Pattern(DEFAULT)
    name = pattern.next_name(given_values, number)
    assert pattern.parse(name) == {**{k: given_values[k] for k in ("project", "status")}, "version": number}


def test_the_default_is_the_documented_one():
    pattern = Pattern(DEFAULT)
    assert pattern.format({"project": "BrandFilm", "version": 7, "status": "colorcorrected"}) == "BrandFilm_v07_colorcorrected"
    for not_one in (
        "BrandFilm_v7_x",
        "BrandFilm_v007_x",
        "BrandFilm_v00_x",
        "BrandFilm_v07",
        "BrandFilm_V07_x",
        "a b_v07_x",
        "",
    ):
        with pytest.raises(NamingError):
            pattern.parse(not_one)
    assert pattern.parse("BrandFilm_v107_x")["version"] == 107


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{project}_{status}", "version"),
        ("{project}[_v{version}]", "version"),
        ("{version}_{status}", "project"),
        ("{project}{version}", "there must be one of"),
        ("{project}[_{sequence}]{status}_{version}", "there must be one of"),
        ("{project}_{version}_{version}", "twice"),
        ("{project}_{version}_{colour}", "no field"),
        ("{project:02}_{version}", "width"),
        ("{project}[_{sequence}][_{shot}]_v{version}", "told apart"),
        ("{project}[_{version}", "not closed"),
        ("{project}]_{version}", "not opened"),
        ("{project}[_x]_{version}", "at least one field"),
        ("{project}[_[_{shot}]]_{version}", "Brackets"),
        ("{project}/{version}", "may be"),
        ("{project_{version}", "write a field"),
        ("{project}_{version}" + "_x" * 100, "at most"),
    ],
)
def test_patterns_that_cannot_be(text, says):
    with pytest.raises(PatternError, match=says):
        Pattern(text)


def test_values_that_would_be_read_as_others_are_refused():
    pattern = Pattern(FULL)
    with pytest.raises(NamingError, match="read otherwise"):
        pattern.format({"project": "A", "sequence": "sh010", "version": 1, "status": "x"})
    assert (
        pattern.format({"project": "A", "sequence": "Ep3", "shot": "010", "version": 1, "status": "x"}) == "A_Ep3_sh010_v01_x"
    )
    for wrong in ({"status": "a_b"}, {"status": "a b"}, {"date": "20261399"}, {"version": 0}, {"version": True}):
        with pytest.raises(NamingError):
            pattern.format({"project": "A", "version": 1, "status": "x", **wrong})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Film_final", "final"),
        ("FINAL_v2_REAL", "FINAL"),
        ("FilmFinal2", "Final"),
        ("film FINALv2", "FINALv"),
        ("finalfinal", "finalfinal"),
        ("Film_v03_master", "master"),
        ("Film_DELIVERED_x", "DELIVERED"),
        ("Film_v03_grade", None),
        ("Finland_v02_masterly", None),
        ("FinalFantasy_v03_grade", None),
        ("Final_Fantasy_v03_grade", None),
        ("FinalFantasy_v03_final", "final"),
    ],
)
def test_words_that_promise_too_much(name, found):
    assert reserved_word(name, known=["Final Fantasy"]) == found


def test_which_stack_a_name_belongs_to():
    pattern = Pattern("{project}[_{sequence}][_sh{shot}]_v{version:02}_{status}")
    stacks = [Stack("1", "Brand film"), Stack("2", "Ep3", "Ep3"), Stack("3", "010", "Ep3"), Stack("4", "010", "Ep4")]

    def stack_of(name):
        found = find(read(pattern, name).values, stacks, project="Brand film")
        return found.id if found else None

    assert stack_of("BrandFilm_v01_x.mov") == "1"
    assert stack_of("BrandFilm_ep3_v01_x.mov") == "2"
    assert stack_of("BrandFilm_Ep4_sh010_v01_x.mov") == "4"
    assert stack_of("BrandFilm_sh010_v01_x.mov") is None, "two stacks are called so"
    assert stack_of("Other_Ep4_sh010_v01_x.mov") is None, "another project's"
    assert not belongs({}, stacks[0], project="Brand film")
    assert home(read(pattern, "BrandFilm_Ep9_sh020_v01_x.mov").values, project="Brand film") == ("020", "Ep9")
    assert home(read(pattern, "Other_v01_x.mov").values, project="Brand film") is None
    assert stem_of("a.b.mov") == "a.b"
    assert stem_of(".mov") == ".mov"


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("export.mov", "BrandFilm_v08_export"),
        ("Brand film v3 colour.mov", "BrandFilm_v08_colour"),
        ("FINAL_v2_REAL.mov", "BrandFilm_v08_REAL"),
        ("BrandFilm_v07_FinalGrade.mov", "BrandFilm_v08_Grade"),
        ("BrandFilm_v07_final.mov", "BrandFilm_v08_wip"),
        ("___.mov", "BrandFilm_v08_wip"),
    ],
)
def test_the_right_name_is_offered(filename, name):
    stack = Stack("1", "Brand film", number=7)
    assert offered(Pattern(DEFAULT), filename, stack, project="Brand film", number=8) == name


@settings(max_examples=40)
@given(st.text(max_size=80), word, word)
def test_what_is_offered_is_always_right(filename, project, sequence):
    for text in (DEFAULT, FULL):
        pattern = Pattern(text)
        stack = Stack("1", project, sequence)
        name = offered(pattern, filename, stack, project=project, number=3)
        if name:
            assert pattern.parse(name)["version"] == 3
            assert reserved_word(name, known=[project, sequence]) is None


def test_texts_become_values():
    assert clean("Brand film: the cut") == "BrandFilmTheCut"
    assert clean("x") == "x"
    assert fold("Ep3_Rough") == fold("ep3 rough")
