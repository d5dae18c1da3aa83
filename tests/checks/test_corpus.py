"""A part of the acceptance corpus as plain tests; the whole of it: `python -m tests.checks.acceptance --seed N`.

The plain run takes every second fault, one of each kind at least; TWOPOP_E2E_FULL=1 all of them.
"""

import os
from collections import Counter

import pytest

from media_pipeline.core.checks.contract import Stage
from tests.checks.acceptance import STAGES, chosen, examine, helpless
from tests.checks.corpus import all_clips

SEED = 11
HERE = (Stage.PACKETS,)
OTHERWHERE = ("ratio-", "concatenated", "picture-gap", "sound-", "start-", "joined", "mixed", "vfr", "rate-", "clean-")
QUIET = (
    "mkv-29.97", "mkv-59.94", "timescale-600-29.97", "ts-29.97", "ts-mpeg2", "fragments", "mxf-mpeg2", "b-frames-edit-list",
    "start-not-zero", "sound-30ms-longer", "sound-30ms-shorter", "webm-vp9", "eac3", "sixteen-tracks", "spec-df", "spec-59.94",
)  # fmt: skip
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
CLIPS = {clip.name: clip for clip in chosen(SEED, HERE)}
FAULTS = [name for name in CLIPS if not name.startswith(OTHERWHERE)]


def some(names):
    """One of every two that have the same codes; all in the full run."""
    kinds: Counter[tuple[str, ...]] = Counter()
    for name in names:
        kinds[CLIPS[name].codes] += 1
        if FULL or kinds[CLIPS[name].codes] % 2:
            yield name


@pytest.mark.parametrize("name", list(some(FAULTS)))
def test_a_planted_fault_is_found(name, tmp_path):
    result = examine(CLIPS[name], tmp_path, HERE)
    assert not result.failed
    assert result.found, [finding.summary for finding in result.findings] or result.refused
    assert not helpless(result.findings), "a warning says what to do in the editing programs"


@pytest.mark.parametrize("name", QUIET)
def test_a_clean_clip_stays_silent(name, tmp_path):
    result = examine(CLIPS[f"clean-{name}"], tmp_path, HERE)
    assert not result.failed
    assert result.found, [(finding.code, finding.summary) for finding in result.findings]


def test_the_corpus_is_large_enough_and_the_same_for_the_same_seed(tmp_path):
    clips = all_clips(3)
    assert sum(not clip.clean for clip in clips) >= 60
    assert sum(clip.clean for clip in clips) >= 40
    assert {clip.stage for clip in clips} == set(STAGES)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, again = (next(c for c in all_clips(3) if c.name == "black-frame").write(tmp_path / name) for name in "ab")
    assert one.read_bytes() == again.read_bytes()


def test_the_checks_of_packets_can_miss(tmp_path):
    """The acceptance itself can fail: a fault is not found in a clip that has another one."""
    result = examine(CLIPS["avi"], tmp_path, HERE)
    codes = {finding.code for finding in result.findings}
    assert "container.avi" in codes
    assert not codes & set(CLIPS["truncated-avi"].codes)
