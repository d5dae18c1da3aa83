"""The three-point test render over the API; what it judges by is tested in tests/checks/test_three_point.py."""

from dataclasses import replace

import pytest

from media_pipeline.core.checks.spec import PRESETS
from review.models import ReferenceMode, SpecRevision
from tests import factories
from tests.checks.bench import PLAIN

pytestmark = pytest.mark.django_db


def test_ranges_follow_from_the_timeline_or_from_its_reference(client):
    project = factories.project()
    client.force_login(project.created_by)
    address = f"/api/v1/projects/{project.pk}/test-render"
    technical = {**PRESETS["hd-25"].as_dict(), "start_timecode": "01:00:00:00"}
    SpecRevision.objects.create(project=project, revision=1, technical=technical, made_by=project.created_by)

    told = client.get(f"{address}?frames=90000&rate=25").json()["data"]
    assert [(one["frame"], one["first_timecode"], one["last_timecode"]) for one in told["ranges"]] == [
        (0, "01:00:00:00", "01:00:59:24"), (44_250, "01:29:30:00", "01:30:29:24"), (88_500, "01:59:00:00", "01:59:59:24"),
    ]  # fmt: skip
    assert (told["judgement"]["decision"], told["judgement"]["points"]) == ("waiting", [])

    asset = factories.asset(project)
    unread = factories.version(asset)
    named = client.get(f"{address}?frames=90000&rate=25&middle={unread.pk}").json()["data"]
    assert [one["render"] and one["render"]["state"] for one in named["ranges"]] == [None, "waiting", None]
    assert client.get(f"{address}?reference_id={unread.pk}").status_code == 400, "nobody knows its length yet"
    summary = replace(PLAIN, frame_count=9_000, start_frame=90_000, start_timecode="01:00:00:00")
    read = factories.media(frame_count=9_000)
    read.summary = summary.as_dict()
    read.save()
    known = factories.version(asset, read)
    told = client.get(f"{address}?reference_id={known.pk}").json()["data"]
    assert (told["frame_count"], told["rate"], told["reference_id"]) == (9_000, {"num": 25, "den": 1}, known.pk)
    # Whoever opens an address sees which of its renders are not compared with its reference.
    unread.reference_mode, unread.reference = ReferenceMode.CHOSEN, known
    unread.save()
    other = factories.version(factories.asset(project))
    told = client.get(f"{address}?reference_id={known.pk}&beginning={unread.pk}&end={other.pk}").json()["data"]
    assert [one["render"] and one["render"]["reference_id"] for one in told["ranges"]] == [known.pk, None, None]
    assert [one["render"] is None for one in told["ranges"]] == [False, True, False]


def test_what_is_no_timeline_is_refused(client):
    project, other = factories.project(), factories.version(factories.asset(factories.project(name="Other")))
    client.force_login(project.created_by)
    address = f"/api/v1/projects/{project.pk}/test-render"
    for query in ("", "frames=0&rate=25", "frames=900", "frames=900&rate=fast", "frames=900&rate=25&first=x"):
        assert client.get(f"{address}?{query}").status_code == 400, query
    assert client.get(f"{address}?frames=900&rate=25&end={other.pk}").status_code == 404
