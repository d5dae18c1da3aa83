"""Marked copies: the frames of the proxy, one to one, with words in the picture where they are wanted and nowhere else."""

import hashlib
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from django.db import transaction
from django.db.models.functions import Now

from media_pipeline import api, jobs, runner, steps, watermarks
from media_pipeline.core import frame_table
from media_pipeline.core.child import Order
from media_pipeline.core.watermark import burn
from media_pipeline.core.watermark.letters import missing, overlay
from media_pipeline.core.watermark.mark import Mark, label
from media_pipeline.models import Job, Media, Rendition
from tests.media import clip, gray
from tests.pipeline.ingest import Recorder, heard, ingest, shown

MARK = Mark(("anna.odegard@northern-light.example", "2026-11-26"), "bottom-right", 60)


class TestLetters:
    def test_every_script_of_the_fonts_and_what_none_has(self):
        assert missing("Ødegård Ελένη Мария محمد שלום สวัสดี नमस्ते — “x” 12") == ""
        assert missing("a\U0001f39eb\U00012000") == "\U0001f39e\U00012000"

    @pytest.mark.parametrize("place", ["tiled", "center", "top-left", "bottom-right"])
    @pytest.mark.parametrize("size", [(1280, 720), (360, 640), (64, 36)])
    def test_it_stays_inside_and_keeps_its_place(self, place, size):
        width, height = size
        laid = overlay(Mark(("x" * 200, "محمد العربي", "2026"), place, 50), width, height)
        rows, columns = laid.weight.shape
        assert 0 <= laid.top < laid.top + rows <= height
        assert 0 <= laid.left < laid.left + columns <= width
        assert laid.weight.max() <= 128, "never more than the opacity asked for"
        if place == "top-left":
            assert (laid.top * 3 < height, laid.left * 3 < width) == (True, True)
        if place == "bottom-right":
            assert ((laid.top + rows) * 3 > height * 2, (laid.left + columns) * 3 > width * 2) == (True, True)

    def test_right_to_left_is_joined_and_turned(self):
        joined, apart = (overlay(Mark((line,), "center", 50), 640, 360).weight for line in ("محمد", "م ح م د"))
        assert joined.shape[1] < apart.shape[1], "letters in a word are joined"

    @pytest.mark.parametrize("wrong", [{"lines": ()}, {"lines": (" ",)}, {"place": "here"}, {"opacity": 0}, {"opacity": 100}])
    def test_what_cannot_be_drawn_is_no_mark(self, wrong):
        with pytest.raises(ValueError, match=r"line|place|opacity"):
            Mark(**{"lines": ("x",), **wrong})

    def test_the_same_mark_of_the_same_owner_has_one_name(self):
        names = {MARK.subject("a"), MARK.subject("b"), Mark(MARK.lines, "center", 60).subject("a")}
        assert len(names) == 3
        assert {len(name) for name in names} == {16}


def luma(path):
    with av.open(str(path)) as container:
        return np.stack([gray(frame).astype(np.int16) for frame in container.decode(video=0)])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["23.976", "vfr"])
