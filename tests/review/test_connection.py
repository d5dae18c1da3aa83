"""The bytes that a page measures its connection by."""

import pytest

from review.api import connection
from review.models import Version
from tests import factories


@pytest.fixture
def url(cast):
    version = factories.version(factories.asset(cast.project), factories.media())
    return f"/api/v1/versions/{version.pk}/connection"


@pytest.mark.django_db
def test_bytes_come_and_go(api, cast, url):
    reviewer = api(cast.reviewer)
    answer = reviewer.get(url, {"bytes": 100_000})
    assert (answer.status_code, len(answer.content)) == (200, 100_000)
    assert answer["Cache-Control"] == "no-store"
    assert len(set(answer.content)) == 256, "random: nothing on the way can compress it"
    assert reviewer.get(url).content == b""
    sent = reviewer.post(url, bytes(70_000), content_type="application/octet-stream")
    assert sent.json() == {"data": {"received": 70_000}}
    assert api(cast.outsider).get(url).status_code == 404


@pytest.mark.django_db
def test_it_is_limited(api, cast, url, monkeypatch):
    reviewer = api(cast.reviewer)
    assert reviewer.get(url, {"bytes": connection.MOST + 1}).status_code == 400
    too_much = reviewer.post(url, bytes(connection.MOST + 1), content_type="application/octet-stream")
    assert (too_much.status_code, too_much.json()["code"]) == (413, "body_too_large")
    monkeypatch.setattr(connection.ConnectionRate, "rate", "4/min")
    codes = [reviewer.get(url).status_code for _ in range(5)]
    assert 429 in codes
    assert api(cast.editor).get(url).status_code == 200, "each person by themselves"
    version = Version.objects.get(pk=url.split("/")[4])
    nameless = api(session=factories.guest(factories.share(version), name=""))
    codes = [nameless.get(url, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code for number in range(5)]
    assert 429 in codes, "whatever address is made up"
