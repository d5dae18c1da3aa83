"""The library below the reference check: delays, lines, shifts, and the frame map."""

import numpy as np
import pytest

from media_pipeline.core.checks.sync_map import candidates
from media_pipeline.core.checks.sync_map.crossover import crossover
from media_pipeline.core.checks.sync_map.excerpt import excerpt
from media_pipeline.core.checks.sync_map.lines import Line, fit
from media_pipeline.core.checks.sync_map.shifts import follow
from media_pipeline.core.checks.sync_map.sound import map_sound
from media_pipeline.core.frame_map import FrameMap, Kind, Part, Stretch, identity, make_map
from media_pipeline.core.rate import MONO_RATE as RATE
from tests.checks.films import encoded, film, graded, heard, noisy, recoded, speech

SECONDS = 40


@pytest.fixture(scope="module")
def voice():
    return speech(SECONDS)


@pytest.fixture(scope="module")
def reference(voice):
    return heard(voice)


@pytest.fixture(scope="module")
def pictures():
    return film(800)


def test_an_excerpt_reads_between_samples():
    at = np.arange(4000)
    tone = np.rint(20_000 * np.sin(at * 0.9)).astype(np.int16)
    read = excerpt(tone, 100.37, 500, 1.0003)
    assert np.abs(read - 20_000 * np.sin((100.37 + 1.0003 * np.arange(500)) * 0.9)).max() < 60
    for start in (100.37, -3.0004, 99.9997, 3800.5):
        alike = excerpt(tone, start, 300)
        assert np.abs(alike - excerpt(tone, start, 300, 1 + 1e-12)).max() < 0.1, "as at a speed that hardly differs"
    assert not excerpt(tone, -900, 500).any()


@pytest.mark.parametrize("late", [0.0834, -0.030063, 7.25])
def test_an_offset_is_found_to_a_tenth_of_a_millisecond(voice, reference, late):
    (line,) = map_sound(heard(voice, late=late), reference, rate=RATE).lines
    assert line.at(SECONDS / 2) == pytest.approx(late, abs=1e-4)
    assert abs(line.slope) < 2e-6


def test_noise_as_loud_as_the_voice_does_not_move_it(voice, reference):
    found = map_sound(noisy(heard(voice, late=0.0401)), reference, rate=RATE)
    (line,) = found.lines
    assert line.at(SECONDS / 2) == pytest.approx(0.0401, abs=1e-4)
    assert found.matched > 0.9 * found.heard


@pytest.mark.parametrize("speed", [1 - 40e-6, 1000 / 1001, 24 / 25])
def test_a_speed_is_found_to_five_ppm(voice, reference, speed):
    lines = map_sound(heard(voice, speed=speed), reference, rate=RATE).lines
    assert len(lines) == 1
    assert lines[0].slope == pytest.approx(1 - speed, abs=5e-6)


def test_a_jump_is_measured_in_size_and_time(reference):
    cut = np.concatenate([reference[: 20 * RATE], reference[20 * RATE + 171 :]])
    (jump,) = map_sound(cut, reference, rate=RATE).jumps
    assert jump.size == pytest.approx(-171 / RATE, abs=1e-3)
    assert jump.where.moment == pytest.approx(20, abs=0.1)
    assert jump.where.low <= 20 <= jump.where.high


def test_a_drift_and_a_jump_do_not_hide_each_other(voice, reference):
    at, added = 12 * RATE, round(0.06 * RATE)
    jumped = np.concatenate([reference[:at], np.zeros(added, np.int16), reference[at:-added]])
    found = map_sound(heard(voice, speed=1 / 1.002), jumped, rate=RATE)
    before, after = found.lines
    assert (before.slope, after.slope) == pytest.approx((0.002, 0.002), abs=1e-5)
    assert found.jumps[0].size == pytest.approx(-0.06, abs=1e-3)
    assert found.matched > 0.9 * found.heard


def test_other_sound_is_not_found(reference):
    assert not map_sound(heard(speech(SECONDS, 77)), reference, rate=RATE).found
    assert not map_sound(np.zeros_like(reference), reference, rate=RATE).found
    assert not map_sound(reference[:100], reference, rate=RATE).found


