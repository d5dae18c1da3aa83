"""A slate's clap: proposed by the checks, confirmed by a person, then judged by."""

from dataclasses import replace

import pytest

from media_pipeline import api as pipeline
from media_pipeline.core.checks import registry
from media_pipeline.core.checks.material import Measurement
from review.models import AuditEntry
from tests import factories
from tests.checks.bench import PLAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(client, monkeypatch):
    """At 25; a movement stops in frame 50, and 12 ms before that frame something bangs. 400 ms later comes another bang."""
    project = factories.project()
    client.force_login(project.created_by)
    media = factories.media(frame_count=250, rate=(25, 1))
    media.summary = replace(PLAIN, frame_count=250).as_dict()
    media.save()
    check = registry.find("sync_events")
    claps = [[49, 50, -12.0, 40.0, 8.0], [60, 62, -80.0, 35.0, 5.0]]
    data = {"tracks": [], "pictures": [], "picture_count": 0, "frames": 250, "seconds": 10.0, "claps": claps}
    measured = {"sync_events": Measurement(check.version, "measured", data)}
    monkeypatch.setattr(pipeline, "measurements", lambda status, **_: measured)
    return factories.version(factories.asset(project), media)


def told(answer):
    (check,) = (one for one in answer["report"]["checks"] if one["id"] == "sync_events")
    return [finding["code"] for finding in check["findings"]], answer["report"]["verdict"]["kind"]


def test_a_confirmed_clap_proves_sync_and_can_be_taken_back(client, version):
    address = f"/api/v1/versions/{version.pk}/checks"
    assert told(client.get(address).json()["data"]) == (["sync_events.clap"], "cannot_tell")
    answer = client.put(f"{address}/claps/49", {"frame": 50}, content_type="application/json").json()["data"]
    assert told(answer) == ([], "in_sync")
    assert [(one["bang"], one["frame"]) for one in answer["claps"]] == [(49, 50)]
    assert AuditEntry.objects.filter(action="checks.confirm_clap").exists()
    # The slate was closed three pictures earlier, somebody sees: the bang is late then.
    answer = client.put(f"{address}/claps/49", {"frame": 47}, content_type="application/json").json()["data"]
    assert told(answer) == (["sync_events.clap_offset"], "fix_in_post")
    assert [one["frame"] for one in answer["claps"]] == [47]
    assert client.delete(f"{address}/claps/49").status_code == 204
    assert told(client.get(address).json()["data"])[1] == "cannot_tell"


def test_only_what_was_proposed_can_be_confirmed(client, version):
    address = f"/api/v1/versions/{version.pk}/checks/claps"
    for bang, frame in ((48, 50), (49, 100), (49, 250)):
        assert client.put(f"{address}/{bang}", {"frame": frame}, content_type="application/json").status_code == 422
    assert client.put(f"{address}/49", {"frame": -1}, content_type="application/json").status_code == 400