def test_the_copy_is_the_proxy_with_a_mark(name, tmp_path):
    """Also the copy of one guest of a link, with the name that they gave, over the whole picture."""
    made = ingest(clip(name), tmp_path / "proxies")
    proxies = made.all("proxy")
    index = tmp_path / "index.bin"
    index.write_bytes(frame_table.pack(made.index))
    base = made.index.time_base
    order = Order(
        str(made.source),
        tmp_path,
        {
            "summary": made.summary.as_dict(),
            "frame_index": {"time_base": [base.numerator, base.denominator], "last_duration": made.index.last_duration},
            "mark": MARK.as_dict(),
            "label": "subject",
        },
        {"frame_index": index, **{f"proxy/{one.label}": made.path(one) for one in proxies}},
    )
    files = burn.run(order, Recorder())["files"]
    own = tmp_path / "own"
    own.mkdir()
    named = {**order.inputs, "mark": Mark(("Zoë Großmann", "Confidential"), "tiled", 20).as_dict(), "label": "named"}
    for copy, other in zip(burn.run(replace(order, out=own, inputs=named), Recorder())["files"], files, strict=True):
        assert shown(own / copy.path) == list(range(len(made.index)))
        assert (own / copy.table).read_bytes() == (tmp_path / other.table).read_bytes()
    assert [(one.label, one.height) for one in files] == [
        (label("subject", place), one.height) for place, one in enumerate(sorted(proxies, key=lambda one: -one.height))
    ]
    for copy, proxy in zip(files, sorted(proxies, key=lambda one: -one.height), strict=True):
        numbers = shown(tmp_path / copy.path)
        assert numbers == shown(made.path(proxy)) == list(range(len(made.index))), "frame n is frame n"
        assert (tmp_path / copy.table).read_bytes() == (made.out / proxy.table).read_bytes(), (
            "at the same times, the same key frames"
        )
        before, after = luma(made.path(proxy)), luma(tmp_path / copy.path)
        laid = overlay(MARK, copy.width, copy.height)
        rows, columns = laid.weight.shape
        inside = np.zeros(before.shape[1:], bool)
        inside[laid.top : laid.top + rows, laid.left : laid.left + columns] = True
        letters = np.zeros_like(inside)
        letters[inside] = (laid.weight > 0.9 * laid.weight.max()).ravel()
        difference = np.abs(after - before)
        near = np.zeros_like(inside)  # a block of the encoder may reach over the edge
        near[max(0, laid.top - 16) :, max(0, laid.left - 16) :] = True
        assert difference[:, letters].mean(axis=1).min() > 25, "seen in every frame"
        assert difference[:, ~near].mean() < 2.5, "and nowhere else"
        if made.summary.audio:
            sound, start, rate = heard(tmp_path / copy.path)
            original, original_start, original_rate = heard(made.path(proxy))
            assert (start, rate) == (original_start, original_rate)
            assert np.array_equal(sound, original), "copied, packet by packet"


def drain():
    ran = []
    while job := next(filter(None, (jobs.claim(lane, holder="test") for lane in steps.LANES)), None):
        runner.run(job)
        ran.append(job.step)
    return ran


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ordered_made_in_the_limited_child_and_forgotten(pipeline_home):
    try:
        source = clip("23.976")
        content = source.read_bytes()
        upload = pipeline_home / "upload"
        upload.write_bytes(content)
        with transaction.atomic():
            media = api.adopt(upload, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        watermarks.order(media, MARK, owner="link")
        assert not Job.objects.filter(step="watermark").exists(), "there is nothing to mark yet"
        drain()
        media = Media.objects.get(pk=media.pk)
        for _ in range(2):
            watermarks.order(media, MARK, owner="link")
        assert Job.objects.filter(step="watermark").count() == 1
        assert drain() == ["watermark"]
        known = watermarks.marked(media, MARK, owner="link")
        assert known.job is not None
        assert known.job.state == "done"
        proxies = Rendition.objects.filter(media=media, kind="proxy", superseded_at=None)
        assert [one.height for one in known.renditions] == sorted(proxies.values_list("height", flat=True), reverse=True)
        assert all(one.complete and one.has_table for one in known.renditions)
        assert api.status([media.pk])[media.pk].state == "ready"
        assert all(one.kind != "watermarked" for one in api.status([media.pk])[media.pk].renditions)
        assert watermarks.marked(media, MARK, owner="another").renditions == ()

        watermarks.order(media, MARK, owner="link")
        assert drain() == [], "once is enough"
        proxies.update(created_at=Now())  # made anew since
        outdated = watermarks.marked(media, MARK, owner="link")
        assert (outdated.outdated, outdated.renditions) == (True, known.renditions), "the old ones are shown meanwhile"
        for _ in range(2):
            watermarks.order(media, MARK, owner="link")
        assert drain() == ["watermark"]
        assert not watermarks.marked(media, MARK, owner="link").outdated
        assert watermarks.keep_only([MARK.subject("link")]) == 0
        assert watermarks.keep_only([]) == len(known.renditions)
        assert watermarks.marked(media, MARK, owner="link").renditions == ()
        assert Fraction(media.rate or 0) > 0
    finally:
        runner.shut_down()