def test_lines_are_as_few_as_the_noise_allows():
    times = np.arange(200.0)
    noise = np.random.default_rng(4).normal(0, 1e-4, 200)
    (whole,) = fit(times, 0.05 + 30e-6 * times + noise)
    assert whole.slope == pytest.approx(30e-6, abs=1e-6)
    parts = fit(times, np.where(times < 120, 0.01, 0.04) + noise)
    assert [(part.first, part.last) for part in parts] == [(0, 119), (120, 199)]


# --- pictures


def runs(mine, other):
    return follow(mine, other, candidates.blocks(mine, other, length=25))


def told(mine, other):
    return [(run.first, run.count, run.shift) for run in runs(mine, other)]


def test_another_grade_with_burnt_in_numbers_is_the_same_film(pictures):
    assert told(graded(encoded(pictures)), pictures) == [(0, 800, 0)]


@pytest.mark.parametrize("at", [203, 377, 520, 641])
def test_a_dropped_frame_is_found_where_it_was(pictures, at):
    before, after = runs(graded(encoded(np.delete(pictures, at, 0))), pictures)
    assert (before.shift, after.shift) == (0, -1)
    assert after.low <= at <= after.high
    assert abs(after.first - at) <= 2


@pytest.mark.parametrize("at", [203, 520])
def test_a_repeated_frame_is_found_where_it_is(pictures, at):
    before, after = runs(encoded(np.insert(pictures, at, pictures[at - 1], 0)), pictures)
    assert (before.shift, after.shift) == (0, 1)
    assert after.low <= at <= after.high


def test_a_still_picture_is_no_dropped_frame():
    still = np.repeat(film(1, 3), 400, 0)
    assert told(encoded(still, 2), encoded(still, 5)) == [(0, 400, 0)]


@pytest.mark.parametrize("lost", [1, 3])
def test_what_goes_on_behind_the_others_end_is_none_of_its_pictures(lost):
    """Frames were dropped and the film is as long as before: its last pictures have no counterpart, however alike they look."""
    whole = film(300 + lost, 8, speed=1.0, shot=400)
    mine = encoded(np.delete(whole, slice(100, 100 + lost), 0))
    runs = follow(mine, whole[:300], candidates.blocks(mine, whole[:300], length=25))
    assert [(run.first, run.shift) for run in runs] == [(0, 0), (pytest.approx(100, abs=1), -lost), (300 - lost, None)]
    behind = encoded(whole[lost:])  # and where it begins earlier
    runs = follow(whole[:300], behind, candidates.blocks(whole[:300], behind, length=25))
    assert [(run.first, run.shift) for run in runs] == [(0, None), (lost, lost)]


def test_swapped_and_new_parts_are_followed(pictures):
    swapped = np.concatenate([pictures[:200], pictures[400:500], pictures[200:400], pictures[500:]])
    assert [shift for _, _, shift in told(encoded(swapped), pictures)] == [0, -200, 100, 0]
    new = np.concatenate([pictures[:300], film(60, 8), pictures[300:]])
    assert [shift for _, _, shift in told(encoded(new), pictures)] == [0, None, 60]
    assert told(film(300, 9), pictures) == [(0, 300, None)]


# --- the frame map


def stretches(*rows):
    return [Stretch(first, count, shift, low, high) for first, count, shift, low, high in rows]


def test_a_map_of_an_edit():
    made = make_map(stretches((0, 10, 0, 0, 0), (10, 5, None, 10, 10), (15, 10, -5, 14, 16)), from_count=35)
    assert made.parts == (
        Part(Kind.SAME, 0, 0, 10),
        Part(Kind.CHANGED, 10, 10, 5),
        Part(Kind.REMOVED, 15, 15, 5),
        Part(Kind.SAME, 20, 15, 10),
        Part(Kind.REMOVED, 30, 25, 5),
    )
    assert [made.map_frame(n).frame for n in (0, 12, 17, 20, 29, 30, 99, -1)] == [0, 12, None, 15, 24, None, None, None]
    assert [made.map_frame(n).confidence for n in (0, 12, 20, 25)] == [1.0, 0.3, 0.5, 1.0]


