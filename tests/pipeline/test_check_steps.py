"""The steps that only look: when they run, what they store, what a version's report says. Real children."""

import hashlib
import json

import pytest
from django.db import transaction

from media_pipeline import api, jobs, runner, steps
from media_pipeline.core.checks.contract import Stage
from media_pipeline.models import Job, Media, Rendition
from media_pipeline.publish import GateError, check
from media_pipeline.storage import get_storage
from review.access import Actor
from review.actions import checks, versions
from review.models import Event, SyncVerdict
from tests import factories
from tests.media import irregular_times, make_clip
from tests.pipeline.conftest import latest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(pipeline_home):
    yield
    runner.shut_down()


def adopt(path):
    content = path.read_bytes()
    with transaction.atomic():
        return api.adopt(path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def run_next(*names):
    """Run the next jobs, which must be these."""
    for name in names:
        job = next(filter(None, (jobs.claim(lane, holder="test") for lane in steps.LANES)))
        assert job.step == name
        runner.run(job)
        job.refresh_from_db()
        assert job.state == "done", job.error_message


@pytest.mark.slow
def test_a_clip_is_measured_beside_its_proxy_and_judged_for_its_version(tmp_path, client):
    times = irregular_times(60)
    media = adopt(
        make_clip(tmp_path / "phone.mp4", rate="30000/1001", frames=60, variable=times, timescale=90_000, audio="aac")
    )
    asset = factories.asset(factories.project())
    version = factories.version(asset, media)
    client.force_login(asset.created_by)

    def report():
        return client.get(f"/api/v1/versions/{version.pk}/checks").json()["data"]

    def kept():
        return client.get(f"/api/v1/versions/{version.pk}").json()["data"]["checks"]

    empty = {"version_id": version.pk, "media_id": media.pk, "state": "waiting", "unreadable": None, "report": None}
    assert report() == {**empty, "waivers": [], "claps": [], "compared": None, "proposal": None, "corrections": []}
    assert client.get(f"/api/v1/versions/{version.pk}/checks.pdf").status_code == 409
    assert (kept()["state"], kept()["verdict"]) == ("waiting", None)
    run_next("index")

    # The decode pass has begun: the packets' checks do not wait for it.
    decoding = jobs.claim("media", holder="test")
    assert decoding is not None
    assert decoding.step == "renditions"
    run_next("checks")
    said = report()
    assert said["state"] == "waiting"
    assert said["report"]["stages"] == {"packets": "done", "decoded": "waiting", "reference": "none"}
    assert said["report"]["verdict"]["kind"] == "fix_in_post"
    assert not said["report"]["complete"]
    assert (kept()["state"], kept()["verdict"]) == ("waiting", "fix_in_post")
    assert said["report"]["file"]["sha256"] == media.sha256
    runner.run(decoding)
    run_next("decoded_checks")
    said = report()
    assert said["state"] == "done"
    assert said["report"]["complete"]
    states = {check["id"]: check["state"] for check in said["report"]["checks"]}
    assert states["review_copies"] == "passed", "the child may read the proxies, and they show the file's own pictures"
    assert kept()["state"] == "done"
    assert kept()["errors"] + kept()["warnings"] == sum(said["report"]["counts"][name] for name in ("error", "warn")) > 0

    paper = client.get(f"/api/v1/versions/{version.pk}/checks.pdf")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF-")
    assert f"Sync report: {asset.name} v1".encode() in paper.content
    assert client.get(f"/api/v1/versions/{version.pk}/checks.pdf").content == paper.content, "the same report, the same bytes"

    # Somebody answers for what decided: the verdict heeds it, in the report and where lists show it.
    for code in said["report"]["verdict"]["codes"]:
        where, waiver = f"/api/v1/versions/{version.pk}/checks/waivers", {"code": code, "reason": "A phone, meant so"}
        assert client.post(where, waiver, content_type="application/json").status_code == 201
    waived = report()
    assert {one["code"] for one in waived["waivers"]} == set(said["report"]["verdict"]["codes"])
    assert waived["waivers"][0]["reason"] == "A phone, meant so"
    assert waived["report"]["verdict"]["kind"] == kept()["verdict"] == "cannot_tell"
    assert "was waived" in waived["report"]["verdict"]["summary"]
    assert kept()["waived"] == len(waived["waivers"])
    assert client.delete(f"{where}/{code}").status_code == 204
    assert report()["report"]["verdict"]["kind"] == kept()["verdict"] == "fix_in_post"
    told = [event.payload["checks"] for event in Event.objects.filter(kind="checks.changed").order_by("seq")]
    assert told[-1] == kept()
    assert [one["revision"] for one in told] == list(range(1, len(told) + 1))

    # The same content in another stack, and one version above it: judged with what is known, and compared.
    twin, _ = versions.create_version(Actor(asset.created_by), asset.pk, media=factories.media(), original_name="b.mp4")
    assert client.get(f"/api/v1/versions/{twin.pk}").json()["data"]["checks"]["verdict"] is None
    other = factories.asset(asset.project)
    again, _ = versions.create_version(Actor(asset.created_by), other.pk, media=media, original_name="c.mp4")
    known = client.get(f"/api/v1/versions/{again.pk}").json()["data"]["checks"]
    assert (known["state"], known["verdict"], known["revision"]) == ("done", "fix_in_post", 1)
    asset.refresh_from_db()
    above = factories.version(asset, media)
    compared = client.get(f"/api/v1/versions/{above.pk}/checks").json()["data"]["compared"]
    assert compared is None, "the one below was never indexed"
    versions.delete_version(Actor(asset.created_by), twin.pk)
    compared = client.get(f"/api/v1/versions/{above.pk}/checks").json()["data"]["compared"]
    assert (compared["version_id"], compared["worse"], compared["appeared"]) == (version.pk, False, [])
    assert SyncVerdict.objects.get(version=above).verdict == "fix_in_post", "judged anew when the one below was deleted"
    assert checks.judge_again() == 0
    SyncVerdict.objects.filter(version=again).update(rules="of another release", verdict="in_sync")
    assert checks.judge_again() == 1
    assert SyncVerdict.objects.get(version=again).verdict == "fix_in_post"

    events = Event.objects.filter(kind="media.changed").values_list("payload", flat=True)
    assert sum(payload["what"] == "rendition" for payload in events) > 5
    stored = Rendition.objects.filter(media=media, kind="measurements", superseded_at=None)
    assert set(stored.values_list("label", flat=True)) == {"packets", "decoded"}
    one = stored.get(label="packets")
    assert client.get(f"/media/{version.pk}/{one.pk}/{one.sha256[:16]}.json").status_code == 404, "not for browsers"

    # A damaged file of measurements is no report, and no error either.
    path = get_storage().local_path(one.storage_key)
    path.chmod(0o644)
    path.write_text("{")
    assert {check["stage"] for check in report()["report"]["checks"]} == {"decoded"}, "nothing of the packets is left"


def test_a_file_that_cannot_be_read_says_why(tmp_path, client):
    whole = make_clip(tmp_path / "whole.mp4", rate="25", frames=20).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    version = factories.version(factories.asset(factories.project()), adopt(tmp_path / "cut.mp4"))
    job = jobs.claim("index", holder="test")
    assert job is not None
    runner.run(job)
    client.force_login(version.created_by)
    said = client.get(f"/api/v1/versions/{version.pk}/checks").json()["data"]
    assert (said["state"], said["report"]) == ("failed", None)
    assert said["unreadable"]["code"] == "file_truncated"
    assert said["unreadable"]["remedy"]


class TestOrder:
    @pytest.fixture
    def media(self):
        return Media.objects.create(sha256="a" * 64, size=1, frame_count=1)

    def start(self, media, step):
        with transaction.atomic():
            jobs.enqueue(media, step)
        return jobs.claim(step.lane, holder="me")

    def test_looking_runs_beside_the_decode_pass_but_not_beside_the_index(self, media):
        assert self.start(media, steps.RENDITIONS) is not None
        assert self.start(media, steps.CHECKS) is not None
        Job.objects.all().delete()
        assert self.start(media, steps.CHECKS) is not None
        assert self.start(media, steps.RENDITIONS) is not None
        Job.objects.all().delete()
        assert self.start(media, steps.INDEX) is not None
        assert self.start(media, steps.CHECKS) is None

    def test_the_index_waits_for_whatever_runs(self, media):
        assert self.start(media, steps.CHECKS) is not None
        assert self.start(media, steps.INDEX) is None

    def finish(self, media, step, state="done"):
        with transaction.atomic():
            jobs.enqueue(media, step)
        Job.objects.filter(media=media, step=step.name).update(state=state)

    def test_what_only_looks_never_holds_a_media_up(self, media):
        self.finish(media, steps.INDEX)
        self.finish(media, steps.RENDITIONS)
        self.finish(media, steps.CHECKS, "failed_app")
        status = api.status([media.pk])[media.pk]
        assert status.state == "ready"
        assert api.stages(status) == {Stage.PACKETS: "failed", Stage.DECODED: "waiting", Stage.REFERENCE: "none"}
        assert api.retry(media.pk) == 2
        assert {job.step for job in Job.objects.filter(state="queued")} == {"checks", "decoded_checks"}

    def test_media_from_before_the_checks_is_looked_at_once(self, media):
        self.finish(media, steps.INDEX)
        self.finish(media, steps.RENDITIONS)
        assert api.rerun_outdated() == 2
        assert api.rerun_outdated() == 0
        assert latest(media, "checks").priority == jobs.PRIORITY_AGAIN
        Job.objects.filter(state="queued").update(state="failed_user")
        assert api.rerun_outdated() == 0


def test_each_stage_may_only_hand_over_its_own(tmp_path):
    (tmp_path / "m.json").write_text(json.dumps({}))
    offer = {"kind": "measurements", "label": "decoded", "path": "m.json", "mime": "application/json", "width": 0, "height": 0}
    rest = {"frame_count": 0, "table": "", "meta": {}}
    assert check(steps.DECODED_CHECKS, tmp_path, offer | rest, None).label == "decoded"
    with pytest.raises(GateError, match="may not make"):
        check(steps.CHECKS, tmp_path, offer | rest, None)
