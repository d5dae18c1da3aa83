"""Corrected copies as new versions: ordered from the report, made in the limited child, proven, checked again."""

import hashlib
from fractions import Fraction

import pytest
from django.db import transaction

from media_pipeline import api, jobs, runner, steps
from media_pipeline.models import Job, Rendition
from media_pipeline.storage import get_storage
from review.access import Actor
from review.actions import corrections, locks
from review.models import AuditEntry, Correction, Event, Membership, Role, Version
from tests import factories
from tests.checks.corpus_film import Film, Sound
from tests.media import click_track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _home(pipeline_home):
    yield
    runner.shut_down()


def drain():
    """Run what waits, until nothing does; names of the steps that ran."""
    ran = []
    while job := next(filter(None, (jobs.claim(lane, holder="test") for lane in steps.LANES)), None):
        runner.run(job)
        ran.append(job.step)
    return ran


@pytest.fixture
def version(tmp_path):
    """Its sound begins 400 ms before its picture, in a 25-fps MP4 of two seconds."""
    sound = Sound(click_track(115_200, [60_000]), "aac")
    clip = Film(Fraction(25), list(range(50)), [sound], late=Fraction(2, 5)).write(tmp_path / "early.mp4")
    content = clip.read_bytes()
    with transaction.atomic():
        media = api.adopt(clip, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    made = factories.version(factories.asset(factories.project()), media, original_name="early.mp4")
    drain()
    return made


def report_of(client, version_id):
    return client.get(f"/api/v1/versions/{version_id}/checks").json()["data"]


def codes(report):
    return {finding["code"] for check in report["report"]["checks"] for finding in check["findings"]}


def test_the_copy_becomes_the_next_version_and_is_checked_by_itself(client, version, monkeypatch):
    """From the order to the copy's own report; on the way what cannot be made says why, and what a dying process left is
    taken over."""
    client.force_login(version.created_by)
    before = report_of(client, version.pk)
    assert "start_offset.early" in codes(before)
    assert before["proposal"]["words"] == ["sound of track 1 laid on the picture's clock"]
    assert before["corrections"] == []

    url = f"/api/v1/versions/{version.pk}/corrections"
    refused_and_failed(client, url, version)
    seen = Event.objects.count()
    ordered = client.post(url, {}, content_type="application/json")
    assert ordered.status_code == 201
    again = client.post(url, {}, content_type="application/json")
    assert again.json()["data"]["id"] == ordered.json()["data"]["id"], "one at a time"
    made_but_not_settled(version, monkeypatch)

    shown = client.get(url).json()["data"][0]
    assert (shown["state"], shown["error"], shown["codes"]) == ("done", None, ["start_offset.early"])
    assert shown["verdict_before"] == before["report"]["verdict"]["kind"] == "fix_in_post"
    assert "measured at" in " ".join(shown["proof"])
    result = Version.objects.get(pk=shown["result"]["version_id"])
    assert (result.number, result.asset_id, result.original_name) == (2, version.asset_id, "early.corrected.mp4")
    assert result.note == "Corrected copy of version 1: sound of track 1 laid on the picture's clock."
    assert result.created_by == version.created_by
    assert (result.reference_mode, result.reference_id) == ("previous", None), "nothing moved against the picture"

    drain()
    after = report_of(client, result.pk)
    assert after["state"] == "done"
    assert "start_offset.early" not in codes(after)
    assert after["compared"]["verdict"]["before"] == "fix_in_post"
    (origin,) = after["corrections"]
    assert (origin["version_id"], origin["result"]["verdict"]) == (version.pk, after["report"]["verdict"]["kind"])
    told = [one.kind for one in Event.objects.order_by("seq")[seen:]]
    assert "version.created" in told
    assert "checks.changed" in told
    assert {"correction.order", "correction.done"} <= set(AuditEntry.objects.values_list("action", flat=True))

    assert not Rendition.objects.filter(kind="corrected", superseded_at=None).exists(), "taken over"
    assert api.status([version.media_id])[version.media_id].state == "ready"
    assert "correct" not in [job.step for job in api.status([version.media_id])[version.media_id].jobs]
    corrections.settle(shown["id"])
    assert Version.objects.count() == 2, "settling twice changes nothing"
    missing_proxy(client, result)


def refused_and_failed(client, url, version):
    """What cannot be made says why, leaves no version, and may be ordered again."""
    nothing = client.post(url, {"codes": ["cadence.variable"]}, content_type="application/json")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_correct")
    path = get_storage().local_path(version.media.original_key)
    aside = path.rename(path.with_suffix(".aside"))
    client.post(url, {}, content_type="application/json")
    drain()
    (shown,) = client.get(url).json()["data"]
    assert (shown["state"], shown["result"], shown["error"]["code"]) == ("failed", None, "file_missing")
    aside.rename(path)

    client.post(url, {}, content_type="application/json")
    mine = Membership.objects.filter(user=version.created_by)
    role = mine.get().role
    mine.update(role=Role.REVIEWER)
    drain()
    shown, _ = client.get(url).json()["data"]
    assert (shown["state"], shown["error"]["code"]) == ("failed", "upload_target_gone")
    assert Version.objects.count() == 1
    mine.update(role=role)


def made_but_not_settled(version, monkeypatch):
    """The process dies between the copy and its version; somebody else holds the sequence; then it is taken over."""
    asset = version.asset
    asset.sequence = factories.sequence(asset.project)
    asset.save()
    with monkeypatch.context() as patched:
        patched.setattr(corrections, "settle", lambda order_id: None)
        assert "correct" in drain()
    assert Job.objects.filter(step="correct").latest("created_at").state == "done"
    open_orders = Correction.objects.filter(state="ordered")
    holder = Actor(factories.person_in(asset.project, Role.EDITOR))
    locks.take(holder, asset.sequence.pk, minutes=5)
    assert corrections.settle_all() == 1
    assert open_orders.count() == 1, "the copy waits"
    locks.release(holder, asset.sequence.pk)
    assert corrections.settle_all() == 1
    assert open_orders.count() == 0
    assert corrections.settle_all() == 0


def missing_proxy(client, original):
    """One request makes it; it is compared with its original, and may be used."""
    url = f"/api/v1/projects/{original.asset.project_id}/proxy-audit"
    assert client.get(url).json()["data"]["lacking"] == [original.pk]
    told = client.post(url, {"make": "h264_half"}, content_type="application/json").json()["data"]
    assert (told["lacking"], [one["state"] for one in told["making"]]) == ([], ["ordered"])
    drain()
    told = client.get(url).json()["data"]
    (pair,) = told["pairs"]
    assert (told["lacking"], told["making"], pair["by"], pair["state"]) == ([], [], "name", "done")
    assert (pair["proxy"]["original_name"], pair["proxy"]["check_only"]) == ("early.corrected_proxy.mov", True)
    rows = {row["name"]: row["state"] for row in pair["rows"]}
    assert set(rows.values()) <= {"passed", "does_not_apply", "cannot_tell"}, rows
    assert {rows[name] for name in ("rate", "frames", "duration")} == {"passed"}, rows