def test_a_repeated_frame_has_a_place_of_its_own():
    made = make_map(stretches((0, 10, 0, 0, 0), (10, 11, 1, 10, 10)), from_count=20)
    assert made.parts == (Part(Kind.SAME, 0, 0, 10), Part(Kind.REPEATED, 9, 10, 1), Part(Kind.SAME, 10, 11, 10))
    assert [made.map_frame(n).frame for n in (9, 10, 19)] == [9, 11, 20]


def test_swapped_parts_are_all_the_same_pictures():
    made = make_map(stretches((0, 10, 0, 0, 0), (10, 10, -10, 10, 10), (20, 10, 10, 20, 20)), from_count=30)
    assert {part.kind for part in made.parts} == {Kind.SAME}
    assert [made.map_frame(n).frame for n in (5, 15, 25)] == [5, 25, 15]


@pytest.mark.parametrize("seed", range(20))
def test_a_map_accounts_for_every_frame_and_turns_round(seed):
    """Random edits: each frame of both versions is in exactly one part, and there and back is where one began."""
    rng = np.random.default_rng(seed)
    rows, first, from_count = [], 0, 200
    for _ in range(rng.integers(1, 8)):
        count, source = int(rng.integers(1, 40)), int(rng.integers(0, 150))
        rows.append((first, count, None if rng.random() < 0.3 else first - source, first, first))
        first += count
    made = make_map(stretches(*rows), from_count)
    old, new = np.zeros(from_count, int), np.zeros(first, int)
    for part in made.parts:
        if part.kind not in (Kind.INSERTED, Kind.REPEATED):
            old[part.from_first : part.from_first + part.count] += 1
        if part.kind is not Kind.REMOVED:
            new[part.to_first : part.to_first + part.count] += 1
    assert set(old) == {1}
    assert set(new) == {1}
    back = made.inverted()
    for n in range(from_count):
        there = made.map_frame(n).frame
        assert there is None or back.map_frame(there).frame == n
    assert FrameMap.from_dict(made.as_dict()) == made


def test_a_version_is_itself():
    assert identity(7).map_frame(3).frame == 3


def test_in_coded_sound_a_jump_lies_in_the_range_stated():
    """A codec's noise is uneven: where it happens to be small for a moment, chance is no proof."""
    rng = np.random.default_rng(70_011)
    voice = speech(14, 5011)
    reference, coded = heard(voice), heard(recoded(voice))
    at, cut = int(rng.integers(5 * RATE, 9 * RATE)), int(rng.choice([-1, 1])) * int(rng.integers(24, 800))
    known = at / RATE - rng.uniform(0.2, 1.8), at / RATE + rng.uniform(0.2, 1.8)
    ends = Line(0, 0, 0, known[0], 0, 0, 0, 0), Line(0, 0, known[1], 14, 0, -cut / RATE, 0, 0)
    found = crossover(np.concatenate([coded[:at], coded[at + cut :]]), reference, *ends, rate=RATE)
    assert found.low <= at / RATE <= found.high


def test_a_jump_in_a_pause_is_found_by_the_room_tone():
    """What is left of the reference is quiet there: the noise of the mix counts for little, whatever it is elsewhere."""
    rng = np.random.default_rng(8)
    early = np.rint(rng.standard_normal(12 * RATE) * np.where(np.arange(12 * RATE) // RATE == 6, 20, 3000)).astype(np.int16)
    at, size = round(6.4 * RATE), 320
    loud = np.abs(early.astype(float)) > 200
    late = np.concatenate([early[:at], early[at - size :]])[: len(early)].astype(float)
    late += 0.3 * rng.standard_normal(len(late)) * np.where(loud, 3000, 5)
    before = Line(0, 0, 1.0, 5.0, 3.0, 0.0, 0.0, 0.0)
    after = Line(0, 0, 8.0, 11.0, 9.5, size / RATE, 0.0, 0.0)
    found = crossover(np.rint(late).astype(np.int16), early, before, after, rate=RATE)
    assert found.moment == pytest.approx(at / RATE, abs=0.005)
    assert found.low <= at / RATE <= found.high
