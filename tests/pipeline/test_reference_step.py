"""Versions are compared with their reference by themselves: when, with what, who hears of it. Real children, real clips."""

import hashlib

import pytest
from django.db import transaction

from media_pipeline import api, jobs, runner, steps
from media_pipeline.core.frame_map import Kind
from media_pipeline.models import Job, Media, Rendition
from review.actions import references
from review.models import Event, SyncVerdict
from tests import factories
from tests.media import make_clip

pytestmark = pytest.mark.django_db(transaction=True)
STEP = steps.REFERENCE_CHECKS.name


@pytest.fixture(autouse=True)
def _home(pipeline_home):
    yield
    runner.shut_down()


def ingest(path):
    content = path.read_bytes()
    with transaction.atomic():
        return api.adopt(path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def drain():
    """Run what waits, until nothing does; names of the steps that ran."""
    ran = []
    while job := next(filter(None, (jobs.claim(lane, holder="test") for lane in steps.LANES)), None):
        runner.run(job)
        job.refresh_from_db()
        assert job.state == "done", job.error_message
        ran.append(job.step)
    return ran


@pytest.mark.slow
def test_a_new_version_is_compared_with_the_one_before_it(tmp_path, client):
    one = ingest(make_clip(tmp_path / "one.mp4", rate="25", frames=75, audio="pcm", container="mov"))
    asset = factories.asset(factories.project())
    first = factories.version(asset, one)
    assert STEP not in drain()
    client.force_login(asset.created_by)
    assert client.get(f"/api/v1/versions/{first.pk}/reference").json()["data"]["state"] == "none"

    two = ingest(make_clip(tmp_path / "two.mp4", rate="25", frames=70, first_number=5))
    second = factories.version(asset, two)
    chosen = client.get(f"/api/v1/versions/{second.pk}/reference").json()["data"]
    assert (chosen["mode"], chosen["in_use"]["id"], chosen["state"]) == ("previous", first.pk, "waiting")
    assert STEP in drain()
    report = client.get(f"/api/v1/versions/{second.pk}/checks").json()["data"]["report"]
    assert report["stages"]["reference"] == "done"
    assert report["complete"]
    assert report["against"].startswith("v1 of sc010")
    found = {finding["code"] for check in report["checks"] for finding in check["findings"]}
    assert {"reference_picture.missing"} <= found
    heard = [one.payload for one in Event.objects.filter(kind="media.changed") if one.payload["what"] == "comparison"]
    assert heard
    assert all(payload["version_ids"] == [second.pk] for payload in heard)
    assert STEP not in [job.step for job in api.status([two.pk])[two.pk].jobs], "no part of the media's own status"

    mapped = client.get(f"/api/v1/versions/{second.pk}/frame-map?from={first.pk}").json()["data"]
    assert mapped["state"] == "done"
    assert mapped["runs"] == [
        {"kind": "removed", "from_first": 0, "to_first": 0, "count": 5},
        {"kind": "same", "from_first": 5, "to_first": 0, "count": 70},
    ]
    back = client.get(f"/api/v1/versions/{first.pk}/frame-map?from={second.pk}").json()["data"]
    assert [(run["kind"], run["count"]) for run in back["runs"]] == [("inserted", 5), ("same", 70)]
    there = api.frame_map(two.pk, one.pk)
    assert there is not None
    assert there.map_frame(40).frame == 35
    assert there.map_frame(2).kind is Kind.REMOVED

    # Nothing is compared twice; what is lost, or older than what it was made from, is made again.
    assert references.compare_missing() == 0
    stored = Rendition.objects.get(media=two, label=f"reference-{one.pk}", superseded_at=None)
    Job.objects.filter(step=STEP).update(step_version=0)
    assert api.rerun_outdated() == 1
    assert drain() == [STEP]
    stored.refresh_from_db()
    assert stored.superseded_at is None, "the same again changes nothing"

    # The reference goes: what was compared with it goes too, and the report does without.
    first.delete()
    assert api.remove(one.pk, is_held=lambda pk: False)
    assert not Job.objects.filter(step=STEP).exists()
    assert client.get(f"/api/v1/versions/{second.pk}/checks").json()["data"]["report"]["stages"]["reference"] == "none"


class TestChoice:
    """Which comparisons are ordered; nothing is decoded here."""

    @pytest.fixture
    def stack(self):
        """Three versions of an asset, the last two decoded, and a decoded one of another asset."""
        project = factories.project()
        asset, other = factories.asset(project), factories.asset(project, "sc020")
        versions = [factories.version(asset) for _ in range(3)] + [factories.version(other)]
        for version in versions[1:]:
            self.decoded(version.media)
        return versions

    def decoded(self, media):
        Rendition.objects.create(
            media=media, kind="features", label="luma-32x18", storage_key="x", sha256="0" * 64, size=1, mime="application/x-npy"
        )

    def ordered(self):
        return set(Job.objects.filter(step=STEP).values_list("media_id", "subject"))

    def put(self, client, version, **body):
        return client.put(f"/api/v1/versions/{version.pk}/reference", body, content_type="application/json")

    def test_the_nearest_earlier_version_that_is_ready(self, stack, client):
        one, two, three, _ = stack
        assert references.compare_missing() == 1
        assert self.ordered() == {(three.media_id, two.media_id)}
        self.decoded(one.media)
        assert references.compare_missing() == 1
        assert (two.media_id, one.media_id) in self.ordered()

        client.force_login(two.created_by)
        assert client.delete(f"/api/v1/versions/{two.pk}").status_code == 204
        assert (three.media_id, one.media_id) in self.ordered(), "the next one below takes its place"
        judged = set(SyncVerdict.objects.values_list("version_id", flat=True))
        assert three.pk in judged, "its badge is judged anew"
        assert one.pk not in judged

    def test_another_version_may_be_chosen(self, stack, client):
        _, two, three, elsewhere = stack
        client.force_login(two.created_by)
        answer = self.put(client, three, mode="chosen", reference_id=elsewhere.pk)
        assert answer.status_code == 200
        assert answer.json()["data"]["in_use"]["id"] == elsewhere.pk
        assert self.ordered() == {(three.media_id, elsewhere.media_id)}
        assert Event.objects.filter(kind="media.changed", payload__what="reference").exists()
        assert self.put(client, three, mode="none").json()["data"]["in_use"] is None
        assert self.put(client, three, mode="previous").json()["data"]["in_use"]["id"] == two.pk

    def test_what_cannot_be_chosen(self, stack, client):
        _, two, three, _ = stack
        client.force_login(two.created_by)
        stranger = factories.version(factories.asset(factories.project()))
        assert self.put(client, three, mode="chosen", reference_id=stranger.pk).status_code == 404
        assert self.put(client, three, mode="chosen").status_code == 400
        assert self.put(client, three, mode="chosen", reference_id=three.pk).json()["code"] == "reference_invalid"
        mine = factories.version(factories.asset(factories.project(two.created_by)))
        assert self.put(client, three, mode="chosen", reference_id=mine.pk).status_code == 404, "another project's"
        assert client.get(f"/api/v1/versions/{three.pk}/frame-map?from={stranger.pk}").status_code == 404
        assert client.get(f"/api/v1/versions/{three.pk}/frame-map").status_code == 400
        never = client.get(f"/api/v1/versions/{three.pk}/frame-map?from={two.pk}").json()["data"]
        assert (never["state"], never["runs"]) == ("none", [])
        same = client.get(f"/api/v1/versions/{three.pk}/frame-map?from={three.pk}").json()["data"]
        assert same["runs"] == [{"kind": "same", "from_first": 0, "to_first": 0, "count": 1000}]

    def test_a_project_never_sees_the_comparisons_of_another(self, stack):
        _, two, three, _ = stack
        twin = factories.version(factories.asset(factories.project()), three.media)
        references.compare_missing()
        payloads = [one.payload for one in Event.objects.filter(kind="media.changed")]
        assert payloads
        assert not any(twin.pk in payload["version_ids"] for payload in payloads)
        assert Media.objects.filter(pk=two.media_id).exists()
